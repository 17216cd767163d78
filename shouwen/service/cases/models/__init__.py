"""Tables of the cases."""

from shouwen.service.cases.models.asking import CaseAnswer, CaseForm, CategoryForm
from shouwen.service.cases.models.case import (
    DIGEST_CHARACTERS,
    TITLE_MAX_CHARACTERS,
    Case,
    CaseCounter,
    CaseEntry,
    CaseLink,
    CaseTerm,
    Channel,
    Complexity,
    EntryKind,
    Kind,
    ReplyBy,
    State,
    Urgency,
)
from shouwen.service.cases.models.categories import Category
from shouwen.service.cases.models.effort import MOST_MINUTES, CaseEffort, EffortKind
from shouwen.service.cases.models.exports import CaseExport, ExportState
from shouwen.service.cases.models.material import CaseFile
from shouwen.service.cases.models.relations import SAYABLE, CaseRelation, RelationKind
from shouwen.service.cases.models.rounds import CaseReview, CaseRound, Finding
from shouwen.service.cases.models.tasks import CaseTask, TaskState
from shouwen.service.cases.models.views import VIEW_NAME_MAX_CHARACTERS, SavedView

__all__ = [
    "DIGEST_CHARACTERS",
    "MOST_MINUTES",
    "SAYABLE",
    "TITLE_MAX_CHARACTERS",
    "VIEW_NAME_MAX_CHARACTERS",
    "Case",
    "CaseAnswer",
    "CaseCounter",
    "CaseEffort",
    "CaseEntry",
    "CaseExport",
    "CaseFile",
    "CaseForm",
    "CaseLink",
    "CaseRelation",
    "CaseReview",
    "CaseRound",
    "CaseTask",
    "CaseTerm",
    "Category",
    "CategoryForm",
    "Channel",
    "Complexity",
    "EffortKind",
    "EntryKind",
    "ExportState",
    "Finding",
    "Kind",
    "RelationKind",
    "ReplyBy",
    "SavedView",
    "State",
    "TaskState",
    "Urgency",
]
