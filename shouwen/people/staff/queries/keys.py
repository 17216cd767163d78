"""API keys as those see them who manage them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import access
from shouwen.people.staff.models import ApiKey, Person
from shouwen.people.staff.queries.people import people_of

PAGE_ROWS = 30
REF_MAX_CHARACTERS, USERNAME_MAX_CHARACTERS = 60, 150


class KeyState(TextChoices):
    """Whether a key opens anything, and if not, why."""

    OPEN = "OPEN", pgettext_lazy("api key", "In use")
    WAITING = "WAITING", pgettext_lazy("api key", "Waits for approval")
    EXPIRED = "EXPIRED", pgettext_lazy("api key", "Expired")
    PERSON_GONE = "PERSON_GONE", pgettext_lazy("api key", "Person disabled")
    REVOKED = "REVOKED", pgettext_lazy("api key", "Revoked")


class KeyView(TextChoices):
    """Which keys are listed."""

    OPEN = "open", pgettext_lazy("api keys", "In use")
    ENDED = "ended", pgettext_lazy("api keys", "Ended")


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key and how it stands."""

    key: ApiKey
    state: KeyState


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Some keys, the newest first; `next` is a cursor, empty at the end."""

    lines: list[KeyLine]
    next: str


def _reached(actor: Actor) -> QuerySet[ApiKey]:
    """A key without a person reaches the whole institution, so only who does sees it."""
    access.require(actor, "apikey.manage")
    keys = ApiKey.objects.select_related("institution", "person__unit")
    if actor.institution_id is not None:
        keys = keys.filter(institution_id=actor.institution_id)
    elif not actor.is_system:
        return keys.none()
    if not (actor.all_units or actor.is_system):
        keys = keys.filter(person__unit_id__in=actor.unit_ids)
    return keys


def key_line(key: ApiKey, at: datetime) -> KeyLine:
    """Say how a key stands at a moment."""
    state = KeyState.OPEN
    if key.revoked_at is not None and key.revoked_at <= at:
        state = KeyState.REVOKED
    elif key.expires_on is not None and key.expires_on < day_of(at):
        state = KeyState.EXPIRED
    elif key.person is not None and not key.person.is_active:
        state = KeyState.PERSON_GONE
    elif key.is_waiting:
        state = KeyState.WAITING
    return KeyLine(key, state)


def keys_page(actor: Actor, view: str, *, at: datetime, after: str = "") -> KeyPage:
    """Give a page of the keys within reach, newest first; needs `apikey.manage`.

    A constant number of queries. Raises NotAllowed, Invalid for a view or cursor not of this list.
    """
    keys = _reached(actor)
    if view not in KeyView.values:
        raise Invalid(fields={"view": _("Choose one of the listed entries.")})
    if after:
        last = _found(keys, after)
        if last is None:
            raise Invalid(fields={"after": _("Choose one of the listed entries.")})
        keys = keys.filter(pk__lt=last.pk)
    ended = (
        Q(revoked_at__isnull=False, revoked_at__lte=at)
        | Q(expires_on__isnull=False, expires_on__lt=day_of(at))
        | Q(person__isnull=False, person__is_active=False)
    )
    keys = keys.filter(ended) if view == KeyView.ENDED else keys.exclude(ended)
    rows = list(keys.order_by("-pk")[: PAGE_ROWS + 1])
    shown = rows[:PAGE_ROWS]
    return KeyPage(
        [key_line(row, at) for row in shown], shown[-1].public_id if len(rows) > PAGE_ROWS else ""
    )


def _found(keys: QuerySet[ApiKey], ref: str) -> ApiKey | None:
    if len(ref) > REF_MAX_CHARACTERS or not ref.isprintable():
        return None
    return keys.filter(public_id=ref).first()


def key_for(actor: Actor, ref: str) -> ApiKey:
    """Give one key within reach. Raises NotAllowed, NotThere."""
    found = _found(_reached(actor), ref)
    if found is None:
        raise NotThere
    return found


def named_person(actor: Actor, username: str) -> Person:
    """Give the person within reach who signs in by this name. Raises Invalid."""
    username = username.strip()
    found = None
    if len(username) <= USERNAME_MAX_CHARACTERS and username.isprintable():
        found = people_of(actor).filter(username=username).first()
    if found is None:
        raise Invalid(fields={"person": _("Nobody here has this username.")})
    return found
