"""The ticket's states, walked at random (systems.md section 6, HB-2.3-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shouwen.service.cases.rules import states, steps
from shouwen.service.cases.rules.states import Act, Reason, Standing, State

MONDAY_9AM = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)


class AnyoneDoesAnything(RuleBasedStateMachine):
    """Staff and customer press what they like; the rules decide what happens."""

    def __init__(self) -> None:
        """Begin with a case as it is opened."""
        super().__init__()
        self.standing = Standing(State.NEW)
        self.ledger: list[tuple[Act, State, State]] = []

    @rule(act=st.sampled_from(Act))
    def press(self, act: Act) -> None:
        """Do an act, with all it needs brought along."""
        brought = replace(self.standing, has_category=True, has_handler=True, has_solution=True)
        if states.why_not(act, brought) is None:
            moved = states.after(act, brought)
            self.ledger.append((act, self.standing.state, moved.state))
            self.standing = moved

    @precondition(lambda self: self.standing.state not in (State.CLOSED, State.ARCHIVED))
    @rule()
    def go_on(self) -> None:
        """Follow the way the page proposes; where it proposes nothing, the customer agrees."""
        self.press(states.next_act(self.standing) or Act.CONFIRM_BY_CUSTOMER)

    @invariant()
    def closed_means_both_agreed(self) -> None:
        """No way leads to the end past either side (HB-2.3-01)."""
        if self.standing.state in (State.CLOSED, State.ARCHIVED):
            assert self.standing.agent_confirmed
            assert self.standing.customer_confirmed

    @invariant()
    def the_ledger_is_one_chain(self) -> None:
        """Each entry begins where the one before it ended."""
        at = State.NEW
        for _act, before, after in self.ledger:
            assert before is at
            at = after
        assert at is self.standing.state

    @invariant()
    def an_objection_voids_what_was_agreed(self) -> None:
        """After an objection both sides have to agree anew."""
        if self.ledger and self.ledger[-1][0] is Act.OBJECT:
            assert not self.standing.agent_confirmed
            assert not self.standing.customer_confirmed
            assert self.standing.state is State.IN_PROGRESS


TestAnyoneDoesAnything = AnyoneDoesAnything.TestCase
TestAnyoneDoesAnything.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)

EVERYTHING = Standing(State.NEW, True, True, True, True, True, True)


def test_every_state_is_reached() -> None:
    seen, waiting = set(), [replace(EVERYTHING, agent_confirmed=False, customer_confirmed=False)]
    reached = set()
    while waiting:
        standing = waiting.pop()
        if standing in seen:
            continue
        seen.add(standing)
        reached.add(standing.state)
        waiting += [states.after(a, standing) for a in Act if states.why_not(a, standing) is None]
    assert reached == set(State)


@given(act=st.sampled_from(Act), state=st.sampled_from(State))
def test_a_refused_act_has_no_state_after_it(act: Act, state: State) -> None:
    if states.why_not(act, replace(EVERYTHING, state=state)) is Reason.WRONG_STATE:
        with pytest.raises(ValueError):
            states.state_after(act, state)
    else:
        assert states.state_after(act, state) in State


@given(state=st.sampled_from(State), flags=st.lists(st.booleans(), min_size=6, max_size=6))
def test_the_proposed_act_is_always_a_possible_one(state: State, flags: list[bool]) -> None:
    standing = replace(Standing(state, *flags), has_category=True, has_handler=True)
    standing = replace(standing, has_solution=True)
    act = states.next_act(standing)
    if act is not None:
        assert states.why_not(act, standing) is None


@pytest.mark.parametrize(
    ("act", "standing", "reason"),
    [
        (Act.ACCEPT, Standing(State.ACCEPTED), Reason.WRONG_STATE),
        (Act.ASSIGN, Standing(State.CLASSIFIED), Reason.NO_CATEGORY),
        (Act.START, Standing(State.ASSIGNED), Reason.NO_HANDLER),
        (Act.OPINION, Standing(State.IN_PROGRESS), Reason.NO_SOLUTION),
        (Act.RESOLVE, Standing(State.IN_PROGRESS), Reason.NO_SOLUTION),
        (Act.CLOSE, Standing(State.FEEDBACK_SENT), Reason.AGENT_NOT_CONFIRMED),
        (
            Act.CLOSE,
            Standing(State.FEEDBACK_SENT, agent_confirmed=True),
            Reason.CUSTOMER_NOT_CONFIRMED,
        ),
        (Act.CLOSE, replace(EVERYTHING, state=State.RESOLVED), Reason.WRONG_STATE),
        (Act.CONFIRM_BY_CUSTOMER, Standing(State.RESOLVED), Reason.WRONG_STATE),
        (
            Act.CONFIRM_BY_CUSTOMER,
            replace(EVERYTHING, state=State.FEEDBACK_SENT),
            Reason.ALREADY_DONE,
        ),
        (Act.ARCHIVE, Standing(State.FEEDBACK_SENT), Reason.WRONG_STATE),
    ],
)
def test_an_act_is_refused_for_a_reason(act: Act, standing: Standing, reason: Reason) -> None:
    assert states.why_not(act, standing) is reason


def test_classifying_anew_and_handing_over_keep_the_state() -> None:
    assert states.state_after(Act.CLASSIFY, State.IN_PROGRESS) is State.IN_PROGRESS
    assert states.state_after(Act.ASSIGN, State.WAITING_EXTERNAL) is State.WAITING_EXTERNAL
    assert states.state_after(Act.CLASSIFY, State.ACCEPTED) is State.CLASSIFIED


def test_the_archive_names_what_is_missing() -> None:  # HB-2.3-05
    nothing = states.ArchiveRecord(False, False, "  ", None)
    assert states.missing_for_archive(nothing) == (
        "name",
        "contact",
        "service_content",
        "handled_at",
    )
    assert states.missing_for_archive(states.ArchiveRecord(True, True, "换卡", MONDAY_9AM)) == ()


def test_four_steps_say_who_and_how_long() -> None:
    laid_out = steps.four_steps(
        State.IN_PROGRESS,
        steps.Instants(
            opened_at=MONDAY_9AM,
            classified_at=MONDAY_9AM + timedelta(minutes=8),
            classified_by="苏芮",
        ),
    )
    assert [(s.step.value, s.phase.value, s.done_by, s.took_seconds) for s in laid_out] == [
        ("classify", "done", "苏芮", 480),
        ("solve", "now", "", None),
        ("track", "later", "", None),
        ("feed_back", "later", "", None),
    ]
    assert laid_out[1].since == MONDAY_9AM + timedelta(minutes=8)


@given(state=st.sampled_from(State), has_opinion=st.booleans())
def test_at_most_one_step_is_now(state: State, has_opinion: bool) -> None:
    instants = steps.Instants(opened_at=MONDAY_9AM, opinion_at=MONDAY_9AM if has_opinion else None)
    phases = [s.phase for s in steps.four_steps(state, instants)]
    assert phases.count(steps.Phase.NOW) == (state in states.OPEN_STATES)
    assert phases == sorted(phases, key=["done", "now", "later"].index)
