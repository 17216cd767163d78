"""A complaint's states and what may follow what (systems.md section 6), as pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class State(StrEnum):
    """How far a complaint is; finer than its case, which moves along (conflict 36)."""

    RECEIVED = "RECEIVED"
    ACCEPTED = "ACCEPTED"
    CLASSIFIED = "CLASSIFIED"
    GRADED = "GRADED"
    STARTED = "STARTED"
    ANALYSED = "ANALYSED"
    RESPONSIBILITY_ASSIGNED = "RESPONSIBILITY_ASSIGNED"
    PLAN_AGREED = "PLAN_AGREED"
    HANDLED = "HANDLED"
    FEEDBACK_SENT = "FEEDBACK_SENT"
    CALLBACK_DONE = "CALLBACK_DONE"
    CLOSED = "CLOSED"
    ARCHIVED = "ARCHIVED"


class Act(StrEnum):
    """What can be done to a complaint; the last three are done to its case by others."""

    ACCEPT = "accept"
    CLASSIFY = "classify"
    GRADE = "grade"
    MARK = "mark"
    ASSIGN = "assign"
    RESPOND = "respond"
    START = "start"
    ANALYSE = "analyse"
    RESPONSIBILITY = "responsibility"
    PLAN = "plan"
    RESOLVE = "resolve"
    ISSUE = "issue"
    TRY = "try"
    FEEDBACK = "feedback"
    CALLBACK = "callback"
    CLOSE = "close"
    ARCHIVE = "archive"
    EXTEND = "extend"
    NOTICE = "notice"
    APPEAL = "appeal"
    REVIEW = "review"
    ANSWER = "answer"
    DECIDE = "decide"
    NEW_FACTS = "new_facts"
    REFER = "refer"
    RETURN = "return"
    REDRESS = "redress"
    LIMIT = "limit"
    WITHDRAW = "withdraw"
    OBJECT = "object"
    REOPEN = "reopen"


class Reason(StrEnum):
    """Why an act is refused, as a word the page turns into a sentence."""

    WRONG_STATE = "wrong_state"
    NO_CLASS = "no_class"
    NO_GRADE = "no_grade"
    NO_PEOPLE = "no_people"
    NO_EXECUTIVE = "no_executive"
    NO_ANALYSIS = "no_analysis"
    NO_RESPONSIBILITY = "no_responsibility"
    NO_PLAN = "no_plan"
    NO_NOTICE = "no_notice"
    NOT_SATISFIED = "not_satisfied"
    ALREADY_DONE = "already_done"


ORDER = tuple(State)
ENDED_STATES = frozenset({State.CLOSED, State.ARCHIVED})
OPEN_STATES = frozenset(State) - ENDED_STATES


def _from_to(first: State, last: State) -> frozenset[State]:
    return frozenset(ORDER[ORDER.index(first) : ORDER.index(last) + 1])


_IN_HAND = _from_to(State.ACCEPTED, State.PLAN_AGREED)
_UNSOLVED = _from_to(State.RECEIVED, State.PLAN_AGREED)
# From which states an act may be done; the value is the state it leads on to. Done again in a
# later state it corrects what was said and the state stays.
_WAY: Mapping[Act, tuple[frozenset[State], State | None]] = {
    Act.ACCEPT: (frozenset({State.RECEIVED}), State.ACCEPTED),
    Act.CLASSIFY: (_IN_HAND, State.CLASSIFIED),
    Act.GRADE: (_from_to(State.CLASSIFIED, State.PLAN_AGREED), State.GRADED),
    Act.MARK: (_UNSOLVED, None),
    Act.ASSIGN: (_from_to(State.CLASSIFIED, State.PLAN_AGREED), None),
    Act.RESPOND: (_IN_HAND, None),
    # Until the result is told: the limits of handling and of telling may both be put off.
    Act.EXTEND: (_from_to(State.CLASSIFIED, State.HANDLED), None),
    Act.NOTICE: (_from_to(State.CLASSIFIED, State.HANDLED), None),
    # A decision that was told is contested, after closing too; decided whatever came meanwhile.
    Act.APPEAL: (_from_to(State.FEEDBACK_SENT, State.ARCHIVED), None),
    Act.REVIEW: (_from_to(State.FEEDBACK_SENT, State.ARCHIVED), None),
    Act.ANSWER: (frozenset(State), None),
    Act.DECIDE: (frozenset(State), None),
    # New facts are for what is open; what has ended is taken up again first.
    Act.NEW_FACTS: (_from_to(State.ACCEPTED, State.CALLBACK_DONE), None),
    # Somebody outside helps with a decision: on the complaint, or on a 核查 after it.
    Act.REFER: (_from_to(State.ACCEPTED, State.ARCHIVED), None),
    Act.RETURN: (frozenset(State), None),
    # What was found says what is to be made good; what has ended is taken up again first.
    Act.REDRESS: (_from_to(State.ANALYSED, State.CALLBACK_DONE), None),
    # A special complaint's own time, while the work goes on (CG-3.2-06).
    Act.LIMIT: (_from_to(State.CLASSIFIED, State.PLAN_AGREED), None),
    Act.START: (frozenset({State.GRADED}), State.STARTED),
    Act.ANALYSE: (_from_to(State.STARTED, State.PLAN_AGREED), State.ANALYSED),
    Act.RESPONSIBILITY: (
        _from_to(State.ANALYSED, State.PLAN_AGREED),
        State.RESPONSIBILITY_ASSIGNED,
    ),
    Act.PLAN: (_from_to(State.RESPONSIBILITY_ASSIGNED, State.PLAN_AGREED), State.PLAN_AGREED),
    Act.RESOLVE: (frozenset({State.PLAN_AGREED}), State.HANDLED),
    # The written notice first (CG-4.1-05); whoever cannot be told was at least tried.
    Act.ISSUE: (frozenset({State.HANDLED}), None),
    Act.TRY: (frozenset({State.HANDLED}), None),
    Act.FEEDBACK: (frozenset({State.HANDLED}), State.FEEDBACK_SENT),
    Act.CALLBACK: (frozenset({State.FEEDBACK_SENT}), State.CALLBACK_DONE),
    Act.CLOSE: (frozenset({State.CALLBACK_DONE}), State.CLOSED),
    Act.ARCHIVE: (frozenset({State.CLOSED}), State.ARCHIVED),
    # The complainant wants nothing more; what is left is to close, on the same day.
    Act.WITHDRAW: (_UNSOLVED, State.CALLBACK_DONE),
    Act.OBJECT: (_from_to(State.HANDLED, State.CALLBACK_DONE), None),
    Act.REOPEN: (ENDED_STATES, None),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules need to know of one complaint, and nothing else.

    What an act brings along counts as there. `has_people` means handler and supervisor.
    """

    state: State
    has_class: bool = False
    has_grade: bool = False
    has_people: bool = False
    is_major: bool = False
    has_executive: bool = False
    has_analysis: bool = False
    has_responsibility: bool = False
    has_plan: bool = False
    is_confirmed: bool = False
    is_withdrawn: bool = False
    is_accepted: bool = False
    has_notice: bool = False


