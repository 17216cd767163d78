"""A case as the clocks see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shouwen.ground.policy import queries as policy_queries
from shouwen.ground.policy.clocks import Promised, Subject
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.queries import ClockView, Promise
from shouwen.ground.policy.rules import Facts
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Customer
from shouwen.service.cases.models import Case, Channel, Complexity, Kind, Urgency
from shouwen.service.cases.rules.merging import Duty

SUBJECT_KIND = "case"
# What the rules call a matter whose risk asks to complete it within 72 hours (CG-5.2-02).
RISKY = frozenset({"risk_response"})
# What an institution promises for cases, by their customer's tiers and their own complexity.
RESOLVE_EVENT = "ticket.resolve"
TIER_CLAUSE = "HB-1.3-06"
PROMISE_BEGINS = ("case.assigned", "ticket.assigned", "case.objected")


def subject_of(case: Case) -> Subject:
    """Name the case to the clock engine."""
    return Subject(SUBJECT_KIND, case.public_id)


def facts_of(case: Case) -> Facts:
    """Give what the rules ask of a case: how it came, how urgent it is, for whom."""
    customer = case.customer
    return Facts(
        kind=case.kind.lower(),
        channel=case.channel.lower(),
        urgency=case.urgency.lower(),
        complexity=case.complexity.lower(),
        risk=customer.risk.lower() if customer else "",
        value=customer.value.lower() if customer else "",
        tier=customer.kind.lower() if customer else "",
        cond=RISKY if case.asks_risk_response else frozenset(),
        promised=_promised(case),
    )


def _promised(case: Case) -> tuple[Promised, ...]:
    """Give the house's limit for resolving, by the customer's tiers and the case's complexity.

    A complaint has limits of its own.
    """
    if case.kind == Kind.COMPLAINT:
        return ()
    hours = customers.resolve_hours_of(case.institution_id, case.customer, case.complexity)
    if hours is None:
        return ()
    return (Promised(RESOLVE_EVENT, f"{hours}h", TIER_CLAUSE, PROMISE_BEGINS),)


def promised_to(
    institution_id: int, kind: str, customer: Customer | None, at: datetime
) -> list[Promise]:
    """Give what a question of this kind, asked by the web form now, would start; soonest first."""
    facts = Facts(
        kind=kind.lower(),
        channel=Channel.WEB.lower(),
        urgency=Urgency.ORDINARY.lower(),
        complexity=Complexity.GENERAL.lower(),
        risk=customer.risk.lower() if customer else "",
        value=customer.value.lower() if customer else "",
        tier=customer.kind.lower() if customer else "",
    )
    return policy_queries.promised(institution_id, "case.opened", facts, at)


def duties_of(case: Case) -> list[Duty]:
    """Give the limits and targets of the present round, open and fulfilled."""
    rows = Clock.objects.filter(
        subject_kind=SUBJECT_KIND,
        subject_ref=case.public_id,
        started_at__gte=case.round_began_at,
    ).exclude(state=Clock.State.CANCELLED)
    return [
        Duty(clock.event, clock.due_at, is_done=clock.state == Clock.State.STOPPED)
        for clock in rows.order_by("due_at", "pk")
    ]


def tightest(clocks: Iterable[Clock]) -> tuple[datetime | None, datetime | None]:
    """Give when the tightest hard clock warns and when it is due; nothing when none runs."""
    running = [c for c in clocks if c.hard and c.state == Clock.State.RUNNING]
    first = min(running, key=lambda clock: clock.due_at, default=None)
    return (first.soon_at, first.due_at) if first else (None, None)


def clocks_running(case: Case) -> list[Clock]:
    """Give the clocks of a case that run or stand still, tightest first."""
    return list(
        Clock.objects.filter(
            subject_kind=SUBJECT_KIND,
            subject_ref=case.public_id,
            state__in=(Clock.State.RUNNING, Clock.State.PAUSED),
        ).order_by("due_at", "pk")
    )


def clocks_of_case(case: Case, at: datetime) -> list[ClockView]:
    """Give every clock of the present round with its clause and working, tightest first."""
    return _of_round(case, policy_queries.clocks_of(subject_of(case), at))


def clocks_of_cases(cases: Iterable[Case], at: datetime) -> dict[str, list[ClockView]]:
    """Give the clocks of many cases by public id, in a constant number of queries."""
    cases = list(cases)
    found = policy_queries.clocks_of_many([subject_of(case) for case in cases], at)
    return {case.public_id: _of_round(case, found.get(case.public_id, [])) for case in cases}


def first_clocks_of(cases: Iterable[Case], at: datetime) -> dict[str, ClockView]:
    """Give the one clock of each case that a ledger shows, by public id.

    The tightest that runs or stands still, else the first of the present round to end.
    """
    cases = list(cases)
    rounds = {case.public_id: case.reopened_at for case in cases if case.reopened_at}
    return policy_queries.first_of_many([subject_of(case) for case in cases], at, rounds)


def _of_round(case: Case, clocks: list[ClockView]) -> list[ClockView]:
    """Leave out what ended in a round before; that stays in the clocks' own ledger."""
    if case.reopened_at is None:
        return clocks
    return [c for c in clocks if c.stopped_at is None or c.started_at >= case.reopened_at]
