"""What was asked of others about a complaint ends with it."""

from __future__ import annotations

import pytest

from shouwen.ground.kernel.errors import Invalid
from shouwen.people.approvals.models import Approval
from shouwen.service.cases import actions as cases
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.tests.extending import Desk, a_desk
from shouwen.service.complaints.tests.factories import fresh


def test_a_withdrawal_by_the_complainants_own_page_ends_the_request_too(desk: Desk) -> None:
    desk.ask(later(days=10))
    caller = desk.office.bank.caller
    cases.withdraw_by_customer(fresh(desk.one).case, reason="和解", actor=caller, at=later(days=11))
    assert (desk.state(), desk.request().state) == ("WITHDRAWN", "WITHDRAWN")
    assert fresh(desk.one).withdrawn_at == later(days=11)


def test_a_request_whose_time_is_over_ends_as_such_with_the_complaint(desk: Desk) -> None:
    desk.ask(later(days=1))
    actions.withdraw(
        fresh(desk.one), reason="已和解", channel="PHONE", actor=desk.handler, at=later(days=11)
    )
    assert (desk.state(), desk.request().state) == ("EXPIRED", "EXPIRED")


def test_a_withdrawal_that_is_refused_leaves_the_request_waiting(desk: Desk) -> None:
    desk.ask(later(days=10))
    with pytest.raises(Invalid):
        actions.withdraw(
            fresh(desk.one), reason=" ", channel="PHONE", actor=desk.handler, at=later(days=11)
        )
    assert (desk.state(), desk.request().state) == ("ASKED", "WAITING")


def test_what_was_approved_and_not_told_is_needed_no_more_once_taken_back(desk: Desk) -> None:
    desk.ask(later(days=10))
    desk.approve(later(days=11))
    actions.withdraw(
        fresh(desk.one), reason="已和解", channel="PHONE", actor=desk.handler, at=later(days=11)
    )
    with pytest.raises(actions.ComplaintMovedOn):
        desk.tell(later(days=12))
    (shown,) = queries.extending_of(fresh(desk.one), later(days=12)).extensions
    assert (shown.is_needless, shown.is_late) == (True, False)


def test_a_request_about_another_complaint_waits_on(desk: Desk) -> None:
    desk.ask(later(days=10))
    other = a_desk(desk.office)
    other.ask(later(days=10))
    actions.withdraw(
        fresh(other.one), reason="已和解", channel="PHONE", actor=desk.handler, at=later(days=11)
    )
    rows = Approval.objects.order_by("pk").values_list("state", flat=True)
    assert list(rows) == ["WAITING", "WITHDRAWN"]
