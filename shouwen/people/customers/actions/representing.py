"""Who is spoken to for an organisation."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.vault import audit
from shouwen.people.customers import access
from shouwen.people.customers.actions.filing import CHOOSE
from shouwen.people.customers.models import Authority, Customer, Representative

POST_MAX_CHARACTERS = 60


class NamedAlready(Conflict):
    """The person stands for this organisation now."""

    message = _("This person is a contact of the organisation already.")


class NotNamed(Conflict):
    """A colleague has ended it."""

    message = _("This person is no longer a contact of the organisation.")


@transaction.atomic
def name_representative(
    organisation: Customer,
    person: Customer,
    *,
    post: str,
    authority: str,
    actor: Actor,
    at: datetime,
) -> Representative:
    """Let a person be spoken to for an organisation of the same institution.

    Raises NotAllowed, NotThere for a person of another institution, Invalid, NamedAlready.
    Serves OM-4.2-03.
    """
    access.require_edit(actor, organisation)
    access.require_edit(actor, person)
    post = " ".join(post.split())
    wrong: dict[str, Words] = {}
    if organisation.is_person:
        wrong["organisation"] = _("Only an organisation has contacts.")
    if not person.is_person or person.institution_id != organisation.institution_id:
        wrong["person"] = _("Choose the file of a person.")
    if not 0 < len(post) <= POST_MAX_CHARACTERS or not post.isprintable():
        wrong["post"] = _("Enter the post in up to 60 characters.")
    if authority not in Authority.values:
        wrong["authority"] = CHOOSE
    if wrong:
        raise Invalid(fields=wrong)
    try:
        with transaction.atomic():
            named = Representative.objects.create(
                organisation=organisation,
                person=person,
                post=post,
                authority=authority,
                named_at=at,
            )
    except IntegrityError as error:
        raise NamedAlready from error
    audit.record(
        actor,
        "customer.representative_named",
        organisation,
        at=at,
        detail={"person": person.public_id, "authority": authority},
    )
    return named


@transaction.atomic
def end_representative(named: Representative, *, actor: Actor, at: datetime) -> None:
    """Let a person no longer be spoken to for an organisation; the file keeps that they were.

    Raises NotAllowed, NotThere, NotNamed.
    """
    access.require_edit(actor, named.organisation)
    if not Representative.objects.filter(pk=named.pk, ended_at__isnull=True).update(ended_at=at):
        raise NotNamed
    audit.record(
        actor,
        "customer.representative_ended",
        named.organisation,
        at=at,
        detail={"person": named.person.public_id},
    )
