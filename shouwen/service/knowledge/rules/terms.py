"""Search terms of an article: pairs of Chinese characters, words of other scripts, and pinyin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from shouwen.service.knowledge.rules import pinyin

TERM_MAX_CHARACTERS = 32
TERMS_PER_VERSION = 400
TERMS_PER_QUERY = 8
TERMS_PER_SUGGESTION = 24
# Up to so many characters in a row are found by their sound; longer input is cut in two.
SPOKEN_CHARACTERS = 4
SHORTEST_SPOKEN = 2

# How much a hit counts by where it stands.
TITLE, KEYWORD, TITLE_SOUND, SOUND, BODY = 8, 6, 5, 3, 1

_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[a-z0-9]+")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")


def plain(text: str) -> str:
    """Give a text as terms see it: full-width forms and capitals count as the plain ones."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms_of(text: str) -> tuple[str, ...]:
    """Cut a text into its terms, in order, each once; one Chinese character alone gives nothing."""
    found: dict[str, None] = {}
    for run in _RUN.findall(plain(text)):
        if _HAN.match(run):
            found.update((run[i : i + 2], None) for i in range(len(run) - 1))
        else:
            found[run[:TERM_MAX_CHARACTERS]] = None
    return tuple(found)


def weighed(title: str, keywords: Iterable[str], body: str) -> dict[str, int]:
    """Give what a version is found by, and how much each term counts."""
    keywords = list(keywords)
    weights: dict[str, int] = dict.fromkeys(terms_of(title), TITLE)
    for word in keywords:
        for term in terms_of(word):
            weights.setdefault(term, KEYWORD)
    for words, weight in ((title, TITLE_SOUND), *((word, SOUND) for word in keywords)):
        for term in pinyin.spoken_terms(pinyin.syllables(plain(words)), SPOKEN_CHARACTERS):
            weights.setdefault(term[:TERM_MAX_CHARACTERS], weight)
    for term in terms_of(body):
        if len(weights) >= TERMS_PER_VERSION:
            break
        weights.setdefault(term, BODY)
    return weights


def query_terms(text: str) -> tuple[str, ...]:
    """Give the terms a search asks for; empty when there is nothing to search by."""
    return terms_of(text)[:TERMS_PER_QUERY]


def cuts(term: str) -> list[tuple[str, str]]:
    """Give the ways to cut a run of letters in two, the longer beginning first.

    So `xinyongkanianfei`, longer than any term, is found as `xinyongka` and `nianfei`.
    """
    if not (term.isascii() and term.isalpha()):
        return []
    places = range(len(term) - SHORTEST_SPOKEN, SHORTEST_SPOKEN - 1, -1)
    return [(term[:place], term[place:]) for place in places]


def nearness(hits: Sequence[tuple[int, int]], common: int) -> float:
    """Weigh what a version has of a query: of each term its weight and how many have it.

    A term in few articles tells more than one in many; `common` and more count alike.
    """
    return sum(weight * (1 + common / max(1, min(many, common))) for weight, many in hits)
