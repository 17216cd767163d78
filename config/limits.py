"""How much and how slowly a request may send: the first door, before anything is read into memory.

Under ASGI the whole body is spooled before a view sees it, so a limit in a view comes too late.
"""

from __future__ import annotations

import asyncio
import json
import re
from http import HTTPStatus
from typing import Any

from asgiref.typing import (
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    ASGISendEvent,
    HTTPScope,
    Scope,
)

PLAIN_BYTES = 1_048_576
# A file of 10 MB and the form around it.
FILE_BYTES = 10 * 1_048_576 + 65_536
FILE_DOORS = re.compile(
    r"/(chat/[a-z0-9]{1,40}|desk/contacts/[a-z0-9_]{1,60})/files/?"
    r"|/(customers|complaints)/imports/|/console/system/surveys/outside/"
    r"|/knowledge/[a-z0-9_]{1,60}/files/"
    r"|/complaints/(new|[a-z0-9_]{1,60}/files)/|/api/v1/cases/[a-z0-9_]{1,60}/attachments"
    r"|/(progress|me/cases/[a-z0-9_]{1,60})/add|/ask/"
)
# Time for a whole body, not for each part: a client that drips bytes holds nothing for long.
BODY_SECONDS = 60.0
ADDRESS_BYTES = 8_192

TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
TOO_LONG = HTTPStatus.REQUEST_URI_TOO_LONG
TOO_SLOW = HTTPStatus.REQUEST_TIMEOUT
NOT_READABLE = HTTPStatus.BAD_REQUEST

WORDS = {
    TOO_LARGE: "This is too large. Send a smaller file or a shorter text.",
    TOO_LONG: "This address is too long.",
    TOO_SLOW: "The request came too slowly. Send it again.",
    NOT_READABLE: "This address or length cannot be read.",
}


class _Refused(Exception):
    """The request is over; the status says why."""

    def __init__(self, status: HTTPStatus) -> None:
        """Take the status to answer with."""
        super().__init__(status)
        self.status = status


def most_bytes(path: str) -> int:
    """Give how many bytes of body the door at this path takes."""
    return FILE_BYTES if FILE_DOORS.fullmatch(path) else PLAIN_BYTES


class RequestLimits:
    """Refuses a body that is too large or too slow with 413 or 408, whatever it says of itself."""

    def __init__(self, inner: Any, *, body_seconds: float = BODY_SECONDS) -> None:
        """Take the next layer."""
        self.inner = inner
        self.body_seconds = body_seconds

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Count what comes in; hand everything else on as it is."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        has_answered = False

        async def counted_send(event: ASGISendEvent) -> None:
            nonlocal has_answered
            has_answered = True
            await send(event)

        try:
            _check_head(scope)
            counted = self._counted(scope["path"], receive)
            await self.inner(scope, counted, counted_send)
        except _Refused as refusal:
            if not has_answered:
                await _answer(refusal.status, scope["path"], send)

    def _counted(self, path: str, receive: ASGIReceiveCallable) -> ASGIReceiveCallable:
        most = most_bytes(path)
        loop = asyncio.get_running_loop()
        until = loop.time() + self.body_seconds
        seen = 0
        is_whole = False

        async def counted() -> ASGIReceiveEvent:
            nonlocal seen, is_whole
            if is_whole:
                # What still comes is the end of the connection, which may take its time.
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    event = await receive()
            except TimeoutError:
                raise _Refused(TOO_SLOW) from None
            if loop.time() > until:
                raise _Refused(TOO_SLOW)
            if event["type"] == "http.request":
                seen += len(event.get("body", b""))
                is_whole = not event.get("more_body", False)
                if seen > most:
                    raise _Refused(TOO_LARGE)
            return event

        return counted


def _check_head(scope: HTTPScope) -> None:
    query = scope.get("query_string", b"")
    if len(scope.get("raw_path") or b"") + len(query) > ADDRESS_BYTES:
        raise _Refused(TOO_LONG)
    # No database keeps a NUL in a text, and no honest address holds one.
    if "\x00" in scope["path"] or b"%00" in query:
        raise _Refused(NOT_READABLE)
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit() or len(value) > 15:
                raise _Refused(NOT_READABLE)
            if int(value) > most_bytes(scope["path"]):
                raise _Refused(TOO_LARGE)


async def _answer(status: HTTPStatus, path: str, send: ASGISendCallable) -> None:
    code, words = status.phrase.lower().replace(" ", "-"), WORDS[status]
    if path.startswith("/api/"):
        kind = b"application/problem+json"
        body = {
            "type": f"urn:shouwen:problem:{code}",
            "code": code,
            "title": words,
            "status": status.value,
        }
    else:
        # The chat's own pages and scripts read these two names.
        kind, body = b"application/json", {"code": code, "words": words}
    headers = [(b"content-type", kind), (b"connection", b"close")]
    await send(
        {
            "type": "http.response.start",
            "status": status.value,
            "headers": headers,
            "trailers": False,
        }
    )
    await send(
        {"type": "http.response.body", "body": json.dumps(body).encode(), "more_body": False}
    )
