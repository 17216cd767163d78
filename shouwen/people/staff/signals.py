"""What Django and its libraries announce about signing in, put on the trail."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.people.staff import queries
from shouwen.people.staff.models import Person
from shouwen.people.staff.queries.actors import HAS_FACTOR, SIGNED_IN_AT
from shouwen.people.staff.signing_in.backends import source_of


@receiver(user_logged_in)
@transaction.atomic
def note_sign_in(request: HttpRequest, user: Person, **_options: Any) -> None:
    """Note when the session began and whether all factors were given.

    The library announces a sign-in only after the code, where a person has an app enrolled.
    """
    at = time.now()
    request.session[SIGNED_IN_AT] = at.isoformat()
    request.session[HAS_FACTOR] = queries.has_factor(user)
    audit.record(queries.actor_of(user), "person.signed_in", user, at=at, detail=_from(request))


@receiver(user_logged_out)
@transaction.atomic
def note_sign_out(request: HttpRequest, user: Person | None, **_options: Any) -> None:
    """Put a sign-out on the trail."""
    if isinstance(user, Person):
        audit.record(queries.actor_of(user), "person.signed_out", user, at=time.now())


@receiver(user_login_failed)
@transaction.atomic
def note_failure(
    credentials: dict[str, Any], request: HttpRequest | None = None, **_options: Any
) -> None:
    """Put a wrong password on the trail, with the person it was for if there is one."""
    _record_try("person.sign_in_failed", str(credentials.get("username") or ""), request)


@receiver(user_locked_out)
@transaction.atomic
def note_lock_out(request: HttpRequest, username: str, **_options: Any) -> None:
    """Put a lock-out on the trail."""
    _record_try("person.locked_out", username, request)


@receiver(authentication_failed)
@transaction.atomic
def note_wrong_code(request: HttpRequest, user: Person, **_options: Any) -> None:
    """Put a wrong one-time code on the trail."""
    _record_try("person.code_failed", user.username, request)


@receiver(post_save, sender=Authenticator)
@transaction.atomic
def note_enrolment(instance: Authenticator, created: bool, **_options: Any) -> None:
    """Put a new factor on the trail; the session in which it was enrolled has given it."""
    if not created:
        return
    person = Person.objects.get(pk=instance.user_id)
    audit.record(
        queries.actor_of(person),
        "person.factor_enrolled",
        person,
        at=time.now(),
        detail={"kind": str(instance.type)},
    )
    request = context.request
    if request is not None and instance.type == Authenticator.Type.TOTP:
        # A step up in what the session may do comes with a new session id.
        request.session.cycle_key()
        request.session[HAS_FACTOR] = True


def _from(request: HttpRequest | None) -> dict[str, str | int | bool | None]:
    return {"source": source_of(request) if request is not None else ""}


def _record_try(act: str, username: str, request: HttpRequest | None) -> None:
    """Record a try; an unknown name is kept out, since people type passwords there."""
    person = Person.objects.filter(username=username).first()
    actor = Actor.system("sign-in", person.institution_id if person else None)
    thing = person if person is not None else ("staff.person", "unknown")
    audit.record(actor, act, thing, at=time.now(), result="refused", detail=_from(request))
