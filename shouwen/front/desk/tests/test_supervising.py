"""A lead on the floor: looks on, whispers, takes over; the customer hears one person at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations import queries as conversation_queries
from shouwen.contact.conversations.actions import (
    AlreadyYours,
    ContactIsOver,
    NotInHand,
    TakeItOverFirst,
    TakeOver,
)
from shouwen.contact.conversations.models import Contact, ContactNote, Handling, NoteMention
from shouwen.contact.routing.actions import sweeping
from shouwen.contact.routing.models import QueueEntry
from shouwen.front.desk.actions import speaking
from shouwen.front.desk.tests.conftest import Talk
from shouwen.front.desk.tests.factories import (
    HTMX,
    SOON,
    a_customer,
    a_ready_centre,
    a_waiting_contact,
    an_active_contact,
    bearer,
)
from shouwen.ground.kernel import delivery, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Person, Presence
from shouwen.people.staff.tests.factories import a_person, a_unit, acting, signed_in
from shouwen.service.cases.actions import Question, open_case
from shouwen.service.cases.models import Case

pytestmark = pytest.mark.django_db
WORDS = "先核对合同再答复"
FLOOR = "/desk/running/"


@dataclass
class Lead:
    """A lead of the talk's unit, with a browser."""

    person: Person
    actor: Actor
    client: Client


@pytest.fixture
def lead(talk: Talk) -> Lead:
    person = a_person(talk.centre.first.unit, "lead")
    return Lead(person, acting(person), signed_in(person))


def _why(talk: Talk, reason: str = "RISK", words: str = "", handler: str = "") -> TakeOver:
    return TakeOver(reason, words, handler or talk.centre.first.public_id)


def test_looking_on_is_read_only_and_on_the_trail(talk: Talk, lead: Lead) -> None:
    page = talk.page(lead.client)
    assert "您正在旁观" in page
    assert "悄悄提示" in page
    assert "接管会话" in page
    assert 'data-open="0"' in page
    row = AuditRow.objects.get(act="contact.looked_on")
    assert row.actor_ref == lead.actor.ref
    assert json.loads(row.detail) == {"handler": talk.centre.first.public_id}
    talk.page(talk.mine)
    assert AuditRow.objects.filter(act="contact.looked_on").count() == 1


def test_an_agents_page_offers_no_look_on(talk: Talk) -> None:
    for client in (talk.mine, talk.theirs):
        page = talk.page(client)
        assert "您正在旁观" not in page
        assert "take-over/" not in page


@pytest.mark.parametrize(("shown", "there"), [(1, True), (0, False)])
def test_the_institution_says_whether_colleagues_see_the_lead_look(
    talk: Talk, lead: Lead, shown: int, there: bool
) -> None:
    admin = acting(a_person(talk.centre.first.unit, "admin"))
    home = talk.centre.institution
    staff.set_limits(home, {"look-on-shown": shown}, actor=admin, at=SOON)
    topic = f'data-topic="beside-{talk.contact.public_id}"'
    assert (topic in talk.page(lead.client)) is there
    # A colleague at the side is always seen: only a look-on may be quiet.
    assert topic in talk.page(talk.theirs)


def test_a_lead_who_looks_on_writes_nothing_to_the_customer(talk: Talk, lead: Lead) -> None:
    answer = talk.post(lead.client, "send/", {"body": "您好", "client_key": "k1"})
    assert answer.status_code == 409
    with pytest.raises(TakeItOverFirst):
        speaking.send_line(
            talk.contact, lead.person, body="您好", client_key="k2", actor=lead.actor, at=SOON
        )
    picture = SimpleUploadedFile("a.txt", "您好".encode(), content_type="text/plain")
    for act, body in (
        ("files/", {"file": picture, "client_key": "k3"}),
        ("invite/", {}),
    ):
        assert talk.post(lead.client, act, body).status_code == 409
    # Typing is refused as well; the page makes no noise of a hint that went nowhere.
    with pytest.raises(TakeItOverFirst):
        speaking.show_typing(talk.contact, actor=lead.actor)
    assert talk.post(lead.client, "typing/", {}).status_code == 200
    assert talk.contact.messages.filter(author_kind="STAFF").count() == 0


