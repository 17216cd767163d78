"""Search terms: pairs of Chinese characters, and words or numbers of other scripts."""

from __future__ import annotations

import re
import unicodedata

TERM_MAX_CHARACTERS = 24
TERMS_PER_CASE = 64
TERMS_PER_QUERY = 8

_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[a-z0-9]+")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_NUMBER = re.compile(r"^gd\d{8}-?\d{5,}$")
_ID_NUMBER = re.compile(r"^\d{17}[\dxX]$")
_PHONE = re.compile(r"^\+?\d[\d\s-]{5,18}\d$")


def terms_of(text: str) -> tuple[str, ...]:
    """Cut a text into its terms, in order, each once.

    Chinese runs give every pair of neighbouring characters, so a longer query finds them without
    a dictionary; a run of one character gives nothing, being in far too many cases.
    """
    found: dict[str, None] = {}
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        if _HAN.match(run):
            found.update((run[i : i + 2], None) for i in range(len(run) - 1))
        else:
            found[run[:TERM_MAX_CHARACTERS]] = None
    return tuple(found)


def case_terms(title: str, number: str, *categories: str) -> tuple[str, ...]:
    """Give what a case is found by: its title, its number whole and its tail, its categories."""
    tail = number.rsplit("-", 1)[-1]
    found = dict.fromkeys((number.casefold(), tail))
    for text in (title, *categories):
        found.update(dict.fromkeys(terms_of(text)))
    return tuple(found)[:TERMS_PER_CASE]


def query_terms(text: str) -> tuple[str, ...]:
    """Give the terms a search asks for; empty when there is nothing to search by."""
    whole = text.strip().casefold()
    if _NUMBER.match(whole):
        return (whole,)
    return terms_of(text)[:TERMS_PER_QUERY]


def looks_like_phone(text: str) -> bool:
    """Whether a query is a telephone number of at least seven digits."""
    stripped = text.strip()
    return bool(_PHONE.match(stripped)) and sum(c.isdigit() for c in stripped) >= 7


def looks_like_id_number(text: str) -> bool:
    """Whether a query has the form of a resident identity number."""
    return bool(_ID_NUMBER.match(text.strip()))


def case_number(day: str, serial: int) -> str:
    """Write a case's number: `GD20260616-00318`; `day` is yyyymmdd in Shanghai."""
    return f"GD{day}-{serial:05d}"
