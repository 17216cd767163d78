"""Lines to the customer: nothing forbidden and no blank left leaves the desk.

Serves OM-3.2.1-01, OM-3.2.4-01, HB-3.1-04.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import access
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import AuthorKind, Contact, Message
from shouwen.front.desk.actions.drafting import drop_draft
from shouwen.front.desk.actions.wording_scripts import count_uses
from shouwen.front.desk.models import DraftKind
from shouwen.front.desk.rules import placeholders, wording
from shouwen.front.desk.rules.wording import Slip
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kernel.topics import send
from shouwen.ground.kit import beside
from shouwen.ground.policy import queries as policy
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Purpose, Way
from shouwen.people.staff.models import Person


class ForbiddenPhrase(Invalid):
    """The line says something that this channel forbids; `slips` says what and where."""

    message = _("This line contains a forbidden phrase and was not sent. Change it, then send.")

    def __init__(self, slips: Sequence[Slip]) -> None:
        """Take what was found."""
        super().__init__()
        self.slips = list(slips)


class BlankLeft(Invalid):
    """A placeholder of a script was not filled in."""

    message = _("A blank of the script is still open. Fill it in, then send.")


def check_line(contact: Contact, body: str) -> list[Slip]:
    """Find the forbidden phrases of a line on this contact's channel; nothing is kept."""
    return wording.slips_in(body, policy.phrases(contact.institution_id, contact.channel))


@transaction.atomic
def send_line(
    contact: Contact,
    person: Person,
    *,
    body: str,
    client_key: str,
    scripts: Sequence[str] = (),
    actor: Actor,
    at: datetime,
) -> Message:
    """Send a line to the customer and forget its draft; the same key again sends nothing twice.

    `scripts` names the scripts it was made with (public ids), whose use is counted.
    Raises ForbiddenPhrase and BlankLeft with everything typed still in the draft, TakeItOverFirst
    for a lead who looks on, and whatever `conversations.add_message` raises.
    """
    _refuse_onlooker(contact, actor)
    slips = check_line(contact, body)
    if slips:
        raise ForbiddenPhrase(slips)
    if placeholders.left_in(body):
        raise BlankLeft
    message = conversations.add_message(
        contact,
        author=AuthorKind.STAFF,
        body=body,
        client_key=client_key,
        actor=actor,
        at=at,
    )
    count_uses(message, person, scripts, at=at)
    drop_draft(contact, person, DraftKind.LINE)
    return message


def _refuse_onlooker(contact: Contact, actor: Actor) -> None:
    """Keep a lead who looks on from the customer's ears. Raises TakeItOverFirst."""
    handler = contact.handler
    if handler and access.looks_on(actor, contact, handler.public_id):
        raise conversations.TakeItOverFirst


def send_file(
    contact: Contact, *, name: str, data: bytes, client_key: str, actor: Actor, at: datetime
) -> Message:
    """Send a file to the customer. Raises TakeItOverFirst, and what `attach_file` raises."""
    _refuse_onlooker(contact, actor)
    return conversations.attach_file(
        contact,
        author=AuthorKind.STAFF,
        name=name,
        data=data,
        client_key=client_key,
        actor=actor,
        at=at,
    )


def require_in_hand(contact: Contact, actor: Actor) -> None:
    """Let the handler, or a lead, act on a contact. Raises NotAllowed for everyone else."""
    handler = contact.handler
    access.require_speaker(actor, contact, handler.public_id if handler else "")


def note_read(contact: Contact, person: Person, *, up_to: int, actor: Actor, at: datetime) -> int:
    """Note that the handler has seen the customer's lines; give how many were new.

    Whoever only looks on leaves no mark: the customer would take it for an answer coming.
    """
    if contact.handler_id != person.pk:
        return 0
    return conversations.mark_read(
        contact, up_to_sequence=up_to, by=AuthorKind.STAFF, actor=actor, at=at
    )


def show_typing(contact: Contact, *, actor: Actor) -> None:
    """Let the customer and colleagues see that someone is typing; a passing hint, kept nowhere."""
    require_in_hand(contact, actor)
    _refuse_onlooker(contact, actor)
    send(f"contact-{contact.public_id}", typing="staff")
    beside.type_in(beside.topic_of(contact.public_id), actor.ref)


def invite_rating(contact: Contact, *, actor: Actor, at: datetime) -> Message:
    """Tell the customer, once, that a rating is welcome.

    Raises ContactIsOver, and ContactUnwanted for one who wants no surveys. Serves OM-4.3-02.
    """
    require_in_hand(contact, actor)
    _refuse_onlooker(contact, actor)
    if not contact.is_open:
        raise conversations.ContactIsOver
    customers.require_wanted(contact.customer, Purpose.SURVEY, Way.CHAT)
    words = wording.in_language(
        contact.language,
        _("When this conversation ends, please rate the service. It takes ten seconds."),
    )
    return conversations.add_notice(contact, words, key="rating-invited", at=at)
