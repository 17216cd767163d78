"""By when the customer hears the result: every promise is kept, and each new one is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.vault.models import AuditRow
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case, CaseEntry
from shouwen.service.cases.rules import promises
from shouwen.service.cases.rules.promises import Promised
from shouwen.service.cases.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_case_in,
    a_question,
    later,
)
from shouwen.service.cases.views import telling


def promise(case: Case, until: datetime | None, bank: Bank, at: datetime) -> None:
    """Write the opinion again with this promise."""
    actions.record_opinion(
        case, cause="卡号泄露", solution="换卡", expected_at=until, actor=bank.me, at=at
    )


def kept(case: Case) -> list[Promised]:
    """Give the promises of a case's story, oldest first."""
    entries = CaseEntry.objects.filter(case=case, act="promise").order_by("pk")
    return [promises.read(entry.subject_name) for entry in entries]


def a_talk(bank: Bank, language: str = "zh-hans") -> Contact:
    """Let the bank's customer talk to the colleague in a chat."""
    contact = conversations.open_contact(
        institution=bank.institution,
        channel="chat",
        visitor_ref="v1",
        customer=bank.customer,
        language=language,
        actor=bank.key,
        at=MONDAY_9AM,
    )
    conversations.queue(contact, queue_code="card", actor=bank.key, at=MONDAY_9AM)
    conversations.assign(contact, bank.agent, actor=bank.key, at=MONDAY_9AM)
    return contact


def worked_on(bank: Bank, contact: Contact) -> Case:
    """Bring a case of this chat to work."""
    case = actions.open_case(a_question(), contact=contact, actor=bank.me, at=MONDAY_9AM)
    actions.accept(case, actor=bank.me, at=later(minutes=1))
    actions.classify(case, bank.frozen, actor=bank.me, at=later(minutes=2))
    actions.assign(case, bank.agent, actor=bank.me, at=later(minutes=3))
    actions.start_work(case, actor=bank.me, at=later(minutes=4))
    return case


def said(contact: Contact) -> list[str]:
    """Give what the centre itself said of a case in a chat."""
    notices = contact.messages.filter(kind="NOTICE").order_by("sequence")
    words = [message.body.plain for message in notices]
    return [one for one in words if "工单" in one or "Your case" in one]


def test_every_promise_stays_on_the_timeline_and_on_the_trail(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    promise(case, later(days=1), bank, later(hours=1))
    promise(case, later(days=2), bank, later(hours=2))
    promise(case, later(days=1, hours=12), bank, later(hours=3))
    case.refresh_from_db()
    assert case.expected_at == later(days=1, hours=12)
    assert kept(case) == [
        Promised(None, later(days=1)),
        Promised(later(days=1), later(days=2)),
        Promised(later(days=2), later(days=1, hours=12)),
    ]
    trail = AuditRow.objects.filter(act="case.promised", object_ref=case.public_id).order_by("pk")
    details = [row.detail for row in trail]
    assert len(details) == 3
    for row, one in zip(details, kept(case), strict=True):
        assert promises.plain(one.until) in row
        assert promises.plain(one.before) in row
    told = [telling.tell(e) for e in queries.timeline(case) if e.act == "promise"]
    assert "2026-06-16 09:00" in told[-1].act
    assert all(one.clause == "HB-2.2-05" for one in told)


@pytest.mark.parametrize("until", [None, later(days=1), later(days=1) + timedelta(seconds=29)])
def test_what_says_nothing_new_is_no_promise(bank: Bank, until: datetime | None) -> None:
    # A form knows minutes alone, and is sent again with whatever else was changed.
    case = a_case_in("IN_PROGRESS", bank)
    promise(case, later(days=1), bank, later(hours=1))
    promise(case, until, bank, later(hours=2))
    case.refresh_from_db()
    assert case.expected_at == later(days=1)
    assert len(kept(case)) == 1


def test_the_promise_that_stands_may_have_passed_and_a_new_one_may_not(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    promise(case, later(hours=2), bank, later(hours=1))
    promise(case, later(hours=2), bank, later(hours=3))
    with pytest.raises(Invalid) as caught:
        promise(case, later(hours=4), bank, later(hours=4))
    assert list(caught.value.fields) == ["expected_at"]
    promise(case, later(hours=4, minutes=1), bank, later(hours=4))
    assert [one.until for one in kept(case)] == [later(hours=2), later(hours=4, minutes=1)]


def test_an_open_chat_is_told_each_promise_in_its_language(bank: Bank) -> None:
    contact = a_talk(bank, "en")
    case = worked_on(bank, contact)
    promise(case, later(days=1), bank, later(hours=1))
    promise(case, later(days=1), bank, later(hours=2))
    promise(case, later(days=2), bank, later(hours=3))
    first, second = said(contact)
    assert first == f"Your case {case.number}: we tell you the result by 2026-06-16 09:00."
    assert "2026-06-17 09:00, not by 2026-06-16 09:00" in second


def test_a_chat_that_ended_is_told_nothing(bank: Bank) -> None:
    contact = a_talk(bank)
    case = worked_on(bank, contact)
    conversations.end_contact(contact, disposition="CASE", actor=bank.me, at=later(minutes=30))
    case.refresh_from_db()
    promise(case, later(days=1), bank, later(hours=1))
    assert said(contact) == []
    assert len(kept(case)) == 1


def test_the_customer_sees_the_present_promise_and_the_one_before(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    promise(case, later(days=1), bank, later(hours=1))
    view = queries.portal_view(case)
    assert (view.promised_before, view.promise_changed_at) == (None, None)
    promise(case, later(days=2), bank, later(hours=2))
    view = queries.portal_view(case)
    assert (view.expected_at, view.promised_before) == (later(days=2), later(days=1))
    assert view.promise_changed_at == later(hours=2)


def test_a_case_taken_up_again_begins_without_a_promise(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    promise(case, later(days=1), bank, later(hours=1))
    promise(case, later(days=2), bank, later(hours=1, minutes=5))
    actions.resolve(case, actor=bank.me, at=later(hours=2))
    actions.send_feedback(case, "已换卡", "PHONE", actor=bank.me, at=later(hours=2))
    actions.confirm_by_agent(case, actor=bank.me, at=later(hours=3))
    actions.record_confirmation(
        case, channel="PHONE", words="好了", actor=bank.me, at=later(hours=3)
    )
    actions.close(case, actor=bank.me, at=later(hours=3))
    actions.reopen(case, reason="客户再次来电", actor=bank.boss, at=later(hours=4))
    case.refresh_from_db()
    view = queries.portal_view(case)
    assert (view.expected_at, view.promised_before, view.promise_changed_at) == (None, None, None)
    assert len(kept(case)) == 2
