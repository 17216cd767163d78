"""What who is held responsible says to it: a statement, and one contest that another decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.vault import audit, masking
from shouwen.people.staff import actions as people
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import apart, finding, refusals
from shouwen.service.complaints.actions.finding import CHOOSE, Finding, Share
from shouwen.service.complaints.actions.moving import put
from shouwen.service.complaints.models import (
    Complaint,
    FindingNotice,
    FindingPart,
    FindingState,
    Position,
)
from shouwen.service.complaints.rules import findings as rules
from shouwen.service.complaints.rules.states import Act

CLAUSE = "OM-4.4-03"
SAID_MAX_CHARACTERS = 2000


class FindingMovedOn(Conflict):
    """There is a newer finding, or somebody was faster."""

    message = _("The finding has changed meanwhile. Look at what it says now.")


class StatedAlready(Conflict):
    """A statement is given once."""

    message = _("A statement was given already. It is kept as it was given.")


class FindingContestedAlready(Conflict):
    """A finding is contested once."""

    message = _("This finding was contested already, and it may be once.")


class TimeToContestOver(Conflict):
    """The days the institution gives for it have passed."""

    message = _("The time to contest this finding is over, so it stands.")


class NotContested(Conflict):
    """Nobody waits for this decision."""

    message = _("Nobody waits for a decision on this finding. Look at what was decided.")


class FindingDecidedOneself(Conflict):
    """Whoever set a finding, is held by it or speaks for it does not judge it."""

    message = _(
        "Whoever made this finding, is held responsible by it or speaks for who is does not decide "
        "on it. Ask a colleague."
    )


@transaction.atomic
def view_finding(actor: Actor, part_ref: str, *, at: datetime) -> FindingPart:
    """Give a part to who is told of it, mark it as seen and put the look on the trail.

    Raises NotThere for anybody else.
    """
    part = queries.own_part(actor, part_ref)
    person = staff.person_acting(actor)
    unseen = FindingNotice.objects.filter(part=part, person=person, seen_at__isnull=True)
    if unseen.update(seen_at=at):
        people.notice_seen(person)
    audit.record(actor, "complaint.finding_viewed", part.complaint, at=at, detail=_detail(part))
    return part


@transaction.atomic
def state_on_finding(
    part: FindingPart, *, position: str, words: str, actor: Actor, at: datetime
) -> None:
    """Take the statement of who is held responsible, once; whoever set it records a partner's.

    Raises Invalid, NotThere, NotAllowed, StatedAlready, FindingMovedOn. Serves OM-4.4-03.
    """
    speaker = _speaker(part, actor)
    if position not in Position.values:
        raise Invalid(fields={"position": CHOOSE})
    said = _said("words", words)
    held = _held(part)
    if held.stated_at is not None:
        raise StatedAlready
    values = {
        "position": position,
        "statement": held.seal("statement", said),
        "stated_by": speaker,
        "stated_at": at,
    }
    _write(held, values)
    _tell(held, "complaint_stated", said, "complaint.finding_stated", actor=actor, at=at)


@transaction.atomic
def contest_finding(part: FindingPart, *, words: str, actor: Actor, at: datetime) -> None:
    """Contest a finding, once and within the institution's days; another person decides.

    Raises Invalid, NotThere, NotAllowed, FindingContestedAlready, TimeToContestOver,
    FindingMovedOn.
    """
    speaker = _speaker(part, actor)
    said = _said("words", words)
    held = _held(part)
    if held.state:
        raise FindingContestedAlready
    if held.contest_until is None or at >= held.contest_until:
        raise TimeToContestOver
    values = {
        "state": FindingState.ASKED,
        "reason": held.seal("reason", said),
        "contested_by": speaker,
        "contested_at": at,
    }
    _write(held, values)
    _tell(held, "complaint_disputed", said, "complaint.finding_contested", actor=actor, at=at)


@transaction.atomic
def decide_finding(
    complaint: Complaint,
    part_ref: str,
    *,
    opinion: str,
    changed: Finding | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Decide on a contested finding as another person: it stands, or `changed` takes its place.

    A changed finding is announced anew and told to whom it concerns. Raises Invalid, NotThere,
    NotAllowed, NotContested, FindingDecidedOneself, RecusedHere, ComplaintMovedOn. Serves
    OM-4.4-03, CG-3.4-01.
    """
    access.require(actor, complaint, Act.CLOSE)
    decider = staff.person_acting(actor)
    said = texts.needed("opinion", opinion)
    rows = FindingPart.objects.select_for_update().filter(complaint=complaint, is_current=True)
    parts = list(rows.order_by("place"))
    part = next((row for row in parts if row.public_id == part_ref), None)
    if part is None or not part.is_contested:
        raise NotContested
    part.complaint = complaint
    refuse_judge(complaint, actor)
    values = {
        "state": FindingState.CHANGED if changed else FindingState.UPHELD,
        "opinion": part.seal("opinion", said),
        "decided_by": decider,
        "decided_at": at,
    }
    _write(part, values)
    _tell_outcome(part)
    if changed is not None:
        _change(complaint, part, changed, decider, actor, at)
    note = Note(EntryKind.INTERNAL, said, CLAUSE, subject_name=part.state)
    cases.tell(complaint.case, "complaint_disputed_end", note, actor=actor, at=at)
    detail = {**_detail(part), "outcome": part.state, "responsible": complaint.responsible}
    audit.record(actor, "complaint.finding_decided", complaint, at=at, detail=detail)


