"""A payment that failed: told at once, asked for again by one press, and never paid twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.models import Case, CaseEntry
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import redress as proposing
from shouwen.service.complaints.actions import redress_again
from shouwen.service.complaints.events import ComplaintRedressApproved
from shouwen.service.complaints.models import Complaint, ComplaintRedress, RedressAttempt
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh
from shouwen.service.complaints.tests.redress import Till, a_till
from shouwen.service.complaints.tests.test_api import Line

WHY = "收款账户已销户"
FAILED: dict[str, Any] = {"outcome": "FAILED", "reference": "PAY-1", "words": WHY}


@pytest.fixture
def till(office: Office) -> Till:
    """A complaint whose facts are found."""
    return a_till(office)


def fail(till: Till, one: ComplaintRedress, reference: str = "PAY-1", **more: Any) -> None:
    """Let the paying system say that a payment failed."""
    till.result(one, **{**FAILED, "reference": reference, **more})


def again(
    till: Till, one: ComplaintRedress, request: str, hours: float = 5, actor: Any = None
) -> Any:
    """Ask for the payment again as the handler."""
    return redress_again.ask_payment_again(
        fresh(till.one),
        one.public_id,
        request,
        actor=actor or till.office.handler,
        at=later(hours=hours),
    )


Heard = list[ComplaintRedressApproved]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Keep what whoever pays is asked for."""
    facts: Heard = []
    for module in (proposing, redress_again):
        monkeypatch.setattr(module, "announce", facts.append)
    return facts


def asked(heard: Heard) -> list[tuple[str, int, int]]:
    """Give which requests for a payment went out: number, attempt and sum."""
    return [(fact.request, fact.attempt, fact.amount_fen) for fact in heard]


def held(one: ComplaintRedress) -> ComplaintRedress:
    """Read it again."""
    return ComplaintRedress.objects.get(pk=one.pk)


def test_who_handles_it_hears_of_the_failure_at_once_and_why_on_the_page(till: Till) -> None:
    one = till.granted()
    fail(till, one)
    assert Case.objects.get(pk=till.one.case_id).reminded_at == later(hours=4)
    told = CaseEntry.objects.get(case=till.one.case, act="remind")
    assert told.text is not None
    assert "补偿支付失败：退还费用，300.00元" in told.text.plain
    # Why it failed may name the payee: it is sealed, and read on the page alone.
    assert WHY not in told.text.plain
    with time.frozen(later(hours=5)):
        page = signed_in(till.office.worker).get(f"/complaints/{till.one.public_id}/")
        other = signed_in(till.office.head).get(f"/complaints/{till.one.public_id}/")
    assert WHY in page.content.decode()
    assert "再次请求付款" in page.content.decode()
    assert "由本投诉的经办人再次请求付款" in other.content.decode()


def test_nobody_handles_it_and_the_story_still_tells(till: Till) -> None:
    one = till.granted()
    Case.objects.filter(pk=till.one.case_id).update(handler=None)
    fail(till, one)
    acts = CaseEntry.objects.filter(case=till.one.case).order_by("pk").values_list("act", flat=True)
    assert list(acts)[-2:] == ["complaint_redress_fail", "complaint_redress_wait"]


def test_one_press_asks_again_for_the_same_sum_under_a_new_number(till: Till, heard: Heard) -> None:
    one = till.granted()
    first = held(one).request_ref
    fail(till, one)
    address = f"/complaints/{till.one.public_id}/do/redress_again/"
    said = {"redress": one.public_id, "request": first}
    with time.frozen(later(hours=5)):
        client = signed_in(till.office.worker)
        page = client.post(address, said).content.decode()
        assert "已批准，待支付结果" in page
        assert f"请求{first}" in page
        # The second press, by a page that was not looked at again, asks for nothing.
        assert "该笔付款目前不需要再次请求" in client.post(address, said).content.decode()
    row = held(one)
    assert (row.state, row.attempt, row.decided_by, row.outside_ref) == (
        "REQUESTED",
        2,
        till.senior,
        "",
    )
    assert asked(heard) == [(first, 1, 30_000), (f"{one.public_id}-2", 2, 30_000)]
    (gone,) = RedressAttempt.objects.all()
    assert gone.result_words is not None
    assert (gone.outside_ref, gone.result_words.plain, gone.asked_again_by) == (
        "PAY-1",
        WHY,
        till.office.worker,
    )
    trail = AuditRow.objects.get(act="complaint.redress_asked_again")
    assert f'"request":"{one.public_id}-2"' in trail.detail
    told = CaseEntry.objects.get(case=till.one.case, act="complaint_redress_again")
    assert told.visible_to_customer
    till.result(row, reference="PAY-2")
    assert till.state() == "PAID"
    # Nothing was decided a second time.
    assert AuditRow.objects.filter(act="complaint.redress_approved").count() == 1


