"""What counts for one institution: its packs, its settings, its calendar, kept in the process.

A change in policy changes the institution's token; each use asks for the token (one indexed read)
and builds anew only when it differs. Tokens are random, so a rolled-back change cannot leave a
stale book behind under a number that comes again.
"""

from __future__ import annotations

import secrets
import threading
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db import transaction

from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.ground.policy import packs
from shouwen.ground.policy.holidays import CHINA
from shouwen.ground.policy.models import (
    CalendarException,
    ClauseSetting,
    HousePhrase,
    PackAdoption,
    PolicyRevision,
    WorkSchedule,
)
from shouwen.ground.policy.packs import Limit, Pack
from shouwen.ground.policy.rules.limits import Mode, Rule
from shouwen.ground.policy.rules.spans import Span
from shouwen.ground.policy.rules.working_time import Periods, WorkingCalendar, usual_week

EVERYWHERE = 0
LONG_AGO = datetime(1970, 1, 1, tzinfo=SHANGHAI)
Extent = PackAdoption.Extent


@dataclass(slots=True)
class Book:
    """The rules of one institution at one moment, ready to be asked."""

    packs: dict[str, Pack]
    extents: dict[str, str]
    settings: dict[str, ClauseSetting]
    rules: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    started_by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stopped_by: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the rules by event and by what starts and stops them."""
        rules: dict[str, list[Rule]] = defaultdict(list)
        stopped: dict[str, set[str]] = defaultdict(set)
        for limit in every_limit(self.packs):
            rule = self.rule_of(limit)
            if rule.mode is not Mode.OFF and rule.span is not None:
                for event in (limit.event, *limit.also):
                    rules[event].append(rule)
        for pack in self.packs.values():
            for clock in pack.clocks.values():
                for trigger in clock.stops_on:
                    stopped[trigger].add(clock.event)
        started: dict[str, list[str]] = defaultdict(list)
        for event, found in rules.items():
            for trigger in sorted({name for rule in found for name in rule.starts_on}):
                started[trigger].append(event)
        self.rules = {event: tuple(found) for event, found in rules.items()}
        self.started_by = {trigger: tuple(sorted(found)) for trigger, found in started.items()}
        self.stopped_by = {trigger: frozenset(found) for trigger, found in stopped.items()}

    @property
    def versions(self) -> dict[str, str]:
        """Give the version of each pack that counts here."""
        return {
            code: pack.version
            for code, pack in self.packs.items()
            if self.extents.get(code, Extent.NONE) != Extent.NONE
        }

    def mode_of(self, limit: Limit) -> Mode:
        """Say whether a limit binds here, is aimed at, or does not count."""
        extent = self.extents.get(limit.pack, Extent.NONE)
        if extent == Extent.NONE:
            return Mode.OFF
        setting = self.settings.get(limit.clause)
        if setting is not None:
            return Mode(setting.mode)
        return Mode.OFF if extent == Extent.LISTED else limit.default

    def rule_of(self, limit: Limit) -> Rule:
        """Give a published limit as it counts here."""
        setting = self.settings.get(limit.clause)
        span = Span.parse(setting.limit) if setting and setting.limit else limit.span
        return Rule(
            clause=limit.clause,
            pack=limit.pack,
            event=limit.event,
            span=span,
            mode=self.mode_of(limit),
            starts_on=limit.starts_on,
            when=limit.when,
            modality=limit.modality,
            pausable=limit.pausable,
            extend=limit.extend,
            earliest=limit.earliest,
            restart_clause=limit.restart_clause,
            statutory=self.packs[limit.pack].statutory,
        )


def every_limit(found: dict[str, Pack]) -> list[Limit]:
    """Give the limits of several packs, by pack in the order of the file."""
    return [limit for _code, pack in sorted(found.items()) for limit in pack.limits()]


def periods_from(plain: list[list[str]]) -> Periods:
    """Read stored periods such as [["09:00", "12:00"]]; 24:00 is midnight."""
    return tuple(
        (time.fromisoformat(opens), time(0) if ends == "24:00" else time.fromisoformat(ends))
        for opens, ends in plain
    )


class InstitutionPolicy:
    """Everything one institution has decided about rules and working time."""

    def __init__(self, institution_id: int, tokens: tuple[str, ...]) -> None:
        """Read the institution's rows, once."""
        self.tokens = tokens
        self._adoptions = list(
            PackAdoption.objects.filter(institution_id=institution_id).order_by(
                "effective_at", "pk"
            )
        )
        self._settings = list(
            ClauseSetting.objects.filter(
                institution_id=institution_id, effective_at__isnull=False
            ).order_by("effective_at", "pk")
        )
        self._calendars = _read_calendars(institution_id)
        self.own_phrases = tuple(
            HousePhrase.objects.filter(
                institution_id=institution_id, ended_at__isnull=True
            ).order_by("pk")
        )
        self._books: dict[int, Book] = {}
        moments = {row.effective_at for row in self._adoptions}
        moments |= {row.effective_at for row in self._settings if row.effective_at}
        for pack in packs.installed():
            moments.add(datetime.combine(pack.effective_on, time(0), SHANGHAI))
            if pack.ends_on:
                moments.add(datetime.combine(pack.ends_on + timedelta(days=1), time(0), SHANGHAI))
        self._moments = sorted(moments)

    def book(self, at: datetime) -> Book:
        """Give the rules that count for a matter that begins at this moment."""
        segment = bisect_right(self._moments, at)
        book = self._books.get(segment)
        if book is None:
            book = self._books[segment] = self._make_book(at)
        return book

    def newest_book(self) -> Book:
        """Give the rules as they stand after every change known today or to come."""
        return self.book(self._moments[-1]) if self._moments else self._make_book(LONG_AGO)

    def _make_book(self, at: datetime) -> Book:
        found = packs.in_force(day_of(at))
        chosen = {row.pack: str(row.extent) for row in self._adoptions if row.effective_at <= at}
        # Until an institution has chosen, everything installed counts: strictest is the safe side.
        extents = chosen or dict.fromkeys(found, str(Extent.WHOLE))
        settings = {
            row.clause: row for row in self._settings if row.effective_at and row.effective_at <= at
        }
        return Book(found, extents, settings)

    def calendar(self, queue: str = "") -> WorkingCalendar:
        """Give the calendar of a queue, or of the institution where the queue has none."""
        return self._calendars.get(queue) or self._calendars[""]


