"""The ledger and the case page, as people use them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.contact.conversations import actions as conversations
from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import queries as customers
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_bank,
    a_case,
    a_case_in,
    a_question,
    later,
)


def page_of(case: Case, *parts: str) -> str:
    return "/".join(("/cases", case.public_id, *parts, ""))


STATES = [
    *("NEW", "ACCEPTED", "CLASSIFIED", "ASSIGNED", "IN_PROGRESS", "RESOLVED"),
    *("FEEDBACK_SENT", "CLOSED", "ARCHIVED"),
]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_case_page_shows_every_state(bank: Bank, state: str, language: str) -> None:
    Person.objects.filter(pk=bank.lead.pk).update(language=language)
    bank.lead.refresh_from_db()
    case = a_case_in(state, bank)
    answer = signed_in(bank.lead).get(page_of(case))
    assert answer.status_code == 200
    words = answer.content.decode()
    assert case.number in words
    assert words.count('class="btn btn-primary"') == (state != "ARCHIVED")
    assert "林晓棠" not in words  # masked by default
    assert ('lang="en"' in words) == (language == "en")


def test_who_may_see_the_pages(bank: Bank) -> None:
    case, other = a_case(bank), a_bank("insurer")
    seen = {
        bank.agent: 200,
        bank.colleague: 200,
        bank.lead: 200,
        bank.auditor: 200,
        bank.inspector: 200,
        bank.outsider: 404,
        other.agent: 404,
        bank.admin: 403,
    }
    for person, status in seen.items():
        client = signed_in(person)
        for parts in ((), ("parts",), ("plan",)):
            assert client.get(page_of(case, *parts)).status_code == status
        assert client.get("/cases/").status_code == (403 if status == 403 else 200)
    assert Client().get(page_of(case)).status_code == 302


def test_only_those_who_work_press(bank: Bank) -> None:
    case = a_case(bank)
    for person, status in (
        (bank.auditor, 403),
        (bank.inspector, 403),
        (bank.outsider, 404),
        (bank.agent, 200),
    ):
        answer = signed_in(person).post(page_of(case, "do", "accept"))
        assert answer.status_code == status
    case.refresh_from_db()
    assert case.state == "ACCEPTED"


def test_the_second_to_press_is_told_who_was_first(bank: Bank) -> None:
    case = a_case(bank)
    signed_in(bank.agent).post(page_of(case, "do", "accept"))
    answer = signed_in(bank.colleague).post(page_of(case, "do", "accept"))
    assert answer.status_code == 200
    assert f"{bank.agent.name}已于" in answer.content.decode()


def test_a_case_is_worked_on_the_page(bank: Bank) -> None:
    case = a_case(bank)
    client = signed_in(bank.agent)
    said = {"channel": "PHONE", "words": "好了", "answer": "confirm", "text": "已解冻"}
    tomorrow = f"{time.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    for act, more in (
        ("accept", {}),
        ("classify", {"category": "account.abnormal.frozen", "urgency": "URGENT"}),
        ("assign", {"handler": bank.agent.public_id}),
        ("start", {}),
        ("note", said),
        ("opinion", {"cause": "误判", "solution": "解冻", "expected_at": tomorrow}),
        ("wait", {"waits_for": "outside", "reason": "调单"}),
        ("carry_on", {}),
        ("resolve", {}),
        ("feedback", said),
        ("link", {}),
        ("confirm_by_agent", {}),
        ("answer", said),
        ("close", {}),
    ):
        answer = client.post(page_of(case, "do", act), more)
        assert answer.status_code == 200, act
        assert ("http://testserver/c/" in answer.content.decode()) == (act in ("feedback", "link"))
    case.refresh_from_db()
    assert (case.state, case.urgency) == ("CLOSED", "URGENT")


@pytest.mark.parametrize(
    ("state", "act", "said", "words"),
    [
        ("ACCEPTED", "classify", {"category": ""}, "没有这一项"),
        ("CLASSIFIED", "assign", {"handler": "x"}, "在岗"),
        ("IN_PROGRESS", "opinion", {"cause": "写了一半"}, "写了一半"),
        ("IN_PROGRESS", "opinion", {"cause": "a", "expected_at": "soon"}, "日期"),
        ("IN_PROGRESS", "wait", {"reason": ""}, "不能空着"),
        ("IN_PROGRESS", "note", {"text": ""}, "不能空着"),
        ("IN_PROGRESS", "resolve", {}, "处理办法"),
        ("RESOLVED", "feedback", {"text": "x", "channel": "PIGEON"}, "所列选项"),
        ("FEEDBACK_SENT", "answer", {"channel": "PHONE", "answer": "object"}, "不能空着"),
    ],
)
def test_a_wrong_form_comes_back_with_words(
    bank: Bank, state: str, act: str, said: dict[str, str], words: str
) -> None:
    case = a_case_in(state, bank)
    answer = signed_in(bank.agent).post(page_of(case, "do", act), said)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    case.refresh_from_db()
    assert case.state == state


@pytest.mark.parametrize(
    "act", ["classify", "assign", "wait", "feedback", "answer", "note", "customer"]
)
def test_every_dialog_opens(bank: Bank, act: str) -> None:
    case = a_case_in("CLASSIFIED", bank)
    client = signed_in(bank.agent)
    assert "<dialog" in client.get(page_of(case, "ask", act)).content.decode()
    assert client.get(page_of(case, "ask", "nothing")).status_code == 404
    assert client.post(page_of(case, "do", "nothing")).status_code == 404
    assert client.get(page_of(case, "do", act)).status_code == 405


def test_a_repeated_press_with_its_key_is_done_once(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    client = signed_in(bank.agent)
    for _again in range(2):
        body = {"text": "已联系", "idempotency_key": "n1"}
        assert client.post(page_of(case, "do", "note"), body).status_code == 200
    assert case.entries.filter(act="note").count() == 1


def test_looking_is_on_the_trail(bank: Bank) -> None:
    case = a_case(bank)
    signed_in(bank.agent).get(page_of(case))
    row = AuditRow.objects.get(act="case.viewed")
    assert (row.object_ref, row.actor_ref) == (case.public_id, bank.agent.public_id)


def test_the_ledger_shows_rows_masked_and_searches(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    client = signed_in(bank.agent)
    words = client.get("/cases/").content.decode()
    assert case.number in words
    assert "林**" in words
    phone = customers.points_of(bank.customer)[0].value.plain
    assert phone not in words
    assert case.number in client.get("/cases/", {"q": "冻结"}).content.decode()
    by_phone = client.post("/cases/search/", {"q": phone})
    assert case.number in by_phone.content.decode()
    assert phone not in by_phone.content.decode()
    assert client.get("/cases/", {"q": phone})["Location"] == "/cases/?view=open"
    moved = client.post("/cases/search/", {"q": "冻结"})
    assert moved["Location"].startswith("/cases/?view=all&q=")
    odd = {"view": "x", "state": "x", "category": "x", "urgency": "x"}
    assert client.get("/cases/", odd).status_code == 200
    assert client.get("/cases/", {"after": "x"}).status_code == 422


@pytest.mark.parametrize("path", ["ledger", "case"])
def test_pages_cost_the_same_for_any_length(bank: Bank, path: str) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    client = signed_in(bank.agent)
    address = "/cases/" if path == "ledger" else page_of(case)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len([q for q in captured if "SAVEPOINT" not in q["sql"]])

    cost()  # what is read once: policy, keys, session
    one = cost()
    for _ in range(2):
        a_case_in("IN_PROGRESS", bank)
        actions.add_note(case, "已联系", actor=bank.me, at=later(hours=1))
    assert cost() == one
    assert one <= 30


def test_the_conversation_is_read_from_the_case(bank: Bank) -> None:
    contact = conversations.open_contact(
        institution=bank.institution,
        channel="chat",
        visitor_ref="v1",
        customer=bank.customer,
        actor=bank.key,
        at=MONDAY_9AM,
    )
    conversations.queue(contact, queue_code="card", actor=bank.key, at=MONDAY_9AM)
    conversations.assign(contact, bank.colleague, actor=bank.key, at=MONDAY_9AM)
    conversations.add_message(
        contact,
        author="STAFF",
        body="您好，请讲",
        client_key="1",
        actor=bank.acting(bank.colleague),
        at=MONDAY_9AM,
    )
    case = actions.open_case(a_question(), contact=contact, actor=bank.me, at=MONDAY_9AM)
    assert (case.owner, case.customer) == (bank.colleague, bank.customer)  # whoever was asked first
    client = signed_in(bank.agent)
    assert "您好，请讲" in client.get(page_of(case, "talk")).content.decode()
    assert client.get(page_of(a_case(bank), "talk")).status_code == 404
    for act in ("accept", "classify", "assign", "start"):
        body = {"category": "account.abnormal.frozen", "handler": bank.agent.public_id}
        client.post(page_of(case, "do", act), body)
    case.refresh_from_db()
    actions.resolve(case, solution="已解冻", actor=bank.me, at=time.now())
    sent = actions.send_feedback(case, "已解冻", "CHAT", actor=bank.me, at=time.now())
    assert sent.in_chat
    last = contact.messages.order_by("sequence").last()
    assert last is not None
    assert sent.link in last.body.plain
