"""What a mail server's refusal means for a letter: try again, try this one later, or never."""

from __future__ import annotations

import re
from enum import Enum

FIRST_PAUSE_SECONDS = 60
LONGEST_PAUSE_SECONDS = 4 * 3600
ENHANCED = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
CLOSING = 421
# Who sends is not let in, or not from here: the next letter would hear the same.
POLICY = "5.7."
BAD_MAILBOX = ("5.1.", "5.2.")


class Verdict(Enum):
    """What becomes of a letter that was not taken."""

    AWAY = "the server takes nothing now"
    DELAYED = "this letter goes later"
    REFUSED = "this letter never goes"
    NO_SUCH_ADDRESS = "no letter to this address ever goes"


def code_of(status: int, said: bytes) -> str:
    """Give the numbers of an answer, such as `550 5.1.1`; its words may repeat the address."""
    found = ENHANCED.match(said)
    return f"{status} {found[1].decode()}" if found else str(status)


def verdict(status: int, said: bytes, *, on_recipient: bool) -> Verdict:
    """Judge an answer that refuses a recipient or, after it, the text (RFC 5321, RFC 3463).

    A refusal by policy at the recipient is mostly our own set-up, so that letter waits while it
    counts and nobody's address is blamed.
    """
    if status == CLOSING:
        return Verdict.AWAY
    if not 500 <= status <= 599:
        return Verdict.DELAYED
    found = ENHANCED.match(said)
    detail = found[1].decode() if found else ""
    if not on_recipient:
        return Verdict.NO_SUCH_ADDRESS if detail.startswith("5.1.1") else Verdict.REFUSED
    if detail.startswith(POLICY) or status == 530:
        return Verdict.DELAYED
    blames = detail.startswith(BAD_MAILBOX) or (not detail and status in (550, 551, 553))
    return Verdict.NO_SUCH_ADDRESS if blames else Verdict.REFUSED


def pause_seconds(tries: int) -> int:
    """Say how long a letter waits after so many tries, at least one: longer each time."""
    return int(min(FIRST_PAUSE_SECONDS * 2 ** min(tries - 1, 20), LONGEST_PAUSE_SECONDS))
