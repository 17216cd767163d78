"""Requests run whole on a few threads that live on; one more gets a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config import pages
from config.pages import PagesHandler

seen: list[str] = []
gate = threading.Event()


def which(request: HttpRequest) -> HttpResponse:
    seen.append(threading.current_thread().name)
    return HttpResponse(threading.current_thread().name)


def held(request: HttpRequest) -> HttpResponse:
    gate.wait(10)
    return which(request)


async def held_lightly(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0.05)
    return HttpResponse("async")


urlpatterns = [path("which", which), path("held", held), path("async", held_lightly)]
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
    handler = PagesHandler()
    gate.clear()
    waiting = [asyncio.create_task(answer(handler, "/held")) for _request in range(2)]
    await asyncio.sleep(0.2)
    alone = await answer(handler, "/which")
    gate.set()
    assert {await task for task in waiting} == {"page-1_0", "page-2_0"}
    assert not alone.startswith("page-")
    assert await answer(handler, "/which") in ("page-1_0", "page-2_0")
