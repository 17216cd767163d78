"""Redress granted outside, with its document; and payments that nobody answers for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.people.approvals import actions as approvals
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.models import Case, CaseEntry
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions
from shouwen.service.complaints.models import ComplaintRedress
from shouwen.service.complaints.tests.factories import Office, fresh
from shouwen.service.complaints.tests.redress import BASIS, REASON, Till, a_till

GRANTED: dict[str, Any] = {
    "amount": "80000.00",
    "reason": REASON,
    "basis": BASIS,
    "body": "董事会",
    "decided_on": date(2026, 6, 15),
    "document": "董事会决议〔2026〕12号",
}
# The house's own figure.
WATCHED = timedelta(days=5)


@pytest.fixture
def till(office: Office) -> Till:
    """A complaint whose facts are found."""
    return a_till(office)


def record(till: Till, **more: Any) -> ComplaintRedress:
    """Record what the board granted, as the handler."""
    said = {**GRANTED, "actor": till.office.handler, "at": later(hours=2), **more}
    return actions.record_outside_redress(fresh(till.one), "COMPENSATION", **said)


def test_what_the_board_granted_is_confirmed_by_senior_management(till: Till) -> None:
    with pytest.raises(actions.RedressBeyondLevels):
        till.propose(amount="80000.00")
    one = record(till)
    assert (one.amount_fen, one.right, till.state()) == (
        8_000_000,
        "complaint.redress_senior",
        "PROPOSED",
    )
    assert "董事会决议〔2026〕12号" in till.request().words
    with pytest.raises(NotThere):
        till.approve(till.lead)
    till.approve(till.senior)
    assert till.state() == "REQUESTED"
    till.result(one)
    row = ComplaintRedress.objects.get(pk=one.pk)
    assert (row.state, row.outside_on, row.outside_body and row.outside_body.plain) == (
        "PAID",
        date(2026, 6, 15),
        "董事会",
    )


def test_what_lacks_is_named_and_nothing_is_kept(till: Till) -> None:
    for wrong, field in (
        ({"amount": "300.00"}, "amount"),
        ({"body": " "}, "body"),
        ({"document": ""}, "document"),
        ({"decided_on": None}, "decided_on"),
        ({"decided_on": date(2026, 6, 14)}, "decided_on"),
        ({"decided_on": date(2026, 6, 16)}, "decided_on"),
    ):
        with pytest.raises(Invalid) as refused:
            record(till, **wrong)
        assert set(refused.value.fields) == {field}
    with pytest.raises(actions.OnlyTheHandlerProposes):
        record(till, actor=acting(a_person(till.office.bank.cards, "complaints")))
    with pytest.raises(NotAllowed):
        record(till, actor=till.office.bank.key)
    assert not ComplaintRedress.objects.exists()


def test_the_page_takes_and_shows_it(till: Till) -> None:
    client = signed_in(till.office.worker)
    address = f"/complaints/{till.one.public_id}/"
    said = {**GRANTED, "kind": "COMPENSATION", "decided_on": "2026-06-15"}
    with time.frozen(later(hours=2)):
        assert "登记上级决定的补偿" in client.get(address).content.decode()
        assert client.post(f"{address}do/redress_outside/", said).status_code == 200
        text = client.get(address).content.decode()
    assert "董事会于2026-06-15决定，董事会决议〔2026〕12号" in text


def reminders(till: Till) -> list[str]:
    """Give how the case tells of payments without a result."""
    acts = ("remind", "complaint_redress_wait")
    rows = CaseEntry.objects.filter(case=till.one.case, act__in=acts)
    return list(rows.order_by("pk").values_list("act", flat=True))


def test_who_handles_it_is_reminded_until_a_result_comes(till: Till) -> None:
    one = till.granted()
    approved_at = later(hours=3)
    assert actions.remind_of_payments(approved_at + WATCHED - timedelta(seconds=1)) == 0
    assert actions.remind_of_payments(approved_at + WATCHED) == 1
    assert Case.objects.get(pk=till.one.case_id).reminded_at == approved_at + WATCHED
    assert actions.remind_of_payments(approved_at + WATCHED + timedelta(days=1)) == 0
    assert actions.remind_of_payments(approved_at + 2 * WATCHED) == 1
    assert reminders(till) == ["remind", "remind"]
    till.result(one)
    assert actions.remind_of_payments(approved_at + 9 * WATCHED) == 0


def test_nobody_works_on_it_and_the_story_still_tells(till: Till) -> None:
    till.granted()
    # Nobody has it in hand any more, as after a close.
    Case.objects.filter(pk=till.one.case_id).update(handler=None)
    assert actions.remind_of_payments(later(days=6)) == 1
    assert reminders(till) == ["complaint_redress_wait"]


def test_what_waits_for_approval_is_no_payment(till: Till) -> None:
    record(till)
    approvals.expire_due(later(days=4))
    assert actions.remind_of_payments(later(days=30)) == 0
