"""The shape of what a visitor's page may send: small JSON frames, version 1.

`hello` {v, token?, contact?, after?, lang?} · `message` {key, text} · `typing` · `received` {up_to}
· `read` {up_to} · `ask_person` · `end` · `ping`
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shouwen.contact.channels.chat.ports import Left
from shouwen.ground.kernel import errors
from shouwen.people.customers import rules

VERSION = 1
FRAME_BYTES = 8_192
TEXT_CHARACTERS = 500
CONTACT_CHARACTERS = 120
LARGEST_SEQUENCE = 2**31 - 1
KEY_PATTERN = re.compile(r"[A-Za-z0-9_-]{8,64}")
CONTACT_PATTERN = re.compile(r"cont_[a-z0-9]{26}")
# Control characters but tab and line feed, and the marks that reverse reading order: they
# could make a message look like something it is not.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class FrameUnreadable(errors.Invalid):
    """Not a JSON object with a type we know, or a value of the wrong kind."""

    message = _("This was not understood. Reload the page, then try again.")


class FrameTooLarge(errors.TooLarge):
    """More than a chat line needs."""

    message = _("This is too long. Send it in shorter parts.")


class TextTooLong(errors.Invalid):
    """More than 500 characters in one message."""

    message = _("A message holds up to 500 characters. Send the rest in another one.")


class TextEmpty(errors.Invalid):
    """Nothing but blanks."""

    message = _("Write your question first, then send it.")


class AnswerWayMissing(errors.Invalid):
    """A message was left without saying who can be answered, and how."""

    message = _("Some entries need correcting; nothing is sent yet.")


class VersionUnknown(errors.Invalid):
    """The page is older or newer than the server."""

    message = _("This page is out of date. Reload it to go on.")


class HelloFirst(errors.Invalid):
    """The first frame of a socket says who comes; this one did not."""

    message = _("This was not understood. Reload the page, then try again.")


@dataclass(frozen=True, slots=True)
class Hello:
    """Who comes (an earlier token, or nothing yet), and the last message they have."""

    token: str = ""
    contact: str = ""
    after: int = 0
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the visitor, under the visitor's own key."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything up to this sequence has reached the page, or has been read."""

    up_to: int
    was_read: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """A frame that is its own meaning: typing, ask_person, end or ping."""

    name: str


Frame = Hello | Said | Seen | Wish


def _text(values: dict[str, Any], name: str, longest: int) -> str:
    value = values.get(name) or ""
    if not isinstance(value, str) or len(value) > longest:
        raise FrameUnreadable
    return value


def _number(values: dict[str, Any], name: str) -> int:
    value = values.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int):
        raise FrameUnreadable
    if not 0 <= value <= LARGEST_SEQUENCE:
        raise FrameUnreadable
    return value


def language_of(wanted: str) -> str:
    """Give the nearer of our two languages."""
    return "en" if wanted.lower().startswith("en") else "zh-hans"


def _hello(values: dict[str, Any]) -> Hello:
    if values.get("v") != VERSION:
        raise VersionUnknown
    contact = _text(values, "contact", 48)
    if contact and not CONTACT_PATTERN.fullmatch(contact):
        raise FrameUnreadable
    return Hello(
        token=_text(values, "token", 200),
        contact=contact,
        after=_number(values, "after"),
        language=language_of(_text(values, "lang", 20)),
    )


def client_key(value: object) -> str:
    """Check a visitor's own key for a message. Raises FrameUnreadable."""
    if not isinstance(value, str) or not KEY_PATTERN.fullmatch(value):
        raise FrameUnreadable
    return value


def clean_text(value: object) -> str:
    """Take away blanks around and unseen characters. Raises TextEmpty, TextTooLong."""
    if not isinstance(value, str):
        raise FrameUnreadable
    try:
        value.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair: JSON can carry it, no database can.
        raise FrameUnreadable from None
    text = UNSEEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text:
        raise TextEmpty
    if len(text) > TEXT_CHARACTERS:
        raise TextTooLong
    return text


def left_message(values: dict[str, Any]) -> Left:
    """Read a message that is left with a way to be answered.

    Raises TextEmpty, TextTooLong, and AnswerWayMissing naming each wrong field.
    """
    text = clean_text(values.get("text"))
    told = {name: _text(values, name, CONTACT_CHARACTERS) for name in ("name", "phone", "email")}
    name, phone = rules.normal_name(told["name"]), rules.normal_phone(told["phone"])
    email = rules.normal_email(told["email"])
    wrong: dict[str, errors.Words] = {}
    if name is None:
        wrong["name"] = _("Tell us your name, so that we know whom to ask for.")
    if told["email"].strip() and email is None:
        wrong["email"] = _("Enter an e-mail address such as name@example.com.")
    if told["phone"].strip() and phone is None:
        wrong["phone"] = _("Enter a phone number that can be dialled.")
    elif not told["phone"].strip() and not told["email"].strip():
        wrong["phone"] = _("Enter a phone number or an e-mail address, so that we can answer.")
    if wrong:
        raise AnswerWayMissing(fields=wrong)
    return Left(text=text, name=name or "", phone=phone or "", email=email or "")


def _said(values: dict[str, Any]) -> Said:
    return Said(key=client_key(values.get("key")), text=clean_text(values.get("text")))


def _seen(values: dict[str, Any]) -> Seen:
    return Seen(up_to=_number(values, "up_to"), was_read=values["type"] == "read")


def _wish(values: dict[str, Any]) -> Wish:
    return Wish(values["type"])


READERS: dict[str, Callable[[dict[str, Any]], Frame]] = {
    "hello": _hello,
    "message": _said,
    "received": _seen,
    "read": _seen,
    "typing": _wish,
    "ask_person": _wish,
    "end": _wish,
    "ping": _wish,
}


def read_object(text: str | bytes | None) -> dict[str, Any]:
    """Read a JSON object of at most 8 KB. Raises FrameTooLarge, FrameUnreadable."""
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if raw is None:
        raise FrameUnreadable
    if len(raw) > FRAME_BYTES:
        raise FrameTooLarge
    try:
        values = json.loads(raw)
    except (ValueError, RecursionError):
        raise FrameUnreadable from None
    if not isinstance(values, dict):
        raise FrameUnreadable
    return values


def read_frame(text: str | bytes | None) -> Frame:
    """Read one frame. Raises a named error for anything that is not one; never another."""
    values = read_object(text)
    kind = values.get("type")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise FrameUnreadable
    return reader(values)
