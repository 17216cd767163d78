"""From a person, a key or a session to the actor whose rights count."""

from __future__ import annotations

import hmac
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, Q, QuerySet

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.ground.kernel.prepared import Prepared
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kernel.tokens import digest_of
from shouwen.people.staff import access
from shouwen.people.staff.models import ApiKey, Person, RoleGrant, Unit
from shouwen.people.staff.queries.deputies import people_stood_in_for, standing_in_on

KEY_START = "sw"
KEY_MAX_CHARACTERS = 200
# Session keys: when the person signed in, and whether the second factor was given.
SIGNED_IN_AT = "staff.signed_in_at"
HAS_FACTOR = "staff.has_factor"


def _grants_of(person: int, today: date) -> QuerySet[RoleGrant, tuple[str, str | None, bool]]:
    stands_in = Exists(standing_in_on(today).filter(deputy=person).order_by("pk"))
    grants = RoleGrant.objects.filter(person=person).annotate(stands_in=stands_in).order_by("pk")
    return grants.values_list("role", "unit__path", "stands_in")


def _units_below(institution: int, path: str) -> QuerySet[Unit, tuple[int, str]]:
    units = Unit.objects.filter(path__startswith=path, institution_id=institution)
    return units.order_by("path").values_list("pk", "path")


_grants = Prepared(_grants_of, person=int, today=date)
_behind = Prepared(lambda ref: Person.objects.filter(public_id=ref).order_by("pk")[:1], ref=str)
_below = Prepared(_units_below, institution=int, path=str)


def actor_of(person: Person) -> Actor:
    """Give the actor a person acts as, with roles and every unit within reach of all of them."""
    today = day_of(time.now())
    by_role: dict[str, list[str | None]] = defaultdict(list)
    rows = _grants.all(person=person.pk, today=today)
    for role, path, _stands_in in rows:
        by_role[role].append(path)
    is_deputy = any(stands_in for _role, _path, stands_in in rows)
    bounds = access.bounds_of(by_role.values())
    absent = people_stood_in_for(person, by_role, today) if is_deputy else []
    return Actor(
        kind=ActorKind.PERSON,
        ref=person.public_id,
        name=person.name,
        institution_id=person.institution_id,
        roles=frozenset(by_role),
        unit_ids=_reached(person.institution_id, bounds) if bounds else frozenset(),
        all_units=bool(by_role) and not bounds,
        stands_in_for=frozenset(one.public_id for one in absent),
    )


def actors_stood_in_for(actor: Actor) -> list[Actor]:
    """Give those the actor stands in for, as actors; no query where there is nobody."""
    if not actor.stands_in_for:
        return []
    people = Person.objects.filter(public_id__in=actor.stands_in_for).order_by("pk")
    return [replace(actor_of(person), stands_in_for=frozenset()) for person in people]


def person_behind(actor: Actor) -> Person | None:
    """Give the person behind an actor; None for a program or the system."""
    return _behind.first(ref=actor.ref) if actor.is_person else None


def person_acting(actor: Actor) -> Person:
    """Give the person behind an actor, for what only people do. Raises NotAllowed for programs."""
    found = person_behind(actor)
    if found is None:
        raise NotAllowed
    return found


def _reached(institution_id: int, bounds: list[frozenset[str]]) -> frozenset[int]:
    """The units within all the bounds, found by one query."""
    paths = frozenset().union(*bounds)
    if len(paths) == 1:
        rows = _below.all(institution=institution_id, path=next(iter(paths)))
    else:
        condition = Q()
        for path in paths:
            condition |= Q(path__startswith=path)
        units = Unit.objects.filter(condition, institution_id=institution_id).order_by("path")
        rows = list(units.values_list("pk", "path"))
    return frozenset(pk for pk, path in rows if access.reaches(bounds, path))


def prefix_of(token: str) -> str:
    """Give the public first part of an API key `sw_<prefix>_<secret>`, or an empty text."""
    parts = token.split("_", 2)
    return parts[1] if len(parts) == 3 and parts[0] == KEY_START else ""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who calls by an API key: the actor, the key's public id, its own limit a minute if any."""

    actor: Actor
    ref: str
    per_minute: int | None
    last_used_at: datetime | None = None


def holder_of_key(token: str, at: datetime) -> KeyHolder | None:
    """Give who calls by an API key; None if it is unknown, revoked or run out by then, or its
    person no longer works here.

    Unknown prefix and wrong secret take the same way, compared in constant time.
    """
    rows = ApiKey.objects.filter(prefix=prefix_of(token)).select_related("person")
    row = rows.first() if len(token) <= KEY_MAX_CHARACTERS else None
    kept = row.digest if row else "0" * 64
    fits = hmac.compare_digest(kept, digest_of(token))
    if row is None or not fits or (row.revoked_at is not None and row.revoked_at <= at):
        return None
    if row.is_waiting or (row.expires_on is not None and row.expires_on < day_of(at)):
        return None
    if row.person is None:
        actor = Actor(
            kind=ActorKind.KEY,
            ref=row.public_id,
            name=row.name,
            institution_id=row.institution_id,
            roles=frozenset({row.role}),
            all_units=True,
        )
    elif row.person.is_active:
        whole = actor_of(row.person)
        # A deputy stands in with their own head: their programs do not.
        actor = replace(whole, roles=whole.roles & {row.role}, stands_in_for=frozenset())
    else:
        return None
    return KeyHolder(actor, row.public_id, row.per_minute, row.last_used_at)


def actor_of_key(token: str, at: datetime) -> Actor | None:
    """Give the actor behind an API key, or None where `holder_of_key` finds nobody."""
    holder = holder_of_key(token, at)
    return holder.actor if holder else None


def session_stands(person: Person, session: Any) -> bool:
    """Whether a session was begun by this person, who is active, and has not been closed since."""
    began = session.get(SIGNED_IN_AT)
    if not person.is_active or not isinstance(began, str):
        return False
    return datetime.fromisoformat(began) >= person.sessions_valid_from


def has_factor(person: Person) -> bool:
    """Whether the person has an app for one-time codes enrolled."""
    enrolled = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP)
    return bool(enrolled.exists())


def lacks_factor(session: Any) -> bool:
    """Whether this session has not given the second factor that everybody must give.

    The session says so itself: one that was begun by password alone stays at one factor, also
    after the person has enrolled an app in another one.
    """
    return bool(settings.MFA_REQUIRED) and not session.get(HAS_FACTOR)


def actor_of_session(person: Person | None, session: Any) -> Actor | None:
    """Give the actor of a signed-in session with all its factors, or None."""
    if person is None or not session_stands(person, session) or lacks_factor(session):
        return None
    return actor_of(person)
