"""A conversation is passed on from the desk, in the three steps of OM-2.3-04."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing import actions as routing
from shouwen.contact.routing import queries as routing_queries
from shouwen.contact.routing.models import Queue, Transfer
from shouwen.ground.kernel import idempotency
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.people.staff.models import Person


@dataclass(frozen=True, slots=True)
class TransferForm:
    """What the dialog holds; exactly one of `person` (public id) and `queue` (code) is given."""

    steps: routing.Steps
    person: str = ""
    queue: str = ""


def pass_on(
    contact: Contact, form: TransferForm, *, key: str, actor: Actor, at: datetime
) -> Transfer:
    """Pass a conversation on; the same key with the same form passes it on once.

    Raises Invalid naming what is missing, and whatever `routing.pass_on` raises.
    """
    body = {"contact": contact.public_id, **asdict(form)}
    with idempotency.once(f"desk.transfer:{actor.ref}", key, body, at=at) as slot:
        if slot.reference:
            return Transfer.objects.select_related("to_person", "to_queue", "note").get(
                public_id=slot.reference
            )
        person, queue = _target(contact, form)
        transfer = routing.pass_on(
            contact, form.steps, person=person, queue=queue, actor=actor, at=at
        )
        slot.finish(transfer.public_id)
        return transfer


def _target(contact: Contact, form: TransferForm) -> tuple[Person | None, Queue | None]:
    person = queue = None
    if form.person and form.person.isprintable():
        person = Person.objects.filter(
            institution_id=contact.institution_id, public_id=form.person, is_active=True
        ).first()
    if form.queue:
        queue = routing_queries.queue_by_code(contact.institution_id, form.queue)
    if (form.person and person is None) or (form.queue and queue is None):
        raise Invalid(fields={"to": _("Choose who takes over from the list.")})
    return person, queue
