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


class Parter(Protocol):
    """Puts right what went across the files of two customers before they were parted."""

    def __call__(self, customers: Sequence[Customer], *, actor: Actor, at: datetime) -> object:
        """Do so, after each customer has their own rows back."""


@dataclass(frozen=True, slots=True)
class Follower:
    """One room's rows that follow when two files of one customer become one."""

    kind: str
    move: Mover
    part: Parter | None = None


_followers: dict[str, Follower] = {}


def register_follower(kind: str, move: Mover, part: Parter | None = None) -> None:
    """Let a room's rows follow a merge (wiring only); the same kind again replaces it."""
    _followers[kind] = Follower(kind, move, part)


def followers() -> list[Follower]:
    """List whose rows follow a merge."""
    return list(_followers.values())


class LetterNotTaken(Exception):
    """A letter was not taken; `code` says why, in one word or as the mail server's numbers.

    Never in the server's own words, which may repeat an address.
    """

    def __init__(self, code: str = "away") -> None:
        """Take the code, 24 characters at most."""
        super().__init__(code)
        self.code = code


class LetterboxAway(LetterNotTaken):
    """The provider takes no message now; it is tried again while it still counts."""


class LetterDelayed(LetterNotTaken):
    """The provider takes others but not this one now; this one is tried again later."""


class LetterRefused(LetterNotTaken):
    """The provider will never take this message; `of_address` says that the address is to blame."""

    def __init__(self, code: str, *, of_address: bool) -> None:
        """Take the code, and whether the address is to blame."""
        super().__init__(code)
        self.of_address = of_address


class Letterbox(Protocol):
    """Carries a short message to a phone or e-mail address: a mail server, or a gateway's folder.

    Called outside any transaction; answer within 45 seconds. `key` names the message, so that the
    same one posted again need not arrive twice. `subject` is for ways that have one.
    """

    def post(self, kind: str, address: str, words: str, *, key: str, subject: str) -> None:
        """Hand the message over. Raises LetterboxAway, LetterDelayed, LetterRefused."""


LETTER_KINDS = ("PHONE", "EMAIL")
_letterboxes: dict[str, Letterbox] = {}


def plug_letterbox(letterbox: Letterbox | None, kinds: Sequence[str] = LETTER_KINDS) -> None:
    """Let this provider carry messages of these kinds; None takes theirs out again."""
    for kind in kinds:
        if letterbox is None:
            _letterboxes.pop(kind, None)
        else:
            _letterboxes[kind] = letterbox


def letterbox(kind: str) -> Letterbox | None:
    """Give the provider that carries messages of this kind, PHONE or EMAIL, if one does."""
    return _letterboxes.get(kind)


def letter_kinds() -> list[str]:
    """List the kinds that some provider carries."""
    return [kind for kind in LETTER_KINDS if kind in _letterboxes]


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