def states_before(act: Act) -> frozenset[State]:
    """Give the states from which an act may be done."""
    return _WAY[act][0]


def is_after(state: State, other: State) -> bool:
    """Whether a state lies beyond another."""
    return ORDER.index(state) > ORDER.index(other)


def why_not(act: Act, standing: Standing) -> Reason | None:
    """Give the reason an act is refused now, or None when it may be done.

    A major complaint is started only under an executive (HB-4.2-07); closing needs the
    complainant's word (OM-4.4-03); the result is told in writing (CG-4.1-05).
    """
    if standing.state not in _WAY[act][0]:
        return Reason.WRONG_STATE
    match act:
        case Act.CLASSIFY if not standing.has_class:
            return Reason.NO_CLASS
        case Act.GRADE if not standing.has_grade:
            return Reason.NO_GRADE
        case Act.START if not standing.has_people:
            return Reason.NO_PEOPLE
        case Act.START | Act.RESOLVE if standing.is_major and not standing.has_executive:
            return Reason.NO_EXECUTIVE
        case Act.ANALYSE if not standing.has_analysis:
            return Reason.NO_ANALYSIS
        case Act.RESPONSIBILITY if not standing.has_responsibility:
            return Reason.NO_RESPONSIBILITY
        case Act.PLAN | Act.RESOLVE if not standing.has_plan:
            return Reason.NO_PLAN
        case Act.TRY | Act.FEEDBACK if not standing.has_notice:
            return Reason.NO_NOTICE
        case Act.CALLBACK | Act.CLOSE if not standing.is_confirmed:
            return Reason.NOT_SATISFIED
    return None


