"""Who or what is responsible, with shares where it is several, and who is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kernel.events import announce
from shouwen.people.staff import actions as people
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person, Unit
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions import apart
from shouwen.service.complaints.actions.moving import move
from shouwen.service.complaints.events import ResponsibilityAssigned
from shouwen.service.complaints.models import (
    Complaint,
    FindingNotice,
    FindingPart,
    FindingState,
    Responsible,
)
from shouwen.service.complaints.rules import findings as rules
from shouwen.service.complaints.rules.apart import Concerned
from shouwen.service.complaints.rules.findings import Wrong
from shouwen.service.complaints.rules.states import Act

CHOOSE = _("Choose one of the values offered.")
PARTNER_MAX_CHARACTERS = 80
GROUND_MAX_CHARACTERS = 500
WRONG: dict[Wrong, Words] = {
    Wrong.TOO_FEW: _("Name at least two who share the responsibility."),
    Wrong.TOO_MANY: _("Name at most %(most)s who share the responsibility.")
    % {"most": rules.MOST_PARTS},
    Wrong.NOT_A_SHARE: _("Give each a share from 1 to 99 percent."),
    Wrong.NOT_WHOLE: _("The shares add up to 100 percent. Correct them."),
    Wrong.TWICE: _("Name each of them once."),
}


class FindingContested(Conflict):
    """What is contested is decided first, by another."""

    message = _("The finding is contested. Another person decides on that first.")


class FindingDecided(Conflict):
    """What another decided stands until something new comes."""

    message = _(
        "Another person has decided on this finding, so it stands. It may be set anew once the "
        "complainant objects or brings new facts."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One who is held responsible, for how many percent and why; a partner is named in words."""

    kind: str
    percent: int = rules.WHOLE
    person: Person | None = None
    unit: Unit | None = None
    partner: str = ""
    ground: str = ""

    @property
    def whose(self) -> tuple[object, ...]:
        """What tells one from another."""
        named = (self.person.pk if self.person else 0, self.unit.pk if self.unit else 0)
        return (self.kind, *named, self.partner.strip())


@dataclass(frozen=True, slots=True)
class Finding:
    """Who or what is responsible, on which evidence; `shares` where it is several together."""

    responsible: str
    evidence: str
    shares: tuple[Share, ...] = ()


@transaction.atomic
def assign_responsibility(
    complaint: Complaint,
    *,
    responsible: str,
    evidence: str,
    shares: Sequence[Share] = (),
    actor: Actor,
    at: datetime,
) -> None:
    """Say who or what is responsible, on which evidence; whoever it concerns is told.

    For one alone the person or unit complained of is meant, or the one share given. Raises Invalid,
    RecusedHere for who would judge themselves or their unit, FindingContested, FindingDecided,
    ComplaintMovedOn, ComplaintNotReady. Serves OM-4.4-03, CG-3.4-01.
    """
    parts, evidence = checked(complaint, Finding(responsible, evidence, tuple(shares)))
    setter = staff.person_behind(actor)
    _refuse_own(parts, setter)
    changes: dict[str, Any] = {
        "responsible": responsible,
        "evidence": complaint.seal("evidence", evidence),
    }
    if complaint.responsibility_at is None:
        changes["responsibility_at"] = at
    move(
        complaint,
        Act.RESPONSIBILITY,
        actor=actor,
        at=at,
        changes=changes,
        brings={"has_responsibility": True},
        on_case=lambda: _refuse_contested(complaint),
        note=Note(EntryKind.INTERNAL, evidence, "OM-4.4-03", subject_name=responsible),
        detail={"responsible": responsible, "shares": said_shares(parts)},
    )
    hold(complaint, responsible, parts, setter=setter, settled=None, at=at)


def checked(complaint: Complaint, found: Finding) -> tuple[list[Share], str]:
    """Give the parts of a finding and its evidence. Raises Invalid, naming what is wrong."""
    if found.responsible not in Responsible.values:
        raise Invalid(fields={"responsible": CHOOSE})
    if found.responsible == Responsible.SHARED:
        parts = list(found.shares)
    elif found.responsible == Responsible.NONE:
        parts = []
    else:
        parts = [_alone(complaint, found)]
    wrong: dict[str, Words] = {}
    for place, part in enumerate(parts, start=1):
        field = f"held_{place}" if found.responsible == Responsible.SHARED else "responsible"
        if words := _wrong_part(complaint, part):
            wrong[field] = words
    if found.responsible == Responsible.SHARED:
        reason = rules.wrong_shares([p.percent for p in parts], [p.whose for p in parts])
        if reason is not None:
            wrong["shares"] = WRONG[reason]
    if wrong:
        raise Invalid(fields=wrong)
    return parts, texts.needed("evidence", found.evidence)


