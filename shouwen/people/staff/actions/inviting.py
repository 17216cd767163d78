"""Invitations: a new person chooses their own password by a link that is shown once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.ground.kernel.tokens import digest_of, new_token
from shouwen.ground.vault import audit
from shouwen.people.staff import queries
from shouwen.people.staff.actions.people import put_password
from shouwen.people.staff.actions.reach import GrantToOneself, require_edit
from shouwen.people.staff.models import BrowserSession, Invitation, Person
from shouwen.people.staff.signing_in import guesses

TOKEN_MAX_CHARACTERS = 100


class InvitationIsSpent(NotThere):
    """Unknown, used, replaced or expired: the answer is the same for all."""

    message = _("This invitation has been used or has expired. Ask your administrator for another.")


@transaction.atomic
def invite_person(person: Person, *, actor: Actor, at: datetime) -> str:
    """Make a link token by which a person chooses a password; older links stop working.

    The password they had, if any, stops working too, and their sessions close: so this is also
    the answer to a forgotten password. Good for the institution's `invitation-hours`. Raises
    NotAllowed (also for whoever is disabled), GrantToOneself, NotThere.
    """
    require_edit(actor, person)
    if actor.ref == person.public_id:
        raise GrantToOneself
    if not person.is_active:
        raise NotAllowed
    hours = queries.limits_of(person.institution_id)["invitation-hours"]
    Invitation.objects.filter(person=person, spent_at__isnull=True).update(spent_at=at)
    token = new_token()
    Invitation.objects.create(
        person=person,
        digest=digest_of(token),
        issued_at=at,
        expires_at=at + timedelta(hours=hours),
    )
    person.set_unusable_password()
    person.sessions_valid_from = at
    person.save(update_fields=["password", "sessions_valid_from"])
    BrowserSession.objects.filter(person_id=person.pk).delete()
    audit.record(actor, "person.invited", person, at=at, detail={"hours": hours})
    return token


def _open(token: str, at: datetime) -> Invitation:
    """Raises InvitationIsSpent."""
    found = None
    if token and len(token) <= TOKEN_MAX_CHARACTERS:
        found = (
            Invitation.objects.select_related("person")
            .filter(
                digest=digest_of(token),
                spent_at__isnull=True,
                expires_at__gt=at,
                person__is_active=True,
            )
            .first()
        )
    if found is None:
        raise InvitationIsSpent
    return found


def invited(token: str, at: datetime) -> Person:
    """Give whom a link invites, without using it up. Raises InvitationIsSpent."""
    return _open(token, at).person


@transaction.atomic
def accept_invitation(token: str, password: str, *, at: datetime) -> Person:
    """Take the password its owner chose; the link is spent. Raises InvitationIsSpent, Invalid."""
    invitation = _open(token, at)
    person = invitation.person
    put_password(person, password)
    # The guarded update, not the earlier read, makes it work once.
    if not Invitation.objects.filter(pk=invitation.pk, spent_at__isnull=True).update(spent_at=at):
        raise InvitationIsSpent
    person.sessions_valid_from = at
    person.save(update_fields=["password", "sessions_valid_from"])
    guesses.forget_all_of(person)
    audit.record(queries.actor_of(person), "person.invitation_used", person, at=at)
    return person
