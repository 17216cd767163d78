"""What this room needs from elsewhere: histories from above, a carrier, the core system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Words
from shouwen.people.customers.rules.holdings import Holding

if TYPE_CHECKING:
    from shouwen.people.customers.models import Customer


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One thing that happened with a customer; `title` holds nothing personal."""

    kind: str
    ref: str
    title: str
    at: datetime
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class Before:
    """Where the next page of a history begins: after this item, which is shown already."""

    at: datetime
    ref: str


# Gives at most `limit` items the actor may see, newest first, those of one moment by ref
# downwards; all of them older than `Before` where one is given.
Provider = Callable[[Actor, "Customer", int, Before | None], Sequence[HistoryItem]]


@dataclass(frozen=True, slots=True)
class Source:
    """One room's part of the history, as a page names it."""

    kind: str
    words: Words
    icon: str
    provider: Provider


_sources: dict[str, Source] = {}


def register_history(kind: str, provider: Provider, words: Words, icon: str) -> None:
    """Plug one room's history in (wiring only); the same kind again replaces it."""
    _sources[kind] = Source(kind, words, icon, provider)


def forget_history(kind: str) -> None:
    """Unplug one room's history."""
    _sources.pop(kind, None)


def history_sources() -> list[Source]:
    """List what is plugged in, in the order of plugging."""
    return list(_sources.values())


# Moves the rows of one customer to another, or only those of these numbers that are still the
# first one's; gives the numbers of what it moved.
Mover = Callable[["Customer", "Customer", Sequence[int] | None], list[int]]


@dataclass(frozen=True, slots=True)
class Follower:
    """One room's rows that follow when two files of one customer become one."""

    kind: str
    move: Mover


_followers: dict[str, Follower] = {}


def register_follower(kind: str, move: Mover) -> None:
    """Let a room's rows follow a merge (wiring only); the same kind again replaces it."""
    _followers[kind] = Follower(kind, move)


def followers() -> list[Follower]:
    """List whose rows follow a merge."""
    return list(_followers.values())


class LetterboxAway(Exception):
    """The provider does not take the message now; it is tried again while it still counts."""


class Letterbox(Protocol):
    """Carries a short message to a phone or e-mail address: the institution's SMS or mail gateway.

    Called outside any transaction; answer within 5 seconds. `key` names the message, so that the
    same one posted again need not arrive twice.
    """

    def post(self, kind: str, address: str, words: str, *, key: str) -> None:
        """Hand the message over; `kind` is PHONE or EMAIL. Raises LetterboxAway."""


_letterbox: list[Letterbox] = []


def plug_letterbox(letterbox: Letterbox | None) -> None:
    """Let this provider carry messages; None takes it out again."""
    _letterbox[:] = [] if letterbox is None else [letterbox]


def letterbox() -> Letterbox | None:
    """Give the provider that is plugged in, if one is."""
    return _letterbox[0] if _letterbox else None


class HoldingsAway(Exception):
    """The core system gives no answer now, or none that can be read."""


class HoldingsBook(Protocol):
    """Tells what a customer holds: the institution's core system, or a table it writes.

    Called outside any transaction and apart from the page; give up within 3 seconds. Account
    numbers come masked (`rules.holdings.holdings_from` does both).
    """

    def holdings_of(self, institution: str, number: str) -> Sequence[Holding]:
        """Give the products of the customer of this number. Raises HoldingsAway."""


_holdings_book: list[HoldingsBook] = []


def plug_holdings(book: HoldingsBook | None) -> None:
    """Let this core system tell what customers hold; None takes it out again."""
    _holdings_book[:] = [] if book is None else [book]


def holdings_book() -> HoldingsBook | None:
    """Give the core system that is plugged in, if one is."""
    return _holdings_book[0] if _holdings_book else None
