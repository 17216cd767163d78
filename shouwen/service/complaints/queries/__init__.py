"""What other rooms and pages ask about complaints."""

from shouwen.service.complaints.queries.ledger import (
    VIEW_WORDS,
    Filters,
    Page,
    Row,
    View,
    badge_count,
    counts,
    ledger,
    step_of,
)
from shouwen.service.complaints.queries.reading import (
    RELATIONS,
    complaint_for,
    complaint_over,
    former_of_same,
    grade_for,
    grades_of,
    person_named,
    repeat_days,
    unit_named,
)

__all__ = [
    "RELATIONS",
    "VIEW_WORDS",
    "Filters",
    "Page",
    "Row",
    "View",
    "badge_count",
    "complaint_for",
    "complaint_over",
    "counts",
    "former_of_same",
    "grade_for",
    "grades_of",
    "ledger",
    "person_named",
    "repeat_days",
    "step_of",
    "unit_named",
]
