"""A pill says its state in words, and carries what the page's timer needs to go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from shouwen.ground.kit import clocks
from shouwen.ground.kit.samples import SampleClock

NOW = datetime(2026, 6, 16, 2, 46, tzinfo=UTC)
BEGUN = NOW - timedelta(hours=2)


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (SampleClock("safe", NOW + timedelta(days=8), BEGUN), "还剩8天"),
        (SampleClock("soon", NOW + timedelta(minutes=65), BEGUN), "还剩1小时05分"),
        (SampleClock("over", NOW - timedelta(minutes=35), BEGUN), "超时35分"),
        (SampleClock("hold", NOW, BEGUN, waits_for="等客户补件"), "暂停 · 等客户补件"),
        (SampleClock("hold", NOW, BEGUN), "暂停"),
        (SampleClock("done", NOW, BEGUN, stopped_at=BEGUN + timedelta(minutes=48)), "用时48分"),
        (SampleClock("goal", NOW - timedelta(hours=2), BEGUN), "目标 过2小时"),
        (SampleClock("goal", NOW + timedelta(hours=2), BEGUN), "目标 还剩2小时"),
    ],
)
def test_six_states_in_words(clock: SampleClock, said: str) -> None:
    with translation.override("zh-hans"):
        assert clocks.pill(clock, NOW).text == said


def test_what_ended_late_says_so() -> None:
    late = SampleClock("done", NOW, BEGUN, stopped_at=NOW + timedelta(minutes=9), met=False)
    target = replace(late, hard=False)
    with translation.override("zh-hans"):
        pill = clocks.pill(late, NOW)
        assert (pill.text, pill.icon) == ("逾期 · 用时2小时09分", "alert-octagon")
        # A target that was missed is no limit missed.
        assert clocks.pill(target, NOW).text == "用时2小时09分"


def test_stopped_and_paused_clocks_do_not_tick() -> None:
    for state in ("hold", "done"):
        assert clocks.pill(SampleClock(state, NOW, BEGUN), NOW).due == ""
    running = SampleClock("safe", NOW, BEGUN, next_changes=((NOW, "over"),))
    pill = clocks.pill(running, NOW)
    assert pill.due == "2026-06-16T02:46:00.000+00:00"
    assert pill.changes == "2026-06-16T02:46:00.000+00:00=over"


def test_a_bare_due_moment_finds_its_own_state() -> None:
    assert clocks.pill_of_due(NOW + timedelta(hours=1), "", NOW).state == "safe"
    assert clocks.pill_of_due(NOW - timedelta(hours=1), "", NOW).state == "over"
    assert clocks.pill_of_due(NOW + timedelta(hours=1), "soon", NOW).changes.endswith("=over")
