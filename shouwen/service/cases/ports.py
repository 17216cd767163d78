"""What a room above may plug in: something that stands over a case and leads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shouwen.ground.kernel.actor import Actor
    from shouwen.ground.kernel.errors import Words
    from shouwen.ground.kit.sheets import Cell, Column
    from shouwen.people.staff.models import Person
    from shouwen.service.cases.models import Case
    from shouwen.service.cases.rules.states import Act


class Companion(Protocol):
    """A matter over a case, such as a complaint: both move in one transaction, or neither.

    Asked for cases of its kind alone; each answer is for a case it may or may not stand over.
    """

    def address(self, case: Case, actor: Actor) -> str | None:
        """Give the page on which the case is worked (empty out of the actor's reach).

        None where nothing stands over this case.
        """

    def lets_read(self, case: Case, actor: Actor) -> bool:
        """Whether somebody reads a case that is out of their reach, as one who helps with it."""

    def refuse(self, case: Case, act: Act) -> None:
        """Let an act go on, or raise because the case is led from above."""

    def refuse_handler(self, case: Case, handler: Person) -> None:
        """Let a person have the case, or raise because they may not."""

    def follow(self, case: Case, act: Act, *, actor: Actor, at: datetime) -> None:
        """Take note, in the same transaction, of an act that was done to the case itself."""


@dataclass(frozen=True, slots=True)
class Summons:
    """That somebody was asked to help with a matter over a case: where, as what, by whom, when."""

    address: str
    number: str
    title: str
    words: str
    by: str
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """How an entry that a room above makes is told; the words may name `who` and `name`.

    `naming` gives the name in the reader's language where the entry holds a code.
    """

    icon: str
    tone: str
    words: Words
    naming: Callable[[str], str] = str


class Table(Protocol):
    """A ledger of which tables may be taken out: the cases', or that of a room above.

    `name` is stored with each export and begins the name of its file; `kind` is the request that a
    second person decides; `rights` are all needed. Filters are plain values by name.
    """

    name: str
    kind: str
    title: Words
    rights: tuple[str, ...]

    def count(self, actor: Actor, plain: Mapping[str, str], most: int, *, at: datetime) -> int:
        """Count the rows within the actor's reach that fit, up to `most`."""

    def say(self, institution_id: int, plain: Mapping[str, str]) -> str:
        """Say in the reader's language which rows are meant."""

    def ask(self, rows: int, what: str) -> str:
        """Say what a second person is asked to approve."""

    def columns(self, institution_id: int, plain: Mapping[str, str]) -> Sequence[Column]:
        """Give the columns of the table."""

    def rows(
        self, actor: Actor, plain: Mapping[str, str], most: int, *, at: datetime
    ) -> Iterator[tuple[Cell, ...]]:
        """Give the rows page by page, never more than `most`."""


_companions: dict[str, Companion] = {}
_tables: dict[str, Table] = {}
# Gives the page on which a matter over a case is begun, and its words; None where it cannot be.
Entrance = Callable[["Case", "Actor"], "tuple[str, Words] | None"]
_entrances: list[Entrance] = []
# Gives what somebody was asked to help with, the newest first.
Summoner = Callable[["Actor"], "list[Summons]"]
_summoners: list[Summoner] = []
# Gives the page of the notes among those who work on cases, by row id; cases without are left out.
Noter = Callable[["Sequence[Case]"], "Mapping[int, str]"]
_noters: list[Noter] = []
_tellings: dict[str, Telling] = {}


def plug_companion(kind: str, companion: Companion) -> None:
    """Let a room above stand over the cases of one kind."""
    _companions[kind] = companion


def companion_of(case: Case) -> Companion | None:
    """Give what may stand over a case of this kind."""
    return _companions.get(case.kind)


def address_over(case: Case, actor: Actor) -> str | None:
    """Give the page of what stands over a case; None where nothing does."""
    companion = companion_of(case)
    return companion.address(case, actor) if companion else None


def plug_tellings(tellings: Mapping[str, Telling]) -> None:
    """Let a room above say how its entries on the timeline are told, by act."""
    _tellings.update(tellings)


def telling_of(act: str) -> Telling | None:
    """Give how an entry of a room above is told."""
    return _tellings.get(act)


def plug_entrance(entrance: Entrance) -> None:
    """Let a room above offer on a case's page to begin a matter over it."""
    _entrances.append(entrance)


def entrances_of(case: Case, actor: Actor) -> list[tuple[str, Words]]:
    """Give what may be begun over a case by this actor: addresses with their words."""
    found = [entrance(case, actor) for entrance in _entrances]
    return [one for one in found if one is not None]


def plug_help(summoner: Summoner, noter: Noter) -> None:
    """Let a room above tell people what they were asked to help with, and where it keeps notes."""
    _summoners.append(summoner)
    _noters.append(noter)


def summons_of(actor: Actor) -> list[Summons]:
    """Give what this actor was asked to help with."""
    return [one for summoner in _summoners for one in summoner(actor)]


def notes_about(cases: Sequence[Case]) -> dict[int, str]:
    """Give the pages of notes about these cases, by row id."""
    return {pk: address for noter in _noters for pk, address in noter(cases).items()}


def plug_table(table: Table) -> None:
    """Let tables be taken out of a ledger."""
    _tables[table.name] = table


def table_named(name: str) -> Table:
    """Give the ledger an export was taken from."""
    return _tables[name]
