"""Django under ASGI, with each request whole on one thread that lives on.

Django's own handler starts a thread for every request, and opens and closes a database connection
with it; where middlewares of both kinds meet, a request hops between that thread and the event
loop again and again. Here a request takes one of a few threads once its body is there, and runs on
it in one go, from the signal that it began to the one that it ended.

A request that finds all of them busy waits for its turn. When those before it hold their threads
for long, some more threads help out, so that held requests keep nobody waiting; never so many that
the database's connections run out.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

KEPT_THREADS = 6
# Each holds a database connection, and sockets want theirs of the same pool (`SHOUWEN_POOL`).
MOST_THREADS = 10
# A crowd is served faster by few threads in turn than by many that wait for one interpreter.
PATIENCE_SECONDS = 2.0


class Threads:
    """The threads that pages run on; touched by the event loop alone."""

    def __init__(self) -> None:
        """Begin with none; they are made as they are wanted."""
        # The last one back goes out first: its memory is warm.
        self._idle: deque[ThreadPoolExecutor] = deque()
        self._waiting: deque[asyncio.Future[ThreadPoolExecutor]] = deque()
        self._made, self._living = 0, 0

    async def take(self) -> ThreadPoolExecutor:
        """Give a thread, in the order of asking."""
        if self._idle:
            return self._idle.pop()
        if self._living < KEPT_THREADS:
            return self._make()
        turn: asyncio.Future[ThreadPoolExecutor] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await asyncio.wait((turn,), timeout=PATIENCE_SECONDS)
            if not turn.done() and self._living < MOST_THREADS:
                self._waiting.remove(turn)
                return self._make()
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back(turn.result())
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise

    def give_back(self, thread: ThreadPoolExecutor) -> None:
        """Let the next one have it; one more than is kept ends when nobody waits."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(thread)
                return
        if self._living > KEPT_THREADS:
            self._living -= 1
            thread.shutdown(wait=False)
        else:
            self._idle.append(thread)

    def _make(self) -> ThreadPoolExecutor:
        self._living += 1
        self._made += 1
        return ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"page-{self._made}")


class PagesHandler(ASGIHandler):
    """Serves pages and the API."""

    def __init__(self) -> None:
        """Load the middlewares in their synchronous form and begin with no threads."""
        super().__init__()
        self.load_middleware(is_async=False)
        self._threads = Threads()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request. Raises ValueError for anything but HTTP."""
        if scope["type"] != "http":
            raise ValueError(f"Pages are for HTTP, not {scope['type']}")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            thread = await self._threads.take()
            try:
                async with ThreadSensitiveContext(executor=thread):
                    response = await sync_to_async(self._answer)(scope, body)
                    if response.streaming:
                        await self._stream(response, receive, send)
                        return
            finally:
                self._threads.give_back(thread)
        await self.send_response(response, send)

    def _answer(self, scope: Any, body: Any) -> Any:
        """Give the answer; every middleware and the view on this request's thread."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        # One of the two is there; Django's types do not say so.
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        return response

    async def _stream(self, response: HttpResponseBase, receive: Any, send: Any) -> None:
        """Send it piece by piece, until its end or until its reader has gone."""
        sending = asyncio.ensure_future(self.send_response(response, send))
        gone = asyncio.ensure_future(receive())
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            for task in (sending, gone):
                task.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)
            await sync_to_async(response.close)()
