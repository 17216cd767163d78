"""While nobody is there: the hours are told, and a message left becomes a case."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from shouwen.contact.channels.chat import access, actions, ports, queries
from shouwen.contact.channels.chat.actions import Caller
from shouwen.contact.channels.chat.ports import Left
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact, Message
from shouwen.contact.routing import actions as routing
from shouwen.contact.routing.models import QueueEntry
from shouwen.ground.kernel import delivery, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.idempotency import KeyReused
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.tests.factories import (
    MONDAY_9AM,
    a_person,
    a_unit,
    an_institution,
)
from shouwen.service.cases.models import Case

KEY = "left-00001"
NIGHT = MONDAY_9AM + timedelta(hours=13)
LEFT = Left("卡里少了一笔钱，请回电。", "欧阳文静", "13800001234", "")
BODY = {"key": KEY, "text": LEFT.text, "name": LEFT.name, "phone": LEFT.phone}


@pytest.fixture
def bank(db: None) -> Institution:
    """A bank."""
    return an_institution("bank")


@pytest.fixture
def agent(bank: Institution) -> Person:
    """A person at the bank's desk."""
    return a_person(a_unit(bank), "agent")


@pytest.fixture
def token(bank: Institution) -> str:
    """What a browser keeps of its visit to the bank."""
    return access.new_token(bank.code)


@pytest.fixture
def visitor(bank: Institution, token: str) -> Caller:
    """A visitor of the bank."""
    return Caller(bank.pk, access.token_digest(token, bank.code), "zh-hans")


@pytest.fixture
def closed_at_night(bank: Institution, agent: Person) -> Person:
    """The bank's one queue, of the agent's unit, keeps the institution's hours."""
    founder = Actor.system("tests", bank.pk)
    queue = routing.open_queue(
        institution=bank,
        code="online",
        name_zh="在线客服",
        unit=agent.unit,
        is_default=True,
        actor=founder,
        at=MONDAY_9AM,
    )
    wanted = routing.OpeningHours("INSTITUTION")
    routing.set_hours(queue, wanted, seen=1, actor=founder, at=MONDAY_9AM)
    return agent


def look(visitor: Caller, at: datetime) -> dict[str, Any]:
    picture = queries.picture(
        visitor.institution_id,
        visitor.token_digest,
        contact_ref="",
        after=0,
        language=visitor.language,
        now=at,
    )
    return picture.state


def test_whoever_comes_at_night_reads_the_hours_before_and_after_asking(
    visitor: Caller, closed_at_night: Person
) -> None:
    state = look(visitor, NIGHT)
    assert (state["phase"], state["words"]) == ("new", "现在不在服务时间，明天09:00开始服务")
    assert state["closed"] == {
        "words": "现在不在服务时间，明天09:00开始服务",
        "hours": ["周一至周五 09:00–12:00、13:00–18:00"],
        "opens_at": "2026-06-16T01:00:00Z",
        "may_leave": True,
    }
    actions.ask_for_person(visitor, at=NIGHT)
    assert look(visitor, NIGHT)["closed"] == state["closed"]
    morning = look(visitor, MONDAY_9AM + timedelta(days=1))
    assert (morning["phase"], "closed" in morning) == ("waiting", False)


def test_by_day_nothing_is_said_of_hours(visitor: Caller, closed_at_night: Person) -> None:
    assert "closed" not in look(visitor, MONDAY_9AM)


def test_a_message_left_becomes_a_case_of_the_queues_unit_with_clocks(
    visitor: Caller, closed_at_night: Person
) -> None:
    done = actions.leave_message(visitor, LEFT, key=KEY, at=NIGHT)
    case = Case.objects.get()
    contact = Contact.objects.get()
    assert (case.number, case.unit, case.contact) == (
        done.kept.number,
        closed_at_night.unit,
        contact,
    )
    assert (case.owner, case.channel, case.reply_by) == (None, "CHAT", "PHONE")
    assert case.due_at is not None
    assert case.description.plain == ("卡里少了一笔钱，请回电。\n留言人自填：欧阳文静，13800001234")
    assert (contact.state, contact.disposition, contact.queue_code) == ("ENDED", "CASE", "online")
    said = [m.body.plain for m in Message.objects.filter(contact=contact).order_by("sequence")]
    assert said[0] == LEFT.text
    assert f"编号{case.number}" in said[-1]
    assert "/c/" in done.kept.address
    # Nothing is queued afterwards, though the words are heard of only now.
    delivery.deliver_due(time.now())
    assert QueueEntry.objects.count() == 0


