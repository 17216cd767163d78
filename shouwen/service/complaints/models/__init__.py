"""Tables of the complaints room."""

from shouwen.service.complaints.models.choices import (
    Capacity,
    CgType,
    MajorReason,
    OmClass,
    Origin,
    PlanAnswer,
    Responsible,
    SnObject,
    State,
    Tier,
)
from shouwen.service.complaints.models.complaint import Complaint
from shouwen.service.complaints.models.extension import ComplaintExtension, ExtensionState
from shouwen.service.complaints.models.settings import ComplaintGrade, ComplaintSettings

__all__ = [
    "Capacity",
    "CgType",
    "Complaint",
    "ComplaintExtension",
    "ComplaintGrade",
    "ComplaintSettings",
    "ExtensionState",
    "MajorReason",
    "OmClass",
    "Origin",
    "PlanAnswer",
    "Responsible",
    "SnObject",
    "State",
    "Tier",
]
