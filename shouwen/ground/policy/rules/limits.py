"""Due instants: one rule, one start, one calendar, and the pauses in between.

Limits are compared as instants, never as lengths: 72 hours are later than 2 working days on a
Monday and earlier on a Friday.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.ground.policy.rules.facts import When
from shouwen.ground.policy.rules.spans import Span
from shouwen.ground.policy.rules.working_time import ONE_DAY, WorkingCalendar


class Mode(StrEnum):
    """How a limit counts here: it binds, it is aimed at, or it is not used."""

    HARD = "HARD"
    TARGET = "TARGET"
    OFF = "OFF"


@dataclass(frozen=True, slots=True)
class Extension:
    """How far a limit may be put off: up to `to` from its start, by which clause, on what terms."""

    clause: str
    to: Span
    approval: str = ""
    notice: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit of one clause. `span` is None where the clause gives no figure and none is set."""

    clause: str
    pack: str
    event: str
    span: Span | None
    mode: Mode
    starts_on: frozenset[str] = frozenset()
    when: When = field(default_factory=dict)
    modality: str = ""
    pausable: frozenset[str] = frozenset()
    extend: Extension | None = None
    earliest: Span | None = None
    restart_clause: str = ""
    statutory: bool = False


Pause = tuple[datetime, datetime]


def midnight_after(start: datetime, days: int) -> datetime:
    """Give 24:00 of the `days`-th day after the start day."""
    day = day_of(start) + timedelta(days=days + 1)
    return datetime.combine(day, time(0), SHANGHAI)


def due_at(span: Span, start: datetime, calendar: WorkingCalendar) -> datetime:
    """Give the instant a limit ends.

    Seconds, minutes and hours run day and night; n natural days end at 24:00 of the n-th day
    after the start day, n working days at the close of the n-th working day after it.
    """
    exact = span.exact
    if exact is not None:
        return start + exact
    if span.unit == "d":
        return midnight_after(start, span.value)
    return calendar.end_of_working_day_n(start, span.value)


def not_before(span: Span, start: datetime, calendar: WorkingCalendar) -> datetime:
    """Give the earliest moment of a window: the opening of the n-th (working) day."""
    exact = span.exact
    if exact is not None:
        return start + exact
    if span.unit == "d":
        return midnight_after(start, span.value - 1)
    day = calendar.working_day_n(start, span.value)
    return datetime.combine(day, calendar.periods_of(day)[0][0], SHANGHAI)


def _day_ends(pause: Pause) -> int:
    """Count the midnights in [from, until)."""
    first, last = pause
    count, day = 0, day_of(first)
    end = datetime.combine(day, time(0), SHANGHAI)
    if end < first:
        end += ONE_DAY
    while end < last:
        count, end = count + 1, end + ONE_DAY
    return count


def put_off(
    due: datetime, pauses: Iterable[Pause], span: Span, calendar: WorkingCalendar
) -> datetime:
    """Move a due instant by what was paused; never nearer.

    A limit in hours moves by the length of the pause. A limit in days moves by the days that
    ended while it was paused: a day is used up at its end, so a pause within one day costs none.
    A pause that begins when the limit has passed changes nothing: what is late stays late.
    """
    for begins, ends in pauses:
        if begins >= due or ends <= begins:
            continue
        if span.exact is not None:
            due += ends - begins
        elif span.unit == "d":
            due += _day_ends((begins, ends)) * ONE_DAY
        elif worked := calendar.closes_between(begins, ends):
            # The due day's own close is the instant `due`; the next days follow from its date.
            last = due - timedelta(microseconds=1)
            due = calendar.end_of_working_day_n(last, len(worked))
    return due


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one rule says of one matter: from when it counts and when it is due."""

    clause: str
    pack: str
    within: str
    mode: Mode
    started_at: datetime
    due_at: datetime
    trigger: str = ""
    not_before: datetime | None = None
    paused: bool = False
    extended: bool = False
    statutory: bool = False

    @property
    def hard(self) -> bool:
        """Whether missing it is a breach."""
        return self.mode is Mode.HARD


def strictest(candidates: Sequence[Candidate]) -> Candidate | None:
    """Choose what counts: the earliest hard instant; where nothing is hard, the earliest target.

    A candidate on hold waits its turn while another of its kind runs.
    """
    for mode in (Mode.HARD, Mode.TARGET):
        held = [c for c in candidates if c.mode is mode]
        running = [c for c in held if not c.paused]
        if held:
            return min(running or held, key=lambda c: (c.due_at, c.clause))
    return None
