"""The watch over due times: one elected process looks at what the index says is next."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import packs, telling
from shouwen.ground.policy.clocks import stopping, storing
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.rules import warnings

BATCH = 500
# A transaction stays short, so that the single writer of SQLite is not held up by a big batch.
PER_TRANSACTION = 100


def tick(at: datetime) -> int:
    """Warn of what ends soon and mark what has been missed, at most 500 clocks; say how many.

    Each clock is claimed by a guarded update, so two tickers tell of a breach once. A clock that
    somebody is just acting on is left for the next turn: who waited for it here, while holding
    others of the same matter, could stand in a ring with them.
    """
    waiting = Clock.objects.filter(state=Clock.State.RUNNING, next_at__lte=at)
    found = list(waiting.order_by("next_at", "id").values_list("pk", flat=True)[:BATCH])
    done = 0
    for first in range(0, len(found), PER_TRANSACTION):
        some = found[first : first + PER_TRANSACTION]
        with transaction.atomic():
            free = waiting.filter(pk__in=some).select_for_update(skip_locked=True)
            done += sum(_look(clock, at) for clock in free.order_by("next_at", "id"))
    return done


def lag_seconds(at: datetime) -> float:
    """Give how late the watch is: the age of the oldest clock it should have looked at, else 0."""
    waiting = Clock.objects.filter(state=Clock.State.RUNNING, next_at__lte=at)
    oldest = waiting.order_by("next_at", "id").values_list("next_at", flat=True).first()
    return max(0.0, (at - oldest).total_seconds()) if oldest else 0.0


def _look(clock: Clock, at: datetime) -> bool:
    due = clock.due_at <= at
    if due and packs.is_window(clock.event):
        return _end_window(clock)
    breach = due and clock.hard and clock.breached_at is None
    following = None if due else _following(clock, at)
    claimed = Clock.objects.filter(
        pk=clock.pk,
        state=Clock.State.RUNNING,
        next_at=clock.next_at,
        entry_count=clock.entry_count,
        breached_at=clock.breached_at,
    ).update(
        next_at=following,
        warned=F("warned") if breach else F("warned") + 1,
        breached_at=at if breach else clock.breached_at,
    )
    if not claimed:
        return False
    if breach:
        clock.breached_at = at
        telling.tell_breach(clock, at)
    else:
        telling.tell_warning(clock, at)
    return True


def _end_window(clock: Clock) -> bool:
    """Let a window end at its own time: what nobody asked for by then is asked for no more."""
    system = Actor.system("ticker", clock.institution_id)
    try:
        with transaction.atomic():
            stopping.stop(clock, at=clock.due_at, actor=system, trigger="window.passed")
    except storing.ClockChangedMeanwhile:
        return False
    return True


def _following(clock: Clock, at: datetime) -> datetime:
    candidates = [storing.candidate_from_json(plain) for plain in clock.candidates]
    chosen = next(
        (c for c in candidates if c.clause == clock.clause and c.due_at == clock.due_at), None
    )
    moments = warnings.instants(chosen, candidates) if chosen else []
    return warnings.next_look(moments, clock.due_at, at)
