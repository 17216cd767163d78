"""Everything that can happen to a complaint, folder by subject."""

from shouwen.service.complaints.actions.by_complainant import file_by_complainant
from shouwen.service.complaints.actions.ending import (
    archive,
    call_back,
    close,
    resolve,
    send_feedback,
    withdraw,
)
from shouwen.service.complaints.actions.filing import Statement, file_complaint, file_from_case
from shouwen.service.complaints.actions.following import ComplaintOverCase, entrance
from shouwen.service.complaints.actions.judging import Facets, classify, grade, mark_major
from shouwen.service.complaints.actions.looking import view_complaint
from shouwen.service.complaints.actions.refusals import (
    AlreadyAComplaint,
    CaseWaits,
    ComplaintMovedOn,
    ComplaintNotReady,
    ExecutiveNeeded,
    NoRepeat,
    NotAgreedYet,
    OnlyTheSupervisorCloses,
    PeopleNeeded,
    RecusedHere,
    RolesMustBeThree,
    WorkedAsComplaint,
)
from shouwen.service.complaints.actions.repeats import deny_repeat
from shouwen.service.complaints.actions.setting import (
    GradeWords,
    set_all,
    set_grades,
    set_repeat_days,
)
from shouwen.service.complaints.actions.working import (
    accept,
    agree_plan,
    analyse,
    assign,
    assign_responsibility,
    respond,
    start,
)

__all__ = [
    "AlreadyAComplaint",
    "CaseWaits",
    "ComplaintMovedOn",
    "ComplaintNotReady",
    "ComplaintOverCase",
    "ExecutiveNeeded",
    "Facets",
    "GradeWords",
    "NoRepeat",
    "NotAgreedYet",
    "OnlyTheSupervisorCloses",
    "PeopleNeeded",
    "RecusedHere",
    "RolesMustBeThree",
    "Statement",
    "WorkedAsComplaint",
    "accept",
    "agree_plan",
    "analyse",
    "archive",
    "assign",
    "assign_responsibility",
    "call_back",
    "classify",
    "close",
    "deny_repeat",
    "entrance",
    "file_by_complainant",
    "file_complaint",
    "file_from_case",
    "grade",
    "mark_major",
    "resolve",
    "respond",
    "send_feedback",
    "set_all",
    "set_grades",
    "set_repeat_days",
    "start",
    "view_complaint",
    "withdraw",
]
