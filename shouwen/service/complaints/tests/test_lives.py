"""Random lives: whatever is pressed by whomever, complaint, case and clocks stay true together."""

from __future__ import annotations

import os
import random
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Problem
from shouwen.ground.policy import clocks, ticker
from shouwen.ground.policy.clocks import storing
from shouwen.ground.policy.models import Clock, ClockEntry
from shouwen.ground.policy.rules.ledger import Act as LedgerAct
from shouwen.ground.policy.rules.ledger import waits_for
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.ports import Heir
from shouwen.service.cases import actions as cases
from shouwen.service.cases.queries.clocks import clocks_running, tightest
from shouwen.service.cases.tests.factories import MONDAY_9AM, a_case_in
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules import apart, states
from shouwen.service.complaints.rules.states import State
from shouwen.service.complaints.tests.factories import DEMAND, Office, a_complaint, fresh
from shouwen.service.complaints.tests.pressing import Press, fitting, people_of, presses

# `TEST_LIVES=200x60` lives through twelve thousand steps, which takes ten minutes.
LIVES, STEPS = map(int, os.environ.get("TEST_LIVES", "16x35").split("x"))
UNSOLVED = {"CLASSIFIED", "ASSIGNED", "IN_PROGRESS", "WAITING_CUSTOMER", "WAITING_EXTERNAL"}
IN_HAND = UNSOLVED | {"ACCEPTED"}
# Where the case may stand while its complaint stands so.
CASE_IN: dict[str, set[str]] = {
    # A case that became a complaint may have been worked on before.
    "RECEIVED": IN_HAND | {"NEW"},
    **dict.fromkeys(
        ("ACCEPTED", "CLASSIFIED", "GRADED", "STARTED", "ANALYSED", "RESPONSIBILITY_ASSIGNED"),
        IN_HAND,
    ),
    "PLAN_AGREED": {"IN_PROGRESS", "WAITING_CUSTOMER", "WAITING_EXTERNAL"},
    "HANDLED": {"RESOLVED"},
    "FEEDBACK_SENT": {"FEEDBACK_SENT"},
    "CALLBACK_DONE": {"FEEDBACK_SENT"},
    "CLOSED": {"CLOSED"},
    "ARCHIVED": {"ARCHIVED"},
}
# Where a complaint is worked on and no result is there.
IN_WORK = states.ORDER[states.ORDER.index(State.ACCEPTED) : states.ORDER.index(State.HANDLED)]
CHANCE = st.integers(0, 2**32).map(random.Random)
MINUTES = st.integers(1, 600)


