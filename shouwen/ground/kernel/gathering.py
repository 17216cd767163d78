"""What many sockets ask in the same moment is asked of the database once.

Five hundred open desks say every four seconds that they are there. Each asking for itself would
leave no time for anybody's work; together they cost what a handful would.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from shouwen.ground.kernel.aio import in_thread_first

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class _Round(Generic[K, V]):
    """Who waits for the next answer on one event loop, and whether somebody fetches it."""

    waiting: list[tuple[K, asyncio.Future[V | None]]] = field(default_factory=list)
    fetching: asyncio.Task[None] | None = None


class Gatherer(Generic[K, V]):
    """Gathers questions and has them answered together.

    `answer` gets each key once and gives what it knows of them; it runs in a thread. The first
    question after a pause is answered at once, what follows within `apart_seconds` together.
    """

    def __init__(
        self, answer: Callable[[Sequence[K]], Mapping[K, V]], *, apart_seconds: float
    ) -> None:
        """Take what answers, and how far apart its calls lie."""
        self._answer = answer
        self._apart_seconds = apart_seconds
        self._rounds: WeakKeyDictionary[asyncio.AbstractEventLoop, _Round[K, V]] = (
            WeakKeyDictionary()
        )

    async def ask(self, key: K) -> V | None:
        """Give the answer for this key, None where there is none; raises what answering raised."""
        loop = asyncio.get_running_loop()
        one = self._rounds.setdefault(loop, _Round())
        future: asyncio.Future[V | None] = loop.create_future()
        one.waiting.append((key, future))
        if one.fetching is None or one.fetching.done():
            one.fetching = loop.create_task(self._fetch(one))
        return await future

    async def _fetch(self, one: _Round[K, V]) -> None:
        loop = asyncio.get_running_loop()
        while one.waiting:
            taken, one.waiting = one.waiting, []
            apart = loop.time() + self._apart_seconds
            try:
                found = await in_thread_first(
                    self._answer, list(dict.fromkeys(key for key, _ in taken))
                )
            except Exception as error:
                _tell(taken, error=error)
            else:
                _tell(taken, found)
            await asyncio.sleep(max(0.0, apart - loop.time()))


def _tell(
    asked: Sequence[tuple[K, asyncio.Future[V | None]]],
    found: Mapping[K, V] | None = None,
    *,
    error: Exception | None = None,
) -> None:
    for key, future in asked:
        if future.done():
            # Whoever asked has hung up meanwhile.
            continue
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result((found or {}).get(key))
