"""Facts about contacts and their messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shouwen.ground.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ContactFact(Event):
    """What every fact about a contact carries; `queue_code` is empty before it is queued."""

    name: ClassVar[str] = "contact.fact"

    contact_id: int
    contact_public_id: str
    channel: str
    queue_code: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactOpened(ContactFact):
    """A customer has reached the centre."""

    name: ClassVar[str] = "contact.opened"


@dataclass(frozen=True, kw_only=True)
class ContactRecognised(ContactFact):
    """It is known now whose contact it is."""

    name: ClassVar[str] = "contact.recognised"

    customer_id: int


@dataclass(frozen=True, kw_only=True)
class ContactQueued(ContactFact):
    """A contact waits for a person. `is_return` is true when it waited before."""

    name: ClassVar[str] = "contact.queued"

    is_return: bool = False


@dataclass(frozen=True, kw_only=True)
class ContactAssigned(ContactFact):
    """A person has a contact in hand. `wait_seconds` counts from its first queueing."""

    name: ClassVar[str] = "contact.assigned"

    person_id: int
    is_first: bool
    queued_at: datetime | None
    wait_seconds: float


@dataclass(frozen=True, kw_only=True)
class ContactAnswered(ContactFact):
    """A person has replied for the first time. `reply_seconds` counts from the queueing."""

    name: ClassVar[str] = "contact.answered"

    person_id: int
    reply_seconds: float


@dataclass(frozen=True, kw_only=True)
class ContactReleased(ContactFact):
    """A person has the contact no more, though it goes on."""

    name: ClassVar[str] = "contact.released"

    person_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ContactEnded(ContactFact):
    """The talk is over. `was_answered` is false for those who gave up waiting."""

    name: ClassVar[str] = "contact.ended"

    person_id: int | None
    owner_id: int | None
    disposition: str
    was_answered: bool
    was_queued: bool
    handle_seconds: float


@dataclass(frozen=True, kw_only=True)
class ContactWrappedUp(ContactFact):
    """The work after the talk is done."""

    name: ClassVar[str] = "contact.wrapped-up"

    person_id: int | None
    disposition: str
    wrap_up_seconds: float


@dataclass(frozen=True, kw_only=True)
class MessageReceived(ContactFact):
    """A customer has said something."""

    name: ClassVar[str] = "message.received"

    message_id: int
    message_public_id: str
    sequence: int


@dataclass(frozen=True, kw_only=True)
class MessageSent(ContactFact):
    """A person or the assistant has said something to the customer."""

    name: ClassVar[str] = "message.sent"

    message_id: int
    message_public_id: str
    sequence: int
    author_kind: str
