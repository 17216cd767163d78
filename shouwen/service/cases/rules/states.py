"""The ticket's states and what may follow what (systems.md section 6), as pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How far a case is. Every flow the documents name is a view of these (conflict 36)."""

    NEW = "NEW"
    ACCEPTED = "ACCEPTED"
    CLASSIFIED = "CLASSIFIED"
    ASSIGNED = "ASSIGNED"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING_CUSTOMER = "WAITING_CUSTOMER"
    WAITING_EXTERNAL = "WAITING_EXTERNAL"
    RESOLVED = "RESOLVED"
    FEEDBACK_SENT = "FEEDBACK_SENT"
    CLOSED = "CLOSED"
    ARCHIVED = "ARCHIVED"
    MERGED = "MERGED"


class Act(StrEnum):
    """What can be done to a case, by staff or by the customer."""

    ACCEPT = "accept"
    CLASSIFY = "classify"
    ASSIGN = "assign"
    START = "start"
    OPINION = "opinion"
    WAIT_CUSTOMER = "wait_customer"
    WAIT_EXTERNAL = "wait_external"
    CARRY_ON = "carry_on"
    RESOLVE = "resolve"
    FEEDBACK = "feedback"
    CONFIRM_BY_AGENT = "confirm_by_agent"
    CONFIRM_BY_CUSTOMER = "confirm_by_customer"
    OBJECT = "object"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    ARCHIVE = "archive"
    REOPEN = "reopen"
    MERGE = "merge"
    PART = "part"
    SPLIT = "split"


class Reason(StrEnum):
    """Why an act is refused, as a word the page turns into a sentence."""

    WRONG_STATE = "wrong_state"
    ALREADY_DONE = "already_done"
    NO_CATEGORY = "no_category"
    NO_HANDLER = "no_handler"
    NO_SOLUTION = "no_solution"
    AGENT_NOT_CONFIRMED = "agent_not_confirmed"
    CUSTOMER_NOT_CONFIRMED = "customer_not_confirmed"
    FIELDS_MISSING = "fields_missing"


ENDED_STATES = frozenset({State.CLOSED, State.ARCHIVED})
OPEN_STATES = frozenset(State) - ENDED_STATES - {State.MERGED}
WAITING_STATES = frozenset({State.WAITING_CUSTOMER, State.WAITING_EXTERNAL})
_WORKED = frozenset({State.ASSIGNED, State.IN_PROGRESS}) | WAITING_STATES
# Nothing has been said to the customer about the result yet.
UNSOLVED_STATES = frozenset({State.NEW, State.ACCEPTED, State.CLASSIFIED}) | _WORKED

