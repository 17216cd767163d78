"""What stands in a letter, and the letter as plain text; `letters_pdf` draws it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered part of a letter: its heading and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands in a letter, from the head to the date; `foot` stands on every page."""

    head: str
    title: str
    number: str
    salutation: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    signed: tuple[str, ...]
    foot: str


BETWEEN = "\n" + "-" * 40 + "\n\n"


def as_text(letter: Letter, *more: Letter) -> str:
    """Give a letter as plain text, in the order of its PDF, and others after it."""
    return BETWEEN.join(_text(one) for one in (letter, *more))


def _text(letter: Letter) -> str:
    parts = [letter.head, letter.title, letter.number, "", letter.salutation, "", *letter.opening]
    for section in letter.sections:
        parts += ["", section.heading, *section.paragraphs]
    return "\n".join([*parts, "", *letter.closing, "", *letter.signed, ""])
