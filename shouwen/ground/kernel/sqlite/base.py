"""Writers of one SQLite file wait in line instead of asking again and again.

SQLite's own waiting sleeps up to a tenth of a second between two attempts and gives no order, so
that under load a writer may be passed by for seconds. Here a transaction waits for its turn first:
for a lock among the threads of the process, then for a lock on a file beside the database among
processes. The system lets go of both when a process dies.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import defaultdict
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

TURN_SUFFIX = "-turn"

_lines: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class Turn:
    """One connection's place in the line of those who write to one file."""

    def __init__(self, path: str, seconds: float) -> None:
        """Take the database's path and how long to wait among this process's threads."""
        self._path = path
        self._seconds = seconds
        self._line = _lines[path]
        self._file: int | None = None

    def take(self) -> None:
        """Wait for the turn. Raises OperationalError when it does not come in time."""
        if self._file is not None:
            return
        if not self._line.acquire(timeout=self._seconds):
            raise OperationalError("database is locked: the turn to write did not come in time")
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            self._file = os.open(self._path + TURN_SUFFIX, flags, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._close()
            self._line.release()
            raise

    def give_back(self) -> None:
        """Let the next one write; harmless without a turn."""
        if self._file is not None:
            self._close()
            self._line.release()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions begin when it is their turn."""

    _turn: Turn | None = None

    def _start_transaction_under_autocommit(self) -> None:
        # Only transactions that take the writer's place at once may hold the turn.
        options = self.settings_dict["OPTIONS"]
        if options.get("transaction_mode") != "IMMEDIATE" or self.is_in_memory_db():
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
            return
        if self._turn is None:
            seconds = float(options.get("timeout", 5))
            self._turn = Turn(os.path.abspath(str(self.settings_dict["NAME"])), seconds)
        self._turn.take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._turn.give_back()
            raise

    def _commit(self) -> Any:
        done = super()._commit()  # type: ignore[misc]  # not in the stubs
        self._give_turn_back()
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._give_turn_back()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._give_turn_back()

    def _give_turn_back(self) -> None:
        if self._turn is not None:
            self._turn.give_back()
