"""What the wallboard, the reports and the API ask: figures of now, and of any time before."""

from shouwen.assurance.monitoring.queries.attaining import attainment
from shouwen.assurance.monitoring.queries.counted import (
    contacts_about,
    contacts_between,
    held_between,
)
from shouwen.assurance.monitoring.queries.history import (
    By,
    Figure,
    History,
    Line,
    Point,
    Question,
    history,
)
from shouwen.assurance.monitoring.queries.live import (
    HourFigures,
    LiveFigures,
    QueueFigures,
    Reason,
    live,
    tally,
)

__all__ = [
    "By",
    "Figure",
    "History",
    "HourFigures",
    "Line",
    "LiveFigures",
    "Point",
    "Question",
    "QueueFigures",
    "Reason",
    "attainment",
    "contacts_about",
    "contacts_between",
    "held_between",
    "history",
    "live",
    "tally",
]
