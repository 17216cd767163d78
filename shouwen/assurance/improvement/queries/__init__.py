"""What pages ask about what complaints teach."""

from shouwen.assurance.improvement.queries.behind import Behind, behind
from shouwen.assurance.improvement.queries.counting import Report, report
from shouwen.assurance.improvement.queries.returns import (
    ReturnPage,
    frozen_text,
    is_unchanged,
    report_of,
    return_for,
    returns_of,
)

__all__ = [
    "Behind",
    "Report",
    "ReturnPage",
    "behind",
    "frozen_text",
    "is_unchanged",
    "report",
    "report_of",
    "return_for",
    "returns_of",
]
