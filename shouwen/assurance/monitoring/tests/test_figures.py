"""Facts become figures once, for the right queue and person, and the wall shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from shouwen.assurance.monitoring import access, queries, wall
from shouwen.assurance.monitoring.models import Rollup
from shouwen.assurance.monitoring.tests.floors import NOW, answered, asked, hear_everything
from shouwen.assurance.satisfaction import actions as satisfaction
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.routing import actions as routing
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.ground.policy.clocks import Subject
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases.tests import factories as cases
from shouwen.service.cases.tests.factories import Bank, later

# One of them asks for the queues' widening steps.
QUERIES = 20


def test_a_day_of_contacts_becomes_figures(bank: Bank) -> None:
    first = answered(bank, 1, bank.agent, 10)
    answered(bank, 2, bank.agent, 30)
    answered(bank, 3, bank.colleague, 20)
    gone, visitor = asked(bank, 4)
    conversations.abandon(gone, actor=visitor, at=later(minutes=5))
    satisfaction.give_rating(
        Subject("contact", first.public_id),
        institution_id=bank.institution.pk,
        score=5,
        actor=Actor.customer("visit_1", bank.institution.pk),
        at=later(minutes=6),
    )
    hear_everything()

    today = queries.live(bank.boss, NOW).today

    assert (today.queued, today.answered, today.answered_in_time, today.abandoned) == (4, 3, 2, 1)
    assert (today.connect_rate, today.service_level) == (0.75, 0.5)
    assert (today.ended, today.solved_at_once, today.first_contact_resolution) == (3, 3, 1.0)
    assert (today.average_wait_seconds, today.handle_seconds) == (20.0, 180.0)
    assert (today.rated, today.satisfied, today.score_5) == (1, 1, 1)
    own = queries.tally(bank.institution.pk, cases.MONDAY_9AM, NOW, person_ref=bank.agent.public_id)
    assert (own.answered, own.answered_in_time, own.rated) == (2, 1, 1)


def test_the_wall_writes_where_counting_of_clocks_stopped(bank: Bank) -> None:
    figures = replace(
        queries.live(bank.boss, NOW), clocks={"over": 10_001, "soon": 10_000, "hold": 0}
    )
    assert wall.clocks(figures) == {"over": "10,000+", "soon": "10000", "hold": "0"}


def test_a_fact_heard_again_is_not_counted_again(bank: Bank) -> None:
    answered(bank, 1, bank.agent, 10)
    hear_everything()
    before = list(Rollup.objects.order_by("pk").values())
    hear_everything()
    assert list(Rollup.objects.order_by("pk").values()) == before


def test_a_contact_that_waits_twice_is_routed_once(bank: Bank) -> None:
    contact, _visitor = asked(bank, 1)
    entry = routing.open_entry(contact)
    assert entry is not None
    routing.take(entry, actor=bank.me, at=later(minutes=2))
    routing.return_to_queue(contact, reason="technical", actor=bank.me, at=later(minutes=3))
    hear_everything()
    assert queries.live(bank.boss, NOW).today.queued == 1


def test_nothing_counted_is_no_data_and_not_all_well(bank: Bank) -> None:
    figures = queries.live(bank.boss, NOW)
    assert [
        figures.today.connect_rate,
        figures.today.service_level,
        figures.week.satisfaction_rate,
    ] == [None, None, None]
    assert [queue.today.service_level for queue in figures.queues] == [None]


def test_figures_stay_within_their_institution(bank: Bank) -> None:
    other = cases.a_bank("other")
    answered(bank, 1, bank.agent, 10)
    hear_everything()
    assert queries.live(bank.boss, NOW).today.answered == 1
    assert queries.live(other.boss, NOW).today.answered == 0
    assert access.may_follow(bank.boss, "bank") is True
    assert access.may_follow(other.boss, "bank") is False


def test_figures_need_the_right_to_read_them(bank: Bank) -> None:
    with pytest.raises(NotAllowed):
        queries.live(bank.me, NOW)


@pytest.mark.parametrize("contacts", [1, 6])
def test_the_wall_costs_the_same_for_any_history(
    bank: Bank, contacts: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for serial in range(contacts):
        answered(bank, serial, bank.agent, 10)
    hear_everything()
    queries.live(bank.boss, NOW)
    with django_assert_num_queries(QUERIES):
        queries.live(bank.boss, NOW)


def test_the_wall_says_no_data_in_words(bank: Bank, client: Client) -> None:
    client.force_login(bank.lead)
    with time.frozen(NOW):
        page = client.get("/wallboard/").content.decode()
        part = client.get("/wallboard/figures/").content.decode()
    assert "暂无数据" in page
    assert 'id="wall-figures"' in part
    assert "<html" not in part


def test_the_wall_leads_nobody_to_a_door_that_stays_shut(bank: Bank, client: Client) -> None:
    door = 'href="/cases/"'
    for person, is_led in ((bank.lead, True), (staff.a_person(bank.cards, "trainer"), False)):
        client.force_login(person)
        with time.frozen(NOW):
            page = client.get("/wallboard/").content.decode()
        assert (door in page.partition("wall-figures")[0]) is is_led
