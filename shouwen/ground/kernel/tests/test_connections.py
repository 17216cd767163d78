"""Who is refused a turn at the database is told so, and nothing of theirs is stored."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, Semaphore

import pytest
from django.db import OperationalError, connection, transaction

from shouwen.ground.kernel.connections import refused_turn
from shouwen.ground.kernel.errors import TooBusy
from shouwen.ground.kernel.loops import Loop, Runner
from shouwen.ground.kernel.models import Lease


def test_other_errors_of_the_database_are_none_of_it() -> None:
    assert refused_turn(ValueError("database is locked")) is None
    assert refused_turn(OperationalError("server closed the connection unexpectedly")) is None
    assert isinstance(refused_turn(OperationalError("database is locked")), TooBusy)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_wait_for_each_other_one_is_told_and_stores_nothing() -> None:
    names = ("first", "second")
    for name in names:
        Lease.objects.create(name=name, holder="")
    both_hold_one = Barrier(2)

    def take(order: tuple[str, ...]) -> str:
        holder = f"{order[0]} first"
        try:
            with transaction.atomic():
                for name in order:
                    Lease.objects.filter(name=name).update(holder=holder)
                    if name == order[0]:
                        both_hold_one.wait(10)
        except OperationalError as error:
            return "" if isinstance(refused_turn(error), TooBusy) else repr(error)
        else:
            return holder
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(take, (names, names[::-1])))
    (winner,) = filter(None, ended)
    assert set(Lease.objects.filter(name__in=names).values_list("holder", flat=True)) == {winner}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite a thread keeps its own")
@pytest.mark.django_db(transaction=True)
def test_a_loop_that_rests_leaves_its_connection_to_others() -> None:
    """There are more loops than connections; pages waited for those of loops that slept."""
    held: list[bool] = []
    rested = Semaphore(0)

    class Watched(Runner):
        def _wait(self, loop: Loop, seconds: float) -> None:
            held.append(connection.connection is not None)
            rested.release()
            super()._wait(loop, seconds)

    def look(_at: datetime) -> int:
        assert Lease.objects.filter(name="none").count() == 0
        assert connection.connection is not None
        return 0

    runner = Watched([Loop("looks", 30.0, look), Loop("looks too", 30.0, look, elected=False)])
    runner.start()
    assert rested.acquire(timeout=10)
    assert rested.acquire(timeout=10)
    runner.stop()
    assert held == [False, False]
