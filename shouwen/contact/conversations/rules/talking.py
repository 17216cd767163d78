"""States of a contact, endings, and the form of what is said in it."""

from __future__ import annotations

import re
from enum import StrEnum

MESSAGE_MAX_CHARACTERS = 4000
NOTE_MAX_CHARACTERS = 2000
REASON_MAX_CHARACTERS = 200
MENTIONS_AT_MOST = 10
SUBJECT_MAX_CHARACTERS = 200
CLIENT_KEY_MAX_CHARACTERS = 64
CHANNELS = ("chat", "voice", "email", "sms", "fax", "api")
# The policy packs know three kinds of contact by how it came.
KIND_OF_CHANNEL = {"chat": "web", "voice": "voice", "api": "web"}
CARRIES_ON = frozenset("\n\t")
# What comes in an address is looked up only if it can be an id at all.
CONTACT_ID = re.compile(r"^cont_[a-z2-7]{26}$")
FILE_ID = re.compile(r"^file_[a-z2-7]{26}$")


class State(StrEnum):
    """Where a contact stands."""

    ARRIVED = "ARRIVED"
    QUEUED = "QUEUED"
    ACTIVE = "ACTIVE"
    WRAP_UP = "WRAP_UP"
    ENDED = "ENDED"
    ABANDONED = "ABANDONED"


OPEN_STATES = (State.ARRIVED, State.QUEUED, State.ACTIVE)
LIVE_STATES = (*OPEN_STATES, State.WRAP_UP)


class Disposition(StrEnum):
    """How a contact ended."""

    RESOLVED = "RESOLVED"
    CASE = "CASE"
    INFORMATION = "INFORMATION"
    CALLBACK = "CALLBACK"
    NO_ANSWER = "NO_ANSWER"
    ASSISTANT = "ASSISTANT"
    ABANDONED = "ABANDONED"
    OTHER = "OTHER"


class AuthorKind(StrEnum):
    """Who speaks."""

    CUSTOMER = "CUSTOMER"
    STAFF = "STAFF"
    ASSISTANT = "ASSISTANT"
    SYSTEM = "SYSTEM"


class MessageKind(StrEnum):
    """What is said: words, a file, a card of the page, or a notice of the centre."""

    TEXT = "TEXT"
    FILE = "FILE"
    CARD = "CARD"
    NOTICE = "NOTICE"


def tidy_text(text: str) -> str:
    """Give the text as it is kept: unix line ends, no control characters, whole Unicode.

    A lone half of a surrogate pair, which no database takes, becomes the replacement mark.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c >= " " or c in CARRIES_ON).replace("\x7f", "")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def is_client_key(key: str) -> bool:
    """Whether a sender's key for a message can be kept: 1 to 64 visible ASCII characters."""
    return 1 <= len(key) <= CLIENT_KEY_MAX_CHARACTERS and key.isascii() and key.isprintable()


def clock_kind(channel: str) -> str:
    """Give the kind under which the policy packs know a contact of this channel."""
    return KIND_OF_CHANNEL.get(channel, "consult")
