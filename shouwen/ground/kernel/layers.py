"""The channel layer of a centre that runs in one process.

Channels' own layer looks through every open line's queue at each message that anybody receives, so
that one topic for five hundred desks costs a million looks; and it starts a task for each of them.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any

from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer

# Messages expire after a minute: nobody is served better by looking more often.
CLEANS_APART_SECONDS = 1.0


class MemoryLayer(InMemoryChannelLayer):  # type: ignore[misc]  # the library has no types
    """Channels' layer in memory, for thousands of lines."""

    _cleaned_at = 0.0

    def _clean_expired(self) -> None:
        """Throw away what expired, once a second."""
        now = time.monotonic()
        if now - self._cleaned_at >= CLEANS_APART_SECONDS:
            self._cleaned_at = now
            super()._clean_expired()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Put a message before every line of a group; a line that reads nothing misses it."""
        self.require_valid_group_name(group)
        self._clean_expired()
        for channel in tuple(self.groups.get(group, ())):
            with contextlib.suppress(ChannelFull):
                await self.send(channel, message)
