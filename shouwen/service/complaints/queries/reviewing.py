"""Which reviews wait for whom: the unit above decides, and nobody who had a hand in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Person
from shouwen.service.cases.models import CaseEntry
from shouwen.service.cases.queries.scope import Self
from shouwen.service.complaints.access import RIGHTS
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintContest,
    ComplaintExtension,
    ContestKind,
    ContestState,
    ResultNotice,
)
from shouwen.service.complaints.queries.contesting import DECIDING
from shouwen.service.complaints.rules.states import Act


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides reviews: the rows of them and of those they stand in for, and where they sit."""

    people: Sequence[int]
    path: str
    is_at_the_top: bool


def decider_of(actor: Actor, me: Self) -> Decider | None:
    """Give where this person decides reviews; None for who decides none. One query."""
    if me.person_id is None or not staff_access.has_right(actor, RIGHTS[Act.DECIDE]):
        return None
    place = Person.objects.filter(pk=me.person_id).values_list("unit__path", "unit__parent_id")
    path, parent = place[0]
    return Decider((me.person_id, *me.stands_in_for), path, parent is None)


def for_me_to_decide(rows: QuerySet[Complaint], actor: Actor, me: Self) -> QuerySet[Complaint]:
    """Keep the complaints whose 核查 this person may decide, by the rule of `rules.contesting`."""
    decider = decider_of(actor, me)
    return rows.none() if decider is None else waiting_for(rows, decider)


def waiting_for(rows: QuerySet[Complaint], decider: Decider) -> QuerySet[Complaint]:
    """Keep those of units below theirs, or of their own where no unit stands above it."""
    below = Q(decided_in__startswith=decider.path) & ~Q(decided_in=decider.path)
    if decider.is_at_the_top:
        below |= Q(decided_in=decider.path)
    asked = ComplaintContest.objects.filter(kind=ContestKind.REVIEW, state=ContestState.ASKED)
    # The one that waits longest is decided first.
    first = asked.filter(complaint=OuterRef("pk")).order_by("pk")
    return (
        rows.filter(pk__in=asked.values("complaint_id"))
        .alias(decided_in=Subquery(first.values("decided_in__path")[:1]))
        .filter(below)
        .exclude(_had_a_hand(decider.people))
    )


def _had_a_hand(people: Sequence[int]) -> Q:
    own = {"complaint": OuterRef("pk")}
    refs = Person.objects.filter(pk__in=people).values("public_id")
    steps = [f"complaint_{act.value}" for act in DECIDING]
    taken = CaseEntry.objects.filter(case=OuterRef("case_id"), act__in=steps, actor_ref__in=refs)
    return (
        Q(case__handler__in=people, case__handler__isnull=False)
        | Q(supervisor__in=people, supervisor__isnull=False)
        | Q(executive__in=people, executive__isnull=False)
        | Exists(taken)
        | Exists(ComplaintExtension.objects.filter(**own, decided_by__in=people))
        | Exists(ResultNotice.objects.filter(**own, issued_by__in=people))
        | Exists(ComplaintContest.objects.filter(**own, decided_by__in=people))
    )
