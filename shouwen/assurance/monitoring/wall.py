"""How the wall words its figures: tiles with value, target and verdict; seats; the hourly chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.assurance.monitoring.queries import LiveFigures, QueueFigures
from shouwen.assurance.monitoring.rules import share
from shouwen.ground.kit import words
from shouwen.ground.policy.queries import ATTENTION_COUNTED_TO, Target
from shouwen.people.staff.models import PresenceState

SEATS_SHOWN = 84
LATE_WAIT_SHARE = 0.8
SEATS: tuple[tuple[str, str, Any, Any], ...] = (
    (PresenceState.BUSY, "sw-chat", gettext_lazy("C"), gettext_lazy("In conversation")),
    (PresenceState.WRAP_UP, "sw-wrap", gettext_lazy("W"), gettext_lazy("Wrapping up")),
    (PresenceState.READY, "sw-idle", gettext_lazy("F"), gettext_lazy("Free")),
    (PresenceState.BREAK, "sw-rest", gettext_lazy("B"), gettext_lazy("On a break")),
    (PresenceState.TRAINING, "sw-train", gettext_lazy("T"), gettext_lazy("In training")),
    (PresenceState.OFFLINE, "sw-out", gettext_lazy("O"), gettext_lazy("Offline")),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with its target, verdict and source."""

    name: str
    value: str
    unit: str
    tone: str
    goal: str
    goal_words: str
    passed: str
    side: str
    values: tuple[float | None, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Seat:
    """How many people are in one state."""

    tone: str
    letter: str
    name: str
    count: int
    boxes: range


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue with the tone of its wait and of its service level."""

    queue: QueueFigures
    wait: str
    wait_tone: str
    level: float | None
    level_tone: str


def _percent(rate: float | None) -> str:
    return "" if rate is None else f"{rate * 100:.1f}"


def _rate_tile(
    name: str,
    rate: float | None,
    target: Target | None,
    *,
    side: str,
    values: tuple[float | None, ...] = (),
    at_most: bool = False,
) -> Tile:
    if target is None:
        return Tile(name, _percent(rate), "%", "", "", "", "", side, values, "")
    wanted = f"{target.value * 100:g}%"
    goal = (_("target at most %(value)s") if at_most else _("target at least %(value)s")) % {
        "value": wanted
    }
    if rate is None:
        return Tile(name, "", "%", "", "", goal, "", side, values, target.clause)
    passed = rate <= target.value if at_most else rate >= target.value
    return Tile(
        name=name,
        value=_percent(rate),
        unit="%",
        tone="" if passed else "soon",
        goal=str(target.value),
        goal_words=goal,
        passed="yes" if passed else "no",
        side=side,
        values=values,
        source=target.clause,
    )


def tiles(figures: LiveFigures) -> list[Tile]:
    """Word the row of figures on top of the wall."""
    today, week = figures.today, figures.week
    hourly = tuple(hour.connect_rate for hour in figures.hours[-7:])
    level = figures.service_level_target
    level_target = Target(level, "SN-17-02") if level is not None else None
    longest = words.duration(figures.longest_wait_seconds) if figures.waiting else "—"
    average = today.average_wait_seconds
    return [
        _rate_tile(
            _("Connect rate"),
            today.connect_rate,
            figures.targets.get("connect_rate"),
            side=_("Today"),
            values=hourly,
        ),
        _rate_tile(
            _("Service level, %(seconds)s s") % {"seconds": figures.service_level_seconds},
            today.service_level,
            level_target,
            side=_("Today"),
        ),
        Tile(
            name=_("Waiting now"),
            value=str(figures.waiting),
            unit=_("people"),
            tone="",
            goal="",
            goal_words=_("longest %(time)s") % {"time": longest},
            passed="",
            side=_("mean %(time)s") % {"time": words.duration(average)} if average else "",
            values=(),
            source="",
        ),
        _rate_tile(_("Abandon rate"), today.abandon_rate, None, side=_("Today")),
        _rate_tile(
            _("Solved at first contact"),
            week.first_contact_resolution,
            None,
            side=_("Last 7 days"),
        ),
        _rate_tile(
            _("Satisfaction rate"),
            week.satisfaction_rate,
            figures.targets.get("csat"),
            side=_("%(count)s rated in 7 days") % {"count": week.rated},
            values=tuple(figures.daily_satisfaction),
        ),
    ]


def seats(figures: LiveFigures) -> list[Seat]:
    """Draw the people by state; boxes up to a number that fits, counts always in full."""
    free = SEATS_SHOWN
    drawn: list[Seat] = []
    for state, tone, letter, name in SEATS:
        count = figures.people.get(state, 0)
        boxes = min(count, max(free, 0))
        free -= boxes
        drawn.append(Seat(tone, str(letter), str(name), count, range(boxes)))
    return drawn


def queue_rows(figures: LiveFigures) -> list[QueueRow]:
    """Word the queues, longest wait first."""
    rows = []
    for queue in figures.queues:
        level = queue.today.service_level
        is_late = queue.longest_wait_seconds >= LATE_WAIT_SHARE * queue.target_seconds
        level_tone = "sw-safe"
        if level is not None and level < queue.target_share:
            level_tone = "sw-over" if level < queue.target_share - 0.1 else "sw-soon"
        rows.append(
            QueueRow(
                queue=queue,
                wait=words.duration(queue.longest_wait_seconds) if queue.waiting else "—",
                wait_tone="sw-c-soon" if queue.waiting and is_late else "",
                level=level,
                level_tone=level_tone,
            )
        )
    return rows


def scores(figures: LiveFigures) -> list[tuple[str, float | None, str]]:
    """Give the spread of the week's ratings: words, share, tone."""
    week = figures.week
    spread = (
        (_("Very satisfied"), week.score_5, "sw-safe"),
        (_("Satisfied"), week.score_4, "sw-safe"),
        (_("Neutral"), week.score_3, "sw-soon"),
        (_("Not satisfied"), week.score_low, "sw-over"),
    )
    return [(name, share(count, week.rated), tone) for name, count, tone in spread]


def clocks(figures: LiveFigures) -> dict[str, str]:
    """Write how many clocks need somebody: `37`, or `10,000+` where counting stopped."""
    most = ATTENTION_COUNTED_TO
    return {
        name: f"{most:,}+" if count > most else str(count) for name, count in figures.clocks.items()
    }


def context(figures: LiveFigures) -> dict[str, Any]:
    """Everything the page's template names."""
    return {
        "figures": figures,
        "tiles": tiles(figures),
        "seats": seats(figures),
        "staffed": sum(
            count for state, count in figures.people.items() if state != PresenceState.OFFLINE
        ),
        "clocks": clocks(figures),
        "queue_rows": queue_rows(figures),
        "scores": scores(figures),
        "hourly": [
            {"hour": row.hour, "queued": row.queued, "rate": row.connect_rate}
            for row in figures.hours
        ],
    }