def _read_calendars(institution_id: int) -> dict[str, WorkingCalendar]:
    dated = {
        row.date: periods_from(row.periods)
        for row in CalendarException.objects.filter(institution_id__isnull=True).order_by("pk")
    } | {
        row.date: periods_from(row.periods)
        for row in CalendarException.objects.filter(institution_id=institution_id).order_by("pk")
    }
    calendars = {"": WorkingCalendar(usual_week(), dated, CHINA)}
    for row in WorkSchedule.objects.filter(institution_id=institution_id).order_by("pk"):
        week = {int(day): periods_from(held) for day, held in row.weekly.items()}
        calendars[row.queue_code] = WorkingCalendar(week, dated, CHINA)
    return calendars


_kept: dict[int, InstitutionPolicy] = {}


class _Passing(threading.local):
    """The tokens this thread's transaction has read; it goes by the same rules to its end."""

    def __init__(self) -> None:
        self.mark: object = None
        self.tokens: dict[int, tuple[str, ...]] = {}


_passing = _Passing()


def _tokens(institution_id: int) -> tuple[str, ...]:
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        return _read_tokens(institution_id)
    # Django replaces this list at every commit and roll-back, of a savepoint too.
    if _passing.mark is not connection.run_on_commit:
        _passing.mark, _passing.tokens = connection.run_on_commit, {}
    tokens = _passing.tokens.get(institution_id)
    if tokens is None:
        tokens = _passing.tokens[institution_id] = _read_tokens(institution_id)
    return tokens


def _read_tokens(institution_id: int) -> tuple[str, ...]:
    return tuple(
        PolicyRevision.objects.filter(institution_id__in=(EVERYWHERE, institution_id))
        .order_by("institution_id")
        .values_list("token", flat=True)
    )


def policy_of(institution_id: int) -> InstitutionPolicy:
    """Give what counts for an institution, read anew only when it has changed."""
    tokens = _tokens(institution_id)
    kept = _kept.get(institution_id)
    if kept is None or kept.tokens != tokens:
        kept = _kept[institution_id] = InstitutionPolicy(institution_id, tokens)
    return kept


def touch(institution_id: int | None) -> None:
    """Tell every process that an institution's policy (None: everybody's) has changed."""
    _passing.mark = None
    PolicyRevision.objects.update_or_create(
        institution_id=institution_id or EVERYWHERE, defaults={"token": secrets.token_hex(16)}
    )
