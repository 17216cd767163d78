"""A contact begins: someone has reached the centre."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import events
from shouwen.contact.conversations.actions import duties, problems, steps
from shouwen.contact.conversations.models import Contact
from shouwen.contact.conversations.rules import talking
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.kernel.events import announce
from shouwen.ground.vault import audit, masking
from shouwen.people.customers.models import Customer
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Institution


@transaction.atomic
def open_contact(
    *,
    institution: Institution,
    channel: str,
    actor: Actor,
    at: datetime,
    visitor_ref: str = "",
    customer: Customer | None = None,
    subject: str = "",
    language: str = "zh-hans",
    intent: str = "",
) -> Contact:
    """Begin the record of one contact; its arrival is `at`.

    `subject` is kept in clear and therefore redacted first. Raises Invalid for an unknown
    channel, NotThere when customer or actor is of another institution. Serves OM-1.2-02.
    """
    if channel not in talking.CHANNELS:
        raise Invalid(fields={"channel": _("Choose one of the channels of this centre.")})
    if not rights.same_institution(actor, institution.pk):
        raise NotThere
    if customer is not None and customer.institution_id != institution.pk:
        raise NotThere
    contact = Contact.objects.create(
        institution=institution,
        channel=channel,
        customer=customer,
        visitor_ref=visitor_ref,
        subject=clear_subject(subject),
        language=language[:10],
        intent=intent[:40],
        arrived_at=at,
    )
    duties.start(contact, "contact.arrived", actor=actor, at=at)
    audit.record(actor, "contact.opened", contact, at=at, detail={"channel": channel})
    announce(events.ContactOpened(**steps.fact_fields(contact), occurred_at=at))
    steps.tell_screens(contact)
    return contact


def clear_subject(subject: str) -> str:
    """Give a subject fit to be kept in clear: one redacted line of at most 200 characters."""
    line = " ".join(talking.tidy_text(subject).split())
    return masking.redact(line)[: talking.SUBJECT_MAX_CHARACTERS]


@transaction.atomic
def set_customer(contact: Contact, customer: Customer, *, actor: Actor, at: datetime) -> None:
    """Say whose contact this is; the same customer again changes nothing.

    Raises NotThere for a customer of another institution, CustomerKnown when it is another's.
    Serves OM-1.2-02.
    """
    if actor.kind is ActorKind.CUSTOMER:
        raise NotAllowed
    if customer.institution_id != contact.institution_id:
        raise NotThere
    if not rights.same_institution(actor, contact.institution_id):
        raise NotThere
    changed = Contact.objects.filter(pk=contact.pk, customer__isnull=True).update(customer=customer)
    fresh = steps.locked(contact)
    steps.adopt(contact, fresh)
    if fresh.customer_id != customer.pk:
        raise problems.CustomerKnown
    if changed:
        audit.record(
            actor, "contact.customer-set", fresh, at=at, detail={"customer": customer.public_id}
        )
        duties.customer_known(fresh, actor=actor, at=at)
        announce(
            events.ContactRecognised(
                **steps.fact_fields(fresh), customer_id=customer.pk, occurred_at=at
            )
        )
        steps.tell_of_line(fresh)
