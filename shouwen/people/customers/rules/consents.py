"""Whether a customer may be written to or called, from what they said; the newest word counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# A word about every purpose, and one about every way.
ANY_PURPOSE = "ANY"
ANY_WAY = ""
# The answer to a question that the customer asked is owed to them; they choose only the way.
OWED = frozenset({"NOTICE"})
# Nobody is advertised to, and no data leaves the house, before the customer has said yes (PIPL 13,
# 23, 24). What goes with a service they use goes on until they say no.
NEEDS_A_YES = frozenset({"MARKETING", "SHARING"})


class Verdict(StrEnum):
    """What a customer's words come to for one purpose and one way."""

    AGREED = "AGREED"
    UNASKED = "UNASKED"
    REFUSED = "REFUSED"
    LEFT_ALONE = "LEFT_ALONE"

    @property
    def blocks(self) -> bool:
        """Whether the customer said no."""
        return self in (Verdict.REFUSED, Verdict.LEFT_ALONE)


@dataclass(frozen=True, slots=True)
class Word:
    """One thing the customer said: yes or no to a purpose and a way, from a moment on."""

    purpose: str
    way: str
    is_given: bool
    decided_at: datetime
    # Orders what was said at the same moment.
    order: int


def _newest(words: Iterable[Word], purpose: str, ways: tuple[str, ...]) -> Word | None:
    fits = [word for word in words if word.purpose == purpose and word.way in ways]
    return max(fits, key=lambda word: (word.decided_at, word.order), default=None)


def verdict(words: Iterable[Word], purpose: str, way: str) -> Verdict:
    """Say whether the customer may be reached for `purpose` by `way`.

    A word about every way speaks for each of them, until a newer one about that way. Who wants to
    be left alone is left alone whatever else they agreed to, except for what is owed to them: that
    comes by a way they have not closed.
    """
    said = list(words)
    if purpose in OWED and way == ANY_WAY:
        return Verdict.UNASKED
    ways = (way,) if purpose in OWED else (ANY_WAY, way)
    alone = _newest(said, ANY_PURPOSE, ways)
    if alone is not None and not alone.is_given:
        return Verdict.LEFT_ALONE
    own = _newest(said, purpose, ways)
    if own is None:
        return Verdict.UNASKED
    return Verdict.AGREED if own.is_given else Verdict.REFUSED


def may_reach(words: Iterable[Word], purpose: str, way: str) -> bool:
    """Whether to go on: nobody said no, and a yes is there where one is needed."""
    found = verdict(words, purpose, way)
    return not found.blocks and (found is Verdict.AGREED or purpose not in NEEDS_A_YES)