def _alone(complaint: Complaint, found: Finding) -> Share:
    """Give the one part: the given one, or whoever is complained of."""
    given = [part for part in found.shares if part.kind == found.responsible]
    person = given[0].person if given else None
    unit = given[0].unit if given else None
    if found.responsible == Responsible.STAFF:
        person = person or complaint.concerned_person
    if found.responsible == Responsible.UNIT:
        unit = unit or complaint.concerned_unit
    return Share(
        kind=found.responsible,
        person=person,
        unit=unit,
        partner=given[0].partner if given else "",
        ground=given[0].ground if given else "",
    )


def _wrong_part(complaint: Complaint, part: Share) -> Words:
    if part.kind not in Responsible.values or part.kind in (Responsible.SHARED, Responsible.NONE):
        return CHOOSE
    is_staff, is_unit = part.kind == Responsible.STAFF, part.kind == Responsible.UNIT
    if is_staff and part.person is None:
        return _("Say by classifying which person is complained of first.")
    if is_unit and part.unit is None:
        return _("Say by classifying which unit is complained of first.")
    named = [row for row in (part.person, part.unit) if row is not None]
    is_strange = any(row.institution_id != complaint.institution_id for row in named)
    if is_strange or (part.person and not is_staff) or (part.unit and not is_unit):
        return _("There is no such entry.")
    name = part.partner.strip()
    if len(name) > PARTNER_MAX_CHARACTERS or (name and not name.isprintable()):
        return _("Use at most %(most)s characters.") % {"most": PARTNER_MAX_CHARACTERS}
    if len(part.ground) > GROUND_MAX_CHARACTERS:
        return _("Use at most %(most)s characters.") % {"most": GROUND_MAX_CHARACTERS}
    return ""


def _refuse_own(parts: Sequence[Share], setter: Person | None) -> None:
    for part in parts:
        path = part.unit.path if part.unit else ""
        concerned = Concerned(part.person.pk if part.person else None, None, path)
        apart.refuse_recused(concerned, setter)


def _refuse_contested(complaint: Complaint) -> None:
    # Under the lock of the row: who contests at the same moment waits, or is seen here.
    rows = list(FindingPart.objects.select_for_update().filter(complaint=complaint).order_by("pk"))
    if any(row.is_contested for row in rows):
        raise FindingContested
    decided = [row.decided_at for row in rows if row.decided_at is not None]
    if decided and not queries.is_new_since(complaint, max(decided)):
        raise FindingDecided


def said_shares(parts: Sequence[Share]) -> str:
    """Give the parts as the trail and the event keep them: ids, no names."""
    return ",".join(
        f"{part.kind}:{_id_of(part)}={part.percent}"
        if _id_of(part)
        else f"{part.kind}={part.percent}"
        for part in parts
    )


def _id_of(part: Share) -> str:
    if part.person is not None:
        return str(part.person.pk)
    return str(part.unit.pk) if part.unit else ""


def hold(
    complaint: Complaint,
    responsible: str,
    parts: Sequence[Share],
    *,
    setter: Person | None,
    settled: Share | None,
    at: datetime,
) -> None:
    """Keep a finding's parts in place of the former ones, tell whom it concerns, announce it.

    Runs in the caller's transaction. Whose contest led to it, `settled`, contests no more.
    """
    former = FindingPart.objects.filter(complaint=complaint)
    number = (former.order_by("-finding").values_list("finding", flat=True).first() or 0) + 1
    former.filter(state=FindingState.ASKED).update(state=FindingState.OVERTAKEN)
    former.filter(is_current=True).update(is_current=False)
    until = at + timedelta(days=queries.finding_days(complaint.institution_id))
    for place, part in enumerate(parts, start=1):
        is_settled = settled is not None and part.whose == settled.whose
        speaks = part.kind in rules.SPEAKING and not is_settled
        row = FindingPart(
            complaint=complaint,
            finding=number,
            place=place,
            kind=part.kind,
            person=part.person,
            unit=part.unit,
            percent=part.percent,
            set_by=setter,
            set_at=at,
            contest_until=until if speaks else None,
        )
        row.ground = part.ground.strip()
        if part.partner.strip():
            row.partner = part.partner.strip()
        row.save(force_insert=True)
        told = _told(complaint, part, setter)
        if told is not None:
            FindingNotice.objects.create(part=row, person=told, told_at=at)
            people.notice(told)
    alone = parts[0] if len(parts) == 1 else None
    announce(
        ResponsibilityAssigned(
            institution_id=complaint.institution_id,
            occurred_at=at,
            complaint_id=complaint.pk,
            responsible=responsible,
            person_id=alone.person.pk if alone and alone.person else None,
            unit_id=alone.unit.pk if alone and alone.unit else None,
            finding=number,
            shares=said_shares(parts),
        )
    )


def _told(complaint: Complaint, part: Share, setter: Person | None) -> Person | None:
    """Give who hears of it: the person, or who leads the unit; a partner is heard by letter."""
    if part.person is not None:
        return part.person
    besides = setter or complaint.case.handler
    if part.unit is None or besides is None:
        return None
    return staff.lead_of(part.unit, besides)
