"""Clocks as pages and the API show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Case, F, QuerySet, When, Window
from django.db.models.functions import RowNumber

from shouwen.ground.policy import words
from shouwen.ground.policy.book import policy_of
from shouwen.ground.policy.clocks.storing import Subject, candidate_from_json
from shouwen.ground.policy.models import Clock, ClockEntry
from shouwen.ground.policy.rules.ledger import Act
from shouwen.ground.policy.rules.limits import Candidate
from shouwen.ground.policy.rules.spans import Span
from shouwen.ground.policy.rules.working_time import WorkingCalendar

ATTENTION_COUNTED_TO = 10_000
ORDER = {"over": 0, "soon": 0, "safe": 0, "hold": 1, "goal": 2, "done": 3}

# The same for the database, in which nobody need know whether one is over or soon.
_ORDER = Case(
    When(state=Clock.State.STOPPED, then=ORDER["done"]),
    When(state=Clock.State.PAUSED, then=ORDER["hold"]),
    When(hard=False, then=ORDER["goal"]),
    default=ORDER["safe"],
)


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One limit beside the others; `mode` is hard, target or off."""

    clause: str
    pack: str
    within: str
    within_words: str
    due_at: datetime | None
    hard: bool
    mode: str
    applies: bool
    chosen: bool = False
    reason: str = ""
    words: str = ""
    working: str = ""
    statutory: bool = False
    paused: bool = False
    extended: bool = False
    started_at: datetime | None = None
    not_before: datetime | None = None

    @property
    def by_house(self) -> bool:
        """Whether the institution itself set the limit, and no pack."""
        return bool(self.within) and not self.pack


@dataclass(frozen=True)
class ClockView:
    """One clock in the reader's language; `state` is safe, soon, over, hold, done or goal.

    Lists show many clocks and explain none, so explanations are put into words when asked for.
    """

    public_id: str
    event: str
    title: str
    state: str
    due_at: datetime
    soon_at: datetime
    started_at: datetime
    stopped_at: datetime | None
    breached_at: datetime | None
    clause: str
    hard: bool
    used_fraction: float
    waits_for: str
    next_changes: list[tuple[datetime, str]]
    pack_versions: dict[str, str]
    limits: Sequence[Candidate]
    calendar: WorkingCalendar

    @property
    def clause_text(self) -> str:
        """The clause's own words."""
        return words.clause_words(self.clause)

    @cached_property
    def candidates(self) -> list[CandidateView]:
        """Every limit that was compared, with its working."""
        chosen = self._chosen
        return [_candidate_view(c, c is chosen, self.calendar) for c in self.limits]

    @property
    def working(self) -> str:
        """How the due instant was computed."""
        return _working(self._chosen, self.calendar) if self._chosen else ""

    @property
    def _chosen(self) -> Candidate | None:
        alike = (c for c in self.limits if c.clause == self.clause and c.due_at == self.due_at)
        return next(alike, None)

    @property
    def met(self) -> bool | None:
        """Whether it was stopped in time, and not found missed before; None while it is open."""
        if self.stopped_at is None:
            return None
        return self.breached_at is None and self.stopped_at <= self.due_at


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of a clock's ledger, for its history."""

    act: str
    at: datetime
    trigger: str
    reason: str
    clause: str
    actor: str
    approved_by: str
    due_at: datetime


def clocks_of(subject: Subject, now: datetime) -> list[ClockView]:
    """Give the clocks of one subject, tightest first; what ended comes last."""
    return clocks_of_many([subject], now).get(subject.ref, [])


def clocks_of_many(subjects: Iterable[Subject], now: datetime) -> dict[str, list[ClockView]]:
    """Give the clocks of many subjects by their ref, in a constant number of queries."""
    refs = _refs_of(subjects)
    rows: list[Clock] = []
    for kind, some in refs.items():
        rows += _not_cancelled(kind, some).order_by("due_at", "pk")
    found: dict[str, list[ClockView]] = {ref: [] for some in refs.values() for ref in some}
    for row, view in zip(rows, _views_of(rows, now), strict=True):
        found[row.subject_ref].append(view)
    for views in found.values():
        views.sort(key=lambda view: (ORDER[view.state], view.due_at, view.event))
    return found


def first_of_many(
    subjects: Iterable[Subject], now: datetime, rounds: Mapping[str, datetime]
) -> dict[str, ClockView]:
    """Give the one clock of each that a list shows: the tightest open one, else one that ended.

    The same that leads `clocks_of_many`; the others are not read, for limits and facts make a
    clock heavy. `rounds` says by ref since when the present round runs; what ended before it is
    passed over. A constant number of queries.
    """
    rows: list[Clock] = []
    for kind, some in _refs_of(subjects).items():
        found = _not_cancelled(kind, some)
        for ref in some & rounds.keys():
            found = found.exclude(
                subject_ref=ref, stopped_at__isnull=False, started_at__lt=rounds[ref]
            )
        place = Window(
            RowNumber(),
            partition_by="subject_ref",
            order_by=[_ORDER, F("due_at").asc(), F("event").asc()],
        )
        rows += found.annotate(place=place).filter(place=1).order_by("pk")
    return {row.subject_ref: view for row, view in zip(rows, _views_of(rows, now), strict=True)}


