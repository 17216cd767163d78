"""What a conversation needs from elsewhere: a first hearer, a queue, a scanner, a file store.

`config/wiring.py` and the rooms above plug them in; `plugs.py` holds what works without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

NO_ASSISTANT = "no_assistant"
ASKED_FOR_PERSON = "asked_for_person"


@dataclass(frozen=True, slots=True)
class Answered:
    """The assistant answers, from these sources (article and version)."""

    text: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandOver:
    """The assistant gives the contact to a person, and says why."""

    reason: str


class FirstHearer(Protocol):
    """Hears a customer's words before any person does.

    Called inside the delivery's transaction: keep it short, and free of calls to the network.
    """

    def hear(self, contact_ref: str, message_ref: str, at: datetime) -> Answered | HandOver:
        """Answer, or hand over. `contact_ref` and `message_ref` are public ids."""


class ScannerAway(Exception):
    """The scanner does not answer: a file waits until it does."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner says of a file; `found` names what makes it unfit."""

    is_clean: bool
    found: str = ""


class Scanner(Protocol):
    """Looks for malware in a file's bytes."""

    def scan(self, data: bytes) -> Verdict:
        """Say whether the bytes are clean. Raises ScannerAway."""


class FileStore(Protocol):
    """Keeps files under random keys."""

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under a new key, whole or not at all."""

    def get(self, key: str) -> bytes:
        """Give the bytes back. Raises FileNotFoundError."""

    def drop(self, key: str) -> None:
        """Forget a key, if it is there."""


# (contact's row id, reason for the queue, at): puts a contact into its queue, once.
Queue = Callable[[int, str, datetime], None]


@dataclass(slots=True)
class Plugs:
    """What is plugged in at this moment."""

    first_hearer: FirstHearer | None = None
    queue: Queue | None = None
    scanner: Scanner | None = None
    file_store: FileStore | None = None


plugged = Plugs()


def plug_first_hearer(hearer: FirstHearer | None) -> None:
    """Let this assistant hear first; None takes it out again."""
    plugged.first_hearer = hearer


def plug_queue(queue: Queue) -> None:
    """Let this room queue contacts; routing does so at start."""
    plugged.queue = queue


def plug_scanner(scanner: Scanner) -> None:
    """Let this scanner judge files."""
    plugged.scanner = scanner


def plug_file_store(store: FileStore) -> None:
    """Let this store keep files."""
    plugged.file_store = store
