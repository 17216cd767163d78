"""When campaigns run, and whom the lots name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.assurance.satisfaction.rules import campaigns as rules

DAYS = st.dates(date(2025, 1, 1), date(2030, 1, 1))
RHYTHMS = st.sampled_from([rules.MONTHLY, rules.QUARTERLY])


@pytest.mark.parametrize(
    ("starts", "every", "after", "expected"),
    [
        (date(2026, 1, 31), "MONTHLY", date(2026, 1, 31), date(2026, 2, 28)),
        # The short month does not move the day for good.
        (date(2026, 1, 31), "MONTHLY", date(2026, 2, 28), date(2026, 3, 31)),
        (date(2026, 11, 30), "QUARTERLY", date(2026, 11, 30), date(2027, 2, 28)),
        (date(2026, 6, 15), "QUARTERLY", date(2027, 6, 14), date(2027, 6, 15)),
        (date(2026, 6, 15), "ONCE", date(2026, 6, 15), None),
        (date(2026, 6, 15), "ONCE", date(2026, 6, 14), date(2026, 6, 15)),
    ],
)
def test_runs_come_by_calendar_months(
    starts: date, every: str, after: date, expected: date | None
) -> None:
    assert rules.next_day(starts, every, after, None) == expected


@given(DAYS, RHYTHMS, st.integers(0, 900))
def test_the_next_run_is_the_first_one_later(starts: date, every: str, days: int) -> None:
    after = starts + timedelta(days=days)
    every_day = [rules.run_day(starts, every, number) for number in range(40)]
    later = [day for day in every_day if day is not None and day > after]
    assert rules.next_day(starts, every, after, None) == min(later)
    assert rules.next_day(starts, every, after, after) is None


@given(st.sets(st.integers(1, 10_000)), st.integers(0, 50), DAYS)
def test_the_same_lots_name_the_same_people_in_any_order(
    ids: set[int], count: int, on: date
) -> None:
    first = rules.draw(sorted(ids), count, "seed", on)
    assert rules.draw(sorted(ids, reverse=True), count, "seed", on) == first
    assert len(set(first)) == len(first) == min(count, len(ids))


def test_another_day_or_seed_names_others() -> None:
    ids, day = range(1000), date(2026, 6, 15)
    first = rules.draw(ids, 20, "a", day)
    assert first != rules.draw(ids, 20, "b", day)
    assert first != rules.draw(ids, 20, "a", day + timedelta(days=1))


@pytest.mark.parametrize(
    ("sample", "size", "population", "expected"),
    [
        ("ALL", 0, 7, 7),
        ("ALL", 0, 70, 50),
        ("NUMBER", 5, 7, 5),
        ("NUMBER", 9, 7, 7),
        ("SHARE", 10, 7, 1),
        ("SHARE", 100, 7, 7),
        ("SHARE", 50, 0, 0),
    ],
)
def test_how_many_are_drawn(sample: str, size: int, population: int, expected: int) -> None:
    assert rules.sample_size(sample, size, population, 50) == expected