def _refs_of(subjects: Iterable[Subject]) -> dict[str, set[str]]:
    refs: dict[str, set[str]] = defaultdict(set)
    for subject in subjects:
        refs[subject.kind].add(subject.ref)
    return refs


def _not_cancelled(kind: str, refs: set[str]) -> QuerySet[Clock]:
    rows = Clock.objects.filter(subject_kind=kind, subject_ref__in=refs)
    return rows.exclude(state=Clock.State.CANCELLED)


def _views_of(rows: Sequence[Clock], now: datetime) -> list[ClockView]:
    waits = _waits_for(rows)
    policies = {number: policy_of(number) for number in {row.institution_id for row in rows}}
    return [
        view_of(
            row,
            now,
            policies[row.institution_id].calendar(row.facts.get("queue", "")),
            waits.get(row.pk, ""),
        )
        for row in rows
    ]


def state_of(row: Clock, now: datetime) -> str:
    """Say how a clock stands at a moment."""
    if row.state in (Clock.State.STOPPED, Clock.State.CANCELLED):
        return "done"
    if row.state == Clock.State.PAUSED:
        return "hold"
    if not row.hard:
        return "goal"
    if row.due_at <= now:
        return "over"
    return "soon" if row.soon_at <= now else "safe"


def view_of(row: Clock, now: datetime, calendar: WorkingCalendar, waits_for: str) -> ClockView:
    """Give one clock in words as of `now`."""
    state = state_of(row, now)
    length = (row.due_at - row.started_at).total_seconds()
    used = ((row.stopped_at or now) - row.started_at).total_seconds()
    changes: list[tuple[datetime, str]] = []
    if state == "safe":
        changes.append((row.soon_at, "soon"))
    if state in ("safe", "soon"):
        changes.append((row.due_at, "over"))
    return ClockView(
        public_id=row.public_id,
        event=row.event,
        title=words.event_title(row.event),
        state=state,
        due_at=row.due_at,
        soon_at=row.soon_at,
        started_at=row.started_at,
        stopped_at=row.stopped_at,
        breached_at=row.breached_at,
        clause=row.clause,
        hard=row.hard,
        used_fraction=max(0.0, used / length) if length > 0 else 1.0,
        waits_for=waits_for,
        next_changes=changes,
        pack_versions=row.pack_versions,
        limits=[candidate_from_json(plain) for plain in row.candidates],
        calendar=calendar,
    )


def _working(candidate: Candidate, calendar: WorkingCalendar) -> str:
    return words.working(
        Span.parse(candidate.within) if candidate.within else None,
        candidate.started_at,
        candidate.due_at,
        calendar,
        extended=candidate.extended,
        by_hand=not candidate.within,
        by_house=not candidate.pack,
    )


def _candidate_view(c: Candidate, chosen: bool, calendar: WorkingCalendar) -> CandidateView:
    return CandidateView(
        clause=c.clause,
        pack=c.pack,
        within=c.within,
        within_words=words.within(Span.parse(c.within)) if c.within else "",
        due_at=c.due_at,
        hard=c.hard,
        mode=c.mode.lower(),
        applies=True,
        chosen=chosen,
        words=words.clause_words(c.clause),
        working=_working(c, calendar),
        statutory=c.statutory,
        paused=c.paused,
        extended=c.extended,
        started_at=c.started_at,
        not_before=c.not_before,
    )


def _waits_for(rows: Sequence[Clock]) -> dict[int, str]:
    paused = [row.pk for row in rows if row.state == Clock.State.PAUSED]
    if not paused:
        return {}
    lines = ClockEntry.objects.filter(clock_id__in=paused, act=Act.PAUSED).order_by("sequence")
    said = {line.clock_id: line.reason or line.trigger for line in lines}
    return {pk: str(words.CAUSES.get(reason, reason)) for pk, reason in said.items()}


def attention_counts(institution_id: int, now: datetime) -> dict[str, int]:
    """Count the clocks that need somebody: `over`, `soon` and `hold`; from indexes alone.

    Each is counted to ATTENTION_COUNTED_TO, and one more says that there are more.
    """
    running = Clock.objects.filter(
        institution_id=institution_id, state=Clock.State.RUNNING, hard=True
    )
    counted = {
        "over": running.filter(due_at__lte=now).order_by("due_at"),
        # What is known to be broken is passed over by the index, however much of it there is.
        "soon": running.filter(breached_at__isnull=True, soon_at__lte=now, due_at__gt=now).order_by(
            "soon_at"
        ),
        "hold": Clock.objects.filter(
            institution_id=institution_id, state=Clock.State.PAUSED
        ).order_by("institution_id"),
    }
    return {name: rows[: ATTENTION_COUNTED_TO + 1].count() for name, rows in counted.items()}


def ledger_of(clock_public_id: str, institution_id: int) -> list[LedgerLine]:
    """Give a clock's ledger, oldest first; empty for a clock of another institution."""
    rows = ClockEntry.objects.filter(
        clock__public_id=clock_public_id, clock__institution_id=institution_id
    ).order_by("sequence")
    return [
        LedgerLine(r.act, r.at, r.trigger, r.reason, r.clause, r.actor, r.approved_by, r.due_at)
        for r in rows
    ]
