"""Contacts of somebody who leaves: talks go back to their queue, work after a talk is finished."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact, ContactState, Disposition
from shouwen.contact.routing.actions import queueing
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.people.staff.models import Person
from shouwen.people.staff.ports import Heir

LEFT = "colleague_left"


@transaction.atomic
def hand_over_contact(
    leaver: Person, ref: str, heir: Heir, reason: str, actor: Actor, at: datetime
) -> bool:
    """Let a contact in a leaver's hands go on without them.

    A talk waits again at its old rank, and the heir, if a person, is offered it first: whoever is
    not at their desk keeps no customer waiting. Work after a talk is finished as it stands. False
    where it is no longer the leaver's.
    """
    theirs = Contact.objects.filter(public_id=ref, handler=leaver)
    contact = theirs.select_related("institution", "customer", "owner", "handler").first()
    if contact is None:
        return False
    system = Actor.system("handover", contact.institution_id)
    if contact.state == ContactState.ACTIVE:
        queueing.return_to_queue(contact, reason=LEFT, actor=system, at=at, preferred=heir.person)
    elif contact.state == ContactState.WRAP_UP:
        ended = contact.disposition or Disposition.OTHER
        conversations.wrap_up(contact, disposition=ended, actor=system, at=at)
    else:
        return False
    detail: dict[str, audit.Value] = {"person_before": leaver.public_id, "to": heir.ref}
    audit.record(actor, "contact.handed_on", contact, at=at, purpose=reason, detail=detail)
    return True
