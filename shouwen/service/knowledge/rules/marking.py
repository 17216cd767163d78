"""Showing where a text was hit: pieces to mark, and the lines around the first hit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shouwen.service.knowledge.rules import pinyin
from shouwen.service.knowledge.rules.terms import plain

BEFORE_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `is_hit` where the searched words stand."""

    text: str
    is_hit: bool


def pieces(text: str, terms: Iterable[str], sounds: Sequence[str] = ()) -> list[Piece]:
    """Cut a text into hit and other stretches; with its syllables it is also hit by pinyin."""
    found = _hit_places(text, tuple(terms), sounds)
    made: list[Piece] = []
    for character, is_hit in zip(text, found, strict=True):
        if made and made[-1].is_hit == is_hit:
            made[-1] = Piece(made[-1].text + character, is_hit)
        else:
            made.append(Piece(character, is_hit))
    return made


def snippet(text: str, terms: Iterable[str], length: int) -> list[Piece]:
    """Give about `length` characters around the first hit, or the beginning when there is none."""
    line = " ".join(text.split())
    terms = tuple(terms)
    places = _hit_places(line, terms, ())
    first = places.index(True) if True in places else 0
    start = max(0, first - BEFORE_CHARACTERS)
    if start + length > len(line):
        start = max(0, len(line) - length)
    end = start + length
    shown = pieces(line[start:end], terms)
    if start:
        shown.insert(0, Piece("…", False))
    if end < len(line):
        shown.append(Piece("…", False))
    return shown


def _hit_places(text: str, terms: tuple[str, ...], sounds: Sequence[str]) -> list[bool]:
    places = [False] * len(text)
    # Character by character, since normalising may change a text's length.
    low = [plain(character)[:1] or " " for character in text]
    whole = "".join(low)
    for term in terms:
        start = whole.find(term)
        while start >= 0:
            if not _inside_word(whole, start, len(term)):
                places[start : start + len(term)] = [True] * len(term)
            start = whole.find(term, start + 1)
        if sounds and term.isascii() and term.isalpha():
            for begin, end in _spoken(sounds, term):
                places[begin:end] = [True] * (end - begin)
    return places


def _inside_word(whole: str, start: int, length: int) -> bool:
    """Whether a hit of Latin letters is only a part of a longer word."""
    if not whole[start].isascii():
        return False
    around = (whole[start - 1 : start], whole[start + length : start + length + 1])
    return any(side.isascii() and side.isalnum() for side in around if side)


def _spoken(sounds: Sequence[str], term: str) -> list[tuple[int, int]]:
    found = []
    for start in range(len(sounds)):
        whole = initials = ""
        for end in range(start, len(sounds)):
            if sounds[end] == pinyin.SILENT:
                break
            whole += sounds[end]
            initials += sounds[end][0]
            if end > start and term in (whole, initials):
                found.append((start, end + 1))
            if len(initials) >= len(term):
                break
    return found
