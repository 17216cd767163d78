"""The loops that `shouwen up` keeps turning beside the web server, each in a thread."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection

from shouwen.ground.kernel import connections, time
from shouwen.ground.kernel.leases import give_up_lease, hold_lease, leases_held

logger = logging.getLogger(__name__)

LEASE_SECONDS = 5.0
RENEW_SECONDS = 1.0
# Where several machines share the work, a process number alone says too little.
HOLDER = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class Loop:
    """Work done again and again: `run(at)` says how much it did; more than none runs on at once.

    An `elected` loop runs in one process of many. `nudge` wakes it before its next turn.
    """

    name: str
    every_seconds: float
    run: Callable[[datetime], int]
    elected: bool = True
    nudge: threading.Event | None = None


_loops: dict[str, Loop] = {}


def register_loop(loop: Loop) -> None:
    """Add a loop to those that `shouwen up` starts; the same name again replaces it."""
    _loops[loop.name] = loop


def registered_loops() -> list[Loop]:
    """Give the loops in the order they were added."""
    return list(_loops.values())


@dataclass(frozen=True, slots=True)
class Beat:
    """Which process turns a loop, and when it last renewed its lease; None before the first turn
    and after a clean stop."""

    loop: Loop
    holder: str
    at: datetime | None


def beats() -> list[Beat]:
    """Give the last beat of every elected loop, in the order they were added; one query."""
    held = leases_held("loop:")
    return [
        Beat(loop, holder, until and until - timedelta(seconds=LEASE_SECONDS))
        for loop in registered_loops()
        if loop.elected
        for holder, until in (held.get(f"loop:{loop.name}", ("", None)),)
    ]


class Runner:
    """Turns loops in threads until told to stop."""

    def __init__(self, loops: list[Loop]) -> None:
        """Take the loops to turn."""
        self._stop = threading.Event()
        self._loops = loops
        self._threads = [
            threading.Thread(target=self._turn, args=(loop,), name=f"loop-{loop.name}", daemon=True)
            for loop in loops
        ]

    def start(self) -> None:
        """Start every thread."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Ask every loop to end after its present turn, and wait that long for each."""
        self._stop.set()
        for loop in self._loops:
            if loop.nudge:
                loop.nudge.set()
        for thread in self._threads:
            thread.join(seconds)

    def _turn(self, loop: Loop) -> None:
        held_until = 0.0
        while not self._stop.is_set():
            pause = loop.every_seconds
            try:
                connections.tidy()
                at = time.now()
                if loop.elected and at.timestamp() >= held_until:
                    if not hold_lease(f"loop:{loop.name}", HOLDER, LEASE_SECONDS, at):
                        connections.tidy()
                        self._stop.wait(RENEW_SECONDS)
                        continue
                    held_until = at.timestamp() + RENEW_SECONDS
                if loop.run(at):
                    pause = 0.0
            except OperationalError:
                logger.warning("loop %s waits: database busy or away", loop.name)
                connections.tidy(after_error=True)
                pause = 1.0
            except Exception:
                # A loop never dies of one bad row: the row's own handling has to end it.
                logger.exception("loop %s failed and goes on", loop.name)
                pause = 1.0
            if pause:
                # There are more loops than connections: one that rests leaves its own to others.
                connections.tidy()
            self._wait(loop, pause)
        if loop.elected:
            give_up_lease(f"loop:{loop.name}", HOLDER)
        connection.close()

    def _wait(self, loop: Loop, seconds: float) -> None:
        if loop.nudge:
            loop.nudge.wait(seconds)
            loop.nudge.clear()
        elif seconds:
            self._stop.wait(seconds)
