"""What the tiers of a customer give them, taken together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """What one tier gives.

    `points` of priority in the queue; a first reply within `reply_seconds` (None: as for
    everyone); the customer's own person is offered the contact first; a case resolved within
    `resolve_hours` of its assignment, which a case's complexity may say too. Serves HB-1.3-06.
    """

    points: int = 0
    reply_seconds: int | None = None
    dedicated_first: bool = False
    resolve_hours: int | None = None


def together(services: Iterable[Service]) -> Service:
    """Join what several tiers give: points add up, the shortest limits count."""
    listed = list(services)
    replies = [one.reply_seconds for one in listed if one.reply_seconds is not None]
    resolving = [one.resolve_hours for one in listed if one.resolve_hours is not None]
    return Service(
        points=sum(one.points for one in listed),
        reply_seconds=min(replies, default=None),
        dedicated_first=any(one.dedicated_first for one in listed),
        resolve_hours=min(resolving, default=None),
    )
