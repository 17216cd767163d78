"""Taking what knowledge says into a reply."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import queries as conversations
from shouwen.front.desk.actions.speaking import require_in_hand
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict
from shouwen.service.knowledge import actions as knowledge
from shouwen.service.knowledge import queries as knowledge_queries


class NothingToSay(Conflict):
    """The article has no words that may be said as they stand."""

    message = _("This article has no words to say. Read it, and say it in your own.")


def take_answer(
    actor: Actor, contact_ref: str, article_ref: str, *, sequence: int, at: datetime
) -> str:
    """Note that an article answers a message of a contact in hand; give the words to say.

    What is in force at this moment counts, whatever the screen still shows. Raises NotThere,
    NotAllowed, NothingToSay.
    """
    contact = conversations.contact_for(actor, contact_ref)
    require_in_hand(contact, actor)
    version = knowledge_queries.version_in_force(actor, article_ref, at=at)
    if not version.spoken:
        raise NothingToSay
    knowledge.use(version, contact, sequence=sequence, actor=actor, at=at)
    return version.spoken
