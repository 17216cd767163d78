"""Hiring people, giving them roles and skills, and letting them go."""

from __future__ import annotations

import re
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere, Words
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff import queries
from shouwen.people.staff.actions.presence import set_presence
from shouwen.people.staff.actions.reach import GrantToOneself, require_edit, require_unit
from shouwen.people.staff.events import PersonDisabled
from shouwen.people.staff.models import (
    BrowserSession,
    Density,
    FactorUse,
    Person,
    Presence,
    PresenceState,
    Theme,
    Unit,
)
from shouwen.people.staff.signing_in import guesses

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,59}")
NAME_MAX_CHARACTERS = 60
STAFF_NO_MAX_CHARACTERS = 20


class PersonKnownAlready(Conflict):
    """The username or the staff number is someone's."""

    message = _("This username or staff number is in use. Choose another one.")


class WorkStillOpen(Conflict):
    """Somebody would go and leave questions that nobody owns."""

    message = _("This person still has open work. Hand it over first, then disable the account.")


@transaction.atomic
def hire_person(
    *,
    username: str,
    staff_no: str,
    name: str,
    unit: Unit,
    actor: Actor,
    at: datetime,
    password: str | None = None,
    language: str = settings.LANGUAGE_CODE,
) -> Person:
    """Take a person into a unit, without roles yet, offline.

    With no password they cannot sign in until one is set. Raises NotAllowed, NotThere, Invalid,
    PersonKnownAlready.
    """
    require_unit(actor, unit)
    wrong: dict[str, Words] = {}
    if not USERNAME.fullmatch(username):
        wrong["username"] = _("Use 2 to 60 lower-case letters, digits, dots or hyphens.")
    wrong |= _wrong_names(name, staff_no)
    if language not in dict(settings.LANGUAGES):
        wrong["language"] = _("Choose one of the listed languages.")
    if wrong:
        raise Invalid(fields=wrong)
    person = Person(
        username=username,
        staff_no=staff_no.strip(),
        name=name.strip(),
        institution_id=unit.institution_id,
        unit=unit,
        language=language,
        hired_at=at,
        sessions_valid_from=at,
    )
    put_password(person, password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise PersonKnownAlready from error
    Presence.objects.create(person=person, state=PresenceState.OFFLINE, since=at)
    audit.record(actor, "person.hired", person, at=at)
    return person


def put_password(person: Person, password: str | None) -> None:
    """Give the row a password, or none that opens anything; not yet saved. Raises Invalid."""
    if password is None:
        person.set_unusable_password()
        return
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid(fields={"password": " ".join(error.messages)}) from error
    person.set_password(password)


@transaction.atomic
def edit_person(
    person: Person, *, name: str, staff_no: str, unit: Unit, actor: Actor, at: datetime
) -> None:
    """Change a person's name, staff number or unit; what changes is on the trail, old and new.

    Raises NotAllowed, NotThere, UnitIsClosed, Invalid, PersonKnownAlready.
    """
    require_edit(actor, person)
    if unit.institution_id != person.institution_id:
        raise NotThere
    if unit.pk != person.unit_id:
        require_unit(actor, unit)
    wrong = _wrong_names(name, staff_no)
    if wrong:
        raise Invalid(fields=wrong)
    kept = Person.objects.select_for_update().select_related("unit").get(pk=person.pk)
    new = {"name": name.strip(), "staff_no": staff_no.strip(), "unit": unit.public_id}
    old = {"name": kept.name, "staff_no": kept.staff_no, "unit": kept.unit.public_id}
    changed = tuple(field for field in new if new[field] != old[field])
    if not changed:
        return
    try:
        with transaction.atomic():
            Person.objects.filter(pk=person.pk).update(
                name=new["name"], staff_no=new["staff_no"], unit=unit
            )
    except IntegrityError as error:
        raise PersonKnownAlready from error
    detail = {f"{field}_before": old[field] for field in changed}
    detail |= {field: new[field] for field in changed}
    audit.record(actor, "person.changed", person, at=at, fields=changed, detail=detail)
    publish(f"person-{person.public_id}")
    person.refresh_from_db()


def _wrong_names(name: str, staff_no: str) -> dict[str, Words]:
    wrong: dict[str, Words] = {}
    if not staff_no.strip() or len(staff_no.strip()) > STAFF_NO_MAX_CHARACTERS:
        wrong["staff_no"] = _("Enter a staff number of up to 20 characters.")
    if not name.strip() or len(name.strip()) > NAME_MAX_CHARACTERS:
        wrong["name"] = _("Enter a name of up to 60 characters.")
    for field, text in (("staff_no", staff_no), ("name", name)):
        if not text.isprintable():
            wrong[field] = _("Enter plain letters and digits.")
    return wrong


@transaction.atomic
def set_password(person: Person, password: str, *, actor: Actor, at: datetime) -> None:
    """Give a new password, open the person's locks, close their sessions.

    Raises NotAllowed, NotThere, Invalid.
    """
    require_edit(actor, person)
    put_password(person, password)
    person.sessions_valid_from = at
    person.save(update_fields=["password", "sessions_valid_from"])
    BrowserSession.objects.filter(person_id=person.pk).delete()
    guesses.forget_all_of(person)
    audit.record(actor, "person.password_set", person, at=at)


@transaction.atomic
def disable_person(person: Person, *, actor: Actor, at: datetime) -> None:
    """Let a person go: signed out everywhere at once, offline, no longer able to sign in.

    Their rows stay, since the trail names them. Raises NotAllowed, NotThere, WorkStillOpen while
    anything is open in their name (`hand_over_work`, `let_go`).
    """
    require_edit(actor, person)
    if person.is_active and queries.open_work(person):
        raise WorkStillOpen
    changed = Person.objects.filter(pk=person.pk, is_active=True).update(
        is_active=False, sessions_valid_from=at
    )
    BrowserSession.objects.filter(person_id=person.pk).delete()
    person.refresh_from_db()
    if not changed:
        return
    set_presence(
        person, PresenceState.OFFLINE, actor=Actor.system("staff", person.institution_id), at=at
    )
    audit.record(actor, "person.disabled", person, at=at)
    announce(
        PersonDisabled(institution_id=person.institution_id, occurred_at=at, person_id=person.pk)
    )
    # Open sockets follow this topic and look again at who they serve.
    publish(f"person-{person.public_id}")


@transaction.atomic
def reinstate_person(person: Person, *, actor: Actor, at: datetime) -> None:
    """Let a person work here again; sessions from before stay closed. Raises NotAllowed."""
    require_edit(actor, person)
    if Person.objects.filter(pk=person.pk, is_active=False).update(
        is_active=True, sessions_valid_from=at
    ):
        audit.record(actor, "person.reinstated", person, at=at)
    person.refresh_from_db()


@transaction.atomic
def reset_factor(person: Person, *, actor: Actor, at: datetime) -> None:
    """Forget a person's lost second factor; they are signed out and must enrol a new one.

    Raises NotAllowed, GrantToOneself for one's own, NotThere.
    """
    require_edit(actor, person)
    if actor.ref == person.public_id:
        raise GrantToOneself
    Authenticator.objects.filter(user=person).delete()
    guesses.forget_all_of(person)
    FactorUse.objects.filter(person=person).delete()
    BrowserSession.objects.filter(person_id=person.pk).delete()
    Person.objects.filter(pk=person.pk).update(sessions_valid_from=at)
    audit.record(actor, "person.factor_reset", person, at=at)
    person.refresh_from_db()


@transaction.atomic
def set_preferences(
    person: Person,
    *,
    actor: Actor,
    at: datetime,
    language: str | None = None,
    theme: str | None = None,
    density: str | None = None,
) -> None:
    """Note how a person wants their pages; None leaves a choice as it is.

    Raises NotAllowed for anyone but the person, Invalid.
    """
    if actor.ref != person.public_id and not actor.is_system:
        raise NotAllowed
    offered = {
        "language": (language, [code for code, _name in settings.LANGUAGES]),
        "theme": (theme, Theme.values),
        "density": (density, Density.values),
    }
    chosen = {field: value for field, (value, _all) in offered.items() if value is not None}
    wrong = [field for field, value in chosen.items() if value not in offered[field][1]]
    if wrong:
        raise Invalid(fields=dict.fromkeys(wrong, _("Choose one of the listed entries.")))
    if not chosen:
        return
    for field, value in chosen.items():
        setattr(person, field, value)
    person.save(update_fields=list(chosen))
    audit.record(actor, "person.preferences_set", person, at=at, fields=tuple(chosen))


def drop_sessions_over(at: datetime) -> int:
    """Drop the sessions whose time is over; they open nothing any more. Gives how many.

    How long they last is written by the machine's clock, which a trial in moved time runs ahead of.
    """
    over = at - time.ahead()
    dropped, _by_model = BrowserSession.objects.filter(expire_date__lte=over).delete()
    return dropped
