"""HB-1.3-06: how soon a case is resolved varies by its customer's tiers, as the house promises."""

from __future__ import annotations

from datetime import datetime

import pytest

from shouwen.ground.policy import defaults
from shouwen.ground.policy.models import Clock
from shouwen.people.customers import actions as customers
from shouwen.people.customers.rules.tiers import Service, together
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases import actions
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_case_in,
    a_question,
    later,
)

PERSONS = ("kind", "INDIVIDUAL")


def give(bank: Bank, hours: int | None) -> None:
    """Promise the customers of one tier that their cases are resolved in so many hours."""
    service = Service(resolve_hours=hours)
    customers.set_tier_services(
        bank.institution, {PERSONS: service}, actor=staff.FOUNDER, at=MONDAY_9AM
    )


def due(case: Case) -> tuple[datetime, str, bool]:
    """Give when a case is to be resolved, by which clause, and whether it binds."""
    clock = Clock.objects.get(
        subject_ref=case.public_id, event="ticket.resolve", state__in=("RUNNING", "PAUSED")
    )
    return clock.due_at, clock.clause, clock.hard


def test_the_limit_of_a_tier_counts_from_the_assignment(bank: Bank) -> None:
    usual = a_case_in("IN_PROGRESS", bank)
    before = due(usual)
    give(bank, 8)
    case = a_case_in("IN_PROGRESS", bank)
    assert case.assigned_at is not None
    assert due(case) == (later(hours=8, minutes=3), "HB-1.3-06", True)
    assert due(usual) == before, "what runs keeps its limit"
    give(bank, None)
    assert due(case)[1] == "HB-1.3-06"


def test_a_longer_promise_loosens_no_limit_that_binds(bank: Bank) -> None:
    defaults.adopt_packs(
        bank.institution.pk,
        defaults.every_pack(),
        hard=("HB-2.1-07",),
        actor=staff.FOUNDER,
        approver=bank.boss,
        at=MONDAY_9AM,
    )
    before = due(a_case_in("IN_PROGRESS", bank))
    give(bank, 720)
    assert due(a_case_in("IN_PROGRESS", bank)) == before


def test_it_begins_anew_with_an_objection_and_ends_with_the_resolution(bank: Bank) -> None:
    give(bank, 8)
    case = a_case_in("FEEDBACK_SENT", bank)
    clocks = Clock.objects.filter(subject_ref=case.public_id, event="ticket.resolve")
    assert set(clocks.values_list("state", flat=True)) == {"STOPPED"}
    at = later(days=1)
    actions.record_objection(case, reason="还没到账", channel="PHONE", actor=bank.me, at=at)
    case.refresh_from_db()
    assert due(case) == (later(days=1, hours=8), "HB-1.3-06", True)


def test_a_customer_linked_later_has_it_from_the_assignment_on(bank: Bank) -> None:
    give(bank, 8)
    case = actions.open_case(a_question(), actor=bank.me, at=MONDAY_9AM)
    actions.accept(case, actor=bank.me, at=later(minutes=1))
    actions.classify(case, bank.frozen, actor=bank.me, at=later(minutes=2))
    actions.assign(case, bank.agent, actor=bank.me, at=later(minutes=3))
    assert due(case)[1] != "HB-1.3-06"
    actions.link_customer(case, bank.customer, actor=bank.me, at=later(hours=1))
    assert due(case) == (later(hours=8, minutes=3), "HB-1.3-06", True)


@pytest.mark.parametrize(("held", "least"), [((None, None), None), ((8, None), 8), ((24, 8), 8)])
def test_of_several_tiers_the_shortest_counts(
    held: tuple[int | None, int | None], least: int | None
) -> None:
    assert together(Service(resolve_hours=hours) for hours in held).resolve_hours == least
