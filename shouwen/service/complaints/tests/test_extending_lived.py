"""Whatever is pressed and whenever: no approval and notice in time, no other date."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwen.ground.kernel.errors import Problem
from shouwen.people.approvals import actions as approvals
from shouwen.people.staff.tests.factories import acting
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints.rules import extending
from shouwen.service.complaints.rules.extending import Limit, WhyNot
from shouwen.service.complaints.tests.extending import Desk


@given(st.datetimes(), st.booleans(), st.booleans(), st.timedeltas())
def test_a_limit_is_put_off_only_before_it_passes(
    due: datetime, is_extended: bool, is_held: bool, away: timedelta
) -> None:
    try:
        at = due + away
    except OverflowError:
        return
    why = extending.why_not(Limit(due, is_extended=is_extended, is_held=is_held), at)
    assert (why is None) == (at < due and not is_extended and not is_held)
    assert (why is WhyNot.EXTENDED) == is_extended


PRESSES = st.lists(
    st.tuples(
        st.sampled_from(["ask", "approve", "decline", "take back", "expire", "tell"]),
        st.integers(0, 12 * 24),
    ),
    max_size=9,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(PRESSES)
def test_an_extension_without_approval_and_notice_in_time_never_moves_a_date(
    desk: Desk, presses: list[tuple[str, int]]
) -> None:
    # Each example is undone, so that all begin with the same complaint.
    with transaction.atomic():
        _press_all(desk, presses)
        transaction.set_rollback(True)


def _press_all(desk: Desk, presses: list[tuple[str, int]]) -> None:
    before, at = desk.due(), later(days=1)
    approved: datetime | None = None
    moved = False
    for press, hours in presses:
        at += timedelta(hours=hours)
        try:
            with transaction.atomic():
                _press(desk, press, at)
        except (Problem, IndexError):
            assert (desk.due() != before) == moved
            continue
        if press == "approve":
            assert at < before
            approved = at
        if press == "tell":
            assert approved is not None
            assert approved <= at < before
            moved = True
        assert desk.due() == before + timedelta(days=30 if moved else 0)


def _press(desk: Desk, press: str, at: datetime) -> None:
    match press:
        case "ask":
            desk.ask(at)
        case "approve":
            desk.approve(at)
        case "decline":
            approvals.decline(desk.request(), "不同意", actor=acting(desk.senior), at=at)
        case "take back":
            approvals.withdraw(desk.request(), actor=desk.handler, at=at)
        case "expire":
            approvals.expire_due(at)
        case _:
            desk.tell(at)
