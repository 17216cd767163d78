"""Group complaints: who belongs together, who speaks for them, and how many people they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import figures
from shouwen.service.cases.queries import scope
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.queries.reading import RELATIONS

MOST_FIGURE = "complaint-representatives"
ROWS = 50
CHOICES = 200


@dataclass(frozen=True, slots=True)
class Member:
    """One complaint of a group; out of reach it is known by its number alone."""

    complaint: Complaint
    within_reach: bool

    @property
    def is_lead(self) -> bool:
        """Whether it leads the group."""
        return self.complaint.group_size > 0


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its lead first, then who speaks for it, then the others as they came.

    `people` counts a complainant once; `most` is how many of them may speak for it.
    """

    lead: Complaint
    members: list[Member]
    people: int
    most: int

    @property
    def size(self) -> int:
        """How many complaints it has."""
        return self.lead.group_size

    @property
    def more(self) -> int:
        """How many complaints are not among `members`."""
        # A lead that has ended keeps the size it ended with, though others may have left since.
        return max(0, self.size - len(self.members)) if len(self.members) >= ROWS else 0


def lead_of(complaint: Complaint) -> Complaint:
    """Give the lead of a complaint's group: itself, where it was joined to none."""
    return complaint.group_lead or complaint


def _rows(lead: Complaint) -> QuerySet[Complaint]:
    return Complaint.objects.filter(Q(pk=lead.pk) | Q(group_lead_id=lead.pk))


def group_people(complaint: Complaint) -> int:
    """Count the complainants of a group; who complained twice or more is one person."""
    lead = lead_of(complaint)
    rows = _rows(lead).filter(withdrawn_at__isnull=True)
    found = rows.aggregate(
        known=Count("case__customer", distinct=True),
        unknown=Count("pk", filter=Q(case__customer__isnull=True)),
    )
    return int(found["known"]) + int(found["unknown"])


def group_size(lead: Complaint) -> int:
    """Count the complaints of a group, its lead too; none where nobody is joined to it."""
    joined = Complaint.objects.filter(group_lead_id=lead.pk).count()
    return joined + 1 if joined else 0


def most_representatives() -> int:
    """Give how many may speak for a group."""
    return figures.figure(MOST_FIGURE).value


def members_of(lead: Complaint, most: int = CHOICES) -> list[Complaint]:
    """Give the complaints of a group, its lead first, then who speaks for it."""
    rows = _rows(lead).select_related(*RELATIONS)
    return list(rows.order_by("-group_size", "-is_representative", "pk")[:most])


def members_speaking(lead: Complaint) -> list[Complaint]:
    """Give every complaint whose complainant was named, also one taken back since."""
    rows = _rows(lead).filter(is_representative=True)
    return list(rows.select_related(*RELATIONS).order_by("pk"))


def representatives_of(lead: Complaint) -> list[Complaint]:
    """Give the complaints whose complainants speak for the group and have not withdrawn."""
    rows = _rows(lead).filter(is_representative=True, withdrawn_at__isnull=True)
    return list(rows.select_related(*RELATIONS).order_by("-group_size", "pk"))


def group_of(actor: Actor, complaint: Complaint) -> Group | None:
    """Give the group a complaint leads or was joined to; None where there is none."""
    if not complaint.is_grouped:
        return None
    rows = members_of(lead_of(complaint), ROWS)
    reach = scope.reach_condition(actor, scope.self_of(actor), "case__")
    reached = set(
        Complaint.objects.filter(reach, pk__in=[one.pk for one in rows]).values_list(
            "pk", flat=True
        )
    )
    members = [Member(one, one.pk in reached) for one in rows]
    return Group(rows[0], members, group_people(complaint), most_representatives())


def numbered(institution_id: int, numbers: Sequence[str]) -> list[Complaint]:
    """Give the complaints of an institution with these numbers."""
    asked = [number.strip().upper()[:24] for number in numbers]
    rows = Complaint.objects.filter(institution_id=institution_id, case__number__in=asked)
    return list(rows.select_related(*RELATIONS).order_by("pk"))
