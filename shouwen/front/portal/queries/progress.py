"""One case as its customer reads it, and the questions customers often ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.satisfaction import queries as satisfaction
from shouwen.front.portal.queries.complaining import (
    ACCEPTED_AS_COMPLAINT,
    COMPLAINT_ENTRY_WORDS,
    ComplaintProgress,
    StepLine,
    complaint_progress,
)
from shouwen.ground.kernel import errors
from shouwen.ground.kernel.actor import ActorKind
from shouwen.people.staff.models import Institution
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case, CaseFile
from shouwen.service.cases.queries import PortalView, TimelineEntry, portal_view
from shouwen.service.cases.rules import promises
from shouwen.service.cases.rules.states import Act, State
from shouwen.service.cases.rules.steps import Step

Words = str | Promise

QUESTIONS: tuple[Words, ...] = (
    _("My credit card was used by someone else. What do I do?"),
    _("How do I repay my loan early?"),
    _("How do I unfreeze my account?"),
    _("How do I get a certificate that my loan is paid off?"),
)
INSURER_QUESTIONS: tuple[Words, ...] = (
    _("How far is my claim?"),
    _("How do I surrender my policy, and what do I lose?"),
    _("How do I change the beneficiary?"),
    _("How do I get an electronic invoice?"),
)

STATE_WORDS: dict[str, tuple[Words, str]] = {
    State.NEW: (pgettext_lazy("customer", "Received"), "inbox"),
    State.ACCEPTED: (pgettext_lazy("customer", "Accepted"), "inbox"),
    State.CLASSIFIED: (pgettext_lazy("customer", "Being assigned"), "search"),
    State.ASSIGNED: (pgettext_lazy("customer", "Being assigned"), "search"),
    State.IN_PROGRESS: (pgettext_lazy("customer", "Being worked on"), "search"),
    State.WAITING_CUSTOMER: (pgettext_lazy("customer", "Waiting for you"), "upload"),
    State.WAITING_EXTERNAL: (
        pgettext_lazy("customer", "Waiting for an outside answer"),
        "hourglass",
    ),
    State.RESOLVED: (
        pgettext_lazy("customer", "Solved; we are about to tell you the result"),
        "circle-check",
    ),
    State.FEEDBACK_SENT: (pgettext_lazy("customer", "Please confirm the result"), "circle-check"),
    State.CLOSED: (pgettext_lazy("customer", "Closed"), "check"),
    State.ARCHIVED: (pgettext_lazy("customer", "Closed"), "check"),
    State.MERGED: (pgettext_lazy("customer", "Goes on with your other question"), "repeat"),
}

WITHDRAWN: tuple[Words, str] = (pgettext_lazy("customer", "Withdrawn"), "arrow-back-up")

STEP_WORDS: dict[Step, Words] = {
    Step.CLASSIFY: pgettext_lazy("customer", "Classification"),
    Step.SOLVE: pgettext_lazy("customer", "Solution"),
    Step.TRACK: pgettext_lazy("customer", "Follow-up"),
    Step.FEED_BACK: pgettext_lazy("customer", "Result"),
}
STEP_NOTES: dict[Step, Words] = {
    Step.CLASSIFY: _("We find out who can solve it."),
    Step.SOLVE: _("The responsible unit looks into it and proposes a solution."),
    Step.TRACK: _("The solution is carried out."),
    Step.FEED_BACK: _("We tell you the result and ask you to confirm it."),
}

ENTRY_WORDS: dict[str, tuple[Words, str, str]] = {
    "open": (_("Your case was registered"), "send", ""),
    Act.ACCEPT: (_("Your case was accepted"), "inbox", ""),
    Act.CLASSIFY: (_("Your case was classified"), "list-search", ""),
    Act.ASSIGN: (_("Your case was given to the responsible unit"), "user-check", ""),
    Act.START: (_("Work on your case began"), "search", "pri"),
    Act.OPINION: (_("A first opinion was given"), "message-2", "pri"),
    Act.WAIT_CUSTOMER: (_("We need something from you"), "upload", "soon"),
    Act.WAIT_EXTERNAL: (_("We wait for an outside answer"), "hourglass", ""),
    Act.CARRY_ON: (_("Work on your case goes on"), "search", "pri"),
    Act.RESOLVE: (_("Your case was solved"), "check", "safe"),
    Act.FEEDBACK: (_("We told you the result"), "message-circle", "pri"),
    Act.CONFIRM_BY_CUSTOMER: (_("You confirmed the result"), "check", "safe"),
    Act.OBJECT: (_("You asked us to go on"), "arrow-back-up", "soon"),
    Act.WITHDRAW: (_("You withdrew your question"), "arrow-back-up", ""),
    "urge": (_("You asked us to hurry"), "bell", "soon"),
    "material": (_("You added material"), "upload", "pri"),
    promises.PROMISE: (_("We told you by when you hear the result"), "clock", "pri"),
    Act.CLOSE: (_("Your case was closed"), "check", "safe"),
    Act.MERGE: (_("We go on with this in your other question"), "repeat", ""),
    Act.PART: (_("We go on with your question by itself again"), "refresh", "pri"),
    Act.REOPEN: (_("We took your case up again"), "refresh", "pri"),
}
PROMISE_CHANGED: Words = _("We changed by when you hear the result")
BY_SILENCE: tuple[Words, str, str] = (_("We heard no objection"), "hourglass", "")
OTHER_ENTRY: tuple[Words, str, str] = (_("Your case was updated"), "progress-check", "")


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of what has happened."""

    words: Words
    icon: str
    tone: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """One case's page."""

    view: PortalView
    institution: Institution
    owner_staff_no: str
    state_words: Words
    state_icon: str
    steps: tuple[StepLine, ...]
    entries: tuple[EntryLine, ...]
    expected_at: datetime | None
    used_percent: int | None
    files: list[CaseFile]
    urged_at: datetime | None
    is_closed: bool
    may_rate: bool
    was_rated: bool
    complaint: ComplaintProgress | None


