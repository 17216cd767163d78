"""A contact is passed on in three steps: identity, reason, record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import access as conversation_access
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.actions import steps
from shouwen.contact.conversations.models import Contact, ContactNote, ContactState, NoteKind
from shouwen.contact.conversations.rules import talking
from shouwen.contact.routing import rules
from shouwen.contact.routing.actions import offering, problems, queueing, snapshots
from shouwen.contact.routing.models import (
    CustomerView,
    IdentityProof,
    Queue,
    QueueEntry,
    Transfer,
    TransferReason,
)
from shouwen.ground.kernel import ids
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.staff.models import Person

TRANSFERRED = "transferred"
WORDS_MAX_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Steps:
    """What whoever passes a contact on has said: the three steps and the customer's view."""

    identity: str
    reason: str
    summary: str
    customer_view: str
    identity_words: str = ""
    reason_words: str = ""


@transaction.atomic
def pass_on(
    contact: Contact,
    said: Steps,
    *,
    person: Person | None = None,
    queue: Queue | None = None,
    actor: Actor,
    at: datetime,
) -> Transfer:
    """Pass a contact in hand to a colleague who is ready, or to a queue; its owner stays.

    The colleague is offered it at once and alone; unanswered it waits in its queue for the next
    one. The record becomes an internal note. Raises Invalid naming each step that lacks
    something, NotInHand (also for the slower of two), NotAllowed for another's contact,
    NotToOneself, PersonNotFree, NotThere for what is another institution's.
    Serves OM-2.3-02, OM-2.3-04, OM-2.3-05, HB-1.2-03.
    """
    said = _checked(said, person, queue)
    fresh = steps.locked(contact)
    handler = fresh.handler
    if fresh.state != ContactState.ACTIVE or handler is None:
        raise conversations.NotInHand
    conversation_access.require_speaker(actor, fresh, handler.public_id)
    for target in (person, queue):
        if target is not None and target.institution_id != fresh.institution_id:
            raise NotThere
    if person is not None and (person.pk == handler.pk or person.public_id == actor.ref):
        raise problems.NotToOneself
    offering.dispatch_lock(fresh.institution_id)
    note = conversations.add_note(
        fresh,
        body=said.summary,
        kind=NoteKind.TRANSFER,
        client_key=ids.public_id("transfer"),
        receiver=person,
        actor=actor,
        at=at,
    )
    entry = queueing.wait_again(
        fresh,
        reason=TRANSFERRED,
        queue=queue,
        returned_by=handler,
        preferred=person,
        actor=actor,
        at=at,
    )
    if person is not None:
        _offer_at_once(entry, fresh, person, at)
    transfer = _keep(fresh, entry, handler, person, said, note, at)
    audit.record(
        actor,
        "contact.transferred",
        fresh,
        at=at,
        detail={
            "transfer": transfer.public_id,
            "identity": said.identity,
            "reason": said.reason,
            "customer": said.customer_view,
            "to": person.public_id if person else entry.queue.code,
        },
    )
    _tell_customer(fresh, entry, handler, person, at)
    steps.adopt(contact, fresh)
    return transfer


def _checked(said: Steps, person: Person | None, queue: Queue | None) -> Steps:
    """Give what was said, tidied. Raises Invalid with the words for each wrong field."""
    tidy = Steps(
        identity=said.identity,
        reason=said.reason,
        customer_view=said.customer_view,
        summary=talking.tidy_text(said.summary),
        identity_words=talking.tidy_text(said.identity_words),
        reason_words=talking.tidy_text(said.reason_words),
    )
    wrong: dict[str, Words] = {}
    if (person is None) == (queue is None):
        wrong["to"] = _("Choose one colleague or one queue.")
    if tidy.identity not in IdentityProof.values:
        wrong["identity"] = _("Say how the identity is confirmed.")
    elif tidy.identity == IdentityProof.NOT_NEEDED and not tidy.identity_words:
        wrong["identity_words"] = _("Say why the identity need not be confirmed.")
    if tidy.reason not in TransferReason.values:
        wrong["reason"] = _("Choose one of the reasons in the list.")
    elif tidy.reason == TransferReason.OTHER and not tidy.reason_words:
        wrong["reason_words"] = _("Give the reason in your own words.")
    if tidy.customer_view not in CustomerView.values:
        wrong["customer_view"] = _("Say what the customer thinks of it.")
    for name, words in (
        ("identity_words", tidy.identity_words),
        ("reason_words", tidy.reason_words),
    ):
        if len(words) > WORDS_MAX_CHARACTERS:
            wrong[name] = _("Keep it within 200 characters.")
    if not tidy.summary:
        wrong["summary"] = _("Write the record for whoever takes over.")
    elif len(tidy.summary) > talking.NOTE_MAX_CHARACTERS:
        wrong["summary"] = _("Keep the record within 2,000 characters.")
    if wrong:
        raise Invalid(fields=wrong)
    return tidy


def _offer_at_once(entry: QueueEntry, contact: Contact, person: Person, at: datetime) -> None:
    seen = snapshots.candidate(contact.institution_id, person.pk, at)
    wanted = snapshots.newcomer(entry.queue, contact.channel, at)
    if seen is None or not rules.may_be_offered(seen, wanted, at):
        raise problems.PersonNotFree
    asked = replace(
        wanted,
        entry_id=entry.pk,
        priority=entry.priority,
        waiting_since=entry.enqueued_at,
        preferred=(person.pk,),
    )
    # The colleague was chosen by whoever passes it on: nobody else was weighed.
    proposal = rules.propose(asked, seen, [seen], frozenset(), at)
    if not offering.make_offer(proposal, at):
        raise problems.PersonNotFree


def _keep(
    contact: Contact,
    entry: QueueEntry,
    handler: Person,
    person: Person | None,
    said: Steps,
    note: ContactNote,
    at: datetime,
) -> Transfer:
    transfer = Transfer(
        contact=contact,
        entry=entry,
        from_person=handler,
        to_person=person,
        to_queue=entry.queue,
        identity=said.identity,
        reason=said.reason,
        customer_view=said.customer_view,
        note=note,
        transferred_at=at,
    )
    transfer.identity_words = said.identity_words or None
    transfer.reason_words = said.reason_words or None
    transfer.save(force_insert=True)
    return transfer


def _tell_customer(
    contact: Contact, entry: QueueEntry, handler: Person, person: Person | None, at: datetime
) -> None:
    words = (
        _("%(name)s is passing you on to %(next)s. If they cannot answer, a colleague will.")
        if person is not None
        else _("%(name)s is passing you on to %(next)s. The next free colleague carries on.")
    )
    queue_name = entry.queue.name_zh
    if contact.language.startswith("en"):
        queue_name = entry.queue.name_en or queue_name
    conversations.add_notice(
        contact,
        steps.in_language_of(contact, words)
        % {"name": handler.name, "next": person.name if person else queue_name},
        key=f"return:{entry.pk}:{entry.returns}",
        at=at,
    )
