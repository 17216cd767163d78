"""Telling the customer the result (结果反馈)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kernel.events import announce
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Purpose
from shouwen.service.cases import access
from shouwen.service.cases.actions import links, running, texts
from shouwen.service.cases.actions.moving import Note, move
from shouwen.service.cases.events import CaseFeedbackSent
from shouwen.service.cases.models import Case, EntryKind, ReplyBy
from shouwen.service.cases.rules.states import Act

FEEDBACK_MAX_CHARACTERS = 3000
LINK_PATH = "/c/"


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out: the link for the customer, and whether the open chat carried it."""

    link: str
    in_chat: bool


def link_address(token: str) -> str:
    """Give the address a customer opens, whole where the centre's public address is known."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{LINK_PATH}{token}"


@transaction.atomic
def send_feedback(
    case: Case,
    text: str,
    channel: str,
    *,
    told_at: datetime | None = None,
    asks_wish: bool = True,
    actor: Actor,
    at: datetime,
) -> Sent:
    """Tell the customer the result and ask for confirmation by a one-time link.

    `told_at` is when they were told, where that lies before `at`: the clocks stop there, while
    the time to contest the result counts from `at`. Without
    `asks_wish` it does not matter how they want to be told, as when they stood at the counter.

    Where the case came from a chat that is still open, result and link go into it; elsewhere the
    caller passes the link on. Raises FeedbackAlreadySent, CaseNotReady, Invalid.
    Serves OM-1.2-05, OM-3.1.4-01, OM-3.3.4-01.
    """
    access.require_work(actor, case, Act.FEEDBACK)
    text = texts.needed("text", text, FEEDBACK_MAX_CHARACTERS)
    if channel not in ReplyBy.values:
        raise Invalid(fields={"channel": gettext_lazy("Choose one of the values offered.")})
    if asks_wish:
        _refuse_unwanted(case, channel)
    told = told_at or at
    move(
        case,
        Act.FEEDBACK,
        actor=actor,
        at=at,
        changes={
            "feedback": case.seal("feedback", text),
            "feedback_channel": channel,
            "feedback_at": told,
        },
        note=Note(EntryKind.CUSTOMER, text, "OM-3.3.4-01", subject_name=channel, visible=True),
    )
    link = link_address(links.issue(case, at, actor=actor))
    contact = case.contact
    in_chat = channel == ReplyBy.CHAT and contact is not None and contact.is_open
    if contact is not None and in_chat:
        _say_in_chat(case, contact, text, link, actor=actor, at=at)
    running.told(case, told_at=told, actor=actor, at=at)
    announce(
        CaseFeedbackSent(
            institution_id=case.institution_id, occurred_at=at, case_id=case.pk, channel=channel
        )
    )
    return Sent(link, in_chat)


def _refuse_unwanted(case: Case, channel: str) -> None:
    try:
        customers.require_wanted(case.customer, Purpose.NOTICE, channel)
    except customers.ContactUnwanted:
        closed = gettext_lazy("The customer does not want to be told this way. Choose another.")
        raise Invalid(fields={"channel": closed}) from None


def _say_in_chat(
    case: Case, contact: Contact, text: str, link: str, *, actor: Actor, at: datetime
) -> None:
    with translation.override(contact.language):
        words = _(
            "Result of your case %(number)s (%(when)s, %(who)s): %(text)s\n"
            "Please confirm or tell us what is still open: %(link)s"
        ) % {
            "number": case.number,
            "when": timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
            "who": actor.name,
            "text": text,
            "link": link,
        }
    conversations.add_notice(contact, words, key=f"{case.public_id}-{case.version}", at=at)


@transaction.atomic
def send_link_again(case: Case, *, actor: Actor, at: datetime) -> str:
    """Make a fresh link for a customer who lost theirs; the older one stops working."""
    access.require_work(actor, case, Act.FEEDBACK)
    return link_address(links.issue(case, at, actor=actor))
