"""What higher rooms plug in: work in a person's name, and what people reached of their figures.

`config/wiring.py` joins them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Words
from shouwen.people.staff.models import Person, Unit

# So many are handed over in one act; what is left is handed over in the next.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One thing in somebody's name: `about` says nothing to those who may not read it."""

    ref: str
    name: str
    about: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heir:
    """Who gets it: a person, or a unit as a whole."""

    unit: Unit
    person: Person | None = None

    @property
    def ref(self) -> str:
        """The public id, for the trail."""
        return str((self.person or self.unit).public_id)


# Gives what a person has open, at most `AT_ONCE`, the most urgent first.
Lister = Callable[[Person], Sequence[OpenItem]]
# (whose, which, to whom, why, actor=, at=): hands one thing over, in the caller's transaction;
# False where it is no longer in that person's name. Raises what cannot be done, by name.
Hander = Callable[[Person, str, Heir, str, Actor, datetime], bool]


@dataclass(frozen=True, slots=True)
class WorkKind:
    """One kind of work that people have in their name.

    Where `needs_person` a unit's share goes to its lead; else the unit may have it as a whole.
    `note` says what becomes of it where that is not plain.
    """

    code: str
    icon: str
    label: Words
    listed: Lister
    hand_over: Hander
    needs_person: bool = True
    note: Words = ""


_kinds: dict[str, WorkKind] = {}


def register_work(kind: WorkKind) -> None:
    """Let this kind of work be handed over when somebody leaves."""
    _kinds[kind.code] = kind


def work_kinds() -> list[WorkKind]:
    """Give every kind, in the order of registration."""
    return list(_kinds.values())


# A share of one by the field of the duty list that binds it; None where nothing was counted.
Shares = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Attainment:
    """What people reached of the bound figures in one whole month, together and by public id."""

    month: date
    together: Shares = field(default_factory=dict)
    by_person: Mapping[str, Shares] = field(default_factory=dict)


# (people of one institution, at): what they reached in the last whole month before that moment.
AttainmentReader = Callable[[Sequence[Person], datetime], Attainment]
_readers: list[AttainmentReader] = []


def plug_attainment(reader: AttainmentReader) -> None:
    """Let the duty list say what the holders of a post reached."""
    _readers[:] = [reader]


def attainment(people: Sequence[Person], at: datetime) -> Attainment | None:
    """Give what these people reached; None where no room counts it."""
    return _readers[0](people, at) if _readers else None
