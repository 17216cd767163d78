"""What the complainant is told of the progress: due with the step itself, told by a person.

It never holds a step up: what cannot be told by itself stands on the complaint's page. Letters go
out by `progress_letters`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.vault import audit
from shouwen.people.customers import ports
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import ContactPoint, Purpose
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind, ReplyBy
from shouwen.service.complaints import access
from shouwen.service.complaints.actions import apart
from shouwen.service.complaints.models import Complaint, ProgressNotice, ProgressState
from shouwen.service.complaints.queries.progress import CARRIED
from shouwen.service.complaints.rules import progress
from shouwen.service.complaints.rules.progress import Milestone, Reach
from shouwen.service.complaints.rules.states import Act, State


class NothingLeftToTell(Conflict):
    """Everything was told meanwhile, or what came after covers it."""

    message = _("Nothing is left to be told. Look at the page again.")


def follow_step(complaint: Complaint, act: Act, before: str, *, actor: Actor, at: datetime) -> None:
    """Note the milestone a step reached, or that what was due is covered by it.

    Runs in the step's transaction, once the row has changed.
    """
    milestone = progress.reached(act, State(before), State(complaint.state))
    if act in progress.COVERS:
        _cover(Q(complaint=complaint))
    elif milestone is not None:
        note_milestone(complaint, milestone, actor=actor, at=at)


def note_waiting(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Note that the case waits for the complainant."""
    note_milestone(complaint, Milestone.WAITING, actor=actor, at=at)


def note_resumed(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Note that a case that waited for the complainant goes on; what was asked of them is over."""
    waits = (Milestone.WAITING, Milestone.RESUMED)
    rows = ProgressNotice.objects.filter(complaint=complaint, milestone__in=waits)
    last = rows.order_by("-reached_at", "-pk").first()
    if last is None or last.milestone != Milestone.WAITING:
        return
    _cover(Q(pk=last.pk))
    note_milestone(complaint, Milestone.RESUMED, actor=actor, at=at)


def note_milestone(
    complaint: Complaint, milestone: Milestone, *, actor: Actor, at: datetime
) -> None:
    """Put down that the complainant is to be told, by which way, and why not where nobody can."""
    channel = complaint.case.reply_by
    reach = _reach(complaint, channel)
    why = reach.unreached
    row = ProgressNotice(
        complaint=complaint,
        milestone=milestone,
        reached_at=at,
        channel=channel,
        state=ProgressState.UNREACHED if why else ProgressState.DUE,
        by_hand=why is None and not reach.is_carried,
        why=why or "",
    )
    row.save(force_insert=True)
    if why is not None:
        detail: dict[str, audit.Value] = {"milestone": milestone.value, "why": why.value}
        audit.record(actor, "complaint.progress_untold", complaint, at=at, detail=detail)


def _reach(complaint: Complaint, channel: str) -> Reach:
    speaks = complaint.is_representative or not complaint.is_grouped
    customer = complaint.case.customer
    if customer is None:
        return Reach(speaks=speaks, has_way=bool(complaint.reachable_at))
    kinds = set(ContactPoint.objects.filter(customer=customer).values_list("kind", flat=True))
    carried = CARRIED.get(channel)
    return Reach(
        speaks=speaks,
        is_wanted=not customers.unwanted([customer.pk], Purpose.NOTICE, channel),
        has_way=bool(kinds) or channel == ReplyBy.CHAT,
        is_carried=carried in kinds and ports.letterbox(str(carried)) is not None,
    )


def _cover(rows: Q) -> None:
    due = ProgressNotice.objects.filter(rows, state=ProgressState.DUE)
    due.update(state=ProgressState.COVERED)


def settle(
    complaint: Complaint, channel: str, *, words: str = "", actor: Actor, at: datetime
) -> int:
    """Count what is due as told by a person, who told where the complaint stands; give how much.

    What was reached at this very moment and could not be written is told with it.
    """
    rows = ProgressNotice.objects.filter(complaint=complaint).filter(
        Q(state=ProgressState.DUE) | Q(state=ProgressState.UNREACHED, reached_at=at)
    )
    person = staff.person_behind(actor)
    told = 0
    for row in rows.order_by("pk"):
        same = ProgressNotice.objects.filter(pk=row.pk, state=row.state)
        told += same.update(
            state=ProgressState.TOLD,
            told_at=at,
            told_way=channel,
            told_by=person,
            words=row.seal("words", words) if words else None,
        )
    return told


@transaction.atomic
def tell_progress(
    complaint: Complaint, *, words: str, channel: str, actor: Actor, at: datetime
) -> int:
    """Record that the complainant was told where their complaint stands; give how much it settled.

    Raises Invalid without words, or by a way they closed, NothingLeftToTell, RecusedHere, NotThere,
    NotAllowed. Serves OM-4.4-07.
    """
    access.require(actor, complaint, Act.RESPOND)
    apart.refuse_recused(complaint.concerned, staff.person_behind(actor))
    words = texts.needed("words", words)
    if channel not in ReplyBy.values:
        raise Invalid(fields={"channel": _("Choose one of the values offered.")})
    try:
        customers.require_wanted(complaint.case.customer, Purpose.NOTICE, channel)
    except customers.ContactUnwanted:
        closed = _("The customer does not want to be told this way. Choose another.")
        raise Invalid(fields={"channel": closed}) from None
    told = settle(complaint, channel, words=words, actor=actor, at=at)
    if not told:
        raise NothingLeftToTell
    note = Note(EntryKind.CUSTOMER, words, progress.CLAUSE, channel, visible=True)
    cases.tell(complaint.case, "complaint_progress", note, actor=actor, at=at)
    detail: dict[str, audit.Value] = {"told": told, "channel": channel}
    audit.record(actor, "complaint.progress_told", complaint, at=at, detail=detail)
    return told
