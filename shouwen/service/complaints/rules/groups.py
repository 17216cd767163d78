"""Who may be joined to whom in a group of complaints, as pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why a complaint is not joined to a lead."""

    ITSELF = "itself"
    GROUPED = "grouped"
    LEADS = "leads"
    CHAIN = "chain"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a complaint stands among groups; `lead` is the row id of its lead, if it has one."""

    pk: int
    lead: int | None = None
    size: int = 0
    is_open: bool = True


def why_not_join(one: Place, lead: Place) -> Refusal | None:
    """Give why `one` cannot be joined to `lead`, or None. A lead is nobody's member."""
    if one.pk == lead.pk:
        return Refusal.ITSELF
    if one.lead is not None:
        return Refusal.GROUPED
    if one.size:
        return Refusal.LEADS
    if lead.lead is not None:
        return Refusal.CHAIN
    if not (one.is_open and lead.is_open):
        return Refusal.OVER
    return None