def _tell_outcome(part: FindingPart) -> None:
    """Let who was told of the part find the sign again, for what was decided on it."""
    seen = FindingNotice.objects.filter(part=part, seen_at__isnull=False)
    for told in seen.select_related("person").order_by("pk"):
        people.notice(told.person)
    seen.update(seen_at=None)


def _change(
    complaint: Complaint,
    part: FindingPart,
    changed: Finding,
    decider: Person,
    actor: Actor,
    at: datetime,
) -> None:
    shares, evidence = finding.checked(complaint, changed)
    for share in shares:
        if not rules.may_decide(decider.pk, decider.unit.path, [_of_share(share)]):
            raise FindingDecidedOneself
    values: dict[str, Any] = {
        "responsible": changed.responsible,
        "evidence": complaint.seal("evidence", evidence),
    }
    put(complaint, values)
    settled = Share(
        kind=part.kind,
        person=part.person,
        unit=part.unit,
        partner=part.partner.plain if part.partner else "",
    )
    finding.hold(complaint, changed.responsible, shares, setter=decider, settled=settled, at=at)
    detail: dict[str, audit.Value] = {
        "responsible": changed.responsible,
        "shares": finding.said_shares(shares),
    }
    fields = tuple(sorted(values))
    audit.record(actor, "complaint.responsibility", complaint, at=at, fields=fields, detail=detail)


def _of_share(share: Share) -> rules.Held:
    path = share.unit.path if share.unit else ""
    return rules.Held(None, share.person.pk if share.person else None, path, frozenset())


def refuse_judge(complaint: Complaint, actor: Actor) -> None:
    """Let whoever acts decide on the present finding. Raises RecusedHere, FindingDecidedOneself."""
    person = staff.person_acting(actor)
    apart.refuse_recused(complaint.concerned, person)
    own = Person.objects.filter(public_id__in=actor.stands_in_for).select_related("unit")
    held = queries.held_by(complaint)
    handler = complaint.case.handler
    for one in (person, *own.order_by("pk")):
        is_handler = handler is not None and one.pk == handler.pk
        if is_handler or not rules.may_decide(one.pk, one.unit.path, held):
            raise FindingDecidedOneself


def _speaker(part: FindingPart, actor: Actor) -> Person:
    """Give who speaks: whoever is told of it, or the handler for who is heard by letter alone."""
    person = staff.person_acting(actor)
    if part.kind not in rules.SPEAKING:
        raise NotThere
    told = FindingNotice.objects.filter(part=part)
    if told.filter(person=person).exists():
        return person
    access.require(actor, part.complaint, Act.RESPONSIBILITY)
    if told.exists():
        raise NotAllowed
    apart.refuse_hands(part.complaint, Act.RESPONSIBILITY, actor, person)
    return person


def _said(field: str, words: str) -> str:
    plain = texts.needed(field, words, SAID_MAX_CHARACTERS)
    if "\x00" in plain:
        raise Invalid(fields={field: _("Remove the characters that cannot be shown.")})
    return masking.redact(plain)[:SAID_MAX_CHARACTERS]


def _held(part: FindingPart) -> FindingPart:
    """Hold the row until commit. Raises FindingMovedOn for a former finding."""
    held = FindingPart.objects.select_for_update().get(pk=part.pk)
    if not held.is_current:
        raise FindingMovedOn
    held.complaint = part.complaint
    return held


def _write(held: FindingPart, values: dict[str, Any]) -> None:
    # SQLite knows no locks of rows: the count says whether somebody was faster.
    same = FindingPart.objects.filter(
        pk=held.pk, is_current=True, stated_at=held.stated_at, state=held.state
    )
    if not same.update(**values):
        raise refusals.ComplaintMovedOn
    for field, value in values.items():
        setattr(held, field, value)


def _detail(part: FindingPart) -> dict[str, audit.Value]:
    return {"part": part.public_id, "kind": part.kind, "percent": part.percent}


def _tell(
    part: FindingPart, act: str, said: str, audited: str, *, actor: Actor, at: datetime
) -> None:
    """Enter it in the case's story and on the trail, whoever may not see the case included."""
    note = Note(EntryKind.INTERNAL, said, CLAUSE, subject_name=part.name)
    cases.tell_by_concerned(part.complaint.case, act, note, actor=actor, at=at)
    audit.record(actor, audited, part.complaint, at=at, detail=_detail(part))
