"""Who has the same thing open right now, and who types: kept for seconds, in the cache alone.

A page that follows `beside-<ref>` looks at that thing. Its pings keep it there, so nobody asks in
turns; those who are there hear the topic when somebody comes, goes or begins to type.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.cache import cache

from shouwen.ground.kernel import time
from shouwen.ground.kernel.topics import send

WORD = "beside"
# A page pings every 4 s: who has missed two is gone. A page with company looks again every 5 s.
STAYS_SECONDS = 9
TYPES_SECONDS = 6

# Gives the names of people by reference.
Namer = Callable[[set[str]], dict[str, str]]
_namers: list[Namer] = []


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody else who looks at the same thing."""

    name: str
    is_typing: bool


def name_by(namer: Namer) -> None:
    """Have people named by this (wiring only)."""
    _namers[:] = [namer]


def topic_of(ref: str) -> str:
    """Give the topic of those who look at a thing."""
    return f"{WORD}-{ref}"


def is_beside(topic: str) -> bool:
    """Whether whoever follows this topic looks at a thing."""
    return topic.startswith(f"{WORD}-")


def stay(topics: Iterable[str], who: str) -> None:
    """Note that a person looks at these things; others are told of whoever was not there."""
    now = time.now().timestamp()
    for topic in topics:
        seen = _seen(topic)
        is_new = who not in seen
        _, types_until = seen.get(who, (0.0, 0.0))
        _keep(topic, {**seen, who: (now + STAYS_SECONDS, types_until)})
        if is_new:
            send(topic)


def leave(topics: Iterable[str], who: str) -> None:
    """Note that a person looks away."""
    for topic in topics:
        seen = _seen(topic)
        if seen.pop(who, None) is not None:
            _keep(topic, seen)
            send(topic)


def type_in(topic: str, who: str) -> None:
    """Note that a person types; others are told when it begins. Who is not there, types nothing."""
    now = time.now().timestamp()
    seen = _seen(topic)
    if who not in seen:
        return
    until, types_until = seen[who]
    _keep(topic, {**seen, who: (until, now + TYPES_SECONDS)})
    if types_until <= now and len(seen) > 1:
        send(topic)


def neighbours(topic: str, who: str) -> list[Neighbour]:
    """Give who else looks at a thing now, by name."""
    now = time.now().timestamp()
    others = {ref: types for ref, (_until, types) in _seen(topic).items() if ref != who}
    names = _namers[0](set(others)) if _namers and others else {}
    found = [Neighbour(name, others[ref] > now) for ref, name in names.items()]
    return sorted(found, key=lambda each: each.name)


def mark_of(found: list[Neighbour]) -> str:
    """Give a short mark of who is there, so that a page need not say the same again."""
    return f"{zlib.crc32(repr(found).encode()):x}"


def _seen(topic: str) -> dict[str, tuple[float, float]]:
    """Give who is there, with the moments until which they stay and type."""
    now = time.now().timestamp()
    kept: dict[str, tuple[float, float]] = cache.get(f"kit.{topic}") or {}
    return {who: marks for who, marks in kept.items() if marks[0] > now}


def _keep(topic: str, seen: dict[str, tuple[float, float]]) -> None:
    cache.set(f"kit.{topic}", seen, STAYS_SECONDS * 2)