def test_a_whisper_reaches_the_colleague_and_never_the_customer(talk: Talk, lead: Lead) -> None:
    body = {"body": WORDS, "idempotency_key": "w1"}
    before = Contact.objects.get(pk=talk.contact.pk).message_count
    for _twice in range(2):
        assert talk.post(lead.client, "whisper/", body).status_code == 204
    note = ContactNote.objects.get()
    assert (note.kind, note.author, note.body.plain) == ("WHISPER", lead.person, WORDS)
    assert NoteMention.objects.get().person == talk.centre.first
    shown = talk.page(talk.mine)
    assert WORDS in shown
    assert "悄悄提示，客户不可见" in shown
    # What the customer's page and any export of the talk are made of has not even stirred.
    fresh = Contact.objects.get(pk=talk.contact.pk)
    assert fresh.message_count == before
    said = [message.body.plain for message in conversation_queries.messages_after(fresh)]
    assert WORDS not in " ".join(said)


@pytest.mark.parametrize("body", ["", " ", "长" * 2001])
def test_a_whisper_says_something_short(talk: Talk, lead: Lead, body: str) -> None:
    answer = talk.post(lead.client, "whisper/", {"body": body, "idempotency_key": "w1"})
    assert answer.status_code == 422
    assert not ContactNote.objects.exists()


def test_a_whisper_needs_a_colleague_who_speaks(talk: Talk, lead: Lead) -> None:
    waiting = a_waiting_contact(talk.centre)
    with pytest.raises(NotInHand):
        conversations.whisper(waiting, body=WORDS, client_key="w", actor=lead.actor, at=SOON)
    conversations.take_over(talk.contact, _why(talk), actor=lead.actor, at=SOON)
    with pytest.raises(AlreadyYours):
        conversations.whisper(talk.contact, body=WORDS, client_key="w", actor=lead.actor, at=SOON)


def test_a_take_over_changes_hands_tells_both_and_keeps_the_first_owner(
    talk: Talk, lead: Lead
) -> None:
    body = {"reason": "UPSET", "words": "客户两次要求", "handler": talk.centre.first.public_id}
    answer = talk.post(lead.client, "take-over/", body)
    assert talk.contact.public_id in answer["HX-Location"]
    fresh = Contact.objects.get(pk=talk.contact.pk)
    assert (fresh.handler, fresh.owner, fresh.state) == (lead.person, talk.centre.first, "ACTIVE")
    before, now = Handling.objects.order_by("pk")
    assert (before.reason, before.until_at, now.person) == ("taken-over:UPSET", SOON, lead.person)
    note = ContactNote.objects.get()
    assert note.kind == "TAKEOVER"
    assert note.body.plain == "客户情绪激动：客户两次要求"
    assert NoteMention.objects.get().person == talk.centre.first
    notice = fresh.messages.order_by("-sequence").first()
    assert notice is not None
    who, first = lead.person.name, talk.centre.first.name
    assert notice.body.plain == f"已转由{who}接待，首问：{first}。"
    row = AuditRow.objects.get(act="contact.taken_over")
    assert json.loads(row.detail) == {"from": talk.centre.first.public_id, "reason": "UPSET"}
    assert "接管记录" in talk.page(talk.mine)
    assert 'data-open="0"' in talk.page(talk.mine)
    assert 'data-open="1"' in talk.page(lead.client)


def test_of_two_leads_who_press_at_once_one_takes_it(talk: Talk, lead: Lead) -> None:
    other = acting(a_person(talk.centre.first.unit, "lead"))
    stale = Contact.objects.get(pk=talk.contact.pk)
    conversations.take_over(talk.contact, _why(talk), actor=lead.actor, at=SOON)
    with pytest.raises(Conflict):
        conversations.take_over(stale, _why(talk), actor=other, at=SOON)
    # Pressed twice by the one who has it, it changes nothing.
    conversations.take_over(talk.contact, _why(talk), actor=lead.actor, at=SOON)
    assert Handling.objects.filter(contact=talk.contact, until_at__isnull=True).count() == 1
    assert Contact.objects.get(pk=talk.contact.pk).handler == lead.person
    assert ContactNote.objects.count() == 1


