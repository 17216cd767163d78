"""The palette of Ctrl K: places to go, acts of the page, what one had open, and what words find.

Rooms plug in through `config/wiring.py`, since the kit knows no case and no customer. The acts of
a page are the page's own keys; the browser reads them (`static/kit/js/palette.js`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor

from . import nav
from .words import Words

# One character is in nearly everything.
WORDS_MIN_CHARACTERS = 2
WORDS_MAX_CHARACTERS = 80
RECENT_SHOWN = 6
# Of one kind; whoever looks for more goes to the kind's own list.
FOUND_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette; `title` and `detail` hold only what the asker may see, masked."""

    title: str
    url: str
    icon: str
    detail: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one kind under its name; `rest_url` leads to all of them."""

    key: str
    name: Words
    entries: list[Entry]
    rest_url: str = ""
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What words found; `offer` says what else is looked for when the asker wants it."""

    groups: list[Group]
    offer: str = ""

    @property
    def count(self) -> int:
        """How many things were found."""
        return sum(len(group.entries) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Finder:
    """How one kind of thing is found by words, and again by its public ids.

    `kind` is its name on the trail (`cases.case`). With `offer` it is looked for only when asked:
    it gives the words of that offer, or none where these words name no such thing.
    """

    kind: str
    name: Words
    may: Callable[[Actor], bool]
    find: Callable[[Actor, str, datetime], list[Entry]]
    again: Callable[[Actor, Sequence[str]], dict[str, Entry]] | None = None
    rest_url: Callable[[str], str] | None = None
    offer: Callable[[str], str] | None = None


Places = Callable[[Actor], Iterable[Entry]]
# Gives (kind, public id) of what somebody looked at last, newest first.
Memory = Callable[[Actor], Sequence[tuple[str, str]]]

_finders: dict[str, Finder] = {}
_places: list[Places] = []
_memories: list[Memory] = []


def register(finder: Finder) -> None:
    """Let the palette find a kind of thing (wiring only). The same kind again replaces it."""
    _finders[finder.kind] = finder


def lead_to(places: Places) -> None:
    """Let the palette lead to pages that the rail does not show (wiring only)."""
    if places not in _places:
        _places.append(places)


def remember_by(memory: Memory) -> None:
    """Have the palette ask this what somebody had open last (wiring only)."""
    _memories[:] = [memory]


def welcome(actor: Actor) -> list[Group]:
    """Give what the palette shows before anything is typed: last opened, and where to go."""
    places = [
        Entry(str(door.item.label), door.url, door.item.icon) for door in nav.doors_for(actor, "")
    ]
    for further in _places:
        places.extend(further(actor))
    groups = [
        Group("recent", _("Opened lately"), _recent(actor), is_kept=True),
        Group("places", _("Go to"), places, is_kept=True),
    ]
    return [group for group in groups if group.entries]


def look(actor: Actor, words: str, *, at: datetime, further: bool = False) -> Answer:
    """Give what words find among what the actor may see, kind by kind.

    `further` looks also for what is looked for only on request, such as a customer by a whole
    number; each room puts on the trail what it records of a search.
    """
    wanted = " ".join(words.split())[:WORDS_MAX_CHARACTERS]
    if len(wanted) < WORDS_MIN_CHARACTERS or not wanted.isprintable():
        return Answer([])
    groups, offers = [], []
    for finder in _finders.values():
        if not finder.may(actor):
            continue
        offer = finder.offer(wanted) if finder.offer else ""
        if finder.offer and not (further and offer):
            offers.append(offer)
            continue
        found = finder.find(actor, wanted, at)[:FOUND_SHOWN]
        if found:
            rest = finder.rest_url(wanted) if finder.rest_url else ""
            groups.append(Group(_key(finder.kind), finder.name, found, rest))
    return Answer(groups, next((offer for offer in offers if offer), ""))


def _key(kind: str) -> str:
    return kind.replace(".", "-")


def _recent(actor: Actor) -> list[Entry]:
    seen = [pair for memory in _memories for pair in memory(actor)]
    found: dict[tuple[str, str], Entry] = {}
    for kind, finder in _finders.items():
        refs = [ref for of_kind, ref in seen if of_kind == kind]
        if refs and finder.again and finder.may(actor):
            found |= {(kind, ref): one for ref, one in finder.again(actor, refs).items()}
    return [found[pair] for pair in seen if pair in found][:RECENT_SHOWN]
