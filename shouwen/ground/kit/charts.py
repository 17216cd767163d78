"""Small figures drawn on the server as SVG attributes: no script, no inline style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 72, 26, 2


@dataclass(frozen=True, slots=True)
class Spark:
    """A sparkline in its own 72 × 26 units; `goal_y` is the dashed line, if there is a goal."""

    points: str
    last_x: str
    last_y: str
    goal_y: str | None


def spark(values: Sequence[float | None], goal: float | None = None) -> Spark | None:
    """Lay out a sparkline, or give None when fewer than two values are known."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return None
    heights = [value for _, value in known] + ([goal] if goal is not None else [])
    low, span = min(heights), (max(heights) - min(heights)) or 1

    def y(value: float) -> str:
        return f"{HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN):.1f}"

    def x(place: int) -> str:
        return f"{place * WIDTH / (len(values) - 1):.1f}"

    last_place, last = known[-1]
    return Spark(
        points=" ".join(f"{x(place)},{y(value)}" for place, value in known),
        last_x=x(last_place),
        last_y=y(last),
        goal_y=y(goal) if goal is not None else None,
    )
