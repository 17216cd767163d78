"""Tables of the improvement room, by subject."""

from shouwen.assurance.improvement.models.accountability import (
    Accountability,
    AccountabilityAct,
    AccountabilityEntry,
    AccountabilityState,
    Conduct,
)
from shouwen.assurance.improvement.models.causes import NAME_MAX_CHARACTERS, Cause, ComplaintCause
from shouwen.assurance.improvement.models.issues import (
    Caller,
    Issue,
    IssueAct,
    IssueEntry,
    IssueMeasure,
    IssueMeeting,
    IssueState,
    Scope,
)
from shouwen.assurance.improvement.models.lookback import FollowUp
from shouwen.assurance.improvement.models.notices import (
    LetterState,
    Notice,
    WarningAddress,
    WarningLetter,
    WarningWay,
)
from shouwen.assurance.improvement.models.returns import TITLE_MAX_CHARACTERS, ComplaintReturn
from shouwen.assurance.improvement.models.warnings import EarlyWarning, Measure, Threshold

__all__ = [
    "NAME_MAX_CHARACTERS",
    "TITLE_MAX_CHARACTERS",
    "Accountability",
    "AccountabilityAct",
    "AccountabilityEntry",
    "AccountabilityState",
    "Caller",
    "Cause",
    "ComplaintCause",
    "ComplaintReturn",
    "Conduct",
    "EarlyWarning",
    "FollowUp",
    "Issue",
    "IssueAct",
    "IssueEntry",
    "IssueMeasure",
    "IssueMeeting",
    "IssueState",
    "LetterState",
    "Measure",
    "Notice",
    "Scope",
    "Threshold",
    "WarningAddress",
    "WarningLetter",
    "WarningWay",
]
