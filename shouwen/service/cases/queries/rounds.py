"""What a case was before, who worked on it, and what a review found."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.service.cases import access
from shouwen.service.cases.models import Case, CaseEntry, CaseReview, CaseRound
from shouwen.service.cases.rules.states import Act, State

# Whoever did one of these has a part in the result.
PARTS = (
    *(Act.OPINION, Act.RESOLVE, Act.FEEDBACK, Act.CONFIRM_BY_AGENT, Act.CONFIRM_BY_CUSTOMER),
    *(Act.OBJECT, Act.CLOSE),
)


def worked_on(case: Case) -> set[str]:
    """Give the people with a part in the present round: they handled, answered or closed it."""
    acts = CaseEntry.objects.filter(
        case=case, at__gte=case.round_began_at, act__in=PARTS, actor_kind=ActorKind.PERSON.value
    )
    people = {person.public_id for person in (case.owner, case.handler) if person is not None}
    return people | set(acts.values_list("actor_ref", flat=True))


def rounds_of(case: Case) -> list[CaseRound]:
    """Give the rounds of a case that ended, newest first; one query, none for a first round."""
    if case.round == 1:
        return []
    rounds = list(CaseRound.objects.filter(case=case).order_by("-number"))
    for each in rounds:
        # The row is sealed with its case's key; the case is at hand.
        each.case = case
    return rounds


def reviews_of(case: Case) -> list[CaseReview]:
    """Give what other people found on looking at a case, newest first."""
    reviews = list(CaseReview.objects.filter(case=case).order_by("-round"))
    for each in reviews:
        each.case = case
    return reviews


def may_review(actor: Actor, case: Case) -> bool:
    """Whether the actor may review the case now."""
    return (
        case.state == State.CLOSED
        and case.reviewed_at is None
        and access.may_review(actor, case)
        and actor.ref not in worked_on(case)
    )
