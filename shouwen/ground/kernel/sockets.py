"""What every socket has in common: it hangs up once, and says nothing afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from redis.exceptions import RedisError

from shouwen.ground.kernel import topics

logger = logging.getLogger(__name__)
TRY_AGAIN_LATER = 1013


class Socket(AsyncWebsocketConsumer):  # type: ignore[misc]  # the library has no types
    """An open line to one page. `is_over` is true from the moment we hang up."""

    is_over = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the line to its end; where Redis goes away under it, the page may come again."""
        try:
            await super().__call__(scope, receive, send)
        except (RedisError, OSError) as error:
            logger.warning("a line is cut: the layer failed (%s)", type(error).__name__)
            # What the line holds outside the layer is given back, and the page is told.
            with contextlib.suppress(RedisError, OSError):
                await self.disconnect(TRY_AGAIN_LATER)
            with contextlib.suppress(RuntimeError, OSError):
                await self.close(TRY_AGAIN_LATER)

    async def dispatch(self, message: Any) -> None:
        """Hand a message to what is named for its type.

        Channels closes old database connections before each, on one thread that all lines share;
        `in_thread` does so where a database was asked.
        """
        handler = getattr(self, get_handler_name(message), None)
        if handler is None:
            raise ValueError(f"Nothing hears {message['type']}")
        await handler(message)

    async def websocket_connect(self, message: object) -> None:
        """Let topics be sent from threads through this loop, then go through the door."""
        topics.serve_from(asyncio.get_running_loop())
        await super().websocket_connect(message)

    async def line_cut(self, _event: object) -> None:
        """Hang up: the layer may have lost something, and a page that comes again looks anew."""
        await self.close(TRY_AGAIN_LATER)

    async def close(self, code: int | bool | None = None, reason: str | None = None) -> None:
        """Hang up, once; frames that were under way are not answered any more."""
        if not self.is_over:
            self.is_over = True
            await super().close(code, reason)
