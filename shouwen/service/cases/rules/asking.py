"""What a category asks of a case: fields to fill in and points to tick, as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from shouwen.service.cases.rules.states import Act

TEXT_CHARACTERS, LONG_CHARACTERS = 200, 5000
# Years as the rest of the centre takes them; beyond lies a slip of the hand.
FIRST_YEAR, LAST_YEAR = 1900, 2199
_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,6})?")
_AMOUNT = re.compile(r"\d{1,13}(\.\d{1,2})?")


class Kind(StrEnum):
    """What an item takes; a POINT is ticked, everything else is a field."""

    TEXT = "TEXT"
    LONG = "LONG"
    NUMBER = "NUMBER"
    AMOUNT = "AMOUNT"
    DATE = "DATE"
    CHOICE = "CHOICE"
    YES_NO = "YES_NO"
    POINT = "POINT"


class Step(StrEnum):
    """Before which step an item must be there; NONE leaves it to whoever works."""

    NONE = ""
    OPENING = "OPENING"
    RESOLVE = "RESOLVE"
    CLOSE = "CLOSE"
    ARCHIVE = "ARCHIVE"


FIELD_STEPS = (Step.NONE, Step.OPENING, Step.RESOLVE, Step.ARCHIVE)
POINT_STEPS = (Step.RESOLVE, Step.CLOSE)
YES, NO = "yes", "no"
# Which items must be there before an act; opening too where the category was found later.
NEEDED: Mapping[Act, tuple[Step, ...]] = {
    Act.START: (Step.OPENING,),
    Act.RESOLVE: (Step.OPENING, Step.RESOLVE),
    Act.CLOSE: (Step.CLOSE,),
    Act.ARCHIVE: (Step.ARCHIVE,),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a CHOICE offers; its code stays when its words change."""

    code: str
    name_zh: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a category asks. `code` names it for good within a branch of the tree."""

    code: str
    kind: Kind
    name_zh: str
    name_en: str = ""
    needed_at: Step = Step.NONE
    is_personal: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def is_point(self) -> bool:
        """Whether it is ticked rather than filled in."""
        return self.kind is Kind.POINT

    @property
    def is_sealed(self) -> bool:
        """Whether an answer is kept sealed: marked personal, or free words of any length."""
        return self.is_personal or self.kind is Kind.LONG


def as_plain(item: Item) -> dict[str, Any]:
    """Give an item as JSON holds it."""
    return {
        "code": item.code,
        "kind": item.kind.value,
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "needed_at": item.needed_at.value,
        "is_personal": item.is_personal,
        "choices": [[one.code, one.name_zh, one.name_en] for one in item.choices],
    }


def from_plain(plain: Mapping[str, Any]) -> Item:
    """Give an item as it was kept."""
    return Item(
        code=plain["code"],
        kind=Kind(plain["kind"]),
        name_zh=plain["name_zh"],
        name_en=plain["name_en"],
        needed_at=Step(plain["needed_at"]),
        is_personal=plain["is_personal"],
        choices=tuple(Choice(*one) for one in plain["choices"]),
    )


def value_of(item: Item, text: str) -> str | None:
    """Give an answer as it is kept: empty for none, None for what the item does not take."""
    said = text.strip()
    if not said:
        return ""
    match item.kind:
        case Kind.TEXT:
            return said if len(said) <= TEXT_CHARACTERS and said.isprintable() else None
        case Kind.LONG:
            return said if len(said) <= LONG_CHARACTERS and "\x00" not in said else None
        case Kind.NUMBER:
            return _decimal(said, _NUMBER, None)
        case Kind.AMOUNT:
            return _decimal(said.replace(",", ""), _AMOUNT, Decimal("0.01"))
        case Kind.DATE:
            return _day(said)
        case Kind.CHOICE:
            return said if any(one.code == said for one in item.choices) else None
        case Kind.YES_NO:
            return said if said in (YES, NO) else None
        case Kind.POINT:
            return YES if said == YES else "" if said == NO else None


def _decimal(said: str, form: re.Pattern[str], places: Decimal | None) -> str | None:
    if not (said.isascii() and form.fullmatch(said)):
        return None
    try:
        value = Decimal(said)
        return f"{value.quantize(places)}" if places else f"{value:f}"
    except InvalidOperation:
        return None


def _day(said: str) -> str | None:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return day.isoformat() if FIRST_YEAR <= day.year <= LAST_YEAR else None


def missing(items: Iterable[Item], answers: Mapping[str, str], steps: Iterable[Step]) -> list[Item]:
    """Give the items that one of these steps needs and that have no answer."""
    needed = set(steps)
    return [one for one in items if one.needed_at in needed and not answers.get(one.code)]