class AnybodyPressesAnything(RuleBasedStateMachine):
    """One complaint after another in the same office; people press what fits and what does not."""

    office: Office

    @initialize(was=st.sampled_from(("", "", "", "NEW", "ACCEPTED", "IN_PROGRESS")))
    def it_comes_in(self, was: str) -> None:
        """Enter it whole, or let a case become one."""
        self.at = MONDAY_9AM + timedelta(hours=1)
        self.looked_at: dict[int, int] = {}
        # Whether somebody held or released a clock by hand, past the complaint.
        self.is_bent = False
        if was:
            case = a_case_in(was, self.office.bank)
            made = actions.file_from_case(
                case, demand=DEMAND, actor=self.office.bank.key, at=self.at
            )
        else:
            made = a_complaint(self.office)
        self.one = self.before = fresh(made)

    def _do(self, press: Press, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        was, told = fresh(self.one), _told(self.one)
        try:
            press()
        except Problem:
            # What is refused leaves no trace.
            now = fresh(self.one)
            assert (now.version, now.case.version, _told(self.one)) == (
                was.version,
                was.case.version,
                told,
            )
        self.before, self.one = was, fresh(self.one)

    @rule(chance=CHANCE, minutes=MINUTES)
    def somebody_goes_on(self, chance: random.Random, minutes: int) -> None:
        """Take the step that is next, by the one whose it is."""
        at = self.at + timedelta(minutes=minutes)
        self._do(fitting(self.one, self.office, chance, at), minutes)

    @rule(chance=CHANCE, minutes=MINUTES)
    def they_go_on_for_a_while(self, chance: random.Random, minutes: int) -> None:
        """Take a few steps that fit."""
        for _step in range(4):
            self.somebody_goes_on(chance, minutes)

    @rule(chance=CHANCE, minutes=MINUTES, is_stale=st.booleans())
    def somebody_presses_something(
        self, chance: random.Random, minutes: int, is_stale: bool
    ) -> None:
        """Press anything, perhaps on a page of before the last step."""
        one = self.before if is_stale else self.one
        actor = chance.choice(_actors(self.office))
        at = self.at + timedelta(minutes=minutes)
        self._do(chance.choice(presses(one, self.office, chance, actor, at)), minutes)

    @rule(chance=CHANCE, minutes=MINUTES)
    def the_handler_leaves_it_to_another(self, chance: random.Random, minutes: int) -> None:
        """Hand the case over as when somebody leaves."""
        case, office = self.one.case, self.office
        leaver = case.handler or case.owner or office.worker
        heir = chance.choice(people_of(office))
        at = self.at + timedelta(minutes=minutes)
        given = Heir(heir.unit, heir)
        self._do(
            lambda: cases.hand_over_case(
                leaver, case.public_id, given, "离职", office.bank.key, at
            ),
            minutes,
        )

    @rule(chance=CHANCE, minutes=MINUTES)
    def the_law_is_used(self, chance: random.Random, minutes: int) -> None:
        """Put a running clock off, hold it or begin it anew, as clauses let one."""
        key, at = self.office.bank.key, self.at + timedelta(minutes=minutes)
        running = clocks_running(self.one.case)
        if not running:
            return
        clock = chance.choice(running)
        extension, restart = chance.choice(("CG-3.3-04", "CBIRC-2020-3-20-3")), "CBIRC-2020-3-20-5"
        choices: list[Press] = [
            lambda: clocks.extend(
                clock,
                reason="须核对",
                clause=extension,
                approved_by="second",
                at=at,
                actor=key,
                notified_at=at,
            ),
            lambda: clocks.pause(
                clock, reason="鉴定", clause="CBIRC-2020-3-20-4", at=at, actor=key
            ),
            lambda: clocks.resume(clock, at=at, actor=key),
            lambda: clocks.restart(clock, reason="新材料", clause=restart, at=at, actor=key),
        ]
        self.is_bent = True
        self._do(chance.choice(choices), minutes)

    @rule(days=st.integers(1, 12))
    def days_go_by(self, days: int) -> None:
        """Let the watch over the clocks find what was missed."""
        self.at += timedelta(days=days)
        ticker.tick(self.at)

    @invariant()
    def every_state_has_passed_its_guard(self) -> None:
        """A state stands on what the act before it brought; a withdrawn one is excused."""
        one = self.one
        if one.withdrawn_at is not None:
            return
        state, standing = State(one.state), one.standing
        for beyond, is_held in (
            (State.ACCEPTED, one.accepted_at is not None),
            (State.CLASSIFIED, standing.has_class),
            (State.GRADED, standing.has_grade),
            (State.STARTED, standing.has_people),
            (State.ANALYSED, standing.has_analysis),
            (State.RESPONSIBILITY_ASSIGNED, standing.has_responsibility),
            (State.PLAN_AGREED, standing.has_plan),
            (State.HANDLED, one.handled_at is not None),
            (State.HANDLED, standing.has_executive or not standing.is_major),
            (State.FEEDBACK_SENT, one.feedback_at is not None),
            (State.CALLBACK_DONE, standing.is_confirmed),
            (State.CLOSED, one.closed_at is not None),
            (State.ARCHIVED, one.archived_at is not None),
        ):
            assert is_held or not (state is beyond or states.is_after(state, beyond)), beyond

    @invariant()
    def case_and_complaint_stand_together(self) -> None:
        """The case is where its complaint lets it be, open while that is open."""
        one = self.one
        assert one.case.state in CASE_IN[one.state], (one.state, one.case.state)
        assert one.is_open == one.case.is_open
        assert one.is_open == (State(one.state) in states.OPEN_STATES)
        assert (one.case.kind, one.institution_id) == ("COMPLAINT", one.case.institution_id)

    @invariant()
    def three_people_hold_the_posts_and_nobody_recused(self) -> None:
        """CG-3.4-02: three persons; who is complained of holds no post and leads nothing."""
        one = self.one
        handler = one.case.handler if one.assigned_at else None
        posts = [p for p in (one.acceptor, handler, one.supervisor) if p is not None]
        assert len({p.pk for p in posts}) == len(posts)
        force = [row.person for row in queries.members_of_force(one)]
        for person in (*posts, *([one.executive] if one.executive else []), *force):
            assert apart.why_recused(person.pk, person.unit.path, one.concerned) is None

    @invariant()
    def what_is_contested_is_judged_by_a_fresh_eye_on_its_own_clock(self) -> None:
        """A 核查 that waits has its thirty days running; who decides had no hand in it."""
        one = self.one
        clocks = Clock.objects.filter(
            subject_ref=one.case.public_id, event="complaint.review_decide", state="RUNNING"
        )
        waiting = one.contests.filter(kind="REVIEW", state="ASKED")
        assert clocks.count() == waiting.count()
        for contest in one.contests.filter(state__in=("UPHELD", "CHANGED")):
            assert contest.decided_by_id is not None
            assert contest.about_at <= contest.asked_at <= (contest.decided_at or contest.asked_at)

    @invariant()
    def the_law_waits_for_those_outside_and_nothing_else_does(self) -> None:
        """One at a time, while there is something to decide; what it holds stands still by it."""
        one = self.one
        going = list(one.referrals.filter(state="GOING_ON").order_by("pk"))
        assert len(going) <= 1
        reviewed = one.contests.filter(kind="REVIEW", state="ASKED").exists()
        assert not going or reviewed or State(one.state) in IN_WORK
        for past in one.referrals.exclude(state="GOING_ON"):
            assert past.ended_at is not None
            assert past.began_at <= past.ended_at
        if self.is_bent:
            return
        waits = {row.kind.lower(): set(row.held) for row in going}
        held = ClockEntry.objects.filter(clock__subject_ref=one.case.public_id, act="PAUSED")
        if not waits and not held.exists():
            return
        for clock in clocks_running(one.case):
            causes = waits_for(storing.entries_of(clock)) & {"appraisal", "mediation"}
            assert causes == {kind for kind, events in waits.items() if clock.event in events}

    @invariant()
    def each_due_time_is_what_its_ledger_gives(self) -> None:
        """Rows are copies: replaying the entries gives the same instant, clause and state."""
        rows = Clock.objects.filter(subject_ref=self.one.case.public_id)
        for clock in rows.exclude(state=Clock.State.CANCELLED).order_by("pk"):
            if self.looked_at.get(clock.pk) == clock.entry_count:
                continue
            self.looked_at[clock.pk] = clock.entry_count
            outcome = storing.recompute(clock)
            chosen = outcome.chosen
            assert chosen is not None
            assert (clock.state, clock.due_at, clock.clause, clock.hard, clock.stopped_at) == (
                str(outcome.state),
                chosen.due_at,
                chosen.clause,
                chosen.hard,
                outcome.stopped_at,
            )
            is_right = storing.entries_of(clock)[-1].act is LedgerAct.CORRECTED
            assert not is_right or (clock.breached_at is None and _is_in_time(clock))
            binding = [c.due_at for c in outcome.candidates if c.hard and not c.paused]
            assert clock.state != "RUNNING" or not binding or clock.due_at == min(binding)
        case = self.one.case
        expected = tightest(clocks_running(case)) if case.is_open else (None, None)
        if not self._was_changed_by_the_law:
            assert (case.soon_at, case.due_at) == expected

    @property
    def _was_changed_by_the_law(self) -> bool:
        """Whether a clock was changed past its case, which then hears of it at its next step."""
        acts = ("EXTENDED", "RESTARTED", "PAUSED", "RESUMED")
        return Clock.objects.filter(
            subject_ref=self.one.case.public_id, entries__act__in=acts
        ).exists()


def _is_in_time(clock: Clock) -> bool:
    return clock.stopped_at is not None and clock.stopped_at <= clock.due_at


def _actors(office: Office) -> list[Actor]:
    bank = office.bank
    return [office.acceptor, office.handler, office.supervisor, bank.me, bank.key]


def _told(one: Complaint) -> int:
    refs = (one.public_id, one.case.public_id)
    return AuditRow.objects.filter(object_ref__in=refs).count()


def test_a_random_life_breaks_nothing(ruled: Office) -> None:
    AnybodyPressesAnything.office = ruled
    run_state_machine_as_test(
        AnybodyPressesAnything,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            # A life is told by a few seeds; to shrink it would take minutes and tell no more.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whoever_does_what_is_next_brings_it_to_the_archive(ruled: Office) -> None:
    """The presses of the lives above do reach the end; else they would prove little."""
    chance, at = random.Random(7), MONDAY_9AM  # a test's dice
    one = fresh(a_complaint(ruled))
    for _step in range(60):
        at += timedelta(minutes=30)
        press = fitting(one, ruled, chance, at)
        with suppress(Problem):
            press()
        one = fresh(one)
        if one.state == State.ARCHIVED:
            return
    pytest.fail(f"It stays {one.state}.")
