"""Who is still here: the people behind open pages and lines, looked up again.

The parts of a page refresh by themselves, several at once; who asks for them is who asked two
seconds ago, unless that browser has done something since.

Lines are looked up together: the sessions, people and grants of all who ask are read by four
queries. Whoever has none of it changed is who they were; everybody else, and everybody from time to
time, is looked up whole.
"""

from __future__ import annotations

import time as monotonic
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user
from django.http import HttpRequest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import queries
from shouwen.people.staff.models import BrowserSession, Person, RoleGrant
from shouwen.people.staff.queries.deputies import standing_in_on
from shouwen.people.staff.sessions import SessionStore

# What hangs on units alone may be this much older than what hangs on the person; a few of those
# who are due at once come first, so that nobody waits for all of them.
KEPT = timedelta(seconds=300)
RENEWED_AT_ONCE = 8
MOST_KEPT = 5000
# Whoever is disabled or signed out is cut off within five seconds; lines take three of them.
SEEN_SECONDS = 2.0

# The row id and the actor of a session: both None where nobody may come in by it.
Found = tuple[int | None, Actor | None]
NOBODY: Found = (None, None)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Whom a session was found to be, from which rows, and until when that holds."""

    rows: tuple[object, ...]
    found: Found
    until: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """Who asked lately by a session, and when (seconds of a clock that only goes forward)."""

    person: Person
    actor: Actor
    at: float


_kept: dict[str, _Kept] = {}
_seen: dict[str, Seen] = {}


def seen_lately(key: str) -> Seen | None:
    """Give who asked by this session within the last two seconds, in this process."""
    found = _seen.get(key)
    return found if found and monotonic.monotonic() - found.at < SEEN_SECONDS else None


def note_seen(key: str, person: Person, actor: Actor) -> None:
    """Note who asks by this session, looked up whole just now."""
    now = monotonic.monotonic()
    if len(_seen) >= MOST_KEPT:
        for other in [k for k, one in tuple(_seen.items()) if now - one.at >= SEEN_SECONDS]:
            _seen.pop(other, None)
    _seen[key] = Seen(person, actor, now)


def forget_seen(key: str) -> None:
    """Let the next who asks by this session be looked up whole."""
    _seen.pop(key, None)


def of_session(session: SessionStore) -> Found:
    """Give who is signed in by this session, looked up whole."""
    request = HttpRequest()
    request.session = session
    person = get_user(request) if session.session_key else None
    if not isinstance(person, Person):
        return NOBODY
    return person.pk, queries.actor_of_session(person, session)


def people_again(keys: Sequence[str]) -> dict[str, Found]:
    """Give who is signed in by each of these sessions as of now; who is not is left out."""
    at = time.now()
    rows = _rows_of(keys, at)
    found: dict[str, Found] = {}
    due: list[tuple[datetime, str]] = []
    for key in rows:
        kept = _kept.get(key)
        if kept is None or kept.rows != rows[key]:
            found[key] = _whole(key, rows[key], at)
        else:
            found[key] = kept.found
            if kept.until <= at:
                due.append((kept.until, key))
    for _until, key in sorted(due)[:RENEWED_AT_ONCE]:
        found[key] = _whole(key, rows[key], at)
    if len(_kept) > MOST_KEPT:
        for key in [key for key, kept in _kept.items() if kept.until <= at]:
            del _kept[key]
    return found


def _whole(key: str, rows: tuple[object, ...], at: datetime) -> Found:
    found = of_session(SessionStore(key))
    _kept[key] = _Kept(rows, found, at + KEPT)
    return found


def _rows_of(keys: Iterable[str], at: datetime) -> dict[str, tuple[object, ...]]:
    """Give all rows a session's actor follows from; a deputy's never look alike."""
    sessions = BrowserSession.objects.filter(pk__in=list(keys), expire_date__gt=at).order_by("pk")
    listed = [
        (key, data, person_id)
        for key, data, person_id in sessions.values_list("pk", "session_data", "person_id")
        if person_id is not None
    ]
    ids = {person_id for _key, _data, person_id in listed}
    people: dict[int, tuple[Any, ...]] = {
        row[0]: row
        for row in Person.objects.filter(pk__in=ids)
        .order_by("pk")
        .values_list(
            "pk",
            "public_id",
            "name",
            "institution_id",
            "password",
            "is_active",
            "sessions_valid_from",
        )
    }
    grants: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for person_id, *grant in (
        RoleGrant.objects.filter(person__in=ids)
        .order_by("pk")
        .values_list("person_id", "role", "unit__path")
    ):
        grants[person_id].append(tuple(grant))
    standing_in = standing_in_on(time.day_of(at)).filter(deputy__in=ids).order_by("pk")
    deputies = set(standing_in.values_list("deputy_id", flat=True))
    return {
        key: (
            data,
            people.get(person_id),
            tuple(grants[person_id]),
            # Whom they stand in for changes with other people's rows.
            at if person_id in deputies else None,
        )
        for key, data, person_id in listed
    }
