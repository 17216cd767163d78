"""Database work from sockets, on a bounded pool of its own.

Channels' own helper runs everything on one shared thread, which would make 1,000 visitors queue
behind each other's reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from shouwen.ground.kernel import connections

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 6
_pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="socket")
# What keeps everybody's lines standing waits behind nobody's messages: a server that is late must
# not take its own people for gone.
_first = ThreadPoolExecutor(max_workers=2, thread_name_prefix="together")


async def in_thread(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Run blocking work on the socket pool and give what it gives."""
    return await _on(_pool, work, *args, **options)


async def in_thread_first(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """The same, without waiting behind what single sockets ask."""
    return await _on(_first, work, *args, **options)


async def _on(
    pool: ThreadPoolExecutor, work: Callable[P, T], *args: P.args, **options: P.kwargs
) -> T:
    def run() -> T:
        try:
            return work(*args, **options)
        except Exception:
            connections.tidy(after_error=True)
            raise
        finally:
            connections.tidy()

    return await asyncio.get_running_loop().run_in_executor(pool, run)
