"""The rail shows a person their doors, in the order of their work, and no door without a room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kit import nav


def person(*roles: str) -> Actor:
    return Actor(ActorKind.PERSON, "person_1", "苏芮", 1, frozenset(roles))


@contextmanager
def doors(*items: nav.NavItem) -> Iterator[None]:
    """Have these doors and no others."""
    addresses = {item.key: f"/{item.key}/" for item in items}
    with (
        patch.dict(nav._items, {item.key: item for item in items}, clear=True),
        patch.object(nav, "_url", lambda item: addresses[item.key]),
    ):
        yield


def item(key: str, *roles: str) -> nav.NavItem:
    return nav.NavItem(key, "scale", key, f"{key}:home", frozenset(roles))


ALL = [item(key) for key in ("audit", "cases", "complaints", "desk", "rules", "wallboard")]


@pytest.mark.parametrize(
    ("roles", "keys"),
    [
        (("agent",), ["desk", "cases"]),
        (("lead",), ["wallboard", "desk", "cases", "complaints"]),
        (("auditor",), ["rules", "complaints", "audit", "wallboard"]),
        (("agent", "editor"), ["desk", "cases"]),
        (("nobody",), []),
    ],
)
def test_doors_by_role(roles: tuple[str, ...], keys: list[str]) -> None:
    with doors(*ALL):
        assert [door.item.key for door in nav.doors_for(person(*roles), "/")] == keys


def test_a_room_may_open_its_door_to_further_roles() -> None:
    with doors(item("desk"), item("lab", "agent")):
        assert [door.item.key for door in nav.doors_for(person("agent"), "/")] == ["desk", "lab"]


def test_the_current_door_is_the_longest_beginning_of_the_path() -> None:
    with doors(item("desk"), item("cases")):
        here = [d.item.key for d in nav.doors_for(person("agent"), "/cases/case_1/") if d.is_here]
        assert here == ["cases"]
        named = [d.item.key for d in nav.doors_for(person("agent"), "/x/", "desk") if d.is_here]
        assert named == ["desk"]


def test_a_door_without_an_address_is_not_shown() -> None:
    with patch.dict(nav._items, {"desk": nav.NavItem("desk", "", "", "no:where")}, clear=True):
        assert not nav.doors_for(person("agent"), "/")
        assert nav.home_url(person("agent")) == "/"


def test_counts_are_asked_for_the_person() -> None:
    counted = nav.NavItem("desk", "scale", "Desk", "desk:home", count=lambda actor: len(actor.name))
    with doors(counted):
        assert [door.count for door in nav.doors_for(person("agent"), "/")] == [2]


def test_a_door_that_stays_shut_is_not_shown() -> None:
    shut = nav.NavItem("cases", "ticket", "cases", "cases:home", may=lambda actor: False)
    with doors(shut, item("desk")):
        assert [door.item.key for door in nav.doors_for(person("agent"), "/")] == ["desk"]
