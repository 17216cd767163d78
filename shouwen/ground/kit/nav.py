"""The rail: which doors a person sees, in the order of their work.

Rooms register their door once, in `config/wiring.py`; a door that is not registered is not shown,
so the rail never promises a room that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from shouwen.ground.kernel.actor import Actor

from . import words

# First door is home. A person with two roles gets the union, in the order of the earlier role.
DOORS_BY_ROLE: dict[str, tuple[str, ...]] = {
    "agent": ("desk", "cases", "knowledge", "performance"),
    "lead": (
        "wallboard", "desk", "cases", "complaints", "quality", "performance", "incidents",
    ),
    "complaints": ("complaints", "cases", "knowledge", "wallboard"),
    "inspector": ("quality", "complaints", "knowledge", "performance"),
    "trainer": ("training", "knowledge", "quality", "performance"),
    "editor": ("knowledge", "cases"),
    "risk": ("complaints", "cases", "wallboard", "incidents"),
    "auditor": ("rules", "complaints", "quality", "audit", "wallboard", "incidents"),
    "admin": ("system", "rules", "audit", "wallboard"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NavItem:
    """One door; `roles` may widen the design's table, `count` gives what a person must act on.

    `may` says whether the person is let in at all: the rail shows no door that stays shut.
    """

    key: str
    icon: str
    label: words.Words
    url_name: str
    roles: frozenset[str] = frozenset()
    shortcut: str = ""
    count: Callable[[Actor], int] | None = None
    may: Callable[[Actor], bool] | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """A NavItem as one person sees it."""

    item: NavItem
    url: str
    is_here: bool
    count: int


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Open a room's door. The same key again replaces it (tests, reloads)."""
    _items[item.key] = item


def forget(key: str) -> None:
    """Close a room's door."""
    _items.pop(key, None)


def home_url(actor: Actor) -> str:
    """Give the address of a person's first door, or `/` when they have none."""
    doors = doors_for(actor, "")
    return doors[0].url if doors else "/"


def doors_for(actor: Actor, path: str, here: str = "") -> list[Door]:
    """List the doors of an actor, in order.

    `here` names the current door; without it the door whose address is the longest beginning of
    `path` counts as current.
    """
    found = [(item, url) for item in _for_roles(actor) if (url := _url(item))]
    inside = [(len(url), item.key) for item, url in found if url != "/" and path.startswith(url)]
    current = here or (max(inside)[1] if inside else "")
    return [
        Door(
            item=item,
            url=url,
            is_here=item.key == current,
            count=item.count(actor) if item.count else 0,
        )
        for item, url in found
    ]


def _for_roles(actor: Actor) -> list[NavItem]:
    """Give the registered items an actor's roles lead to, each once."""
    keys = [key for role, doors in DOORS_BY_ROLE.items() if role in actor.roles for key in doors]
    keys += [item.key for item in _items.values() if item.roles & actor.roles]
    items = [_items[key] for key in dict.fromkeys(keys) if key in _items]
    return [item for item in items if item.may is None or item.may(actor)]


def _url(item: NavItem) -> str:
    """Give an item's address, or nothing while its room has none."""
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""