def test_who_waits_may_leave_a_message_too_and_is_not_counted_lost(
    visitor: Caller, closed_at_night: Person
) -> None:
    actions.ask_for_person(visitor, at=NIGHT)
    actions.leave_message(visitor, LEFT, key=KEY, at=NIGHT)
    delivery.deliver_due(time.now())
    assert QueueEntry.objects.get().state == "DONE"


def test_the_same_key_is_the_same_message(visitor: Caller, closed_at_night: Person) -> None:
    first = actions.leave_message(visitor, LEFT, key=KEY, at=NIGHT)
    again = actions.leave_message(visitor, LEFT, key=KEY, at=NIGHT)
    assert (again.kept.number, again.kept.address) == (first.kept.number, "")
    with pytest.raises(KeyReused):
        actions.leave_message(visitor, Left("x", "y", "13800001234", ""), key=KEY, at=NIGHT)
    assert Case.objects.count() == 1


def test_whoever_talks_with_a_person_leaves_no_message(
    visitor: Caller, closed_at_night: Person
) -> None:
    actions.ask_for_person(visitor, at=NIGHT)
    system = Actor.system("tests", visitor.institution_id)
    conversations.assign(Contact.objects.get(), closed_at_night, actor=system, at=NIGHT)
    with pytest.raises(conversations.AlreadyTaken):
        actions.leave_message(visitor, LEFT, key=KEY, at=NIGHT)
    assert Case.objects.count() == 0


def test_without_a_keeper_nobody_is_offered_to_leave_one(
    visitor: Caller, closed_at_night: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports.plugged, "keep_message", None)
    assert look(visitor, NIGHT)["closed"]["may_leave"] is False
    with pytest.raises(actions.NotOffered):
        actions.leave_message(visitor, LEFT, key=KEY, at=NIGHT)


def post(client: Client, token: str, **body: Any) -> Any:
    return client.post(
        "/chat/bank/leave-message",
        json.dumps(body),
        content_type="application/json",
        headers={"x-visit-token": token},
    )


def test_the_door_gives_number_and_link(
    client: Client, token: str, closed_at_night: Person
) -> None:
    answer = post(client, token, **BODY).json()
    assert answer["number"] == Case.objects.get().number
    assert answer["contact"] == Contact.objects.get().public_id
    assert client.get(answer["address"].removeprefix("http://testserver")).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "status", "fields"),
    [
        ({"text": " "}, 422, None),
        ({"text": "x" * 501}, 422, None),
        ({"name": ""}, 422, ["name"]),
        ({"phone": ""}, 422, ["phone"]),
        ({"phone": "12"}, 422, ["phone"]),
        ({"phone": "", "email": "somebody"}, 422, ["email"]),
        ({"phone": ["13800001234"]}, 422, None),
        ({"key": "k"}, 422, None),
        ({"text": "x" * 9000}, 413, None),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_kept(
    client: Client,
    token: str,
    closed_at_night: Person,
    wrong: dict[str, Any],
    status: int,
    fields: list[str] | None,
) -> None:
    answer = post(client, token, **{**BODY, **wrong})
    assert answer.status_code == status
    assert (list(answer.json()["fields"]) if fields else None) == fields
    assert (Case.objects.count(), Contact.objects.count()) == (0, 0)


def test_one_network_leaves_so_many_messages(
    client: Client, bank: Institution, visitor: Caller, token: str, closed_at_night: Person
) -> None:
    a_person(closed_at_night.unit, "lead")
    statuses = [
        post(client, token, **{**BODY, "key": f"many-{n:05d}"}).status_code for n in range(30)
    ]
    assert 429 in statuses
    assert statuses[0] == 200
    assert 500 not in statuses
