"""Tables of the improvement room, by subject."""

from shouwen.assurance.improvement.models.causes import NAME_MAX_CHARACTERS, Cause, ComplaintCause
from shouwen.assurance.improvement.models.issues import (
    Issue,
    IssueAct,
    IssueEntry,
    IssueState,
    Scope,
)
from shouwen.assurance.improvement.models.returns import TITLE_MAX_CHARACTERS, ComplaintReturn

__all__ = [
    "NAME_MAX_CHARACTERS",
    "TITLE_MAX_CHARACTERS",
    "Cause",
    "ComplaintCause",
    "ComplaintReturn",
    "Issue",
    "IssueAct",
    "IssueEntry",
    "IssueState",
    "Scope",
]
