"""What pages ask about what complaints teach."""

from shouwen.assurance.improvement.queries.behind import Behind, behind
from shouwen.assurance.improvement.queries.causes import (
    COMPLAINTS_SHOWN,
    Caused,
    CauseLine,
    cause_for,
    cause_lines,
    cause_named,
    cause_of,
    complaints_caused,
    is_upheld,
)
from shouwen.assurance.improvement.queries.counting import Report, report
from shouwen.assurance.improvement.queries.issues import (
    ISSUE_FACTS,
    IssueDetail,
    IssueLine,
    IssuePage,
    complaint_numbered,
    issue_detail,
    issue_for,
    issues_of,
    owners_to_choose,
    subject_of,
)
from shouwen.assurance.improvement.queries.returns import (
    REF_MAX_CHARACTERS,
    ReturnPage,
    frozen_text,
    is_unchanged,
    report_of,
    return_for,
    returns_of,
)

__all__ = [
    "COMPLAINTS_SHOWN",
    "ISSUE_FACTS",
    "REF_MAX_CHARACTERS",
    "Behind",
    "CauseLine",
    "Caused",
    "IssueDetail",
    "IssueLine",
    "IssuePage",
    "Report",
    "ReturnPage",
    "behind",
    "cause_for",
    "cause_lines",
    "cause_named",
    "cause_of",
    "complaint_numbered",
    "complaints_caused",
    "frozen_text",
    "is_unchanged",
    "is_upheld",
    "issue_detail",
    "issue_for",
    "issues_of",
    "owners_to_choose",
    "report",
    "report_of",
    "return_for",
    "returns_of",
    "subject_of",
]
