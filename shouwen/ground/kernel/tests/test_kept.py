"""What many ask for at once is worked out once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from shouwen.ground.kernel import kept


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_it_is_worked_out_once_for_all_who_ask() -> None:
    asked: list[int] = []

    def count() -> int:
        asked.append(1)
        return len(asked)

    assert [kept.for_seconds("line", 60, count) for _ in range(3)] == [1, 1, 1]
    assert kept.for_seconds("other-line", 60, count) == 2


def test_nothing_is_an_answer_that_is_kept_too() -> None:
    answers: list[list[int]] = [[], [1]]
    assert kept.for_seconds("none", 60, lambda: answers.pop(0)) == []
    assert kept.for_seconds("none", 60, lambda: answers.pop(0)) == []


def test_a_time_of_nought_keeps_nothing() -> None:
    answers = [1, 2]
    assert kept.for_seconds("gone", 0, lambda: answers.pop(0)) == 1
    assert kept.for_seconds("gone", 0, lambda: answers.pop(0)) == 2
