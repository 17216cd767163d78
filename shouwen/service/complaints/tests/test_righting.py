"""A limit told in time and recorded late: asked with proof, approved by another, then met."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere, Problem
from shouwen.ground.policy import ticker
from shouwen.ground.policy.clocks import storing
from shouwen.ground.policy.models import Clock, ClockEntry
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases import queries as cases
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.actions.righting import NothingWasMissed, RightingAsked
from shouwen.service.complaints.models import Complaint, ComplaintRighting
from shouwen.service.complaints.rules import righting
from shouwen.service.complaints.rules.righting import Span, WrongInstant
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh

SECOND = timedelta(seconds=1)
SHOWN = "录音2026061500017，客户本人接听。"
TOLD, RECORDED = 5, 40


@dataclass
class Late:
    """A complaint whose complainant was told in time, which was recorded the day after."""

    office: Office
    one: Complaint
    senior: Person

    @property
    def clock(self) -> Clock:
        """Give the clock of the first response."""
        return Clock.objects.get(
            subject_ref=self.one.case.public_id, event="complaint.first_response"
        )

    def ask(self, **more: Any) -> ComplaintRighting:
        """Ask to set it right, as its handler."""
        said: dict[str, Any] = {
            "told_at": later(hours=TOLD),
            "medium": "PHONE",
            "evidence": SHOWN,
            "actor": self.office.handler,
            "at": later(hours=RECORDED + 1),
        }
        clock = more.pop("clock", self.clock.public_id)
        return actions.ask_righting(fresh(self.one), clock, **{**said, **more})

    def request(self) -> Approval:
        """Give the request as a decider finds it."""
        rows = Approval.objects.filter(kind=actions.RIGHTING)
        return rows.select_related("institution", "unit", "asked_by").order_by("-pk")[0]

    def approve(self, who: Person | None = None, hours: float = RECORDED + 2) -> None:
        """Approve it."""
        actor = acting(who or self.senior)
        approvals.approve(self.request(), "录音属实", actor=actor, at=later(hours=hours))

    def reads(self) -> bool | None:
        """Whether the clock says that the limit was met."""
        views = cases.clocks_of_case(self.one.case, later(days=3))
        return next(view.met for view in views if view.event == "complaint.first_response")


@pytest.fixture
def late(ruled: Office) -> Late:
    """A first response that was given by telephone and put down after its limit."""
    one = a_complaint_in("STARTED", ruled)
    made = Late(ruled, one, a_person(ruled.bank.cards, "risk"))
    ticker.tick(later(hours=RECORDED))
    actions.respond(
        fresh(one), words="已致电", channel="PHONE", actor=ruled.handler, at=later(hours=RECORDED)
    )
    assert made.reads() is False
    return made


def test_it_is_met_once_another_has_approved_and_what_was_recorded_stays(late: Late) -> None:
    before = late.clock
    row = late.ask()
    assert late.reads() is False
    late.approve()
    clock = late.clock
    assert late.reads() is True
    assert (clock.stopped_at, clock.breached_at) == (later(hours=TOLD), None)
    lines = ClockEntry.objects.filter(clock=clock).order_by("sequence")
    assert [(line.act, line.at, line.approved_by) for line in lines][-2:] == [
        ("STOPPED", later(hours=RECORDED), ""),
        ("CORRECTED", later(hours=TOLD), late.senior.public_id),
    ]
    assert lines[len(lines) - 1].actor == late.office.worker.public_id
    outcome = storing.recompute(clock)
    assert (str(outcome.state), outcome.stopped_at) == ("STOPPED", clock.stopped_at)
    row.refresh_from_db()
    assert (row.state, row.told_at, row.recorded_at, row.stopped_at, row.missed_at) == (
        "APPROVED",
        later(hours=TOLD),
        later(hours=RECORDED),
        later(hours=RECORDED),
        before.breached_at,
    )
    assert (row.asked_by, row.decided_by) == (late.office.worker, late.senior)
    (trail,) = AuditRow.objects.filter(act="clock.set_right", object_ref=clock.public_id)
    told = json.loads(trail.detail)
    assert told["asked_by"] == late.office.worker.public_id
    assert told["approved_by"] == late.senior.public_id
    acts = AuditRow.objects.filter(act__startswith="complaint.righting")
    assert list(acts.order_by("pk").values_list("act", "actor_ref")) == [
        ("complaint.righting_asked", late.office.worker.public_id),
        ("complaint.righting_approved", late.senior.public_id),
    ]
    assert queries.missed_limits(fresh(late.one)) == []
    with pytest.raises(NothingWasMissed):
        late.ask()


def test_the_law_asks_for_the_senior_level_and_other_limits_for_a_leads(late: Late) -> None:
    row = late.ask()
    # The first response is due by the guides' clauses, which are no law.
    assert row.right == "complaint.extend"
    clock = late.clock
    laws = [dict(one, statutory=True) for one in clock.candidates]
    Clock.objects.filter(pk=clock.pk).update(candidates=laws)
    ComplaintRighting.objects.update(state="WITHDRAWN")
    assert late.ask(evidence="挂号回执").right == "complaint.extend_senior"


def test_nobody_approves_their_own_or_what_is_said_of_them(late: Late) -> None:
    boss = late.office.head
    late.ask(actor=late.office.supervisor)
    with pytest.raises(Problem):
        late.approve(boss)
    # Whoever handles it put the record down, and says nothing of how right it is.
    Approval.objects.filter(kind=actions.RIGHTING).update(right="complaint.work")
    with pytest.raises(Problem):
        late.approve(late.office.worker)
    facets = Facets(cg_type="SERVICE", person=late.senior)
    actions.classify(
        fresh(late.one),
        late.office.bank.frozen,
        facets,
        actor=late.office.handler,
        at=later(hours=RECORDED + 1),
    )
    Approval.objects.filter(kind=actions.RIGHTING).update(right="complaint.extend")
    with pytest.raises(actions.RecusedHere, match=late.senior.name):
        late.approve()
    assert late.reads() is False
    assert ComplaintRighting.objects.get().state == "ASKED"


@pytest.mark.parametrize(
    ("told_at", "is_wrong"),
    [
        (later(minutes=-1), True),
        (later(minutes=0), False),
        (later(hours=RECORDED), True),
        (later(days=9), True),
    ],
)
def test_the_instant_lies_between_the_complaint_and_the_due_time(
    late: Late, told_at: datetime, is_wrong: bool
) -> None:
    if not is_wrong:
        assert late.ask(told_at=told_at).state == "ASKED"
        return
    with pytest.raises(Invalid) as wrong:
        late.ask(told_at=told_at)
    assert set(wrong.value.fields) == {"told_at"}
    assert not ComplaintRighting.objects.exists()


def test_it_is_met_at_the_due_instant_and_late_a_second_after(late: Late) -> None:
    due = late.clock.due_at
    with pytest.raises(Invalid):
        late.ask(told_at=due + SECOND)
    late.ask(told_at=due)
    late.approve()
    assert late.reads() is True


def test_what_lacks_is_named_and_a_program_asks_for_nothing(late: Late) -> None:
    with pytest.raises(Invalid) as wrong:
        late.ask(clock="clock_none", told_at=None, medium="PIGEON", evidence=" ", proof="none")
    assert set(wrong.value.fields) == {"clock", "told_at", "medium", "evidence", "proof"}
    with pytest.raises(NotAllowed):
        late.ask(actor=late.office.bank.key)
    with pytest.raises(NotThere):
        late.ask(actor=acting(late.office.bank.outsider))
    late.ask()
    with pytest.raises(RightingAsked):
        late.ask()


def test_a_refusal_leaves_it_missed_and_it_may_be_asked_again(late: Late) -> None:
    late.ask()
    approvals.decline(
        late.request(), "录音不符", actor=acting(late.senior), at=later(hours=RECORDED + 2)
    )
    assert ComplaintRighting.objects.get().state == "DECLINED"
    assert late.reads() is False
    late.ask(at=later(hours=RECORDED + 3))
    approvals.withdraw(late.request(), actor=late.office.handler, at=later(hours=RECORDED + 4))
    states = ComplaintRighting.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["DECLINED", "WITHDRAWN"]


def test_what_was_in_time_has_nothing_to_set_right(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    actions.respond(
        fresh(one), words="已致电", channel="PHONE", actor=ruled.handler, at=later(hours=2)
    )
    with pytest.raises(NothingWasMissed):
        actions.ask_righting(
            fresh(one),
            "clock_none",
            told_at=later(hours=1),
            medium="PHONE",
            evidence=SHOWN,
            actor=ruled.handler,
            at=later(hours=3),
        )


def test_pages_ask_for_it_and_show_both_persons(late: Late) -> None:
    client = signed_in(late.office.worker)
    address = f"/complaints/{late.one.public_id}/"
    said = {
        "clock": late.clock.public_id,
        "told_at": "2026-06-15T14:00",
        "medium": "PHONE",
        "evidence": SHOWN,
    }
    with time.frozen(later(hours=RECORDED + 1)):
        assert "申请更正时限" in client.get(address).content.decode()
        assert client.get(f"{address}ask/set_right/").status_code == 200
        assert client.post(f"{address}do/set_right/", said).status_code == 200
    row = ComplaintRighting.objects.get()
    late.approve()
    with time.frozen(later(hours=RECORDED + 3)):
        text = client.get(address).content.decode()
    assert f"{late.office.worker.name}申请、{late.senior.name}批准更正" in text
    assert SHOWN in text
    assert row.told_at < row.due_at


@given(st.datetimes(), st.timedeltas(), st.timedeltas(), st.timedeltas())
def test_an_instant_is_right_only_within_its_span(
    began: datetime, due: timedelta, recorded: timedelta, told: timedelta
) -> None:
    try:
        span = Span(began, began + abs(due), began + abs(recorded))
        at = began + told
    except OverflowError:
        return
    amiss = righting.wrong(at, span)
    assert (amiss is None) == (began <= at <= min(span.due_at, span.recorded_at))
    assert (amiss is WrongInstant.BEFORE) == (at < began)


PRESSES = st.lists(
    st.tuples(st.sampled_from(["ask", "approve", "decline", "take back"]), st.integers(-30, 60)),
    max_size=6,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(PRESSES)
def test_no_clock_is_met_without_two_persons_and_an_instant_in_time(
    late: Late, presses: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        _press_all(late, presses)
        transaction.set_rollback(True)


def _press_all(late: Late, presses: list[tuple[str, int]]) -> None:
    is_right = False
    for place, (press, hours) in enumerate(presses):
        at = later(hours=RECORDED + 1 + place)
        try:
            with transaction.atomic():
                _press(late, press, later(hours=hours), at)
        except (Problem, IndexError):
            assert (late.reads() is True) == is_right
            continue
        is_right = is_right or press == "approve"
        assert (late.reads() is True) == is_right
        clock = late.clock
        outcome = storing.recompute(clock)
        assert outcome.stopped_at == clock.stopped_at
        assert (outcome.chosen and outcome.chosen.due_at) == clock.due_at
        if is_right:
            assert clock.stopped_at is not None
            assert clock.started_at <= clock.stopped_at <= clock.due_at


def _press(late: Late, press: str, told_at: datetime, at: datetime) -> None:
    senior: Actor = acting(late.senior)
    match press:
        case "ask":
            late.ask(told_at=told_at, at=at)
        case "approve":
            approvals.approve(late.request(), "属实", actor=senior, at=at)
        case "decline":
            approvals.decline(late.request(), "不符", actor=senior, at=at)
        case _:
            approvals.withdraw(late.request(), actor=late.office.handler, at=at)
