"""A mail server as one address in the environment, read once at the start; plain Python.

No sentence here repeats what was given: an address holds a password.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
CLEARTEXT = ("cleartext", "allowed")
MAILBOX = re.compile(r"[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}", re.ASCII)


class Sealing(StrEnum):
    """How the line to the server is encrypted."""

    STARTTLS = "smtp+starttls"
    TLS = "smtps"
    NONE = "smtp"


USUAL_PORT = {Sealing.STARTTLS: 587, Sealing.TLS: 465, Sealing.NONE: 25}


class MailServerUnclear(ValueError):
    """The address of the mail server, or the sender, cannot be used; the words say what to do."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in, and as whom; `sender` is an address, with a name or without."""

    host: str
    port: int
    sealing: Sealing
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """Host and port, as they may be shown."""
        return f"{self.host}:{self.port}"

    @property
    def mailbox(self) -> str:
        """The sender's bare address."""
        return parseaddr(self.sender)[1]


def read(url: str, sender: str) -> MailServer | None:
    """Read `SHOUWEN_SMTP` and `SHOUWEN_MAIL_FROM`; None where no server is named.

    Raises MailServerUnclear.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        sealing, port = Sealing(parts.scheme), parts.port
    except ValueError:
        raise MailServerUnclear(
            "SHOUWEN_SMTP is no address of a mail server. Write "
            "smtp+starttls://user:password@host:587, smtps://… or smtp://localhost:25; "
            "signs such as @ : / # % in a password are written as %40 %3A %2F %23 %25."
        ) from None
    host = parts.hostname or ""
    if not HOST.fullmatch(host) or port == 0:
        raise MailServerUnclear("SHOUWEN_SMTP lacks a host, or its host or port cannot be.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise MailServerUnclear("SHOUWEN_SMTP names a user or a password alone. Give both or none.")
    if not (user + password).isascii():
        raise MailServerUnclear("SHOUWEN_SMTP signs in with signs beyond ASCII; servers refuse it.")
    options = parse_qsl(parts.query, keep_blank_values=True)
    if parts.path not in ("", "/") or parts.fragment or options not in ([], [CLEARTEXT]):
        raise MailServerUnclear("SHOUWEN_SMTP ends with the port; nothing follows it.")
    if sealing is Sealing.NONE and host not in LOCAL and options != [CLEARTEXT]:
        raise MailServerUnclear(
            "SHOUWEN_SMTP sends letters in clear to another machine. Use smtp+starttls:// or "
            "smtps://, or end it with ?cleartext=allowed where the network in between is your own."
        )
    return MailServer(
        host, port or USUAL_PORT[sealing], sealing, _sender(sender.strip()), user, password
    )


def _sender(text: str) -> str:
    mailbox = parseaddr(text)[1]
    # Read back, the address must be the whole of what stands there, or all between < and >.
    is_whole = text == mailbox or (text.count("<") == 1 and text.endswith(f"<{mailbox}>"))
    if not MAILBOX.fullmatch(mailbox) or not is_whole or not text.isprintable():
        raise MailServerUnclear(
            "SHOUWEN_MAIL_FROM names whom letters come from. Write service@bank.example, or "
            "a name and <service@bank.example>."
        )
    return text
