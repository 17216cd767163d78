"""The finding of a complaint with its parts, and what concerns one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.policy import figures
from shouwen.people.staff import queries as staff
from shouwen.service.cases.models import CaseEntry
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintSettings,
    FindingNotice,
    FindingPart,
)
from shouwen.service.complaints.rules.findings import SPEAKING, Held

FINDING_FIGURE = "complaint-finding-days"
OWN_SHOWN = 50
REF_MAX_CHARACTERS = 48
PEOPLE = ("person__unit", "unit", "set_by", "stated_by", "contested_by", "decided_by")
# After these a finding that another decided on may be set anew.
NEW = ("complaint_new_facts", "object", "reopen")


@dataclass(frozen=True, slots=True)
class OwnFinding:
    """One part that concerns whoever looks; `is_unseen` until they have opened it."""

    part: FindingPart
    is_unseen: bool


def finding_days(institution_id: int) -> int:
    """Give in how many days a finding may be contested: the institution's, or the house's."""
    rows = ComplaintSettings.objects.filter(institution_id=institution_id)
    days = rows.values_list("finding_days", flat=True).first()
    return days if days is not None else figures.figure(FINDING_FIGURE).value


def finding_of(complaint: Complaint) -> list[FindingPart]:
    """Give the parts of the present finding, and those of former ones that were contested."""
    rows = list(
        FindingPart.objects.filter(complaint=complaint)
        .select_related(*PEOPLE)
        .prefetch_related("notices__person")
        .order_by("-finding", "place")
    )
    for row in rows:
        row.complaint = complaint
    return [row for row in rows if row.is_current or row.contested_at is not None]


def held_by(complaint: Complaint) -> list[Held]:
    """Give the parts of the present finding as the rules see them."""
    return [
        Held(
            row.set_by_id,
            row.person_id,
            row.unit.path if row.unit else "",
            frozenset(
                pk
                for pk in (*(told.person_id for told in row.notices.all()), row.contested_by_id)
                if pk is not None
            ),
        )
        for row in finding_of(complaint)
        if row.is_current
    ]


def recordable(part: FindingPart) -> bool:
    """Whether the handler records what they say: nobody here is told of it."""
    return part.is_current and part.kind in SPEAKING and not part.notices.all()


def may_contest(part: FindingPart, at: datetime) -> bool:
    """Whether a part may be contested now."""
    in_time = part.contest_until is not None and at < part.contest_until
    return part.is_current and not part.state and in_time


def is_new_since(complaint: Complaint, at: datetime) -> bool:
    """Whether the complainant objected, brought new facts or it was taken up again since."""
    return CaseEntry.objects.filter(case=complaint.case_id, act__in=NEW, at__gte=at).exists()


def own_findings(actor: Actor) -> list[OwnFinding]:
    """Give the parts that a person is told of, the newest first."""
    person = staff.person_behind(actor)
    if person is None:
        return []
    told = FindingNotice.objects.filter(person=person).order_by("-pk")
    related = ("part__complaint__case", "part__unit", "part__person")
    return [
        OwnFinding(row.part, row.seen_at is None)
        for row in told.select_related(*related)[:OWN_SHOWN]
    ]


def own_part(actor: Actor, ref: str) -> FindingPart:
    """Give a part that the actor is told of. Raises NotThere."""
    person = staff.person_behind(actor)
    found = None
    if person is not None and len(ref) <= REF_MAX_CHARACTERS and ref.isprintable():
        rows = FindingPart.objects.filter(public_id=ref, notices__person=person)
        related = ("complaint__case__handler", "complaint__case__owner", "unit", "person")
        found = rows.select_related(*related).first()
    if found is None:
        raise NotThere
    return found
