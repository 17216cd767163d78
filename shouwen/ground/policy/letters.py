"""The pieces of which letters are built, as published; institutions may set their own."""

from __future__ import annotations

import tomllib
from functools import cache

from shouwen.ground.policy.packs import FOLDER


@cache
def _all() -> dict[str, dict[str, str]]:
    pieces: dict[str, dict[str, str]] = tomllib.loads(
        (FOLDER / "letters.toml").read_text(encoding="utf-8")
    )
    return pieces


def pieces_of(letter: str) -> dict[str, str]:
    """Give the pieces of a letter by name, with `version` and `clause`. Raises KeyError."""
    return dict(_all()[letter])
