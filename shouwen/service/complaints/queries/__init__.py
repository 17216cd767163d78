"""What other rooms and pages ask about complaints."""

from shouwen.service.complaints.queries.extending import (
    Extending,
    Extension,
    extendable,
    extending_of,
    limit_of,
)
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
    complaint_of,
    complaint_over,
    former_of_same,
    grade_for,
    grades_of,
    person_named,
    repeat_days,
    unit_named,
)
from shouwen.service.complaints.queries.transfers import of_number, open_of_customer

__all__ = [
    "RELATIONS",
    "VIEW_WORDS",
    "Extending",
    "Extension",
    "Filters",
    "Page",
    "Row",
    "View",
    "badge_count",
    "complaint_for",
    "complaint_of",
    "complaint_over",
    "counts",
    "extendable",
    "extending_of",
    "former_of_same",
    "grade_for",
    "grades_of",
    "ledger",
    "limit_of",
    "of_number",
    "open_of_customer",
    "person_named",
    "repeat_days",
    "step_of",
    "unit_named",
]
