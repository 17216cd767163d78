"""The ticker warns, marks a breach once, and looks at nothing that is not due."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from shouwen.ground.kernel.models import OutboxEvent
from shouwen.ground.policy import clocks, telling, ticker
from shouwen.ground.policy.clocks import Facts, Subject
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.tests.moments import INSURER, LEAD, TUESDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    """Keep what is announced instead of storing it."""
    heard: list[tuple[str, str, Any]] = []
    monkeypatch.setattr(
        telling, "announce", lambda e: heard.append((e.name, e.clause, e.occurred_at))
    )
    return heard


def start(event: str, facts: Facts) -> Clock:
    """Start one clock."""
    clock = clocks.start(
        event,
        subject=Subject("case", "case_t"),
        institution_id=INSURER,
        facts=facts,
        at=TUESDAY,
        actor=LEAD,
    )
    assert clock is not None
    return clock


def test_a_clock_warns_and_then_is_breached_once(told: list[tuple[str, str, Any]]) -> None:
    clock = start("request.accept", Facts("request"))
    moments = [timedelta(hours=h) for h in (16.8, 21.6, 23)]
    assert ticker.tick(TUESDAY + timedelta(hours=16.7)) == 0
    for moment in moments:
        assert ticker.tick(TUESDAY + moment) == 1
        assert ticker.tick(TUESDAY + moment) == 0
    assert ticker.tick(clock.due_at) == 1
    assert ticker.tick(clock.due_at + timedelta(hours=1)) == 0
    assert [name for name, _clause, _at in told] == ["clock.warned"] * 3 + ["clock.breached"]
    clock.refresh_from_db()
    assert (clock.breached_at, clock.warned, clock.next_at) == (clock.due_at, 3, None)


def test_a_missed_look_catches_up_with_the_breach(told: list[tuple[str, str, Any]]) -> None:
    clock = start("request.accept", Facts("request"))
    assert ticker.tick(clock.due_at + timedelta(days=2)) == 1
    assert [name for name, _clause, _at in told] == ["clock.breached"]


def test_two_tickers_tell_of_a_breach_once(told: list[tuple[str, str, Any]]) -> None:
    clock = start("request.accept", Facts("request"))
    seen_by_both = Clock.objects.get(pk=clock.pk)
    assert ticker.tick(clock.due_at) == 1
    assert not ticker._look(seen_by_both, clock.due_at)
    assert [name for name, _clause, _at in told] == ["clock.breached"]


def test_a_target_warns_and_is_never_a_breach(told: list[tuple[str, str, Any]]) -> None:
    clock = start("complaint.close", Facts("complaint"))
    assert ticker.tick(clock.due_at) == 1
    assert ticker.tick(clock.due_at + timedelta(days=1)) == 0
    clock.refresh_from_db()
    assert (clock.hard, clock.breached_at, clock.next_at) == (False, None, None)
    assert [name for name, _clause, _at in told] == ["clock.warned"]


def test_a_stopped_or_held_clock_is_left_alone(told: list[tuple[str, str, Any]]) -> None:
    clock = start("request.accept", Facts("request"))
    clocks.stop(clock, at=TUESDAY, actor=LEAD)
    told.clear()
    assert ticker.tick(clock.due_at + timedelta(days=1)) == 0
    assert told == []


def test_the_watch_reads_its_index_alone() -> None:
    start("request.accept", Facts("request"))
    due = Clock.objects.filter(state=Clock.State.RUNNING, next_at__lte=TUESDAY).order_by(
        "next_at", "id"
    )
    if connection.vendor == "sqlite":
        assert "policy_clock_next" in due[:500].explain()


def test_what_was_done_in_time_and_recorded_late_takes_no_breach_back() -> None:
    accept = start("request.accept", Facts("request"))
    ticker.tick(accept.due_at + timedelta(hours=1))
    accept.refresh_from_db()
    found = accept.breached_at
    assert found is not None
    in_time = accept.due_at - timedelta(minutes=5)
    clocks.stop(accept, at=in_time, actor=LEAD)
    accept.refresh_from_db()
    assert (accept.stopped_at, accept.breached_at) == (in_time, found)
    # Figures count what was found, once: what stopped late has been counted when it passed.
    [stopped] = OutboxEvent.objects.filter(name="clock.stopped")
    assert json.loads(stopped.values)["late"] is True


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time")
@pytest.mark.django_db(transaction=True)
def test_a_clock_somebody_is_acting_on_is_left_for_the_next_turn(
    told: list[tuple[str, str, Any]],
) -> None:
    held = start("request.accept", Facts("request"))
    free = clocks.start(
        "request.accept",
        subject=Subject("case", "case_u"),
        institution_id=INSURER,
        facts=Facts("request"),
        at=TUESDAY,
        actor=LEAD,
    )
    assert free is not None
    late = TUESDAY + timedelta(days=3)

    def tick() -> int:
        try:
            return ticker.tick(late)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Clock.objects.filter(pk=held.pk).update(warned=held.warned)
            assert pool.submit(tick).result(10) == 1
        assert pool.submit(tick).result(10) == 1
    assert [name for name, _clause, _at in told] == ["clock.breached"] * 2