# From which states an act may be done; the value is the state after it, None keeps the state.
_WAY: Mapping[Act, tuple[frozenset[State], State | None]] = {
    Act.ACCEPT: (frozenset({State.NEW}), State.ACCEPTED),
    # A case found to be of another kind is classified anew while it is worked; its state stays.
    Act.CLASSIFY: (frozenset({State.ACCEPTED, State.CLASSIFIED}) | _WORKED, State.CLASSIFIED),
    Act.ASSIGN: (frozenset({State.CLASSIFIED}) | _WORKED, State.ASSIGNED),
    Act.START: (frozenset({State.ASSIGNED}), State.IN_PROGRESS),
    Act.OPINION: (frozenset({State.IN_PROGRESS}), None),
    Act.WAIT_CUSTOMER: (frozenset({State.IN_PROGRESS}), State.WAITING_CUSTOMER),
    Act.WAIT_EXTERNAL: (frozenset({State.IN_PROGRESS}), State.WAITING_EXTERNAL),
    Act.CARRY_ON: (WAITING_STATES, State.IN_PROGRESS),
    Act.RESOLVE: (frozenset({State.IN_PROGRESS}), State.RESOLVED),
    Act.FEEDBACK: (frozenset({State.RESOLVED}), State.FEEDBACK_SENT),
    Act.CONFIRM_BY_AGENT: (frozenset({State.RESOLVED, State.FEEDBACK_SENT}), None),
    Act.CONFIRM_BY_CUSTOMER: (frozenset({State.FEEDBACK_SENT}), None),
    Act.OBJECT: (frozenset({State.RESOLVED, State.FEEDBACK_SENT}), State.IN_PROGRESS),
    # The customer wants nothing more; staff confirm and close as after a result.
    Act.WITHDRAW: (UNSOLVED_STATES, State.FEEDBACK_SENT),
    Act.CLOSE: (frozenset({State.FEEDBACK_SENT}), State.CLOSED),
    Act.ARCHIVE: (frozenset({State.CLOSED}), State.ARCHIVED),
    # Back to whoever had it; without a handler it is assigned anew, see `after`.
    Act.REOPEN: (ENDED_STATES, State.ASSIGNED),
    # The main case goes on for this one, which ends here.
    Act.MERGE: (UNSOLVED_STATES, State.MERGED),
    # It was merged into a case that turned out to be another customer's; goes on like one reopened.
    Act.PART: (frozenset({State.MERGED}), State.ASSIGNED),
    Act.SPLIT: (UNSOLVED_STATES, None),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules need to know of one case, and nothing else.

    `has_category`, `has_handler` and `has_solution` count what the act itself brings along.
    """

    state: State
    has_category: bool = False
    has_handler: bool = False
    has_opinion: bool = False
    has_solution: bool = False
    agent_confirmed: bool = False
    customer_confirmed: bool = False
    # What counts as the customer's word was silence alone; they may still say yes themselves.
    by_silence: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """What the file must hold before it is archived (HB-2.3-05)."""

    has_name: bool
    has_contact: bool
    service_content: str
    handled_at: datetime | None


def states_before(act: Act) -> frozenset[State]:
    """Give the states from which an act may be done."""
    return _WAY[act][0]


def state_after(act: Act, state: State) -> State:
    """Give the state an act leads to. Raises ValueError where the act is not allowed at all."""
    before, after = _WAY[act]
    if state not in before:
        raise ValueError(f"{act} is not possible in {state}")
    if act is Act.CLASSIFY and state is not State.ACCEPTED:
        return state
    if act is Act.ASSIGN and state is not State.CLASSIFIED:
        return state
    return state if after is None else after


def why_not(act: Act, standing: Standing) -> Reason | None:
    """Give the reason an act is refused now, or None when it may be done.

    Closing needs both the agent's word and the customer's (HB-2.3-01); silence is not a yes.
    """
    if standing.state not in _WAY[act][0]:
        return Reason.WRONG_STATE
    match act:
        case Act.ASSIGN if not standing.has_category:
            return Reason.NO_CATEGORY
        case Act.START if not standing.has_handler:
            return Reason.NO_HANDLER
        case Act.OPINION | Act.RESOLVE if not standing.has_solution:
            return Reason.NO_SOLUTION
        case Act.CONFIRM_BY_AGENT if standing.agent_confirmed:
            return Reason.ALREADY_DONE
        case Act.CONFIRM_BY_CUSTOMER if standing.customer_confirmed and not standing.by_silence:
            return Reason.ALREADY_DONE
        case Act.CLOSE if not standing.agent_confirmed:
            return Reason.AGENT_NOT_CONFIRMED
        case Act.CLOSE if not standing.customer_confirmed:
            return Reason.CUSTOMER_NOT_CONFIRMED
    return None


def after(act: Act, standing: Standing) -> Standing:
    """Give the standing an allowed act leads to.

    An objection voids both confirmations: what comes next is a new result to agree on. Whoever
    withdraws a question has thereby said that it is settled for them. A case that is taken up
    again has neither opinion nor solution: those of the round before did not hold.
    """
    moved = replace(standing, state=state_after(act, standing.state))
    match act:
        case Act.OPINION | Act.RESOLVE:
            return replace(moved, has_opinion=True)
        case Act.CONFIRM_BY_AGENT:
            return replace(moved, agent_confirmed=True)
        case Act.CONFIRM_BY_CUSTOMER:
            return replace(moved, customer_confirmed=True, by_silence=False)
        case Act.WITHDRAW:
            return replace(moved, agent_confirmed=False, customer_confirmed=True)
        case Act.OBJECT:
            return replace(moved, agent_confirmed=False, customer_confirmed=False)
        case Act.REOPEN | Act.PART:
            return Standing(
                state=_taken_up_in(act, standing),
                has_category=standing.has_category,
                has_handler=standing.has_handler,
            )
        case _:
            return moved


def _taken_up_in(act: Act, standing: Standing) -> State:
    if not standing.has_category:
        # What was merged may never have been accepted; what was closed was.
        return State.NEW if act is Act.PART else State.ACCEPTED
    return State.ASSIGNED if standing.has_handler else State.CLASSIFIED


def may_urge(state: State) -> bool:
    """Whether the next step is ours, so that a customer may ask us to hurry."""
    return state in OPEN_STATES - {State.WAITING_CUSTOMER, State.FEEDBACK_SENT}


def missing_for_archive(record: ArchiveRecord) -> tuple[str, ...]:
    """Name the mandatory fields an archive file lacks, in the order of HB-2.3-05."""
    lacks = {
        "name": not record.has_name,
        "contact": not record.has_contact,
        "service_content": not record.service_content.strip(),
        "handled_at": record.handled_at is None,
    }
    return tuple(field for field, is_missing in lacks.items() if is_missing)


def next_act(standing: Standing) -> Act | None:
    """Give the one act that brings the case forward, or None while others have the word."""
    match standing.state:
        case State.NEW:
            return Act.ACCEPT
        case State.ACCEPTED:
            return Act.CLASSIFY
        case State.CLASSIFIED:
            return Act.ASSIGN
        case State.ASSIGNED:
            return Act.START
        case State.IN_PROGRESS:
            return Act.RESOLVE if standing.has_opinion else Act.OPINION
        case State.WAITING_CUSTOMER | State.WAITING_EXTERNAL:
            return Act.CARRY_ON
        case State.RESOLVED:
            return Act.FEEDBACK
        case State.FEEDBACK_SENT:
            if not standing.agent_confirmed:
                return Act.CONFIRM_BY_AGENT
            return Act.CLOSE if standing.customer_confirmed else None
        case State.CLOSED:
            return Act.ARCHIVE
        case _:
            return None