def after(act: Act, standing: Standing) -> Standing:
    """Give the standing an allowed act leads to. Raises ValueError where it is not allowed.

    An objection voids the confirmation, and a new plan is agreed; a complaint that is taken up
    again is started anew by the people it has, and accepted where nobody had accepted it.
    """
    before, target = _WAY[act]
    if standing.state not in before:
        raise ValueError(f"{act} is not possible in {standing.state}")
    match act:
        case Act.WITHDRAW:
            return replace(
                standing, state=State.CALLBACK_DONE, is_withdrawn=True, is_confirmed=True
            )
        case Act.OBJECT:
            return replace(
                standing,
                state=_again(standing, State.RESPONSIBILITY_ASSIGNED),
                is_confirmed=False,
                is_withdrawn=False,
                has_notice=False,
            )
        case Act.REOPEN:
            return replace(
                standing,
                state=_again(standing, State.GRADED),
                is_confirmed=False,
                is_withdrawn=False,
                has_plan=False,
                has_notice=False,
            )
    if act is Act.ACCEPT:
        standing = replace(standing, is_accepted=True)
    moves_on = target is not None and not is_after(standing.state, target)
    return replace(standing, state=target if moves_on and target else standing.state)


def _again(standing: Standing, furthest: State) -> State:
    """Give the furthest state up to one whose guards hold; a withdrawn one had passed few."""
    held = State.RECEIVED
    for state, is_held in (
        (State.ACCEPTED, standing.is_accepted),
        (State.CLASSIFIED, standing.has_class),
        (State.GRADED, standing.has_grade),
        (State.STARTED, standing.has_people),
        (State.ANALYSED, standing.has_analysis),
        (State.RESPONSIBILITY_ASSIGNED, standing.has_responsibility),
    ):
        if not is_held or is_after(state, furthest):
            break
        held = state
    return held


def next_act(standing: Standing) -> Act | None:
    """Give the one act that brings the complaint forward, or None once it is archived."""
    match standing.state:
        case State.RECEIVED:
            return Act.ACCEPT
        case State.ACCEPTED:
            return Act.CLASSIFY
        case State.CLASSIFIED:
            return Act.GRADE
        case State.GRADED:
            if not standing.has_people:
                return Act.ASSIGN
            return Act.MARK if standing.is_major and not standing.has_executive else Act.START
        case State.STARTED:
            return Act.ANALYSE
        case State.ANALYSED:
            return Act.RESPONSIBILITY
        case State.RESPONSIBILITY_ASSIGNED:
            return Act.PLAN
        case State.PLAN_AGREED:
            needs_lead = standing.is_major and not standing.has_executive
            return Act.MARK if needs_lead else Act.RESOLVE
        case State.HANDLED:
            return Act.FEEDBACK if standing.has_notice else Act.ISSUE
        case State.FEEDBACK_SENT:
            return Act.CALLBACK
        case State.CALLBACK_DONE:
            return Act.CLOSE
        case State.CLOSED:
            return Act.ARCHIVE
        case _:
            return None
