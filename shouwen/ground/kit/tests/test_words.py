"""Durations, moments, money and rates read as a colleague would say them, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from shouwen.ground.kit import words

# 10:46 on Tuesday 16 June 2026 in Shanghai.
NOW = datetime(2026, 6, 16, 2, 46, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (0, "0秒", "0 s"),
        (38, "38秒", "38 s"),
        (270, "4分30秒", "4 min 30 s"),
        (300, "5分", "5 min"),
        (35 * 60 + 59, "35分", "35 min"),
        (3600, "1小时", "1 h"),
        (3900, "1小时05分", "1 h 05 min"),
        (86400, "1天", "1 d"),
        (2 * 86400 + 3600, "2天1小时", "2 d 1 h"),
        (8 * 86400 + 3600, "8天", "8 d"),
        (-5, "0秒", "0 s"),
    ],
)
def test_two_units_at_most(seconds: int, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert words.duration(seconds) == chinese
    with translation.override("en"):
        assert words.duration(seconds) == english


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(hours=1, minutes=5), "还剩1小时05分"),
        (timedelta(0), "还剩0秒"),
        (timedelta(minutes=-35), "超时35分"),
    ],
)
def test_what_is_left(span: timedelta, said: str) -> None:
    with translation.override("zh-hans"):
        assert words.left(NOW + span, NOW) == said


@pytest.mark.parametrize(
    ("at", "chinese", "english"),
    [
        (NOW, "今天10:46", "today 10:46"),
        (NOW - timedelta(hours=16), "昨天18:46", "yesterday 18:46"),
        (NOW + timedelta(hours=14), "明天00:46", "tomorrow 00:46"),
        (datetime(2026, 6, 22, 10, 0, tzinfo=UTC), "6月22日18:00", "22 Jun 18:00"),
        (datetime(2025, 12, 31, 10, 0, tzinfo=UTC), "2025年12月31日18:00", "31 Dec 2025 18:00"),
    ],
)
def test_moments_in_shanghai(at: datetime, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert words.moment(at, NOW) == chinese
    with translation.override("en"):
        assert words.moment(at, NOW) == english


@pytest.mark.parametrize(
    ("fen", "said"), [(238_600, "2,386.00元"), (5, "0.05元"), (-61_240, "−612.40元")]
)
def test_money(fen: int, said: str) -> None:
    with translation.override("zh-hans"):
        assert words.money(fen) == said


def test_a_rate_without_a_denominator_has_no_figure() -> None:
    with translation.override("zh-hans"):
        assert words.percent(None) == "暂无数据"
        assert words.percent(0.9213) == "92.1%"
        assert words.percent(0.9213, 0) == "92%"


def test_midnight_is_the_end_of_a_day_when_something_is_due() -> None:
    now = datetime(2026, 6, 16, 2, 46, tzinfo=UTC)
    midnight = datetime(2026, 7, 1, 16, 0, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert words.due_moment(midnight, now) == "7月1日24:00"
        assert words.due_moment(midnight + timedelta(hours=1), now) == "7月2日01:00"
