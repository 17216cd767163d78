"""Messages sent at fixed moments, as people do who do not wait for the server."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sized

LOOK_SECONDS = 0.02


async def at_fixed_moments(
    per_second: int,
    seconds: float,
    *,
    visitor: Callable[[int], Awaitable[float]],
    colleague: Callable[[int], Awaitable[None]],
) -> list[float]:
    """Send by turns as a visitor and as a colleague, whatever is still on its way.

    Gives how many seconds each visitor's message took.
    """
    visits: list[asyncio.Future[float]] = []
    calls: list[asyncio.Future[None]] = []
    began = time.perf_counter()
    for number in range(round(seconds * per_second)):
        wait = began + number / per_second - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        if number % 2:
            calls.append(asyncio.ensure_future(colleague(number)))
        else:
            visits.append(asyncio.ensure_future(visitor(number)))
    took = await asyncio.gather(*visits)
    await asyncio.gather(*calls)
    return list(took)


async def until_empty(waiting: Sized, seconds: float) -> None:
    """Wait until nothing is on its way, at most so long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while waiting:
                await asyncio.sleep(LOOK_SECONDS)
