"""After-commit nudges to live screens: a topic and nothing else; the screen fetches itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from channels.layers import get_channel_layer
from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

from shouwen.ground.kernel import time

logger = logging.getLogger(__name__)
TOPIC_PATTERN = re.compile(r"^[a-z]+-[A-Za-z0-9_.]{1,80}$")
# A page follows its topics some hundred milliseconds after it was read; this long the last word
# of a topic is kept for those who were not listening yet.
KEPT_SECONDS = 60

_home: asyncio.AbstractEventLoop | None = None
_passing: set[asyncio.Task[None]] = set()


def publish(topic: str, **hint: str | int) -> None:
    """Tell the screens that follow this topic to look again, once the change is committed.

    `hint` lets a screen that knows the change already spare itself the look; where a transaction
    publishes a topic with different hints it is sent with none. With `only=` it concerns one part
    of a screen: several parts are told one by one, and none where the whole is told. Best effort:
    a lost topic costs a late refresh, never data. Raises ValueError for what is not `word-id`.
    """
    if not TOPIC_PATTERN.match(topic):
        raise ValueError(f"Not a topic: {topic}")
    nudges = _of_transaction()
    if topic in nudges:
        nudges[topic].add(hint)
        return
    nudges[topic] = nudge = _Nudge(topic)
    nudge.add(hint)
    transaction.on_commit(nudge)


@dataclass(slots=True)
class _Nudge:
    """Sends one topic after commit; its hints stand under the part they concern, "" for all."""

    topic: str
    hints: dict[str, dict[str, str | int]] = field(default_factory=dict)

    def add(self, hint: dict[str, str | int]) -> None:
        """Note one more reason to look."""
        part = str(hint.get("only", ""))
        if self.hints.setdefault(part, hint) != hint:
            self.hints[""] = {}

    def __call__(self) -> None:
        hints = [self.hints[""]] if "" in self.hints else [*self.hints.values()]
        # Kept before it is sent: whoever follows in between hears it twice and never not at all.
        last = (time.now().timestamp(), hints[0].get("broad", 0))
        cache.set(_kept_as(self.topic), last, KEPT_SECONDS)
        for hint in hints:
            send(self.topic, **hint)


class _Published(threading.local):
    """The topics that this thread's transaction will send, beside the list it keeps them in."""

    hooks: object = None

    def __init__(self) -> None:
        self.nudges: dict[str, _Nudge] = {}


_published = _Published()


def _of_transaction() -> dict[str, _Nudge]:
    """Give the topics that wait for this transaction's commit; several acts need each only once.

    Django replaces its list of hooks at every commit and every roll-back, of a savepoint too, so
    that a topic whose savepoint was undone is published again.
    """
    hooks = transaction.get_connection().run_on_commit
    if _published.hooks is not hooks or not hooks:
        found = {hook[1].topic: hook[1] for hook in hooks if isinstance(hook[1], _Nudge)}
        _published.hooks, _published.nudges = hooks, found
    return _published.nudges


def serve_from(loop: asyncio.AbstractEventLoop) -> None:
    """Name the event loop on which this process keeps its sockets; every socket does so.

    Topics are sent from loops' and pages' threads too. The in-memory layer's queues belong to one
    event loop and are not safe to touch from outside: the waiting socket would not even wake.
    """
    global _home
    _home = loop


def serve_alone() -> None:
    """Give a process that keeps no sockets an event loop of its own to send from."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="topics", daemon=True).start()
    serve_from(loop)


def send(topic: str, **hint: str | int) -> None:
    """Send a topic now. `hint` may carry passing states (typing), never content."""
    message = {"type": "topic.changed", "topic": topic, **hint}
    home = _home
    if home is not None and home.is_running():
        with contextlib.suppress(RuntimeError):  # closed this very moment: nobody listens
            home.call_soon_threadsafe(_start, topic, message)
        return
    try:
        get_channel_layer().group_send_now(f"topic.{topic}", message)
    except RedisError as error:
        _warn(topic, error)


def said_since(topics: Iterable[str], moment: float) -> list[dict[str, str | int]]:
    """Give the topics that were published since a moment (seconds of the epoch), and if broadly.

    Nothing is found that is older than `KEPT_SECONDS`.
    """
    names = {_kept_as(topic): topic for topic in topics}
    found: list[dict[str, str | int]] = []
    for name, (sent, broad) in cache.get_many(names).items():
        if sent >= moment:
            found.append({"topic": names[name]} | ({"broad": broad} if broad else {}))
    return found


def _kept_as(topic: str) -> str:
    return f"topic.{topic}"


def _start(topic: str, message: dict[str, str | int]) -> None:
    task = asyncio.ensure_future(_pass_on(topic, message))
    _passing.add(task)
    task.add_done_callback(_passing.discard)


async def _pass_on(topic: str, message: dict[str, str | int]) -> None:
    try:
        await get_channel_layer().group_send(f"topic.{topic}", message)
    except Exception as error:
        # Each layer fails in words of its own (Redis restarting, a full queue). What was to be
        # told is committed already, and screens poll as well.
        _warn(topic, error)


def _warn(topic: str, error: Exception) -> None:
    logger.warning("topic not sent: %s (%s)", topic.split("-")[0], type(error).__name__)
