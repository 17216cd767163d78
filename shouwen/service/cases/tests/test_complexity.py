"""HB-1.3-06: how soon a case is resolved varies by its complexity too, as the house promises."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwen.ground.policy import defaults
from shouwen.ground.policy.models import Clock
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import CaseComplexity
from shouwen.people.customers.rules.tiers import Service
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case, Complexity
from shouwen.service.cases.queries.clocks import facts_of
from shouwen.service.cases.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_case,
    a_case_in,
    a_question,
    later,
)
from shouwen.service.cases.tests.test_tiers import PERSONS, due

HOUSE, RULE = "HB-1.3-06", "HB-2.1-07"
HOURS = {"COMPLEX": 48, "SPECIAL": 96}


def promise(bank: Bank, tier: int | None = None, **by_complexity: int | None) -> None:
    """Promise so many hours to the customers of one tier, and for cases of each complexity."""
    said = {("complexity", name): hours for name, hours in by_complexity.items()} | {PERSONS: tier}
    services = {key: Service(resolve_hours=hours) for key, hours in said.items()}
    customers.set_tier_services(bank.institution, services, actor=staff.FOUNDER, at=MONDAY_9AM)


def adopt(bank: Bank, *codes: str, hard: tuple[str, ...] = ()) -> None:
    """Let these packs count, and these clauses bind."""
    defaults.adopt_packs(
        bank.institution.pk,
        codes,
        hard=hard,
        actor=staff.FOUNDER,
        approver=bank.boss,
        at=MONDAY_9AM,
    )


def classify(bank: Bank, case: Case, complexity: str, hours: float) -> None:
    """Find a case to be of another complexity, so many hours after it came."""
    actions.classify(case, bank.frozen, complexity=complexity, actor=bank.me, at=later(hours=hours))


def test_the_tiers_page_knows_the_complexities_of_cases() -> None:
    assert CaseComplexity.choices == Complexity.choices


@pytest.mark.parametrize(
    ("tier", "complexity", "hours", "clause"),
    [
        (None, "GENERAL", 72, RULE),
        (None, "COMPLEX", 48, HOUSE),
        (None, "SPECIAL", 72, RULE),
        (8, "GENERAL", 8, HOUSE),
        (8, "COMPLEX", 8, HOUSE),
        (8, "SPECIAL", 8, HOUSE),
        (60, "GENERAL", 60, HOUSE),
        (60, "COMPLEX", 48, HOUSE),
        (60, "SPECIAL", 60, HOUSE),
        (720, "GENERAL", 72, RULE),
        (720, "COMPLEX", 48, HOUSE),
        (720, "SPECIAL", 72, RULE),
    ],
)
def test_of_tier_complexity_and_clause_the_shortest_counts(
    bank: Bank, tier: int | None, complexity: str, hours: int, clause: str
) -> None:
    adopt(bank, *defaults.every_pack(), hard=(RULE,))
    promise(bank, tier, **HOURS)
    case = a_case_in("IN_PROGRESS", bank, complexity=complexity)
    assert due(case) == (later(hours=hours, minutes=3), clause, True)


def test_a_case_classified_anew_goes_by_its_new_complexity(bank: Bank) -> None:
    promise(bank, COMPLEX=48, SPECIAL=4)
    case = a_case_in("IN_PROGRESS", bank)
    usual = due(case)
    assert usual[1] == RULE
    classify(bank, case, "COMPLEX", 1)
    assert due(case) == (later(hours=48, minutes=3), HOUSE, True)
    classify(bank, case, "SPECIAL", 2)
    assert due(case) == (later(hours=4, minutes=3), HOUSE, True)
    case.refresh_from_db()
    assert case.due_at == later(hours=4, minutes=3)
    classify(bank, case, "GENERAL", 3)
    assert due(case) == usual


def test_a_new_complexity_never_puts_off_what_binds(bank: Bank) -> None:
    adopt(bank, *defaults.every_pack(), hard=(RULE,))
    promise(bank, COMPLEX=48, SPECIAL=720)
    case = a_case_in("IN_PROGRESS", bank)
    bound = due(case)
    for complexity, hours in (("SPECIAL", 1), ("COMPLEX", 2), ("SPECIAL", 3)):
        classify(bank, case, complexity, hours)
        assert due(case)[0] <= bound[0]
    assert due(case) == bound


def test_where_no_rule_counts_it_begins_and_ends_with_the_complexity(bank: Bank) -> None:
    adopt(bank)
    promise(bank, COMPLEX=48)
    case = a_case_in("IN_PROGRESS", bank)
    clocks = Clock.objects.filter(subject_ref=case.public_id, event="ticket.resolve")
    assert not clocks.exists()
    for hours in (1, 3):
        classify(bank, case, "COMPLEX", hours)
        assert due(case) == (later(hours=48, minutes=3), HOUSE, True)
        classify(bank, case, "GENERAL", hours + 1)
        assert set(clocks.values_list("state", flat=True)) == {"CANCELLED"}
    classify(bank, case, "COMPLEX", 5)
    actions.resolve(case, solution="已换卡。", actor=bank.me, at=later(hours=6))
    assert not clocks.filter(state__in=("RUNNING", "PAUSED")).exists()
    actions.send_feedback(case, "已换卡。", "PHONE", actor=bank.me, at=later(hours=7))
    actions.record_objection(
        case, reason="未到账", channel="PHONE", actor=bank.me, at=later(hours=8)
    )
    case.refresh_from_db()
    assert due(case) == (later(hours=56), HOUSE, True)


def test_it_counts_for_a_case_whose_customer_is_not_known(bank: Bank) -> None:
    promise(bank, 8, COMPLEX=48)
    case = actions.open_case(a_question(complexity="COMPLEX"), actor=bank.me, at=MONDAY_9AM)
    actions.accept(case, actor=bank.me, at=later(minutes=1))
    actions.classify(case, bank.frozen, actor=bank.me, at=later(minutes=2))
    actions.assign(case, bank.agent, actor=bank.me, at=later(minutes=3))
    assert due(case) == (later(hours=48, minutes=3), HOUSE, True)
    actions.link_customer(case, bank.customer, actor=bank.me, at=later(hours=1))
    assert due(case) == (later(hours=8, minutes=3), HOUSE, True)


def test_what_runs_keeps_its_limit_and_complaints_have_their_own(bank: Bank) -> None:
    promise(bank, COMPLEX=48)
    case = a_case_in("IN_PROGRESS", bank, complexity="COMPLEX")
    promise(bank, COMPLEX=4)
    assert due(case) == (later(hours=48, minutes=3), HOUSE, True)
    assert not facts_of(a_case(bank, kind="COMPLAINT", complexity="COMPLEX")).promised


def test_the_working_says_who_set_the_limit(bank: Bank, client: Client) -> None:
    promise(bank, COMPLEX=48)
    case = a_case_in("IN_PROGRESS", bank, complexity="COMPLEX")
    clocks = queries.clocks_of_case(case, later(hours=1))
    shown = next(clock for clock in clocks if clock.event == "ticket.resolve")
    assert shown.working.endswith("由本机构设定。")
    assert {one.clause: one.by_house for one in shown.candidates} == {HOUSE: True, RULE: False}
    client.force_login(bank.agent)
    assert "由本机构设定" in client.get(f"/cases/{case.public_id}/").content.decode()
