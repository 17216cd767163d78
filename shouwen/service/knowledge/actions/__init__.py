"""Everything that can happen to knowledge."""

from shouwen.service.knowledge.actions.asking import ask_for_article, ask_once, decline_request
from shouwen.service.knowledge.actions.attaching import (
    ScannerSilent,
    TooManyFiles,
    attach,
    detach,
    open_attached,
)
from shouwen.service.knowledge.actions.deciding import approve, retire, review, send_back
from shouwen.service.knowledge.actions.filing import (
    Area,
    AreaKnownAlready,
    TooManyAreas,
    add_area,
    plant_categories,
    rename_area,
)
from shouwen.service.knowledge.actions.linking import link, unlink
from shouwen.service.knowledge.actions.refusals import (
    ArticleHasDraft,
    ChangedMeanwhile,
    NothingOpen,
    NotInForce,
    NotYourDraft,
    RequestSettled,
    SamePerson,
)
from shouwen.service.knowledge.actions.using import use
from shouwen.service.knowledge.actions.voting import vote, vote_as_public
from shouwen.service.knowledge.actions.wording import Wording
from shouwen.service.knowledge.actions.writing import (
    discard,
    draft_article,
    edit_draft,
    revise,
    submit,
)

__all__ = [
    "Area",
    "AreaKnownAlready",
    "ArticleHasDraft",
    "ChangedMeanwhile",
    "NotInForce",
    "NotYourDraft",
    "NothingOpen",
    "RequestSettled",
    "SamePerson",
    "ScannerSilent",
    "TooManyAreas",
    "TooManyFiles",
    "Wording",
    "add_area",
    "approve",
    "ask_for_article",
    "ask_once",
    "attach",
    "decline_request",
    "detach",
    "discard",
    "draft_article",
    "edit_draft",
    "link",
    "open_attached",
    "plant_categories",
    "rename_area",
    "retire",
    "review",
    "revise",
    "send_back",
    "submit",
    "unlink",
    "use",
    "vote",
    "vote_as_public",
]
