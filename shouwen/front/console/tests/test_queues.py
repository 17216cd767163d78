"""The pages of queues: seen, changed, ordered and tried, with every wrong entry named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.contact.conversations.models import Contact
from shouwen.contact.conversations.tests.factories import Bank, a_bank
from shouwen.contact.routing import pace
from shouwen.contact.routing.models import Queue, QueueRule
from shouwen.contact.routing.queries import expected_waits
from shouwen.contact.routing.tests.factories import a_queue, a_waiting, at_desk
from shouwen.ground.kernel import time
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person

HOME = "/console/system/queues/"
FORM: dict[str, Any] = {
    "name_zh": "夜间",
    "name_en": "Night",
    "priority": "3",
    "offer_seconds": "12",
    "service_level_seconds": "20",
    "service_level_percent": "80",
    "ageing_seconds": "30",
    "prefers_last_person": "yes",
    "capacities_of_chat": "2",
    "steps_of_0_after": "60",
    "steps_of_0_unit": "any",
}


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank with one queue."""
    made = a_bank()
    a_queue(made)
    return made


@pytest.fixture
def admin(bank: Bank, client: Client) -> Client:
    """An administrator's browser."""
    client.force_login(a_person(bank.unit, "admin", username="admin"))
    return client


def test_a_queue_is_opened_changed_and_shown(admin: Client) -> None:
    made = admin.post(f"{HOME}new/", FORM | {"code": "night"})
    assert made["Location"] == f"{HOME}?done=queue"
    queue = Queue.objects.get(code="night")
    assert (queue.capacities, queue.ageing_seconds) == ({"chat": 2}, 30)
    assert [step.any_unit for step in queue.steps.all()] == [True]
    page = admin.get(f"{HOME}of/night/").content.decode()
    assert 'value="Night"' in page
    changed = FORM | {"revision": "1", "overflow_queue": "online", "overflow_above": "5"}
    assert admin.post(f"{HOME}of/night/", changed).status_code == 302
    assert admin.post(f"{HOME}of/night/", changed).status_code == 409
    queue.refresh_from_db()
    assert (queue.overflow_above, queue.revision) == (5, 2)
    assert "夜间" in admin.get(HOME).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"priority": "many"},
        {"priority": ""},
        {"skills_of_0_skill": "cards", "skills_of_0_level": "٣"},
        {"offer_seconds": "9" * 5000},
        {"capacities_of_chat": "x"},
        {"steps_of_1_after": "-1"},
        {"overflow_queue": "nowhere"},
        {"name_zh": ""},
        {"unit": "unit_x"},
        {"code": "Ä"},
        {"code": "online"},
    ],
)
def test_a_wrong_entry_keeps_what_was_typed(admin: Client, wrong: dict[str, str]) -> None:
    answer = admin.post(f"{HOME}new/", FORM | {"code": "night"} | wrong)
    assert answer.status_code in (409, 422)
    assert 'value="Night"' in answer.content.decode()
    assert Queue.objects.count() == 1


def test_lines_are_added_moved_removed_and_tried(admin: Client, bank: Bank) -> None:
    a_queue(bank, "cards")
    for topic in ("cards", "loans"):
        said = {"queue": "cards", "intent": topic}
        assert admin.post(f"{HOME}lines/", said).status_code == 302
    assert admin.post(f"{HOME}lines/", {"queue": "cards"}).status_code == 422
    assert admin.post(f"{HOME}lines/", {"queue": "x", "intent": "a"}).status_code == 422
    first, second = QueueRule.objects.order_by("position")
    admin.post(f"{HOME}lines/{second.pk}/move/", {"way": "up"})
    assert [one.pk for one in QueueRule.objects.order_by("position")] == [second.pk, first.pk]
    asked = {"channel": "chat", "intent": "loans"}
    assert "loans" in admin.get(HOME, asked).content.decode()
    assert admin.post(f"{HOME}lines/{first.pk}/remove/").status_code == 302
    for ref in (str(first.pk), "x", "9" * 40, "-1"):
        assert admin.post(f"{HOME}lines/{ref}/remove/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_trial_speaks_both_languages(admin: Client, language: str) -> None:
    Person.objects.filter(username="admin").update(language=language)
    words = admin.get(HOME, {"channel": "chat"}).content.decode()
    wanted = "because no line fits" if language == "en" else "没有符合的规则，进入默认队列"
    assert wanted in words


def test_an_institution_without_queues_can_begin(db: None, client: Client) -> None:
    client.force_login(a_person(a_bank("empty").unit, "admin"))
    assert client.get(HOME, {"channel": "chat"}).status_code == 200


def test_the_list_costs_the_same_for_any_number_of_queues(admin: Client, bank: Bank) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as counted:
            admin.get(HOME, {"channel": "chat"})
        return len(counted)

    def more(*codes: str) -> None:
        for code in codes:
            a_queue(bank, code, intents=(code,), unit=bank.unit)

    more("a")
    cost()
    first = cost()
    more("b", "c", "d")
    assert cost() == first


def test_programs_read_and_change_queues(admin: Client, bank: Bank) -> None:
    a_queue(bank, "cards")
    listed = admin.get("/api/v1/queues").json()
    assert [(one["code"], one["waiting"]) for one in listed] == [("online", 0), ("cards", 0)]
    address = "/api/v1/queues/online"

    def patch(**body: Any) -> tuple[int, Any]:
        answer = admin.patch(address, body, content_type="application/json")
        return answer.status_code, answer.json()

    status, changed = patch(revision=1, priority=4, overflow_queue="cards", overflow_above=9)
    assert (status, changed["priority"], changed["overflow_above"]) == (200, 4, 9)
    assert changed["revision"] == 2
    assert patch(revision=1, priority=5)[0] == 409
    status, lifted = patch(revision=2, overflow_queue="", overflow_above=None)
    assert (status, lifted["overflow_above"], lifted["priority"]) == (200, None, 4)
    for body in (
        {"revision": 3, "priority": None},
        {"revision": 3, "priority": 10**30},
        {"revision": 3, "speed": 1},
        {"revision": 3, "steps": [{"after_seconds": 0, "levels_less": 1}]},
        {"priority": 1},
    ):
        assert patch(**body)[0] == 422


def test_the_page_says_how_long_the_next_customer_would_wait(admin: Client, bank: Bank) -> None:
    assert "暂无法估算" in admin.get(HOME).content.decode()
    now = time.now()
    agent = a_person(bank.unit, "agent")
    at_desk(agent, at=now)
    entry = a_waiting(bank, at=now)
    handled = entry.contact
    Contact.objects.filter(pk=handled.pk).update(
        state="ENDED",
        queue_code="online",
        answered_at=now - timedelta(minutes=6),
        ended_at=now,
        wrapped_up_at=now,
        disposition="RESOLVED",
    )
    [queue] = Queue.objects.all()
    found = expected_waits([queue], now)[queue.pk]
    place = pace.of(queue, "chat", now)
    # One is ahead, so the next is second; each chat takes six minutes of a shared pair of hands.
    assert (found.waiting, place.handle_seconds) == (1, 360.0)
    assert found.wait_seconds == 2 * 360 // place.takers
    assert "1人等候" in admin.get(HOME).content.decode()


def test_the_expected_wait_costs_the_same_for_any_number_of_queues(
    bank: Bank,
) -> None:
    costs = []
    for number in range(3):
        a_queue(bank, f"more{number}")
        queues = list(Queue.objects.order_by("pk"))
        with CaptureQueriesContext(connection) as seen:
            assert len(expected_waits(queues, time.now())) == number + 2
        costs.append(len(seen))
    assert len(set(costs)) == 1
