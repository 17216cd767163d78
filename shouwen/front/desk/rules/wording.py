"""Forbidden phrases as a browser counts them, and words in the customer's language."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from shouwen.ground.policy.rules.phrases import PhraseList, find_forbidden
from shouwen.ground.policy.words import PHRASE_KINDS


@dataclass(frozen=True, slots=True)
class Slip:
    """One forbidden phrase in a text: where it stands in UTF-16 units, and what to say instead."""

    start: int
    end: int
    text: str
    kind: str
    clause: str
    say_instead: str

    def as_json(self) -> dict[str, Any]:
        """Give plain values."""
        return asdict(self)


def slips_in(text: str, phrases: PhraseList) -> list[Slip]:
    """Find the forbidden phrases; a browser's text field counts an emoji as two units."""
    return [
        Slip(
            start=_units(text[: hit.start]),
            end=_units(text[: hit.end]),
            text=text[hit.start : hit.end],
            kind=str(PHRASE_KINDS.get(hit.kind, hit.kind)),
            clause=hit.clause,
            say_instead=hit.say_instead,
        )
        for hit in find_forbidden(text, phrases)
    ]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def in_language(language: str, words: str | Promise) -> str:
    """Say the words in this language."""
    with translation.override(language):
        return str(words)
