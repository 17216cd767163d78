"""While somebody is away, their deputy finds their cases and tasks, and works them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import actions as staff
from shouwen.people.staff import queries as staff_queries
from shouwen.people.staff.models import Person, RoleGrant
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case, CaseTask
from shouwen.service.cases.queries import Filters
from shouwen.service.cases.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_bank,
    a_case_in,
    a_task,
    later,
)
from shouwen.service.cases.tests.test_pages import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Iterator[Bank]:
    """The agent of the cards team is away today; one of the loans team stands in."""
    bank, today = a_bank(), MONDAY_9AM.date()
    with time.frozen(MONDAY_9AM):
        staff.name_deputy(bank.agent, bank.outsider, today, today, actor=bank.me, at=MONDAY_9AM)
        staff.note_absence(bank.agent, "LEAVE", today, today, actor=bank.boss, at=MONDAY_9AM)
        yield bank


def mine(bank: Bank) -> list[Case]:
    """Give what the deputy finds under "handled by me"."""
    page = queries.ledger(bank.acting(bank.outsider), Filters(view="mine"), at=later(hours=1))
    return [row.case for row in page.rows]


def test_the_deputy_works_the_cases_of_the_one_who_is_away(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    assert mine(bank) == [case]
    deputy = bank.acting(bank.outsider)
    found = queries.case_for(deputy, case.public_id)
    actions.wait_for_customer(found, reason="待客户补件", actor=deputy, at=later(hours=2))
    with time.frozen(MONDAY_9AM + timedelta(days=1)):
        assert mine(bank) == []
        with pytest.raises(NotThere):
            queries.case_for(bank.acting(bank.outsider), case.public_id)


def test_the_deputy_answers_tasks_asked_of_the_one_who_is_away(bank: Bank) -> None:
    case, today = a_case_in("IN_PROGRESS", bank), MONDAY_9AM.date()
    away, deputy = bank.outsider, bank.colleague
    staff.name_deputy(away, deputy, today, today, actor=bank.acting(away), at=MONDAY_9AM)
    staff.note_absence(away, "SICK", today, today, actor=Actor.system("tests"), at=MONDAY_9AM)
    task = a_task(bank, case, person=away)

    def found(person: Person) -> list[tuple[CaseTask, bool]]:
        page = queries.tasks_for(bank.acting(person), "unit", at=later(hours=1))
        return [(row.task, row.may_answer) for row in page.rows]

    assert found(deputy) == [(task, True)]
    # Nobody answers what they asked themselves, nor what is none of theirs.
    assert found(bank.agent) == []
    actions.answer_task(task, "已核对。", actor=bank.acting(deputy), at=later(hours=2))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_and_the_choosers_say_who_is_away(bank: Bank, language: str) -> None:
    Person.objects.filter(pk=bank.lead.pk).update(language=language)
    bank.lead.refresh_from_db()
    case, client = a_case_in("IN_PROGRESS", bank), signed_in(bank.lead)
    name = bank.outsider.name
    words = f"Away today, deputy {name}" if language == "en" else f"今日不在，由{name}代理"
    assert client.get(page_of(case)).content.decode().count(words) == 1
    given = a_case_in("IN_PROGRESS", bank)
    actions.assign(given, bank.colleague, reason="改派", actor=bank.boss, at=later(hours=1))
    assert client.get(page_of(given)).content.decode().count(words) == 1
    for address in (page_of(case, "ask", "assign"), "/cases/bulk/assign/"):
        dialog = client.get(address, {"ref": case.public_id}).content.decode()
        assert dialog.count(words) == 1
    staff.note_absence(
        bank.colleague,
        "SICK",
        MONDAY_9AM.date(),
        MONDAY_9AM.date(),
        actor=bank.boss,
        at=MONDAY_9AM,
    )
    dialog = client.get(page_of(case, "ask", "assign")).content.decode()
    assert dialog.count("Away today" if language == "en" else "今日不在") == 2
    with time.frozen(MONDAY_9AM + timedelta(days=1)):
        assert words not in signed_in(bank.lead).get(page_of(case)).content.decode()


def test_who_may_not_stand_in_any_more_is_not_named(bank: Bank) -> None:
    people = [bank.agent.pk, bank.outsider.pk, bank.lead.pk]
    assert staff_queries.away_now(people, MONDAY_9AM) == {bank.agent.pk: (bank.outsider,)}
    Person.objects.filter(pk=bank.outsider.pk).update(is_active=False)
    assert staff_queries.away_now(people, MONDAY_9AM) == {bank.agent.pk: ()}
    Person.objects.filter(pk=bank.outsider.pk).update(is_active=True)
    RoleGrant.objects.create(
        person=bank.outsider, role="auditor", unit=bank.loans, granted_at=MONDAY_9AM
    )
    assert staff_queries.away_now(people, MONDAY_9AM) == {bank.agent.pk: ()}
    assert staff_queries.away_now([bank.lead.pk], MONDAY_9AM) == {}


@pytest.mark.parametrize("many", [False, True])
def test_asking_who_is_away_costs_three_queries(
    bank: Bank, many: bool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [bank.agent.pk, *([bank.lead.pk, bank.colleague.pk] if many else [])]
    with django_assert_num_queries(3):
        staff_queries.away_now(people, MONDAY_9AM)
