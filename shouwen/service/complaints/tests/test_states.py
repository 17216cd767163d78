"""A complaint's states, walked at random (systems.md section 6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shouwen.service.cases.models import CaseEntry
from shouwen.service.complaints import models
from shouwen.service.complaints.actions.extending import ENDS
from shouwen.service.complaints.rules import apart, major, states
from shouwen.service.complaints.rules.apart import Concerned, Post, Recusal
from shouwen.service.complaints.rules.states import Act, Reason, Standing, State
from shouwen.service.complaints.words import TELLINGS

BROUGHT: dict[Act, dict[str, Any]] = {
    Act.CLASSIFY: {"has_class": True},
    Act.GRADE: {"has_grade": True},
    Act.ASSIGN: {"has_people": True},
    Act.MARK: {"is_major": True, "has_executive": True},
    Act.ANALYSE: {"has_analysis": True},
    Act.RESPONSIBILITY: {"has_responsibility": True},
    Act.PLAN: {"has_plan": True},
    Act.ISSUE: {"has_notice": True},
    Act.CALLBACK: {"is_confirmed": True},
}


class AnyoneDoesAnything(RuleBasedStateMachine):
    """Staff and complainants press what they like; the rules decide what happens."""

    def __init__(self) -> None:
        """Begin with a complaint as it is filed."""
        super().__init__()
        self.standing = Standing(State.RECEIVED)

    @rule(act=st.sampled_from(Act))
    def press(self, act: Act) -> None:
        """Do an act, with what it brings along."""
        brought = replace(self.standing, **BROUGHT.get(act, {}))
        if states.why_not(act, brought) is None:
            self.standing = states.after(act, brought)

    @rule()
    def go_on(self) -> None:
        """Follow the way the page proposes."""
        act = states.next_act(self.standing)
        if act is not None:
            self.press(act)

    @invariant()
    def every_state_passed_its_guard(self) -> None:
        """Whoever is in a state has what the states before it ask for."""
        here = self.standing
        if here.is_withdrawn or here.state in (State.RECEIVED,):
            return
        for beyond, held in (
            (State.CLASSIFIED, here.has_class),
            (State.GRADED, here.has_grade),
            (State.STARTED, here.has_people),
            (State.ANALYSED, here.has_analysis),
            (State.RESPONSIBILITY_ASSIGNED, here.has_responsibility),
            (State.PLAN_AGREED, here.has_plan),
            (State.FEEDBACK_SENT, here.has_notice),
            (State.CALLBACK_DONE, here.is_confirmed),
        ):
            reached = here.state is beyond or states.is_after(here.state, beyond)
            assert held or not reached, beyond

    @invariant()
    def a_major_one_is_handled_under_an_executive(self) -> None:
        """HB-4.2-07."""
        here = self.standing
        if here.is_major and not here.is_withdrawn and states.is_after(here.state, State.HANDLED):
            assert here.has_executive


TestAnyoneDoesAnything = AnyoneDoesAnything.TestCase
TestAnyoneDoesAnything.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)


def test_the_way_that_is_proposed_reaches_the_archive_through_every_state() -> None:
    standing, seen = Standing(State.RECEIVED), [State.RECEIVED]
    while (act := states.next_act(standing)) is not None:
        standing = states.after(act, replace(standing, **BROUGHT.get(act, {})))
        seen.append(standing.state)
    # Naming the people keeps the state, and so does the notice.
    assert list(dict.fromkeys(seen)) == list(State)


@given(act=st.sampled_from(Act), state=st.sampled_from(State))
def test_a_refused_act_has_no_state_after_it(act: Act, state: State) -> None:
    everything = Standing(state, True, True, True, True, True, True, True, True, True)
    if states.why_not(act, everything) is Reason.WRONG_STATE:
        with pytest.raises(ValueError, match="is not possible"):
            states.after(act, everything)
    else:
        assert states.after(act, everything).state in State


def test_the_words_of_models_and_rules_are_the_same() -> None:
    assert models.State.values == [state.value for state in State]
    assert models.MajorReason.values == [reason.value for reason in major.MajorReason]


@pytest.mark.parametrize(
    ("act", "standing", "reason"),
    [
        (Act.ACCEPT, Standing(State.ACCEPTED), Reason.WRONG_STATE),
        (Act.CLASSIFY, Standing(State.ACCEPTED), Reason.NO_CLASS),
        (Act.GRADE, Standing(State.CLASSIFIED, True), Reason.NO_GRADE),
        (Act.START, Standing(State.GRADED, True, True), Reason.NO_PEOPLE),
        (Act.START, Standing(State.GRADED, True, True, True, True), Reason.NO_EXECUTIVE),
        (Act.ANALYSE, Standing(State.STARTED), Reason.NO_ANALYSIS),
        (Act.RESPONSIBILITY, Standing(State.ANALYSED), Reason.NO_RESPONSIBILITY),
        (Act.PLAN, Standing(State.RESPONSIBILITY_ASSIGNED), Reason.NO_PLAN),
        (Act.FEEDBACK, Standing(State.PLAN_AGREED), Reason.WRONG_STATE),
        (Act.FEEDBACK, Standing(State.HANDLED), Reason.NO_NOTICE),
        (Act.TRY, Standing(State.HANDLED), Reason.NO_NOTICE),
        (Act.CLOSE, Standing(State.CALLBACK_DONE), Reason.NOT_SATISFIED),
        (Act.WITHDRAW, Standing(State.HANDLED), Reason.WRONG_STATE),
    ],
)
def test_an_act_is_refused_for_a_reason(act: Act, standing: Standing, reason: Reason) -> None:
    assert states.why_not(act, standing) is reason


@given(st.lists(st.integers(1, 4) | st.none(), min_size=3, max_size=3))
def test_nobody_holds_two_posts(held: list[int | None]) -> None:
    there = [person for person in held if person is not None]
    twice = apart.held_twice(dict(zip(Post, held, strict=True)))
    assert (twice is None) == (len(there) == len(set(there)))


def test_what_a_story_tells_of_a_complaint_fits_its_column() -> None:
    # SQLite keeps any length; PostgreSQL refuses.
    most = CaseEntry._meta.get_field("act").max_length
    assert [act for act in TELLINGS if len(act) > (most or 0)] == []
    ended = {state for state, _happened in ENDS.values()}
    assert {f"complaint_more_{state.lower()}" for state in ended} <= TELLINGS.keys()


def test_who_is_complained_of_keeps_out() -> None:
    concerned = Concerned(person_id=1, seller_id=2, unit_path="1/4/")
    asked = [(1, "9/"), (2, "9/"), (3, "1/4/7/"), (4, "1/40/"), (5, "1/")]
    assert [apart.why_recused(who, unit, concerned) for who, unit in asked] == [
        Recusal.IS_PERSON,
        Recusal.IS_SELLER,
        Recusal.OF_UNIT,
        None,
        None,
    ]
    assert apart.why_recused(1, "1/4/", Concerned()) is None


def test_a_crowd_makes_it_major_and_every_other_reason_by_itself() -> None:
    assert not major.is_enough("PEOPLE", 19, 20)
    assert major.is_enough("PEOPLE", 20, 20)
    assert not major.is_enough("PEOPLE", None, 20)
    assert major.is_enough("DISASTER", None, 20)
