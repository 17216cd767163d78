"""What the sheet of components shows: invented, and only there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class SampleClock:
    """A clock as the policy room would show it."""

    state: str
    due_at: datetime
    started_at: datetime
    used_fraction: float = 0.4
    stopped_at: datetime | None = None
    waits_for: str = ""
    hard: bool = True
    met: bool | None = None
    next_changes: tuple[tuple[datetime, str], ...] = ()


def everything(now: datetime) -> dict[str, Any]:
    """Give the sheet one sample of everything, around `now`."""
    begun = now - timedelta(hours=3)

    def due(state: str, span: timedelta, used: float = 0.4, **more: Any) -> SampleClock:
        return SampleClock(state, now + span, begun, used, **more)

    soon = due(
        "soon",
        timedelta(hours=1, minutes=5, seconds=30),
        0.95,
        next_changes=((now + timedelta(hours=1, minutes=5), "over"),),
    )
    step_clock = due("soon", timedelta(hours=5, seconds=30), 0.8)
    return {
        "themes": ("light", "dark"),
        "safe": due("safe", timedelta(days=8, seconds=30)),
        "soon": soon,
        "over": due("over", timedelta(minutes=-35, seconds=-1), 1.0),
        "hold": due("hold", timedelta(days=1), 0.03, waits_for=_("the customer's papers")),
        "done": due("done", timedelta(0), stopped_at=begun + timedelta(minutes=48)),
        "goal": due("goal", timedelta(hours=-2, seconds=-1)),
        "steps": [
            {"name": _("Classification"), "state": "done", "note": _("Took 8 min")},
            {"name": _("Solution"), "state": "now", "clock": step_clock},
            {"name": _("Execution"), "state": "later", "note": _("3 tasks")},
            {"name": _("Feedback"), "state": "later", "note": _("Not begun")},
        ],
        "satisfied": (98.6, 98.7, 98.5, 98.8, 98.8, 98.9),
        "service_level": (91, 90, 88, 86, 84, 83.1),
        "offer_ends": now + timedelta(seconds=12),
        "earlier": now - timedelta(hours=1),
    }
