"""What a handler may not decide alone: asked on the case, decided by a supervisor, told in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals import queries as requests
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import access, actions
from shouwen.service.cases.models import Case, CaseEntry
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, later
from shouwen.service.cases.tests.test_api import Program

WHAT, WHY = "先行垫付争议款", "客户急用，已核实非本人交易。"


@pytest.fixture
def case(bank: Bank) -> Case:
    """A case that is being worked."""
    return a_case_in("IN_PROGRESS", bank)


def asked(bank: Bank, case: Case, what: str = WHAT, amount: str = "2,386.00") -> Approval:
    """Ask for an approval an hour after opening."""
    return actions.ask_approval(
        case, what, reason=WHY, amount=amount, actor=bank.me, at=later(hours=1)
    )


def story(case: Case) -> list[str]:
    """Give what the case tells of approvals."""
    acts = CaseEntry.objects.filter(case=case, act__startswith="approval_").order_by("pk")
    return list(acts.values_list("act", flat=True))


def test_a_step_is_asked_for_approved_and_told(bank: Bank, case: Case) -> None:
    request = asked(bank, case)
    assert (request.amount_fen, request.unit, request.right) == (238600, case.unit, "case.approve")
    with pytest.raises(actions.ApprovalStillOpen):
        actions.resolve(case, solution="已垫付", actor=bank.me, at=later(hours=2))
    with pytest.raises(approvals.OwnRequest):
        approvals.approve(request, "同意", actor=bank.me, at=later(hours=2))
    with pytest.raises(NotThere):
        approvals.approve(request, "同意", actor=bank.acting(bank.colleague), at=later(hours=2))
    lead = bank.acting(bank.lead)
    approvals.approve(request, "同意垫付", actor=lead, at=later(hours=2))
    assert story(case) == ["approval_ask", "approval_yes"]
    case.refresh_from_db()
    actions.resolve(case, solution="已垫付", actor=bank.me, at=later(hours=3))


def test_what_is_sent_back_or_not_decided_in_time_holds_nothing_up(bank: Bank, case: Case) -> None:
    lead = bank.acting(bank.lead)
    approvals.decline(asked(bank, case), "先补声明书", actor=lead, at=later(hours=2))
    again = asked(bank, case)
    approvals.expire_due(again.expires_at + timedelta(seconds=1))
    mine = asked(bank, case, "减免工本费", "")
    approvals.withdraw(mine, actor=bank.me, at=later(hours=3))
    assert story(case) == [
        "approval_ask",
        "approval_no",
        "approval_ask",
        "approval_over",
        "approval_ask",
        "approval_withdrawn",
    ]
    case.refresh_from_db()
    actions.resolve(case, solution="已换卡", actor=bank.me, at=later(hours=4))


def test_a_request_ends_with_its_case(bank: Bank, case: Case) -> None:
    request = asked(bank, case)
    actions.record_withdrawal(
        case, reason="不需要了", channel="PHONE", actor=bank.me, at=later(hours=2)
    )
    request.refresh_from_db()
    assert request.state == "WITHDRAWN"


@pytest.mark.parametrize(
    ("what", "amount", "why", "field"),
    [
        (" ", "", WHY, "what"),
        ("长" * 201, "", WHY, "what"),
        (WHAT, "", "", "reason"),
        (WHAT, "two", WHY, "amount"),
        (WHAT, "-5", WHY, "amount"),
        (WHAT, "1.234", WHY, "amount"),
        (WHAT, "0", WHY, "amount"),
        (WHAT, "1" * 12, WHY, "amount"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_asked(
    bank: Bank, case: Case, what: str, amount: str, why: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        actions.ask_approval(
            case, what, reason=why, amount=amount, actor=bank.me, at=later(hours=1)
        )
    assert set(caught.value.fields) == {field}
    assert not Approval.objects.exists()
    assert story(case) == []


def test_who_asks_when(bank: Bank, case: Case) -> None:
    with pytest.raises(access.NotYourCase):
        actions.ask_approval(
            case, WHAT, reason=WHY, actor=bank.acting(bank.colleague), at=later(hours=1)
        )
    asked(bank, case)
    with pytest.raises(approvals.AlreadyAsked):
        asked(bank, Case.objects.get(pk=case.pk))
    with pytest.raises(actions.CaseNotReady):
        asked(bank, a_case_in("ACCEPTED", bank))


def test_it_is_asked_and_seen_on_the_case_page(bank: Bank, case: Case) -> None:
    client = signed_in(bank.agent)
    page = f"/cases/{case.public_id}/"
    assert "ask/ask_approval/" in client.get(page).content.decode()
    wrong = press(client, case, {"what": WHAT, "amount": "x", "reason": WHY})
    assert wrong.status_code == 422
    assert f'value="{WHAT}"' in wrong.content.decode(), "what was typed stays"
    press(client, case, {"what": WHAT, "amount": "2386", "reason": WHY})
    shown = client.get(page).content.decode()
    assert "2,386.00元" in shown
    rows = requests.approvals_for(bank.acting(bank.lead), "waiting", at=time.now()).rows
    assert [row.approval.words for row in rows] == [WHAT]


def test_a_program_asks_for_its_person_and_reads_the_decision(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    program, where = Program(bank, "agent", as_agent=True), f"/{case.public_id}/approvals"
    body = {"what": WHAT, "reason": WHY, "amount": "2386.00"}
    made, again = program.post(where, body, key="k1"), program.post(where, body, key="k1")
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json() == again.json()
    told = ("state", "words", "reason", "amount_fen", "subject", "may_decide")
    assert [made.json()[name] for name in told] == [
        "WAITING",
        WHAT,
        WHY,
        238600,
        case.public_id,
        False,
    ]
    other = program.post(where, {**body, "amount": "1.00"}, key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "key-reused")
    twice = program.post(where, body)
    assert (twice.status_code, twice.json()["code"]) == (409, "already-asked")
    early = program.post(f"/{case.public_id}/resolve", {"solution": "已垫付"})
    assert (early.status_code, early.json()["code"]) == (409, "approval-still-open")
    request = Approval.objects.get()
    approvals.approve(request, "同意垫付", actor=bank.acting(bank.lead), at=time.now())
    [read] = program.get(where).json()["items"]
    decided = ("id", "state", "opinion", "decided_by")
    assert [read[name] for name in decided] == [
        made.json()["id"],
        "APPROVED",
        "同意垫付",
        {"id": bank.lead.public_id, "name": bank.lead.name},
    ]
    done = program.post(f"/{case.public_id}/resolve", {"solution": "已垫付"})
    assert (done.status_code, done.json()["state"]) == (200, "RESOLVED")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"what": "", "reason": WHY}, "what"),
        ({"what": WHAT}, "reason"),
        ({"what": WHAT, "reason": WHY, "amount": "two"}, "amount"),
        ({"what": WHAT, "reason": WHY, "amount": 2386}, "amount"),
        ({"what": WHAT, "reason": WHY, "sum": "2386"}, "sum"),
    ],
)
def test_a_program_that_asks_wrongly_is_told_the_field(
    bank: Bank, case: Case, body: dict[str, Any], field: str
) -> None:
    answer = Program(bank, "agent", as_agent=True).post(f"/{case.public_id}/approvals", body)
    assert answer.status_code == 422
    assert [wrong["field"] for wrong in answer.json()["errors"]] == [field]
    assert not Approval.objects.exists()


def test_a_program_without_a_person_reads_and_asks_for_nothing(bank: Bank, case: Case) -> None:
    asked(bank, case)
    program, where = Program(bank), f"/{case.public_id}/approvals"
    assert [one["words"] for one in program.get(where).json()["items"]] == [WHAT]
    refused = program.post(where, {"what": "减免工本费", "reason": WHY})
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    elsewhere = Program(a_bank("insurer"))
    assert elsewhere.get(where).status_code == 404
    assert elsewhere.post(where, {"what": WHAT, "reason": WHY}).status_code == 404
    assert story(case) == ["approval_ask"]


def press(client: Client, case: Case, said: dict[str, str]) -> Any:
    """Send the dialog."""
    key = {"idempotency_key": f"k-{len(said['amount'])}"}
    return client.post(f"/cases/{case.public_id}/do/ask_approval/", {**said, **key})
