"""Asking for another working calendar, which counts when a second person has approved.

Limits in working days go by it, those of the law among them, so nobody moves it alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.front.console.actions.rules import EDIT, refuse_second
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import actions as policy
from shouwen.ground.policy.book import policy_of
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.models import Approval
from shouwen.people.approvals.ports import Decision
from shouwen.people.staff import access

CALENDAR = "policy.calendar"
KIND = "calendar"
OFF, WORKED, USUAL = "OFF", "WORKED", "USUAL"
LINES_AT_MOST = 10
DAYS_AT_MOST = 31
NAME_MAX_CHARACTERS = 20


@dataclass(frozen=True, slots=True)
class Days:
    """Days in a row that are to be off, worked, or as the week and the law have them (`what`).

    `place` is the line of the form, by which what is wrong is named.
    """

    place: int
    first: date | None
    last: date | None
    what: str
    name: str


@transaction.atomic
def ask_days(lines: Sequence[Days], *, reason: str, actor: Actor, at: datetime) -> Approval:
    """Ask that days differ from the week, such as a year's holidays as the State Council decreed.

    Raises NotAllowed, ChangeWaits, Invalid naming each wrong field (`first_1`, `last_1` …).
    """
    access.require(actor, EDIT)
    wrong: dict[str, Words] = {}
    if not 0 < len(lines) <= LINES_AT_MOST:
        wrong["first_1"] = _("Enter at least one day.")
    seen: set[date] = set()
    for line in lines:
        for field, words in _wrong(line, seen, day_of(at)).items():
            wrong[f"{field}_{line.place}"] = words
    if wrong:
        raise Invalid(fields=wrong)
    return _ask(
        "; ".join(_said(line) for line in lines),
        {
            "days": [
                [str(one.first), str(one.last or one.first), one.what, one.name.strip()]
                for one in lines
            ]
        },
        reason=reason,
        actor=actor,
        at=at,
    )


def _wrong(line: Days, seen: set[date], today: date) -> dict[str, Words]:
    if line.first is None:
        return {"first": _("Choose a date.")}
    if line.first < today:
        return {"first": _("Choose today or a later day.")}
    last = line.last or line.first
    if last < line.first:
        return {"last": _("The last day comes before the first. Turn them round.")}
    if (last - line.first).days >= DAYS_AT_MOST:
        return {"last": _("At most 31 days in one line.")}
    if line.what not in (OFF, WORKED, USUAL):
        return {"what": _("Choose what these days are.")}
    if len(line.name.strip()) > NAME_MAX_CHARACTERS:
        return {"name": _("Use at most 20 characters.")}
    days = set(_each(line.first, last))
    if days & seen:
        return {"first": _("Another line has this day already.")}
    seen |= days
    return {}


def _each(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _said(line: Days) -> str:
    last = line.last or line.first
    span = str(line.first) if last == line.first else f"{line.first}–{last}"
    what = {OFF: _("off"), WORKED: _("worked"), USUAL: _("as usual")}[line.what]
    return " ".join(word for word in (span, what, line.name.strip()) if word)


@transaction.atomic
def ask_week(
    weekly: dict[int, list[list[str]]], *, reason: str, actor: Actor, at: datetime
) -> Approval:
    """Ask for other worked periods of the week (0 is Monday); a day without any is not worked.

    Raises NotAllowed, ChangeWaits, Invalid naming each wrong day (`week.0` …).
    """
    access.require(actor, EDIT)
    wrong: dict[str, Words] = {}
    for day, periods in weekly.items():
        try:
            policy.check_periods(f"week.{day}", periods)
        except Invalid as error:
            wrong |= error.fields
    if not any(weekly.values()):
        wrong["week"] = _("At least one day must be worked.")
    if wrong:
        raise Invalid(fields=wrong)
    words = _("Week: %(days)s") % {
        "days": "; ".join(
            f"{day + 1} {' '.join('–'.join(period) for period in periods)}"
            for day, periods in sorted(weekly.items())
            if periods
        )
    }
    payload = {"week": {str(day): periods for day, periods in weekly.items()}}
    return _ask(words, payload, reason=reason, actor=actor, at=at)


def _ask(
    words: str, payload: Mapping[str, object], *, reason: str, actor: Actor, at: datetime
) -> Approval:
    home = str(actor.institution_id or 0)
    refuse_second(actor, KIND, home, at)
    return approvals.ask_approval(
        CALENDAR,
        Subject(KIND, home),
        words=words,
        reason=reason,
        payload=payload,
        actor=actor,
        at=at,
    )


def settle_calendar(decision: Decision, at: datetime) -> None:
    """Have an approved calendar count; days that have passed meanwhile stay as they were.

    Called in the transaction of the decision. Clocks that run keep the due time they have.
    """
    if not decision.is_approved or decision.decided_by is None:
        return
    home, actor, payload = decision.institution_id, decision.decided_by, decision.payload
    if "week" in payload:
        weekly = {int(day): periods for day, periods in payload["week"].items()}
        policy.set_schedule(home, weekly, actor=actor, at=at)
        return
    week = policy_of(home).calendar().periods
    usual = [
        [opens.strftime("%H:%M"), ends.strftime("%H:%M")]
        for opens, ends in week[min(day for day, held in week.items() if held)]
    ]
    for first, last, what, name in payload["days"]:
        for day in _each(date.fromisoformat(first), date.fromisoformat(last)):
            if day < day_of(at):
                continue
            if what == USUAL:
                _as_usual(home, day, actor=actor, at=at)
                continue
            periods = usual if what == WORKED else []
            policy.set_exception(home, day, periods, reason=name, actor=actor, at=at)


def _as_usual(home: int, day: date, *, actor: Actor, at: datetime) -> None:
    try:
        policy.remove_exception(home, day, actor=actor, at=at)
    except NotThere:
        # It never differed, which is what was asked for.
        return
