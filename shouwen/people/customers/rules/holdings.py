"""What a core system says of a customer's products: read from its words, masked before it is shown.

Amounts are not part of it: who serves a customer needs to know what they hold, not how much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shouwen.ground.vault import masking

NAME_CHARACTERS = 80
ACCOUNT_CHARACTERS = 40
AT_MOST = 100
CARD_DIGITS = 12
KINDS = ("ACCOUNT", "CARD", "DEPOSIT", "LOAN", "FUND", "INSURANCE", "OTHER")
STATES = ("ACTIVE", "FROZEN", "OVERDUE", "CLOSED", "UNKNOWN")


@dataclass(frozen=True, slots=True)
class Holding:
    """One product of a customer; `account` is masked already."""

    kind: str
    name: str
    account: str
    state: str
    opened_on: date | None = None


def masked_account(number: str) -> str:
    """Give an account, card or policy number as anyone may see it."""
    digits = sum(character.isdigit() for character in number)
    return masking.mask("card" if digits >= CARD_DIGITS else "account", number)


def holding_from(row: Mapping[str, Any]) -> Holding:
    """Read one product from what was sent. Raises ValueError for a row that is none."""
    name, number = _text(row, "name", NAME_CHARACTERS), _text(row, "account", ACCOUNT_CHARACTERS)
    if not name:
        raise ValueError("A product without a name")
    kind, state = _text(row, "kind", ACCOUNT_CHARACTERS), _text(row, "state", ACCOUNT_CHARACTERS)
    opened = _text(row, "opened_on", ACCOUNT_CHARACTERS)
    return Holding(
        kind=kind if kind in KINDS else "OTHER",
        name=masking.redact(name),
        account=masked_account(number) if number else "",
        state=state if state in STATES else "UNKNOWN",
        opened_on=date.fromisoformat(opened) if opened else None,
    )


def holdings_from(rows: object) -> list[Holding]:
    """Read a list of products. Raises ValueError for anything else."""
    if not isinstance(rows, Iterable) or isinstance(rows, (str, bytes, Mapping)):
        raise ValueError("Not a list of products")  # bad data, not a bad call
    listed = list(rows)
    if len(listed) > AT_MOST or not all(isinstance(row, Mapping) for row in listed):
        raise ValueError("Not a list of products")
    return [holding_from(row) for row in listed]


def _text(row: Mapping[str, Any], name: str, longest: int) -> str:
    value = row.get(name)
    if value is None:
        return ""
    text = str(value).strip()
    if len(text) > longest or not text.isprintable():
        raise ValueError(f"{name} is not fit to be shown")
    return text
