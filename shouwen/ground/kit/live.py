"""Who may follow which topic, and who is told that a page is still there.

Rooms plug in through `config/wiring.py`; the kit itself knows no topic.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from shouwen.ground.kernel.actor import Actor

logger = logging.getLogger(__name__)

# (actor, what follows the topic's first word) -> may follow
Authoriser = Callable[[Actor, str], bool]
Beat = Callable[[Sequence[Actor], datetime], object]

# The actor behind an open socket as of now; None when they may no longer be here.
Recogniser = Callable[[dict[str, Any]], Awaitable[Actor | None]]

# How many pages of the actor's institution are open now.
Counter = Callable[[Actor, datetime], int]

# What changes for everybody once is fetched by so many pages a second, however many are open; by
# twice as many while it changes all the time, for each page chooses its moment by chance.
BROAD_FETCHES_PER_SECOND = 5

_counters: list[Counter] = []
_recognisers: list[Recogniser] = []
_authorisers: dict[str, Authoriser] = {}
_beats: list[Beat] = []


def register(word: str, authoriser: Authoriser) -> None:
    """Let `authoriser` decide about every topic that begins with `word-`."""
    _authorisers[word] = authoriser


def forget(word: str) -> None:
    """Take an authoriser out again."""
    _authorisers.pop(word, None)


def may_follow(actor: Actor, topic: str) -> bool:
    """Whether the actor may follow a topic; one that nobody registered is nobody's."""
    word, _, rest = topic.partition("-")
    authoriser = _authorisers.get(word)
    return bool(authoriser and rest and authoriser(actor, rest))


def allowed(actor: Actor, topics: list[str]) -> list[str]:
    """Give the topics of a list the actor may follow, in its order."""
    return [topic for topic in topics if may_follow(actor, topic)]


def recognise_by(recogniser: Recogniser) -> None:
    """Have the people of open sockets looked up again by this (wiring only)."""
    _recognisers[:] = [recogniser]


async def actor_now(scope: dict[str, Any], actor: Actor) -> Actor | None:
    """Give the actor of a socket as of now; the one it began with where nobody looks again."""
    for recogniser in _recognisers:
        return await recogniser(scope)
    return actor


def on_heartbeat(beat: Beat) -> None:
    """Have `beat(actors, at)` called whenever pages say they are still there (wiring only)."""
    _beats.append(beat)


def forget_heartbeat(beat: Beat) -> None:
    """Take a hearer of heartbeats out again."""
    _beats.remove(beat)


def heartbeat(actors: Sequence[Actor], at: datetime) -> None:
    """Tell everyone who asked that these actors' pages are still there."""
    for beat in _beats:
        try:
            beat(actors, at)
        except Exception:
            # A busy database must not cut the line; the next beat comes in seconds.
            logger.exception("heartbeat not heard")


def count_by(counter: Counter) -> None:
    """Have open pages counted by this (wiring only)."""
    _counters[:] = [counter]


def spread_seconds(actor: Actor, at: datetime) -> float:
    """Give the seconds over which pages spread a look at what changed for all of them.

    A queue that moves concerns every desk: five hundred that looked at once would leave no
    time for anybody's work. A dozen look within three seconds, five hundred within a hundred.
    """
    open_pages = 0
    for counter in _counters:
        try:
            open_pages = max(open_pages, counter(actor, at))
        except Exception:
            # A busy database must not cut the line; the next beat comes in seconds.
            logger.exception("open pages not counted")
    return open_pages / BROAD_FETCHES_PER_SECOND
