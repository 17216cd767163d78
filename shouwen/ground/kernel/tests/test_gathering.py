"""What many ask at once is asked once, and everybody gets their own answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from shouwen.ground.kernel import aio
from shouwen.ground.kernel.gathering import Gatherer

SOON = 0.01


async def test_everybody_gets_their_own_answer_and_each_key_is_asked_once() -> None:
    asked: list[list[int]] = []

    def answer(keys: Sequence[int]) -> dict[int, str]:
        asked.append(list(keys))
        return {key: str(key) for key in keys if key != 3}

    gatherer = Gatherer(answer, apart_seconds=SOON)
    found = await asyncio.gather(*(gatherer.ask(key) for key in (1, 2, 1, 3)))
    assert found == ["1", "2", "1", None]
    assert asked == [[1, 2, 3]]
    assert await gatherer.ask(4) == "4"


async def test_what_is_asked_while_an_answer_is_fetched_goes_together() -> None:
    let_go, asked = threading.Event(), []

    def answer(keys: Sequence[int]) -> dict[int, int]:
        asked.append(list(keys))
        assert let_go.wait(10)
        return {key: key for key in keys}

    gatherer = Gatherer(answer, apart_seconds=SOON)
    first = asyncio.ensure_future(gatherer.ask(0))
    while not asked:
        await asyncio.sleep(0)
    others = [asyncio.ensure_future(gatherer.ask(key)) for key in range(1, 4)]
    await asyncio.sleep(0)
    let_go.set()
    assert await asyncio.gather(first, *others) == [0, 1, 2, 3]
    assert asked == [[0], [1, 2, 3]]


@pytest.mark.django_db
async def test_a_failure_reaches_all_who_asked_and_the_next_asks_anew() -> None:
    failures = iter([OSError("away"), None])

    def answer(keys: Sequence[int]) -> dict[int, int]:
        if error := next(failures):
            raise error
        return {key: key for key in keys}

    gatherer = Gatherer(answer, apart_seconds=SOON)
    told = await asyncio.gather(gatherer.ask(1), gatherer.ask(2), return_exceptions=True)
    assert [type(one) for one in told] == [OSError, OSError]
    assert await gatherer.ask(1) == 1


async def test_who_hangs_up_meanwhile_keeps_nobody_from_an_answer() -> None:
    gatherer = Gatherer(lambda keys: {key: key for key in keys}, apart_seconds=SOON)
    gone = asyncio.ensure_future(gatherer.ask(1))
    stays = asyncio.ensure_future(gatherer.ask(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 2
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_nobody_waits_behind_what_single_sockets_ask() -> None:
    let_go = threading.Event()
    busy = [asyncio.ensure_future(aio.in_thread(let_go.wait, 10)) for _ in range(aio.THREADS * 2)]
    gatherer: Gatherer[str, str] = Gatherer(
        lambda keys: dict.fromkeys(keys, "here"), apart_seconds=SOON
    )
    try:
        assert await asyncio.wait_for(gatherer.ask("me"), 5) == "here"
    finally:
        let_go.set()
        await asyncio.gather(*busy)
