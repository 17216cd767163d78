"""Ids, actors, leases, topics and the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shouwen.ground.kernel import time, topics
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.ids import public_id
from shouwen.ground.kernel.leases import give_up_lease, hold_lease
from shouwen.ground.kernel.loops import Loop, Runner

MONDAY_9AM = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)


def test_public_ids_tell_their_kind_and_nothing_else() -> None:
    made = {public_id("case") for _time in range(1000)}
    assert len(made) == 1000
    assert all(len(one) == len("case_") + 26 and one.startswith("case_") for one in made)


def test_the_clock_can_be_held() -> None:
    with time.frozen(MONDAY_9AM):
        assert time.now() == MONDAY_9AM
    assert time.now() > MONDAY_9AM


def test_an_actor_keeps_its_purpose() -> None:
    actor = Actor.system("ticker", 1).for_purpose("drill")
    assert (actor.purpose, actor.is_system, actor.has_role("lead")) == ("drill", True, False)


@pytest.mark.django_db
def test_a_lease_has_one_holder_until_it_runs_out() -> None:
    assert hold_lease("ticker", "a", 5, MONDAY_9AM)
    assert not hold_lease("ticker", "b", 5, MONDAY_9AM + timedelta(seconds=4))
    assert hold_lease("ticker", "a", 5, MONDAY_9AM + timedelta(seconds=4))
    assert not hold_lease("ticker", "b", 5, MONDAY_9AM + timedelta(seconds=8))
    assert hold_lease("ticker", "b", 5, MONDAY_9AM + timedelta(seconds=10))


@pytest.mark.django_db
def test_a_lease_given_up_is_free_at_once() -> None:
    assert hold_lease("ticker", "a", 5, MONDAY_9AM)
    give_up_lease("ticker", "a")
    assert hold_lease("ticker", "b", 5, MONDAY_9AM)


@pytest.mark.parametrize("topic", ["case", "case-", "Case-1", "case-1 2", "case-<b>"])
def test_a_topic_is_a_word_and_an_id(topic: str) -> None:
    with pytest.raises(ValueError, match="Not a topic"):
        topics.publish(topic)


@pytest.mark.django_db(transaction=True)
def test_a_loop_outlives_a_failing_turn() -> None:
    turns: list[datetime] = []

    def run(at: datetime) -> int:
        turns.append(at)
        if len(turns) == 1:
            raise ValueError
        runner._stop.set()
        return 0

    runner = Runner([Loop("test", 0.01, run, elected=False)])
    runner.start()
    for thread in runner._threads:
        thread.join(10)
    assert len(turns) == 2
