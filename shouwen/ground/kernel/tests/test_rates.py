"""So many a minute, in any minute, however they come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from shouwen.ground.kernel import rates

NINE = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_as_many_as_allowed_come_in_and_no_more() -> None:
    left = [rates.take("a", 3, NINE).left for _time in range(3)]
    refused = rates.take("a", 3, NINE)
    assert (left, refused.is_over, refused.left) == ([2, 1, 0], True, 0)
    assert not rates.take("b", 3, NINE).is_over


@pytest.mark.parametrize(("limit", "since"), [(1, 0), (3, 10), (10, 59), (600, 30)])
def test_whoever_waits_as_told_is_let_in_and_hammering_does_not_prolong_it(
    limit: int, since: int
) -> None:
    at = NINE + since * SECOND
    for _time in range(limit):
        assert not rates.take("a", limit, at).is_over
    told = rates.take("a", limit, at).again_in
    for _time in range(50):
        assert rates.take("a", limit, at).is_over
    assert 1 <= told <= 120
    assert not rates.take("a", limit, at + told * SECOND).is_over


@given(st.lists(st.floats(0, 240), max_size=60), st.integers(1, 8))
def test_no_minute_holds_twice_the_limit_and_a_patient_one_is_never_refused(
    moments: list[float], limit: int
) -> None:
    cache.clear()
    let_in = [
        second
        for second in sorted(moments)
        if not rates.take("a", limit, NINE + timedelta(seconds=second)).is_over
    ]
    for second in let_in:
        assert sum(second <= other < second + 60 for other in let_in) < 2 * limit + 1
    cache.clear()
    pace = 60 / limit
    for number in range(5 * limit):
        at = NINE + timedelta(seconds=number * pace * 1.001)
        assert not rates.take("b", limit, at).is_over


def test_those_who_come_at_once_are_not_let_in_beyond_the_limit() -> None:
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda _n: rates.take("a", 5, NINE), range(200)))
    assert 1 <= sum(not each.is_over for each in taken) <= 5