def institution_chosen(code: str) -> Institution:
    """Give the institution of this code, or the first one. Raises NotThere."""
    institutions = Institution.objects.order_by("pk")
    found = institutions.filter(code=code).first() if code else institutions.first()
    if found is None:
        raise errors.NotThere
    return found


def questions_for(institution: Institution) -> tuple[Words, ...]:
    """Give what customers of such an institution often ask."""
    return INSURER_QUESTIONS if institution.kind == "INSURER" else QUESTIONS


def _entry(entry: TimelineEntry, told: Mapping[str, tuple[Words, str, str]]) -> EntryLine:
    words, icon, tone = told.get(entry.act, OTHER_ENTRY)
    if entry.act == Act.CONFIRM_BY_CUSTOMER and entry.actor_kind == ActorKind.SYSTEM.value:
        words, icon, tone = BY_SILENCE
    text = entry.text
    if entry.act == promises.PROMISE:
        promise = promises.read(entry.subject_name)
        named = {"until": _written(promise.until)}
        text = gettext("By %(until)s") % named
        if promise.before is not None:
            words = PROMISE_CHANGED
            named["before"] = _written(promise.before)
            text = gettext("By %(until)s, not by %(before)s") % named
    return EntryLine(words, icon, tone, text, entry.at)


def _written(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _entries(view: PortalView, complaint: ComplaintProgress | None) -> tuple[EntryLine, ...]:
    """Tell each happening once: what a complaint's step does to its case is told as the step."""
    if complaint is None:
        return tuple(_entry(entry, ENTRY_WORDS) for entry in view.entries)
    told = ENTRY_WORDS | COMPLAINT_ENTRY_WORDS
    steps = {entry.at for entry in view.entries if entry.act == ACCEPTED_AS_COMPLAINT}
    return tuple(
        _entry(entry, told)
        for entry in view.entries
        if not (entry.act == Act.ACCEPT and entry.at in steps)
    )


def used_percent(since: datetime, until: datetime | None, now: datetime) -> int | None:
    """Give how much of the time is used, 0 to 100; None without a promised moment."""
    if until is None or until <= since:
        return None
    share = (now - since).total_seconds() / (until - since).total_seconds()
    return round(100 * min(1.0, max(0.0, share)))


def may_rate_case(case: Case) -> bool:
    """Whether the customer may rate: once they have confirmed the result, or it is closed."""
    ended = not case.is_open and case.state != State.MERGED
    return case.customer_confirmed_at is not None or ended


def progress(case: Case, now: datetime) -> Progress:
    """Lay out one case for its customer."""
    view = portal_view(case)
    complaint = complaint_progress(case, now)
    words, icon = STATE_WORDS[view.state] if view.withdrawn_at is None else WITHDRAWN
    if complaint is not None and complaint.state_words and view.withdrawn_at is None:
        words, icon = complaint.state_words, complaint.icon
    expected_at = view.expected_at or (complaint.result_due_at if complaint else None)
    may_rate = may_rate_case(case) and view.withdrawn_at is None
    rated = may_rate and satisfaction.rating_of("case", case.public_id) is not None
    return Progress(
        view=view,
        institution=case.institution,
        owner_staff_no=case.owner.staff_no if case.owner else "",
        state_words=words,
        state_icon=icon,
        steps=complaint.steps
        if complaint
        else tuple(
            StepLine(
                number=step.number,
                name=STEP_WORDS[step.step],
                phase=step.phase,
                note=STEP_NOTES[step.step],
                at=step.done_at,
            )
            for step in view.steps
        ),
        entries=_entries(view, complaint),
        expected_at=expected_at,
        used_percent=used_percent(view.opened_at, expected_at, now),
        files=cases.files_handed_in(case),
        urged_at=next((e.at for e in view.entries if e.act == "urge"), None),
        is_closed=not case.is_open,
        # A complaint's handling has four dimensions of its own.
        may_rate=may_rate and not rated and complaint is None,
        was_rated=rated,
        complaint=complaint,
    )
