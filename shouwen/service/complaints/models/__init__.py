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
from shouwen.service.complaints.models.contest import (
    ComplaintContest,
    ContestKind,
    ContestState,
)
from shouwen.service.complaints.models.extension import ComplaintExtension, ExtensionState
from shouwen.service.complaints.models.finding import (
    FindingNotice,
    FindingPart,
    FindingState,
    Position,
)
from shouwen.service.complaints.models.force import ForceFunction, ForceMember
from shouwen.service.complaints.models.importing import ComplaintImport, ImportedComplaint
from shouwen.service.complaints.models.progress import (
    ProgressMilestone,
    ProgressNotice,
    ProgressState,
    ProgressWhy,
)
from shouwen.service.complaints.models.proposal import (
    ComplaintProposal,
    ComplaintTriggers,
    ProposalState,
    Trigger,
)
from shouwen.service.complaints.models.redress import (
    ComplaintRedress,
    RedressAttempt,
    RedressKind,
    RedressState,
)
from shouwen.service.complaints.models.referral import (
    ComplaintReferral,
    ReferralKind,
    ReferralState,
)
from shouwen.service.complaints.models.righting import ComplaintRighting, RightingState
from shouwen.service.complaints.models.settings import ComplaintGrade, ComplaintSettings
from shouwen.service.complaints.models.suggestion import (
    LearnedFrom,
    Seen,
    TypeModel,
    TypeSuggestion,
)
from shouwen.service.complaints.models.tally import ComplaintTally, Span
from shouwen.service.complaints.models.telling import (
    ComplaintRating,
    Medium,
    NoticeState,
    NoticeWording,
    ResultNotice,
    Solved,
    TellingAttempt,
    TellingProof,
    Title,
)

__all__ = [
    "Capacity",
    "CgType",
    "Complaint",
    "ComplaintContest",
    "ComplaintExtension",
    "ComplaintGrade",
    "ComplaintImport",
    "ComplaintProposal",
    "ComplaintRating",
    "ComplaintRedress",
    "ComplaintReferral",
    "ComplaintRighting",
    "ComplaintSettings",
    "ComplaintTally",
    "ComplaintTriggers",
    "ContestKind",
    "ContestState",
    "ExtensionState",
    "FindingNotice",
    "FindingPart",
    "FindingState",
    "ForceFunction",
    "ForceMember",
    "ImportedComplaint",
    "LearnedFrom",
    "MajorReason",
    "Medium",
    "NoticeState",
    "NoticeWording",
    "OmClass",
    "Origin",
    "PlanAnswer",
    "Position",
    "ProgressMilestone",
    "ProgressNotice",
    "ProgressState",
    "ProgressWhy",
    "ProposalState",
    "RedressAttempt",
    "RedressKind",
    "RedressState",
    "ReferralKind",
    "ReferralState",
    "Responsible",
    "ResultNotice",
    "RightingState",
    "Seen",
    "SnObject",
    "Solved",
    "Span",
    "State",
    "TellingAttempt",
    "TellingProof",
    "Tier",
    "Title",
    "Trigger",
    "TypeModel",
    "TypeSuggestion",
]
