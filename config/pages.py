"""Django under ASGI, with each request whole on one thread that lives on.

Django's own handler starts a thread for every request, and opens and closes a database connection
with it; and where middlewares of both kinds meet, a request hops between that thread and the event
loop again and again. Here the middlewares run in one go, on one of a few threads that keep their
connections. A request that finds them all busy gets a thread of its own, as Django would do, so
that held requests keep nobody waiting.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

KEPT_THREADS = 6


class PagesHandler(ASGIHandler):
    """Serves pages and the API."""

    def __init__(self) -> None:
        """Load the middlewares in their synchronous form and begin with no threads."""
        super().__init__()
        self.load_middleware(is_async=False)
        # Touched by the event loop alone. The last one back goes out first: its memory is warm.
        self._idle: deque[ThreadPoolExecutor] = deque()
        self._kept = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request. Raises ValueError for anything but HTTP."""
        if scope["type"] != "http":
            raise ValueError(f"Pages are for HTTP, not {scope['type']}")
        thread = self._thread()
        if thread is None:
            await super().__call__(scope, receive, send)
            return
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            self._idle.append(thread)

    def _thread(self) -> ThreadPoolExecutor | None:
        if self._idle:
            return self._idle.pop()
        if self._kept >= KEPT_THREADS:
            return None
        self._kept += 1
        return ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"page-{self._kept}")

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer; every middleware and the view on this request's thread."""
        response: HttpResponseBase = await sync_to_async(self.get_response)(request)
        response._handler_class = self.__class__  # type: ignore[attr-defined]  # as Django does
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        return response
