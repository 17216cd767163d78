"""Whether two files may be of one customer."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

# What the surviving file may take over from the other; the rest stays its own.
TAKEN = ("risk", "value", "language")


class Apart(StrEnum):
    """Why two files stay two."""

    SAME = "SAME"
    KINDS = "KINDS"
    IDENTITIES = "IDENTITIES"
    IDENTITY_LOST = "IDENTITY_LOST"


class File(Protocol):
    """As much of a file as the decision needs."""

    @property
    def public_id(self) -> str:
        """Its id."""

    @property
    def kind(self) -> str:
        """Person, enterprise or institution."""

    @property
    def id_blind(self) -> str:
        """The identity number's blind index; empty where none is known."""


def why_apart(survivor: File, other: File) -> Apart | None:
    """Say why these two stay apart; None where they may be one."""
    if survivor.public_id == other.public_id:
        return Apart.SAME
    if survivor.kind != other.kind:
        return Apart.KINDS
    if survivor.id_blind and other.id_blind:
        return Apart.IDENTITIES
    return Apart.IDENTITY_LOST if other.id_blind else None
