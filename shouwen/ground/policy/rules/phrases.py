"""Finding words that must not be said, also when something is slipped in between the letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """One forbidden phrase with its clause, its kind, and the words to say instead."""

    phrase: str
    kind: str
    clause: str
    say_instead: str = ""


@dataclass(frozen=True, slots=True)
class PhraseList:
    """The phrases that are forbidden on one channel."""

    channel: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a forbidden phrase stands: text[start:end]."""

    start: int
    end: int
    phrase: str
    kind: str
    clause: str
    say_instead: str


def _letters(text: str) -> tuple[str, list[int]]:
    """Give only what is said (letters and digits, folded) and where each stood in the text.

    Full-width forms fold to plain ones; spaces, punctuation, symbols, marks, emoji and
    zero-width characters say nothing, so they cannot hide a phrase.
    """
    kept: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for folded in unicodedata.normalize("NFKC", character).casefold():
            if unicodedata.category(folded)[0] in "LN":
                kept.append(folded)
                places.append(place)
    return "".join(kept), places


def spoken_part(text: str) -> str:
    """Give the letters and digits by which a phrase is found, folded."""
    return _letters(text)[0]


def find_forbidden(text: str, phrases: PhraseList | Iterable[Phrase]) -> list[Hit]:
    """Find every forbidden phrase in a text, earliest first; of two at one place the longer.

    Robust to spaces, punctuation, full-width and zero-width characters inside a phrase.
    """
    listed = phrases.phrases if isinstance(phrases, PhraseList) else tuple(phrases)
    said, places = _letters(text)
    hits: list[Hit] = []
    for phrase in listed:
        wanted, _places = _letters(phrase.phrase)
        at = said.find(wanted) if wanted else -1
        while at >= 0:
            start, end = places[at], places[at + len(wanted) - 1] + 1
            hits.append(
                Hit(start, end, phrase.phrase, phrase.kind, phrase.clause, phrase.say_instead)
            )
            at = said.find(wanted, at + len(wanted))
    hits.sort(key=lambda hit: (hit.start, hit.start - hit.end, hit.clause))
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept
