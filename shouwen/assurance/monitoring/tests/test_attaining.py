"""What the holders of a post reached in the last whole month, on its page and by the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.assurance.monitoring import queries
from shouwen.assurance.monitoring.models import Grain, Rollup
from shouwen.assurance.monitoring.rules import month_start
from shouwen.assurance.monitoring.tests.floors import answered, asked, hear_everything
from shouwen.contact.conversations import actions as conversations
from shouwen.ground.kernel import time
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Post
from shouwen.people.staff.tests.factories import FOUNDER, MONDAY_9AM, a_post, signed_in
from shouwen.service.cases.tests.factories import Bank, a_bank, later

JUNE = date(2026, 6, 1)
IN_JULY = later(days=20)


@pytest.fixture
def post(bank: Bank) -> Post:
    """A post that asks for two of the three figures and is held by two agents since June."""
    made = a_post(bank.institution, connect_percent=Decimal("99.5"), reply_percent=Decimal(60))
    for person in (bank.agent, bank.colleague):
        staff.give_post(person, made, actor=FOUNDER, at=MONDAY_9AM)
    Post.objects.get().holdings.update(since=later(days=-30))
    return made


def busy_june(bank: Bank) -> None:
    """Have one agent answer twice, once in time, another once, and one customer leave."""
    answered(bank, 1, bank.agent, 10)
    answered(bank, 2, bank.agent, 30)
    answered(bank, 3, bank.colleague, 10)
    _gone, visitor = asked(bank, 4)
    conversations.abandon(_gone, actor=visitor, at=later(minutes=5))
    hear_everything()


def test_shares_are_each_persons_own_and_the_connect_rate_the_queues(bank: Bank) -> None:
    busy_june(bank)
    found = queries.attainment([bank.agent, bank.colleague, bank.outsider], IN_JULY)
    assert found.month == JUNE
    assert found.by_person == {
        bank.agent.public_id: {
            "connect_percent": 0.75, "reply_percent": 0.5, "resolution_percent": None,
        },
        bank.colleague.public_id: {
            "connect_percent": 0.75, "reply_percent": 1.0, "resolution_percent": None,
        },
        # Nothing counted is no data, and not all well.
        bank.outsider.public_id: {
            "connect_percent": None, "reply_percent": None, "resolution_percent": None,
        },
    }  # fmt: skip
    assert found.together == {
        "connect_percent": 0.75, "reply_percent": 2 / 3, "resolution_percent": None,
    }  # fmt: skip


def test_only_the_last_whole_month_of_the_own_house_counts(bank: Bank) -> None:
    busy_june(bank)
    rows = {"grain": Grain.MONTH, "of_person": True, "person_ref": bank.agent.public_id}
    july = month_start(IN_JULY)
    Rollup.objects.create(institution=bank.institution, starts_at=july, answered=9, **rows)
    other = a_bank("insurer")
    june = month_start(MONDAY_9AM)
    Rollup.objects.create(institution=other.institution, starts_at=june, answered=9, **rows)
    found = queries.attainment([bank.agent], IN_JULY)
    assert found.by_person[bank.agent.public_id]["reply_percent"] == 0.5
    none = queries.attainment([bank.agent], later(days=90))
    assert none.together == dict.fromkeys(none.together)


def test_the_page_says_who_falls_short(bank: Bank, post: Post) -> None:
    busy_june(bank)
    staff.give_post(bank.outsider, post, actor=FOUNDER, at=IN_JULY)
    with time.frozen(IN_JULY):
        page = signed_in(bank.admin).get(f"/console/system/posts/{post.public_id}/")
        reached = page.context["reached"]
    assert [share for _words, share in reached.columns] == [Decimal("99.5"), Decimal("60.0")]
    assert reached.together == [(0.75, True), (2 / 3, False)]
    assert {holding.person.pk: cells for holding, cells in reached.rows} == {
        bank.agent.pk: [(0.75, True), (0.5, True)],
        bank.colleague.pk: [(0.75, True), (1.0, False)],
        bank.outsider.pk: None,
    }
    text = page.content.decode()
    assert "2026-06 达成情况" in text
    assert "此后到岗" in text


def test_a_post_bound_to_no_figure_shows_none(bank: Bank) -> None:
    post = a_post(bank.institution)
    staff.give_post(bank.agent, post, actor=FOUNDER, at=MONDAY_9AM)
    with time.frozen(IN_JULY):
        page = signed_in(bank.admin).get(f"/console/system/posts/{post.public_id}/")
    assert page.context["reached"] is None


def test_programs_read_it_in_percent(bank: Bank, post: Post) -> None:
    busy_june(bank)
    with time.frozen(IN_JULY):
        said = signed_in(bank.admin).get(f"/api/v1/posts/{post.public_id}").json()
    assert said["reached_month"] == "2026-06-01"
    assert said["reached"] == {
        "connect_percent": 75.0, "reply_percent": 66.7, "resolution_percent": None,
    }  # fmt: skip
    own = {one["person"]: one["reached"]["reply_percent"] for one in said["holders"]}
    assert own == {bank.agent.public_id: 50.0, bank.colleague.public_id: 100.0}


def test_it_costs_the_same_for_any_number_of_holders(bank: Bank) -> None:
    busy_june(bank)
    costs = []
    for people in ([bank.agent], [bank.agent, bank.colleague, bank.outsider, bank.lead]):
        with CaptureQueriesContext(connection) as caught:
            queries.attainment(people, IN_JULY)
        costs.append(len(caught))
    assert costs == [2, 2]
