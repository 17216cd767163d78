"""Every user-facing sentence of every room has its Chinese, with the same named places."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import polib
import pytest

from shouwen.ground.kit import messages

PLACES = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def places(text: str) -> set[str]:
    """Give the named places of a sentence."""
    return {python or brace for python, brace in PLACES.findall(text)}


@pytest.mark.parametrize("room", messages.rooms(), ids=lambda room: room.name)
def test_a_room_says_everything_in_chinese(room: Path) -> None:
    assert messages.missing_in(room) == []


@pytest.mark.parametrize("path", messages.catalogues(), ids=lambda path: path.parents[2].name)
def test_a_translation_keeps_the_named_places(path: Path) -> None:
    strays = [
        entry.msgid
        for entry in polib.pofile(str(path))
        for text in (list(entry.msgstr_plural.values()) or [entry.msgstr])
        if places(text) - (places(entry.msgid) | places(entry.msgid_plural or ""))
    ]
    assert strays == []


@pytest.mark.parametrize("path", messages.catalogues(), ids=lambda path: path.parents[2].name)
def test_a_sentence_stands_once_in_its_room(path: Path) -> None:
    # Compilers of catalogues refuse one that says a thing twice; joining two changes can do that.
    told = Counter((entry.msgctxt, entry.msgid) for entry in polib.pofile(str(path)))
    assert [words for words, times in told.items() if times > 1] == []


def test_the_same_english_has_the_same_chinese_in_every_room() -> None:
    # One room's words would otherwise show in another: what means something else has a context.
    said: defaultdict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for path in messages.catalogues():
        for entry in polib.pofile(str(path)):
            if not entry.obsolete:
                words = tuple(entry.msgstr_plural.values()) or (entry.msgstr,)
                said[entry.msgctxt or "", entry.msgid].add(words)
    assert {english: chinese for english, chinese in said.items() if len(chinese) > 1} == {}
