"""Keys for programs."""

from __future__ import annotations

import base64
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kernel.tokens import digest_of, new_token
from shouwen.ground.vault import audit
from shouwen.people.staff import access, queries
from shouwen.people.staff.models import ApiKey, Institution, Person, Role
from shouwen.people.staff.queries.actors import KEY_START, KeyHolder

PREFIX_BYTES = 5
NAME_MAX_CHARACTERS = 80
PER_MINUTE_MOST = 1_000_000
USE_NOTED_SECONDS = 60


class KeyIsRevoked(Conflict):
    """What is over is not changed any more."""

    message = _("This key is revoked. Make another one.")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _wrong_limits(
    per_minute: int | None, expires_on: date | None, at: datetime
) -> dict[str, Words]:
    wrong: dict[str, Words] = {}
    if per_minute is not None and not 1 <= per_minute <= PER_MINUTE_MOST:
        words = _("Enter a number from %(least)s to %(most)s.")
        wrong["per_minute"] = words % {"least": 1, "most": PER_MINUTE_MOST}
    if expires_on is not None and expires_on < day_of(at):
        wrong["expires_on"] = _("Choose today or a later day.")
    return wrong


@transaction.atomic
def create_api_key(
    institution: Institution,
    *,
    role: str,
    name: str,
    actor: Actor,
    at: datetime,
    person: Person | None = None,
    per_minute: int | None = None,
    expires_on: date | None = None,
) -> tuple[ApiKey, str]:
    """Make a key with one role; give its row and the key itself, which is shown this once.

    The key is `sw_<prefix>_<256 random bits>`; only its SHA-256 is kept. With a `person`, who must
    hold the role, the program acts as that person, else for the whole institution; `per_minute` is
    its own limit of requests, `expires_on` the last day it opens. A key that a person makes opens
    nothing until `open_api_key`: nobody alone gives a program rights (CG-6.3-01).

    Raises NotAllowed (also for whoever does not reach the whole institution and names no person),
    NotThere, Invalid.
    """
    access.require(actor, "apikey.manage")
    if not access.same_institution(actor, institution.pk):
        raise NotThere
    if person is None and not (actor.all_units or actor.is_system):
        raise NotAllowed
    if person is not None and (
        person.institution_id != institution.pk or not access.within(actor, person.unit_id)
    ):
        raise NotThere
    wrong = _wrong_limits(per_minute, expires_on, at)
    if role not in Role.values:
        wrong["role"] = _("Choose one of the listed roles.")
    name = name.strip()
    if not name or len(name) > NAME_MAX_CHARACTERS or not name.isprintable():
        wrong["name"] = _("Enter a name of up to 80 characters.")
    if person is not None and role not in queries.actor_of(person).roles:
        wrong["person"] = _("Choose a person who holds this role.")
    if wrong:
        raise Invalid(fields=wrong)
    prefix = base64.b32encode(secrets.token_bytes(PREFIX_BYTES)).decode().lower()
    token = f"{KEY_START}_{prefix}_{new_token()}"
    key = ApiKey.objects.create(
        institution=institution,
        person=person,
        role=role,
        name=name,
        prefix=prefix,
        digest=digest_of(token),
        per_minute=per_minute,
        expires_on=expires_on,
        created_at=at,
        is_waiting=actor.is_person,
    )
    detail: dict[str, audit.Value] = {
        "role": role,
        "person": person.public_id if person else None,
        "per_minute": per_minute,
        "expires_on": _day(expires_on),
    }
    audit.record(actor, "apikey.created", key, at=at, detail=detail)
    return key, token


def _require(key: ApiKey, actor: Actor) -> None:
    access.require(actor, "apikey.manage")
    if not access.same_institution(actor, key.institution_id):
        raise NotThere
    if not (actor.all_units or actor.is_system) and (
        key.person is None or not access.within(actor, key.person.unit_id)
    ):
        raise NotThere


@transaction.atomic
def change_api_key(
    key: ApiKey, *, per_minute: int | None, expires_on: date | None, actor: Actor, at: datetime
) -> None:
    """Set how often a key may call a minute, and the last day it opens; None takes a limit off.

    What changes is on the trail with before and after. Raises NotAllowed, NotThere, Invalid,
    KeyIsRevoked.
    """
    _require(key, actor)
    held = ApiKey.objects.select_for_update().get(pk=key.pk)
    if held.revoked_at is not None:
        raise KeyIsRevoked
    # A day that has passed may stand as it is while the other limit changes.
    new_day = expires_on if expires_on != held.expires_on else None
    wrong = _wrong_limits(per_minute, new_day, at)
    if wrong:
        raise Invalid(fields=wrong)
    before = {"per_minute": held.per_minute, "expires_on": _day(held.expires_on)}
    after = {"per_minute": per_minute, "expires_on": _day(expires_on)}
    if before != after:
        held.per_minute, held.expires_on = per_minute, expires_on
        held.save(update_fields=["per_minute", "expires_on"])
        detail: dict[str, audit.Value] = {
            f"{name}{when}": values[name]
            for name in before
            if before[name] != after[name]
            for when, values in (("_before", before), ("", after))
        }
        audit.record(actor, "apikey.changed", held, at=at, detail=detail)
    key.refresh_from_db(fields=["per_minute", "expires_on", "revoked_at"])


@transaction.atomic
def revoke_api_key(key: ApiKey, *, actor: Actor, at: datetime) -> None:
    """End a key at once; ending it again changes nothing. Raises NotAllowed, NotThere."""
    _require(key, actor)
    if ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=at):
        audit.record(actor, "apikey.revoked", key, at=at)
    key.refresh_from_db(fields=["revoked_at"])


@transaction.atomic
def open_api_key(key_ref: str, *, actor: Actor, at: datetime) -> None:
    """Let a key open from now on; called once another person than its maker has approved.

    Raises NotThere, KeyIsRevoked.
    """
    key = ApiKey.objects.select_for_update().filter(public_id=key_ref).first()
    if key is None or not access.same_institution(actor, key.institution_id):
        raise NotThere
    if key.revoked_at is not None:
        raise KeyIsRevoked
    if key.is_waiting:
        key.is_waiting = False
        key.save(update_fields=["is_waiting"])
        audit.record(actor, "apikey.opened", key, at=at)


def note_key_use(holder: KeyHolder, at: datetime) -> None:
    """Remember when a key last called, to the minute; most calls write nothing."""
    latest = at - timedelta(seconds=USE_NOTED_SECONDS)
    if holder.last_used_at is not None and holder.last_used_at > latest:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=latest)
    ApiKey.objects.filter(stale, public_id=holder.ref).update(last_used_at=at)
