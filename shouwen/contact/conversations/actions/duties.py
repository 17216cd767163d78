"""The clocks of a contact: which moments of its life start and stop them."""

from __future__ import annotations

from datetime import datetime

from shouwen.contact.conversations.models import Contact
from shouwen.contact.conversations.rules import talking
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import clocks
from shouwen.ground.policy.clocks import Facts, Promised, Subject
from shouwen.people.customers import queries as customers

FIRST_REPLY = "consult.first_response"
ARRIVALS = ("contact.arrived", "contact.queued")
# Limits by type of customer, which the institution sets for its tiers.
TIER_CLAUSE = "HB-1.3-06"


def subject_of(contact: Contact) -> Subject:
    """Give what a contact's clocks run on."""
    return Subject("contact", contact.public_id)


def facts_of(contact: Contact) -> Facts:
    """Give what the packs ask about a contact."""
    customer = contact.customer
    service = customers.service_of(customer)
    promised = (
        (Promised(FIRST_REPLY, f"{service.reply_seconds}s", TIER_CLAUSE, ARRIVALS),)
        if service.reply_seconds is not None
        else ()
    )
    return Facts(
        kind=talking.clock_kind(contact.channel),
        channel=contact.channel,
        risk=customer.risk if customer else "",
        value=customer.value if customer else "",
        tier=customer.kind if customer else "",
        queue=contact.queue_code,
        promised=promised,
    )


def start(contact: Contact, trigger: str, *, actor: Actor, at: datetime) -> None:
    """Start every clock that begins at this moment of the contact's life."""
    facts = facts_of(contact)
    clocks.start_all(
        trigger,
        subject=subject_of(contact),
        institution_id=contact.institution_id,
        facts=facts,
        at=at,
        actor=actor,
    )
    if trigger == ARRIVALS[0]:
        _promise(contact, facts, actor=actor, at=at)


def _promise(contact: Contact, facts: Facts, *, actor: Actor, at: datetime) -> None:
    """Let a promise run too where no pack demands a clock for what it is about."""
    for one in facts.promised:
        clocks.start(
            one.event,
            subject=subject_of(contact),
            institution_id=contact.institution_id,
            facts=facts,
            at=at,
            actor=actor,
            start_event=ARRIVALS[0],
        )


def customer_known(contact: Contact, *, actor: Actor, at: datetime) -> None:
    """Judge the open clocks anew by whose contact it turned out to be, from their start on."""
    clocks.reclassify(subject_of(contact), facts_of(contact), at=at, actor=actor)


def stop(contact: Contact, trigger: str, *, actor: Actor, at: datetime) -> None:
    """Stop every clock that ends at this moment of the contact's life."""
    clocks.stop_all(trigger, subject=subject_of(contact), at=at, actor=actor)


def begin_later(contact: Contact, *, begins_at: datetime, actor: Actor, at: datetime) -> None:
    """Let the clocks of waiting for a first answer count from the opening of a closed queue."""
    clocks.begin_later(
        subject_of(contact),
        "contact.answered",
        begins_at=begins_at,
        reason="closed",
        at=at,
        actor=actor,
    )


def replace(contact: Contact, *, reason: str, actor: Actor, at: datetime) -> None:
    """End the clocks of a contact whose question goes on elsewhere, under clocks of its own."""
    clocks.cancel_all(subject_of(contact), reason=reason, at=at, actor=actor)


def drop(contact: Contact, *, actor: Actor, at: datetime) -> None:
    """End the clocks of a contact whose customer left: nobody waits for an answer any more."""
    stop(contact, "contact.abandoned", actor=actor, at=at)
    clocks.cancel_all(subject_of(contact), reason="customer_left", at=at, actor=actor)
