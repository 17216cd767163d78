"""A complaint as its complainant follows it: its own steps and limits, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.errors import Words
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.models import State as CaseState
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.models import Complaint, ContestKind, ResultNotice, State

ACCEPTED_AS_COMPLAINT = "complaint_accept"
REVIEW_EVENT = "complaint.review_decide"
RESULT_EVENTS = ("complaint.feedback", "complaint.resolve")

# What each limit means to the one who waits for it.
LIMIT_WORDS: dict[str, Words] = {
    "complaint.accept": _("We decide whether we take your complaint up, and tell you"),
    "complaint.classify": _("It is with the people who deal with such complaints"),
    "complaint.start": _("We begin to check what happened"),
    "complaint.first_response": _("You hear from the person who deals with it"),
    "complaint.plan": _("We know what happened and propose a solution"),
    "complaint.resolve": _("Your complaint is settled"),
    "complaint.feedback": _("We tell you the result"),
    "complaint.reply": _("We answer your complaint"),
    "complaint.close": _("We close it, if you agree"),
    "complaint.review_apply": _("Until then you can ask for a review of the result"),
    "complaint.review_decide": _("The review is decided"),
}

STATE_WORDS: dict[str, tuple[Words, str]] = {
    State.RECEIVED: (pgettext_lazy("customer", "Received"), "inbox"),
    State.ACCEPTED: (pgettext_lazy("customer", "Accepted"), "inbox"),
    State.CLASSIFIED: (pgettext_lazy("customer", "Accepted"), "inbox"),
    State.GRADED: (pgettext_lazy("customer", "Accepted"), "inbox"),
    State.STARTED: (pgettext_lazy("customer", "Being checked"), "search"),
    State.ANALYSED: (pgettext_lazy("customer", "Being checked"), "search"),
    State.RESPONSIBILITY_ASSIGNED: (pgettext_lazy("customer", "Being checked"), "search"),
    State.PLAN_AGREED: (pgettext_lazy("customer", "Being checked"), "search"),
    State.HANDLED: (
        pgettext_lazy("customer", "Checked; we are about to tell you the result"),
        "circle-check",
    ),
    State.FEEDBACK_SENT: (pgettext_lazy("customer", "Please confirm the result"), "circle-check"),
    State.CALLBACK_DONE: (pgettext_lazy("customer", "Confirmed; we close it"), "circle-check"),
    State.CLOSED: (pgettext_lazy("customer", "Closed"), "check"),
    State.ARCHIVED: (pgettext_lazy("customer", "Closed"), "check"),
}
# In these the case says more than its complaint: whom it waits for, where it goes on.
OF_THE_CASE = frozenset({CaseState.WAITING_CUSTOMER, CaseState.WAITING_EXTERNAL, CaseState.MERGED})

STEPS: tuple[tuple[Words, Words], ...] = (
    (
        pgettext_lazy("complaint step", "Accepted"),
        _("We decide whether it is for us, and who deals with it."),
    ),
    (
        pgettext_lazy("complaint step", "Being checked"),
        _("We look into what happened and discuss a solution with you."),
    ),
    (
        pgettext_lazy("complaint step", "Result told"),
        _("We tell you what we found and what we do about it."),
    ),
    (
        pgettext_lazy("complaint step", "Closed"),
        _("When you have confirmed the result. You can object before."),
    ),
)

COMPLAINT_ENTRY_WORDS: dict[str, tuple[Words, str, str]] = {
    "open": (_("Your complaint was received"), "send", ""),
    "complaint_filed": (_("It was entered as a complaint"), "scale", ""),
    ACCEPTED_AS_COMPLAINT: (_("Your complaint was accepted"), "inbox", "pri"),
    "respond": (_("We told you who deals with it"), "message-2", "pri"),
    "complaint_notice": (_("We told you that it takes longer"), "hourglass", "soon"),
    "complaint_appeal": (_("You appealed against the decision"), "arrow-back-up", "soon"),
    "complaint_review": (_("You asked the unit above for a review"), "arrow-up-circle", "soon"),
    "complaint_answer": (_("We answered your appeal"), "gavel", "pri"),
    "complaint_decide": (_("The unit above decided the review"), "gavel", "pri"),
    "complaint_new_facts": (_("Your new facts and reasons came in"), "file-text", "pri"),
    "complaint_limit": (_("We set the time in which we handle it"), "hourglass", "soon"),
    "complaint_refer": (_("We asked somebody outside to help with it"), "building", "soon"),
    "complaint_return": (_("What we asked outside has ended"), "building", "pri"),
    "complaint_redress_sent": (_("We granted you a redress and asked for it"), "scale", "pri"),
    "complaint_redress_paid": (_("Your redress was paid"), "circle-check", "safe"),
    "complaint_redress_fail": (
        _("The payment did not go through; we see to it and tell you"),
        "alert-triangle",
        "soon",
    ),
    "withdraw": (_("You withdrew your complaint"), "arrow-back-up", ""),
    "close": (_("Your complaint was closed"), "check", "safe"),
    "reopen": (_("We took your complaint up again"), "refresh", "pri"),
}


@dataclass(frozen=True, slots=True)
class Next:
    """What happens by when, and the clause that says so."""

    title: Words
    due_at: datetime
    clause: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One of the four steps as the page draws it."""

    number: int
    name: Words
    phase: str
    note: Words
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ComplaintProgress:
    """What a complaint's page shows beside its case; no words where the case's say more."""

    state_words: Words
    icon: str
    steps: tuple[StepLine, ...]
    comes: list[Next]
    result_due_at: datetime | None
    # What was told in writing, the newest first, and whether the handling may be rated.
    notices: list[ResultNotice]
    may_rate: bool
    # Which ways to contest the decision stand open to them.
    may_appeal: bool
    may_review: bool


