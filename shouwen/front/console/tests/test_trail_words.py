"""Every act that the code can put on the trail is told in words, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.utils import translation

from shouwen.front.console import trail_objects, trail_words
from shouwen.service.cases.rules.states import Act

SOURCE = Path(__file__).parents[3]
RECORDERS = {"record", "_record_try"}


def _acts_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name not in RECORDERS:
            continue
        for word in node.args[:2]:
            if isinstance(word, ast.Constant) and isinstance(word.value, str) and "." in word.value:
                yield word.value


def test_every_act_of_the_code_has_words() -> None:
    written = {
        act for path in SOURCE.rglob("*.py") if "tests" not in path.parts for act in _acts_in(path)
    }
    assert len(written) > 50
    assert written | {f"case.{act}" for act in Act} <= set(trail_words.ACTS)


def test_the_words_are_chinese_for_chinese_readers() -> None:
    with translation.override("zh-hans"):
        for words in (*trail_words.ACTS.values(), *trail_objects.OBJECTS.values()):
            assert not str(words).isascii()
