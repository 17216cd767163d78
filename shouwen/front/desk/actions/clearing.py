"""Spam is cleared away, several at once: each by itself, each on the trail.

A conversation that a case hangs on is no spam and is named instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations import queries as conversation_queries
from shouwen.contact.conversations.actions import steps
from shouwen.contact.conversations.models import Contact
from shouwen.front.desk.queries import naming
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.people.staff import access as rights
from shouwen.service.cases.models import Case

# A page of the floor holds no more; more at once would keep the single writer busy too long.
MOST_ROWS = 50


class CaseHangsOnIt(Conflict):
    """Somebody has made a case of this conversation, so it is a question."""

    message = _("A case was opened from this conversation. End it in the usual way.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one conversation: `problem` is empty where it was closed."""

    ref: str
    name: str
    problem: str = ""


def clear_spam(refs: Sequence[str], *, actor: Actor, at: datetime) -> list[Outcome]:
    """Close each of these conversations as spam; one act a row on the trail, a refused row named.

    Raises NotAllowed, Invalid where no row is named or too many.
    """
    rights.require(actor, "contact.supervise")
    chosen = list(dict.fromkeys(ref for ref in refs if ref))
    if not chosen:
        raise Invalid(fields={"ref": _("Select at least one conversation.")})
    if len(chosen) > MOST_ROWS:
        words = _("Select at most %(most)s conversations at once.")
        raise Invalid(fields={"ref": words % {"most": MOST_ROWS}})
    return [_clear(ref, actor=actor, at=at) for ref in chosen]


def _clear(ref: str, *, actor: Actor, at: datetime) -> Outcome:
    name = ref
    try:
        contact = conversation_queries.contact_for(actor, ref)
        name = naming.name_of(contact)
        _close(contact, actor=actor, at=at)
    except Problem as problem:
        return Outcome(ref, name, str(problem))
    return Outcome(ref, name)


@transaction.atomic
def _close(contact: Contact, *, actor: Actor, at: datetime) -> None:
    fresh = steps.locked(contact)
    if Case.objects.filter(contact=fresh).exists():
        raise CaseHangsOnIt
    conversations.close_as_spam(fresh, actor=actor, at=at)
