"""What the chat needs from rooms above it; `config/wiring.py` plugs it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor

# Whether the contact of this public id has its rating already.
WasRated = Callable[[str], bool]
# By what the visitor of this contact is invited to say how it was, at this moment.
InvitesBy = Callable[[str, datetime], Literal["survey", "stars", "nothing"]]


@dataclass(frozen=True, slots=True)
class Left:
    """A message left while nobody is there; its writer is reached by phone, e-mail or both."""

    text: str
    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class KeptAs:
    """The number of the case a message became, and the address at which its writer follows it."""

    number: str
    address: str


class KeepMessage(Protocol):
    """Makes a case of a message that was left."""

    def __call__(self, contact: Contact, left: Left, *, actor: Actor, at: datetime) -> KeptAs:
        """Keep it, in the caller's transaction; `actor` is the visitor."""


def nobody_asks(contact_ref: str) -> bool:
    """Without a room for ratings nobody is asked for one."""
    return True


def by_stars(contact_ref: str, at: datetime) -> Literal["survey", "stars", "nothing"]:
    """Without surveys there are the five stars."""
    return "stars"


@dataclass(slots=True)
class Plugs:
    """What is plugged in; without a keeper of messages nobody is offered to leave one."""

    was_rated: WasRated = nobody_asks
    invites_by: InvitesBy = by_stars
    keep_message: KeepMessage | None = None


plugged = Plugs()


def plug_ratings(was_rated: WasRated, invites_by: InvitesBy = by_stars) -> None:
    """Let these queries say which contacts are rated, and by what the others are asked."""
    plugged.was_rated = was_rated
    plugged.invites_by = invites_by


def plug_messages(keep_message: KeepMessage) -> None:
    """Let this action keep the messages that are left outside opening hours."""
    plugged.keep_message = keep_message
