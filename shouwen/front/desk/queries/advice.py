"""What knowledge says to the customer's newest line, and what of it was used in this contact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from shouwen.contact.conversations import access as talk_access
from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import AuthorKind, Contact, ContactState, Message
from shouwen.ground.kernel import kept
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import masking
from shouwen.people.staff.access import has_right
from shouwen.service.knowledge import queries as knowledge
from shouwen.service.knowledge.models import TITLE_MAX_CHARACTERS, ArticleUse
from shouwen.service.knowledge.queries import Suggestion

# What a line was answered with is looked for once; who looks again meanwhile is shown the same.
KEPT_SECONDS = 600
# "Yes, please" says nothing: the lines before it do.
LINES_LOOKED_AT = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """What may be said now; `sequence` numbers the customer's message that it answers.

    `asked` are the customer's words without what is personal, for asking for a missing article.
    """

    contact: Contact
    sequence: int = 0
    asked: str = ""
    suggestions: list[Suggestion] = field(default_factory=list)
    uses: list[ArticleUse] = field(default_factory=list)
    may_use: bool = False
    may_ask: bool = False

    @property
    def used_ids(self) -> set[int]:
        """The versions used for this very message, by row id."""
        return {use.version_id for use in self.uses if use.sequence == self.sequence}


def advice_for(actor: Actor, contact_ref: str, now: datetime) -> Advice:
    """Give what knowledge says to the customer's newest line. Raises NotThere, NotAllowed.

    A line is looked for once; every later look costs the same few queries for any number of
    articles. Serves OM-6.4-03.
    """
    contact = conversations.contact_for(actor, contact_ref)
    uses = knowledge.uses_in(actor, contact)
    if not contact.is_open or not has_right(actor, "contact.take"):
        return Advice(contact, uses=uses)
    said = list(
        Message.objects.filter(contact=contact, author_kind=AuthorKind.CUSTOMER)
        .select_related("contact")
        .order_by("-sequence")[:LINES_LOOKED_AT]
    )
    ids: list[int] = []
    for message in said:
        ids = _answers(actor, message, now)
        if ids:
            break
    handler = contact.handler.public_id if contact.handler else ""
    return Advice(
        contact,
        sequence=said[0].sequence if said else 0,
        asked=_asked(said),
        suggestions=knowledge.suggestions(actor, ids, at=now) if ids else [],
        uses=uses,
        may_use=contact.state == ContactState.ACTIVE
        and actor.is_person
        and talk_access.may_speak(actor, contact, handler)
        and not talk_access.looks_on(actor, contact, handler),
        may_ask=actor.is_person,
    )


def _answers(actor: Actor, message: Message, now: datetime) -> list[int]:
    key = f"desk.answers.{message.public_id}"
    return kept.for_seconds(
        key, KEPT_SECONDS, lambda: knowledge.answers_to(actor, message.body.plain, at=now)
    )


def _asked(said: list[Message]) -> str:
    words = " ".join(said[0].body.plain.split()) if said else ""
    return masking.redact(words)[:TITLE_MAX_CHARACTERS]