def rating_dimensions() -> list[tuple[str, Words]]:
    """Name the four dimensions of CG-4.3-01 as the complainant reads them."""
    return [
        ("timeliness", _("How fast we dealt with it")),
        ("effect", _("What the solution did for you")),
        ("communication", _("How we spoke with you")),
        ("follow_up", _("How we followed it up")),
    ]


def rating_scores() -> list[tuple[int, Words]]:
    """Name the five scores."""
    return [
        (1, pgettext_lazy("handling", "very dissatisfied")),
        (2, pgettext_lazy("handling", "dissatisfied")),
        (3, pgettext_lazy("handling", "neutral")),
        (4, pgettext_lazy("handling", "satisfied")),
        (5, pgettext_lazy("handling", "very satisfied")),
    ]


def in_plain_words(event: str, title: str) -> Words:
    """Give what a limit means to the complainant; its title where nothing plainer is known."""
    return LIMIT_WORDS.get(event, title)


def _running(case: Case, at: datetime) -> list[tuple[str, Next]]:
    return [
        (clock.event, Next(in_plain_words(clock.event, clock.title), clock.due_at, clock.clause))
        for clock in cases.clocks_of_case(case, at)
        if clock.hard and clock.state not in ("done", "hold")
    ]


def what_comes(case: Case, at: datetime) -> list[Next]:
    """Give the running limits of a case, soonest first."""
    return [found for _event, found in _running(case, at)]


def _present_step(state: State) -> int:
    """Give the number of the step a state belongs to, 1 to 4, or 5 when all are done."""
    match state:
        case State.RECEIVED:
            return 1
        case State.HANDLED:
            return 3
        case State.FEEDBACK_SENT | State.CALLBACK_DONE:
            return 4
        case State.CLOSED | State.ARCHIVED:
            return 5
        case _:
            return 2


def _steps(complaint: Complaint) -> tuple[StepLine, ...]:
    now = _present_step(State(complaint.state))
    instants = (
        complaint.accepted_at,
        complaint.handled_at,
        complaint.feedback_at,
        complaint.closed_at,
    )
    lines = []
    for number, ((name, note), at) in enumerate(zip(STEPS, instants, strict=True), start=1):
        phase = "done" if number < now else "now" if number == now else "later"
        lines.append(StepLine(number, name, phase, note, at if phase == "done" else None))
    return tuple(lines)


def complaint_progress(case: Case, at: datetime) -> ComplaintProgress | None:
    """Lay out the complaint over a case for its complainant; None where none stands there."""
    complaint = complaints.complaint_over(case)
    if complaint is None:
        return None
    running = _running(case, at)
    if not complaint.is_open:
        # What runs on after the end is a review that is still to be decided.
        running = [found for found in running if found[0] == REVIEW_EVENT]
    due = {event: found.due_at for event, found in running}
    results = [due[event] for event in RESULT_EVENTS if event in due]
    words, icon = STATE_WORDS[complaint.state]
    is_told = complaint.feedback_at is not None and complaint.withdrawn_at is None
    return ComplaintProgress(
        state_words="" if case.state in OF_THE_CASE else words,
        icon=icon,
        steps=_steps(complaint),
        comes=[found for _event, found in running],
        result_due_at=min(results, default=None),
        notices=complaints.told_notices(complaint),
        may_rate=is_told and complaints.rating_of(complaint) is None,
        may_appeal=complaints.may_be_contested(complaint, ContestKind.APPEAL, at),
        may_review=complaints.may_be_contested(complaint, ContestKind.REVIEW, at),
    )
