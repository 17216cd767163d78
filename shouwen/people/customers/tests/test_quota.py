"""How many customers one person looks up in an hour: counted, refused in words, told to risk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.vault.actions import LookQuotaSpent
from shouwen.ground.vault.models import AuditRow, LookQuota
from shouwen.people.customers import actions, queries
from shouwen.people.customers.models import Customer
from shouwen.people.staff import actions as staff_actions
from shouwen.people.staff.models import Unit
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
    signed_in,
)

MOST = 10
HOUR = timedelta(hours=1)


@pytest.fixture
def unit(db: None) -> Unit:
    """The top unit of a bank that lets ten customers be looked up in an hour."""
    made = a_unit(an_institution())
    staff_actions.set_limits(
        made.institution, {"customer-looks": MOST}, actor=FOUNDER, at=MONDAY_9AM
    )
    return made


@pytest.fixture
def agent(unit: Unit) -> Actor:
    """Somebody at the desk."""
    return acting(a_person(unit, "agent"))


def customers(unit: Unit, count: int) -> list[Customer]:
    """Register so many."""
    return [
        actions.register_customer(unit.institution, name=f"客户{n}", actor=FOUNDER, at=MONDAY_9AM)
        for n in range(count)
    ]


def test_searches_and_openings_count_and_the_next_one_is_refused(unit: Unit, agent: Actor) -> None:
    files = customers(unit, 6)
    for one in files[:5]:
        queries.customer_for(agent, one.public_id, MONDAY_9AM, "serve")
    for _search in range(5):
        queries.find(agent, "客户1", MONDAY_9AM, "serve")
    later = MONDAY_9AM + HOUR / 2
    with pytest.raises(LookQuotaSpent) as refused:
        queries.customer_for(agent, files[5].public_id, later, "serve")
    assert "10:00" in str(refused.value), "it says when to go on"
    with pytest.raises(LookQuotaSpent):
        queries.find(agent, "客户1", later, "serve")
    rows = AuditRow.objects.filter(result="quota_spent").order_by("pk")
    assert [(row.act, row.object_ref, row.purpose) for row in rows] == [
        ("customer.viewed", files[5].public_id, "serve"),
        ("customer.searched", "", "serve"),
    ]
    # What is open stays open; what was refused is no file opened before.
    queries.customer_for(agent, files[0].public_id, later, "serve")
    assert files[5] not in queries.recent_of(agent)
    queries.customer_for(agent, files[5].public_id, MONDAY_9AM + HOUR, "serve")


def test_the_same_file_counts_once_and_what_one_has_in_hand_does_not(
    unit: Unit, agent: Actor
) -> None:
    one, other = customers(unit, 2)
    for _look in range(MOST + 5):
        queries.customer_for(agent, one.public_id, MONDAY_9AM, "serve")
        queries.customer_for(agent, other.public_id, MONDAY_9AM, "contact cont_a", in_hand=True)
    assert LookQuota.objects.get().used == 1


def test_each_person_has_their_own_hour_and_what_is_no_person_none(
    unit: Unit, agent: Actor
) -> None:
    colleague = acting(a_person(unit, "agent"))
    for who in (agent, colleague):
        for _search in range(MOST):
            queries.find(who, "无此人", MONDAY_9AM, "serve")
    key = Actor(
        ActorKind.KEY, "key_a", "CRM", unit.institution_id, frozenset({"agent"}), all_units=True
    )
    for _line in range(MOST + 1):
        queries.find(key, "无此人", MONDAY_9AM, "sync")
        queries.find_for_table(agent, "无此人", MONDAY_9AM, "table")
    assert sorted(LookQuota.objects.values_list("used", flat=True)) == [MOST, MOST]


def test_the_page_says_what_to_do_and_risk_sees_who_was_stopped(unit: Unit) -> None:
    person, risk = a_person(unit, "agent"), a_person(unit, "risk")
    desk, officer = signed_in(person), signed_in(risk)
    said = {"q": "无此人", "for": "serve"}
    with time.frozen(MONDAY_9AM):
        quiet = officer.get("/console/system/limits/").content.decode()
        answers = [desk.post("/customers/find/", said) for _n in range(MOST + 1)]
    assert "近7日没有人超过" in quiet
    assert [answer.status_code for answer in answers] == [200] * MOST + [429]
    assert "联系班长协助" in answers[-1].content.decode()
    with time.frozen(MONDAY_9AM + HOUR):
        page = officer.get("/console/system/limits/").content.decode()
        rail = officer.get("/console/rules/").content.decode()
    assert person.name in page.partition("查询客户被拦下的人员")[2]
    assert badge(rail) != badge(quiet)
    with time.frozen(MONDAY_9AM + timedelta(days=8)):
        assert "近7日没有人超过" in officer.get("/console/system/limits/").content.decode()
    assert not_told(unit)


def badge(page: str) -> str:
    """Give the door to the system as the rail shows it."""
    return page.partition('href="/console/system/"')[2].partition("</a>")[0]


def not_told(unit: Unit) -> bool:
    """Whether another house is told nothing of it."""
    other = a_unit(an_institution("insurer"))
    with time.frozen(MONDAY_9AM + HOUR):
        page = signed_in(a_person(other, "risk")).get("/console/system/limits/")
    return "近7日没有人超过" in page.content.decode()


def test_programs_of_a_person_meet_the_same_quota(unit: Unit) -> None:
    person = a_person(unit, "agent")
    _row, token = staff_actions.create_api_key(
        unit.institution, role="agent", name="CRM", person=person, actor=FOUNDER, at=MONDAY_9AM
    )
    (one,) = customers(unit, 1)
    for _search in range(MOST):
        queries.find(acting(person), "无此人", MONDAY_9AM, "serve")
    with time.frozen(MONDAY_9AM):
        answer = Client(raise_request_exception=False).get(
            f"/api/v1/customers/{one.public_id}",
            headers={"Authorization": f"Bearer {token}", "Purpose": "serve"},
        )
    assert (answer.status_code, answer.json()["code"]) == (429, "look-quota-spent")
