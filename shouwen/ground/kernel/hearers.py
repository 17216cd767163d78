"""The register of durable hearers; `config/wiring.py` fills it once at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shouwen.ground.kernel.events import Event

Hearer = Callable[[Any], None]
Hearers = Mapping["type[Event]", Sequence[Hearer]]
# Says of one fact, while it is announced, whether a hearer cares for it at all.
Wanted = Callable[[Any], bool]

_hearers: dict[type[Event], tuple[Hearer, ...]] = {}
_by_path: dict[str, Hearer] = {}
_wanted: dict[Hearer, Wanted] = {}


def path_of(hearer: Hearer) -> str:
    """Name a hearer as it is stored: module and function."""
    return f"{hearer.__module__}.{hearer.__qualname__}"


def set_hearers(wired: Hearers, wanted: Mapping[Hearer, Wanted] | None = None) -> None:
    """Replace the register. Two hearers of one path would be one delivery; refuse that.

    A hearer in `wanted` is asked first, so that what it would pass over is not even stored for it.
    """
    _hearers.clear()
    _by_path.clear()
    _wanted.clear()
    _wanted.update(wanted or {})
    for event, heard_by in wired.items():
        if len(set(heard_by)) != len(heard_by):
            raise ValueError(f"{event.name} lists a hearer twice")
        _hearers[event] = tuple(heard_by)
        _by_path.update({path_of(hearer): hearer for hearer in heard_by})


def hearers_of(event: type[Event]) -> tuple[Hearer, ...]:
    """Give the durable hearers of this kind of fact, in wired order."""
    return _hearers.get(event, ())


def hearers_for(event: Event) -> tuple[Hearer, ...]:
    """Give the durable hearers who care for this very fact."""
    return tuple(
        hearer
        for hearer in hearers_of(type(event))
        if hearer not in _wanted or _wanted[hearer](event)
    )


def hearer_at(path: str) -> Hearer:
    """Give the hearer stored under this path. Raises KeyError when it is wired no more."""
    return _by_path[path]
