"""Placeholders, pinyin initials and waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shouwen.front.desk.rules import pinyin, placeholders, waiting

NINE = datetime(2026, 6, 16, 1, 0, tzinfo=UTC)
TARGET = waiting.ReplyTarget(
    goal_seconds=30, limit_seconds=900, goal_clause="HB-1.2-04", limit_clause="OM-3.2.3-01"
)


def test_known_places_are_filled_and_the_others_stand() -> None:
    body = "{客户称呼}您好，我是{工号}，{业务名称}由{部门名称}受理"
    filled = placeholders.fill(body, {"customer": "", "staff_no": "80317"})
    assert filled == "您好，我是80317，{业务名称}由{部门名称}受理"
    assert placeholders.left_in(filled) == ["业务名称", "部门名称"]


def test_braces_that_are_not_ours_are_ordinary_text() -> None:
    assert placeholders.left_in('{"a": 1} {无关}') == []
    assert placeholders.fill("{无关}", {"customer": "陈"}) == "{无关}"
    assert placeholders.unknown_in("{无关}{工号}") == ["无关"]


def test_a_value_with_braces_is_not_filled_again() -> None:
    assert placeholders.fill("{客户称呼}", {"customer": "{工号}", "staff_no": "1"}) == "{工号}"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("信用卡", "xyk"),
        ("提前还款", "tqhk"),
        ("开场问候", "kcwh"),
        ("VIP 1号", "vip1h"),
        ("，😀", ""),
    ],
)
def test_initials(words: str, wanted: str) -> None:
    assert pinyin.initials(words) == wanted


def test_nobody_waits_after_our_last_word() -> None:
    assert waiting.waits_since(None, None) is None
    assert waiting.waits_since(NINE, NINE) is None
    assert waiting.waits_since(NINE, NINE - timedelta(seconds=1)) == NINE


@pytest.mark.parametrize(
    ("seconds", "state", "clause"),
    [
        (0, "safe", "HB-1.2-04"),
        (29, "safe", "HB-1.2-04"),
        (30, "soon", "HB-1.2-04"),
        (899, "soon", "HB-1.2-04"),
        (900, "over", "OM-3.2.3-01"),
    ],
)
def test_a_wait_turns_at_the_goal_and_at_the_limit(seconds: int, state: str, clause: str) -> None:
    wait = waiting.wait_of(NINE, TARGET, NINE + timedelta(seconds=seconds))
    assert wait == waiting.Wait(
        since=NINE,
        state=state,
        soon_at=NINE + timedelta(seconds=30),
        over_at=NINE + timedelta(seconds=900),
        clause=clause,
    )


def test_without_goal_and_limit_a_wait_is_only_counted() -> None:
    wait = waiting.wait_of(NINE, waiting.ReplyTarget(), NINE + timedelta(days=1))
    assert wait == waiting.Wait(since=NINE, state="safe")