def test_a_lead_who_was_offline_keeps_what_they_took_over(talk: Talk, lead: Lead) -> None:
    assert Presence.objects.get(person=lead.person).state == "OFFLINE"
    conversations.take_over(talk.contact, _why(talk), actor=lead.actor, at=SOON)
    assert sweeping.return_lost_contacts(SOON + timedelta(seconds=1)) == 0
    assert Presence.objects.get(person=lead.person).state == "BUSY"
    assert Contact.objects.get(pk=talk.contact.pk).handler == lead.person


@pytest.mark.parametrize(
    ("reason", "words", "field"),
    [
        ("", "", "reason"),
        ("BORED", "", "reason"),
        ("OTHER", " ", "words"),
        ("RISK", "长" * 201, "words"),
    ],
)
def test_a_take_over_says_why(talk: Talk, lead: Lead, reason: str, words: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        conversations.take_over(talk.contact, _why(talk, reason, words), actor=lead.actor, at=SOON)
    assert set(refused.value.fields) == {field}
    assert Contact.objects.get(pk=talk.contact.pk).handler == talk.centre.first


def test_agents_neither_whisper_nor_take_over(talk: Talk) -> None:
    second = talk.centre.actor(talk.centre.second)
    with pytest.raises(NotAllowed):
        conversations.take_over(talk.contact, _why(talk), actor=second, at=SOON)
    with pytest.raises(NotAllowed):
        conversations.whisper(talk.contact, body=WORDS, client_key="w", actor=second, at=SOON)
    assert talk.get(talk.theirs, "take-over/").status_code == 403
    assert talk.theirs.get(FLOOR).status_code == 403


def test_another_institutions_and_another_units_lead_find_nothing(talk: Talk) -> None:
    foreign = a_ready_centre("insurer")
    stranger = signed_in(a_person(foreign.first.unit, "lead"))
    elsewhere = a_unit(talk.centre.institution, "贷款组")
    far = signed_in(a_person(elsewhere, "lead", over=elsewhere))
    body = {"reason": "RISK", "handler": talk.centre.first.public_id, "body": WORDS}
    for client in (stranger, far):
        for act in ("whisper/", "take-over/"):
            assert talk.post(client, act, body).status_code == 404
        with time.frozen(SOON):
            assert talk.contact.public_id not in client.get(FLOOR).text
    assert Contact.objects.get(pk=talk.contact.pk).handler == talk.centre.first


def test_an_ended_conversation_is_not_taken_over(talk: Talk, lead: Lead) -> None:
    agent = talk.centre.actor(talk.centre.first)
    conversations.end_contact(talk.contact, disposition="RESOLVED", actor=agent, at=SOON)
    with pytest.raises((NotInHand, ContactIsOver)):
        conversations.take_over(talk.contact, _why(talk), actor=lead.actor, at=SOON)


def test_programs_of_a_lead_whisper_and_take_over(talk: Talk, lead: Lead) -> None:
    key = bearer(lead.person, "lead")
    base = f"/api/v1/desk/contacts/{talk.contact.public_id}"
    wrong = {"reason": "RISK", "handler": talk.centre.second.public_id}
    with time.frozen(SOON):
        said = lead.client.post(
            f"{base}/whisper",
            {"body": WORDS, "client_key": "w1"},
            content_type="application/json",
            headers=key,
        )
        refused = lead.client.post(
            f"{base}/take-over", wrong, content_type="application/json", headers=key
        )
        taken = lead.client.post(
            f"{base}/take-over",
            {**wrong, "handler": talk.centre.first.public_id},
            content_type="application/json",
            headers=key,
        )
    assert (said.status_code, said.json()["kind"]) == (201, "WHISPER")
    assert (refused.status_code, taken.status_code) == (409, 200)


def test_the_floor_shows_who_speaks_with_whom_and_who_waits(talk: Talk, lead: Lead) -> None:
    waiting = a_waiting_contact(talk.centre, "转账限额调整")
    with time.frozen(SOON):
        live = lead.client.get(FLOOR).text
        queued = lead.client.get(FLOOR, {"view": "waiting"}).text
        mine = lead.client.get(FLOOR, {"person": talk.centre.second.public_id}).text
    assert talk.contact.public_id in live
    assert talk.centre.first.name in live
    assert waiting.public_id not in live
    assert waiting.public_id in queued
    assert "转账限额调整" in queued
    assert talk.contact.public_id not in mine


@pytest.mark.parametrize("asked", [{"after": "x"}, {"person": "x"}, {"after": "cont_" + "a" * 26}])
def test_a_strange_cursor_or_person_is_not_there(lead: Lead, asked: dict[str, str]) -> None:
    assert lead.client.get(FLOOR, asked).status_code == 404


def test_the_team_page_leads_to_a_persons_conversations(talk: Talk, lead: Lead) -> None:
    with time.frozen(SOON):
        page = lead.client.get("/console/team/").text
    assert f"{FLOOR}?person={talk.centre.first.public_id}" in page
    assert f"{FLOOR}?person={talk.centre.second.public_id}" not in page


def test_the_floor_costs_the_same_for_any_length(talk: Talk, lead: Lead) -> None:
    costs = []
    with time.frozen(SOON):
        # What the rail counts once in some seconds is counted before.
        lead.client.get(FLOOR)
    for more in (0, 2):
        for _each in range(more):
            an_active_contact(talk.centre)
        with time.frozen(SOON), CaptureQueriesContext(connection) as cost:
            assert lead.client.get(FLOOR).status_code == 200
        costs.append(len(cost))
    assert costs[0] == costs[1]


def _clear(lead: Lead, *refs: str) -> Any:
    with time.frozen(SOON):
        return lead.client.post(f"{FLOOR}spam/", {"ref": list(refs)}, headers=HTMX)


def test_spam_is_closed_several_at_once_and_each_is_on_the_trail(talk: Talk, lead: Lead) -> None:
    waiting = a_waiting_contact(talk.centre, "加微信领红包")
    with time.frozen(SOON):
        asked = lead.client.get(f"{FLOOR}spam/", {"ref": [talk.contact.public_id]}).text
    assert "提前还款要收违约金吗" in asked
    answer = _clear(lead, talk.contact.public_id, waiting.public_id, waiting.public_id)
    assert "sw-unselect" in answer["HX-Trigger"]
    ended = Contact.objects.order_by("pk").values_list("state", "disposition")
    assert list(ended) == [("ENDED", "SPAM")] * 2
    assert AuditRow.objects.filter(act="contact.ended", actor_ref=lead.actor.ref).count() == 2
    while delivery.deliver_due(SOON):
        pass
    # Its place in the queue is closed, and no customer has given up.
    states = set(QueueEntry.objects.values_list("state", flat=True))
    assert states == {"DONE"}
    assert not QueueEntry.objects.filter(closed_at__isnull=True).exists()


def test_what_a_case_hangs_on_stays_and_is_named(talk: Talk, lead: Lead) -> None:
    waiting = a_waiting_contact(talk.centre)
    Case.objects.filter(pk=_a_case(talk).pk).update(contact=talk.contact)
    page = _clear(lead, talk.contact.public_id, waiting.public_id).text
    assert "已建工单" in page
    states = dict(Contact.objects.values_list("public_id", "state"))
    assert states == {talk.contact.public_id: "ACTIVE", waiting.public_id: "ENDED"}


def _a_case(talk: Talk) -> Case:
    question = Question(title="提前还款", description="客户询问提前还款手续费。")
    agent = talk.centre.actor(talk.centre.first)
    return open_case(question, customer=a_customer(talk.centre), actor=agent, at=SOON)


@pytest.mark.parametrize("refs", [[], [str(n) for n in range(51)]])
def test_none_and_too_many_are_refused(lead: Lead, refs: list[str]) -> None:
    assert _clear(lead, *refs).status_code == 422


def test_strange_ended_and_foreign_rows_are_named_and_hold_up_no_other(
    talk: Talk, lead: Lead
) -> None:
    foreign = an_active_contact(a_ready_centre("insurer"))
    page = _clear(lead, "x", "a\x01", foreign.public_id, talk.contact.public_id).text
    assert "1个会话" in page
    foreign.refresh_from_db()
    assert foreign.state == "ACTIVE"
    again = _clear(lead, talk.contact.public_id).text
    assert "0个会话" in again


def test_agents_clear_no_spam(talk: Talk) -> None:
    with time.frozen(SOON):
        answer = talk.mine.post(f"{FLOOR}spam/", {"ref": [talk.contact.public_id]})
    assert answer.status_code == 403
    assert Contact.objects.get(pk=talk.contact.pk).state == "ACTIVE"
