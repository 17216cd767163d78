"""The rule packs: one TOML file per version of a document, read once and kept.

A published file is never edited: a new number is a new file with a later `effective_on`, and
matters that are open keep the version they began with.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from shouwen.ground.policy.rules.facts import When
from shouwen.ground.policy.rules.limits import Extension, Mode
from shouwen.ground.policy.rules.phrases import Phrase
from shouwen.ground.policy.rules.spans import Span

FOLDER = Path(__file__).parent
NOT_PACKS = {"events.toml", "figures.toml", "letters.toml", "omissions.toml"}


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit of one clause, as published. `span` is None for "as configured"."""

    clause: str
    pack: str
    event: str
    span: Span | None
    modality: str = ""
    default: Mode = Mode.HARD
    starts_on: frozenset[str] = frozenset()
    when: When = field(default_factory=dict)
    pausable: frozenset[str] = frozenset()
    extend: Extension | None = None
    earliest: Span | None = None
    restart_clause: str = ""
    also: tuple[str, ...] = ()
    suggested: Span | None = None
    stated_start: str = ""


@dataclass(frozen=True, slots=True)
class PackClock:
    """What one pack says of one event: what starts and stops its clock, and the limits."""

    event: str
    starts_on: frozenset[str]
    stops_on: frozenset[str]
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of one document's rules."""

    code: str
    version: str
    kind: str
    title_zh: str
    title_en: str
    effective_on: date
    ends_on: date | None
    clocks: dict[str, PackClock]
    entries: dict[str, tuple[dict[str, Any], ...]]
    phrases: tuple[tuple[frozenset[str], Phrase], ...]

    @property
    def statutory(self) -> bool:
        """Whether the pack is law: a floor nobody sets aside."""
        return self.kind == "law"

    def limits(self) -> list[Limit]:
        """Give every time limit, in the order of the file."""
        return [limit for clock in self.clocks.values() for limit in clock.limits]

    def in_force(self, day: date) -> bool:
        """Whether this version counts for matters that begin on this day."""
        return self.effective_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class EventWords:
    """What an event is called, and for which kinds of matter its clock starts by itself.

    A clock that `outlasts` runs on when the matter is closed; a `window` is the customer's own time
    to do something, and ends by itself when it passes.
    """

    event: str
    title_zh: str
    title_en: str
    kinds: frozenset[str] | None
    manual_clause: str = ""
    outlasts: bool = False
    window: bool = False


def _when(plain: dict[str, Any]) -> dict[str, frozenset[str]]:
    return {
        name: frozenset([value] if isinstance(value, str) else value)
        for name, value in plain.items()
    }


def _limit(plain: dict[str, Any], *, pack: str, event: str, starts_on: frozenset[str]) -> Limit:
    modality = plain.get("modality", "")
    value, unit = plain["value"], plain.get("unit", "")
    extend = plain.get("extend")
    return Limit(
        clause=plain["clause"],
        pack=pack,
        event=event,
        span=None if value == "configured" else Span(value, unit),
        modality=modality,
        # A figure given as an example is aimed at; everything else binds, unless the pack says so.
        default=Mode(
            plain.get("default", "TARGET" if modality in ("eg", "statistic") else "HARD").upper()
        ),
        starts_on=frozenset(plain.get("starts_on", starts_on)),
        when=_when(plain.get("when", {})),
        pausable=frozenset(plain.get("pausable", ())),
        extend=Extension(
            extend["clause"],
            Span.parse(extend["to"]),
            extend.get("approval", ""),
            extend.get("notice", False),
        )
        if extend
        else None,
        earliest=Span.parse(plain["earliest"]) if "earliest" in plain else None,
        restart_clause=plain.get("restart", ""),
        also=tuple(plain.get("also", ())),
        suggested=Span.parse(plain["suggested"]) if "suggested" in plain else None,
        stated_start=plain.get("from", ""),
    )


def read_pack(text: str) -> Pack:
    """Read one pack from its TOML text. Raises KeyError or ValueError where it is not one."""
    plain = tomllib.loads(text)
    head = plain["pack"]
    clocks: dict[str, PackClock] = {}
    for event, clock in plain.get("clock", {}).items():
        if clock["choose"] != "strictest":
            raise ValueError(f"{head['code']} {event}: choose must be strictest")
        starts_on = frozenset(clock["starts_on"])
        limits = tuple(
            _limit(limit, pack=head["code"], event=event, starts_on=starts_on)
            for limit in clock["limit"]
        )
        clocks[event] = PackClock(event, starts_on, frozenset(clock["stops_on"]), limits)
    phrases = tuple(
        (
            frozenset(listed.get("channels", ())),
            Phrase(text, listed["kind"], listed["clause"], listed.get("say_instead", "")),
        )
        for listed in plain.get("phrases", [])
        for text in listed["forbidden"]
    )
    kinds = ("threshold", "kpi", "retention", "recurring")
    return Pack(
        code=head["code"],
        version=head["version"],
        kind=head.get("kind", "norm"),
        title_zh=head["title_zh"],
        title_en=head["title_en"],
        effective_on=head["effective_on"],
        ends_on=head.get("ends_on"),
        clocks=clocks,
        entries={kind: tuple(plain.get(kind, ())) for kind in kinds},
        phrases=phrases,
    )


def read_packs(folder: Path) -> tuple[Pack, ...]:
    """Read every pack of a folder, by code and effective date."""
    found = [
        read_pack(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.toml"))
        if path.name not in NOT_PACKS
    ]
    return tuple(sorted(found, key=lambda pack: (pack.code, pack.effective_on)))


@cache
def installed() -> tuple[Pack, ...]:
    """Give every version of every installed pack."""
    return read_packs(FOLDER)


def in_force(day: date) -> dict[str, Pack]:
    """Give the version of each pack that counts on a day; the latest where two overlap."""
    return {pack.code: pack for pack in installed() if pack.in_force(day)}


def latest() -> dict[str, Pack]:
    """Give the newest version of each pack."""
    return {pack.code: pack for pack in installed()}


@cache
def _events_file() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "events.toml").read_text(encoding="utf-8"))


def pause_cause(reason: str, clause: str) -> str:
    """Say what a clock waits for: by the clause that allows it, else by the reason's own name."""
    causes: dict[str, list[str]] = _events_file()["pause"]
    return next((cause for cause, clauses in causes.items() if clause in clauses), reason)


@cache
def events() -> dict[str, EventWords]:
    """Give every event's names, from `events.toml`."""
    plain = _events_file()
    return {
        event: EventWords(
            event,
            words["zh"],
            words["en"],
            frozenset(words["kinds"]) if "kinds" in words else None,
            words.get("manual_clause", ""),
            outlasts=words.get("outlasts", False),
            window=words.get("window", False),
        )
        for event, words in plain["event"].items()
    }


def outlasts(event: str) -> bool:
    """Whether the clock of an event runs on when its matter is closed."""
    known = events().get(event)
    return known is not None and known.outlasts


def is_window(event: str) -> bool:
    """Whether an event is the customer's own time to do something."""
    known = events().get(event)
    return known is not None and known.window


@cache
def omissions() -> dict[str, str]:
    """Give the clauses that are in no pack on purpose, each with its reason."""
    plain = tomllib.loads((FOLDER / "omissions.toml").read_text(encoding="utf-8"))
    return {row["clause"]: row["reason"].strip() for row in plain.get("omission", [])}
