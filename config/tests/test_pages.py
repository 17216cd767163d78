"""Requests run whole on a few threads that live on; more help out when these are held for long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from config import pages
from config.pages import PagesHandler

seen: list[str] = []
gate, ended = threading.Event(), threading.Event()


def which(request: HttpRequest) -> HttpResponse:
    seen.append(threading.current_thread().name)
    return HttpResponse(threading.current_thread().name)


def held(request: HttpRequest) -> HttpResponse:
    gate.wait(10)
    return which(request)


async def held_lightly(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0.05)
    return HttpResponse("async")


class _Watched(StreamingHttpResponse):
    def close(self) -> None:
        ended.set()
        super().close()


def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[str]:
        while True:
            await asyncio.sleep(0.01)
            yield "again "

    return _Watched(pieces())


urlpatterns = [
    path("which", which),
    path("held", held),
    path("async", held_lightly),
    path("stream", stream),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


def ask(handler: PagesHandler, where: str) -> Any:
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": where,
        "raw_path": where.encode(),
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    # The library has no types; its makers are called as of any.
    communicator: Any = ApplicationCommunicator
    return communicator(handler, scope)


async def answer(handler: PagesHandler, where: str) -> str:
    asked = ask(handler, where)
    await asked.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await asked.receive_output(20)
    assert start["status"] == 200
    body = await asked.receive_output(20)
    await asked.wait(20)
    return str(body["body"].decode())


async def test_one_after_the_other_share_a_thread() -> None:
    handler = PagesHandler()
    assert {await answer(handler, "/which") for _request in range(4)} == {"page-1_0"}
    assert await answer(handler, "/async") == "async"
    assert await answer(handler, "/which") == "page-1_0"


async def test_held_requests_keep_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "KEPT_THREADS", 2)
    monkeypatch.setattr(pages, "PATIENCE_SECONDS", 0.05)
    handler = PagesHandler()
    gate.clear()
    waiting = [asyncio.create_task(answer(handler, "/held")) for _request in range(2)]
    await asyncio.sleep(0.2)
    alone = await answer(handler, "/which")
    gate.set()
    assert {await task for task in waiting} == {"page-1_0", "page-2_0"}
    assert alone == "page-3_0"
    assert await answer(handler, "/which") in ("page-1_0", "page-2_0")


async def test_a_crowd_waits_for_the_threads_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "KEPT_THREADS", 1)
    monkeypatch.setattr(pages, "MOST_THREADS", 2)
    monkeypatch.setattr(pages, "PATIENCE_SECONDS", 0.05)
    handler = PagesHandler()
    gate.clear()
    crowd = [asyncio.create_task(answer(handler, "/held")) for _request in range(6)]
    await asyncio.sleep(0.4)
    assert not any(task.done() for task in crowd)
    gate.set()
    assert {await task for task in crowd} <= {"page-1_0", "page-2_0"}


async def test_who_gives_up_waiting_takes_no_thread_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "KEPT_THREADS", 1)
    handler = PagesHandler()
    gate.clear()
    first = asyncio.create_task(answer(handler, "/held"))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(answer(handler, "/which"))
    await asyncio.sleep(0.1)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    gate.set()
    await first
    assert await answer(handler, "/which") == "page-1_0"


async def test_a_stream_ends_when_its_reader_has_gone() -> None:
    handler = PagesHandler()
    asked = ask(handler, "/stream")
    await asked.send_input({"type": "http.request", "body": b"", "more_body": False})
    assert (await asked.receive_output(20))["status"] == 200
    assert (await asked.receive_output(20))["body"] == b"again "
    await asked.send_input({"type": "http.disconnect"})
    await asked.wait(20)
    assert ended.wait(20)
    assert await answer(handler, "/which") == "page-1_0"