def test_what_was_said_of_the_first_request_never_settles_the_second(till: Till) -> None:
    one = till.granted()
    first = held(one).request_ref
    fail(till, one)
    again(till, one, first)
    for said in (FAILED, {**FAILED, "request": first}):
        assert till.result(one, **said).state == "REQUESTED"
    with pytest.raises(actions.RedressSettled):
        till.result(one, reference="PAY-1")
    with pytest.raises(actions.RedressNotRequested):
        till.result(one, reference="PAY-2", request=first)
    # Nor does its number settle another redress.
    other = a_till(till.office)
    with pytest.raises(actions.PaymentNumberKnown):
        other.result(other.granted(), reference="PAY-1")
    assert held(one).state == "REQUESTED"
    second = held(one).request_ref
    assert till.result(one, reference="PAY-2", request=second).state == "PAID"


def test_only_its_handler_asks_and_only_for_what_failed(till: Till, heard: Heard) -> None:
    one = till.granted()
    request = held(one).request_ref
    with pytest.raises(redress_again.RedressNotFailed):
        again(till, one, request)
    fail(till, one)
    for actor in (till.office.acceptor, till.office.supervisor):
        with pytest.raises(actions.RolesMustBeThree):
            again(till, one, request, actor=actor)
    with pytest.raises(actions.OnlyTheHandlerProposes):
        again(till, one, request, actor=acting(a_person(till.office.bank.cards, "complaints")))
    with pytest.raises(NotAllowed):
        again(till, one, request, actor=till.office.bank.key)
    with pytest.raises(NotThere):
        redress_again.ask_payment_again(
            fresh(a_complaint_in("ANALYSED", till.office)),
            one.public_id,
            request,
            actor=till.office.handler,
            at=later(hours=5),
        )
    Complaint.objects.filter(pk=till.one.pk).update(concerned_person=till.office.worker)
    with pytest.raises(actions.RecusedHere):
        again(till, one, request)
    assert asked(heard) == [(request, 1, 30_000)]


def test_it_is_asked_for_three_times_at_most(till: Till) -> None:
    one = till.granted()
    for number in (1, 2):
        fail(till, one, f"PAY-{number}")
        again(till, one, f"{one.public_id}-{number}", hours=4 + number)
    fail(till, one, "PAY-3")
    # The house's own figure.
    assert queries.redress_asks_most() == 3
    with pytest.raises(redress_again.RedressAskedEnough):
        again(till, one, f"{one.public_id}-3", hours=8)
    till.propose(hours=9)
    assert till.state() == "PROPOSED"


def test_what_was_proposed_anew_or_withdrawn_is_not_asked_for_again(till: Till) -> None:
    one = till.granted()
    request = held(one).request_ref
    fail(till, one)
    new = till.propose(hours=5)
    with pytest.raises(redress_again.RedressReplaced):
        again(till, one, request, hours=6)
    ComplaintRedress.objects.filter(pk=new.pk).update(state="DECLINED")
    Complaint.objects.filter(pk=till.one.pk).update(withdrawn_at=later(hours=6))
    with pytest.raises(actions.RedressIsOver):
        again(till, one, request, hours=7)


def test_a_sum_that_is_another_levels_by_now_is_decided_anew(till: Till) -> None:
    first = till.propose(amount="1500")
    till.approve()
    second = till.propose(hours=4, amount="500")
    till.approve(at=later(hours=5))
    fail(till, first)
    # Of the same moment as the failure nothing was proposed; the second stands before it.
    ComplaintRedress.objects.filter(pk=second.pk).update(
        amount_fen=60_000, proposed_at=later(hours=3)
    )
    with pytest.raises(redress_again.RedressNeedsAnew):
        again(till, first, held(first).request_ref, hours=6)


def test_the_watch_over_unanswered_requests_begins_again(till: Till) -> None:
    one = till.granted()
    fail(till, one)
    again(till, one, held(one).request_ref, hours=24 * 10)
    asked_at = later(hours=24 * 10)
    assert actions.remind_of_payments(asked_at + timedelta(days=4)) == 0
    assert actions.remind_of_payments(asked_at + timedelta(days=5)) == 1


def test_a_program_asks_again_for_its_person_once(till: Till, heard: Heard) -> None:
    one = till.granted()
    fail(till, one)
    line = Line(till.office, "complaints", till.office.worker)
    path = f"/{till.one.public_id}/redress/{one.public_id}/again"
    body = {"request": f"{one.public_id}-1"}
    for _press in range(2):
        answer = line.send(path, body, key="again-1")
        assert answer.status_code == 200, answer.content
    (shown,) = answer.json()["redress"]
    assert (shown["state"], shown["attempt"], shown["request"]) == (
        "REQUESTED",
        2,
        f"{one.public_id}-2",
    )
    late = line.send(path, body, key="again-2")
    assert (late.status_code, late.json()["code"]) == (409, "redress-not-failed")
    assert len(asked(heard)) == 2
