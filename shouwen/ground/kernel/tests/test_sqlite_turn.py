"""Writers of one SQLite file come in turn: among threads, among processes, and after a death."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from shouwen.ground.kernel.models import Lease
from shouwen.ground.kernel.sqlite.base import TURN_SUFFIX, Turn

HOLDER = """
import fcntl, os, sys, time
file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(30)
"""


def test_a_turn_is_given_back_and_taken_by_the_next(tmp_path: Path) -> None:
    path = str(tmp_path / "db")
    first, second = Turn(path, 0.05), Turn(path, 0.05)
    first.take()
    first.take()
    with pytest.raises(OperationalError):
        second.take()
    first.give_back()
    first.give_back()
    second.take()
    second.give_back()


def test_a_process_that_dies_lets_go(tmp_path: Path) -> None:
    path = str(tmp_path / "db")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path + TURN_SUFFIX], stdout=subprocess.PIPE
    )
    assert holder.stdout
    holder.stdout.readline()
    turn = Turn(path, 5)
    began = time.monotonic()
    threading.Timer(0.3, holder.kill).start()
    turn.take()
    waited = time.monotonic() - began
    turn.give_back()
    holder.wait()
    holder.stdout.close()
    assert 0.2 < waited < 10


@pytest.mark.django_db(transaction=True)
def test_many_threads_write_and_each_keeps_its_effect() -> None:
    Lease.objects.create(name="count", holder="0")
    errors: list[Exception] = []

    def add() -> None:
        try:
            for number in range(10):
                with transaction.atomic():
                    row = Lease.objects.select_for_update().get(name="count")
                    row.holder = str(int(row.holder) + 1)
                    row.save()
                if number % 3 == 0:
                    with pytest.raises(KeyError), transaction.atomic():
                        Lease.objects.filter(name="count").update(holder="-1000")
                        raise KeyError
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Lease.objects.get(name="count").holder == "60"
