"""What other rooms and pages ask of policy: clocks, counts, phrases, targets, packs, previews."""

from shouwen.ground.policy.asking.changes import (
    EXTENT_WORDS,
    MODE_WORDS,
    Decided,
    Difference,
    Effect,
    Standing,
    decisions,
    differences,
    effects,
    standing,
)
from shouwen.ground.policy.asking.clocks import (
    ATTENTION_COUNTED_TO,
    CandidateView,
    ClockView,
    LedgerLine,
    attention_counts,
    clocks_of,
    clocks_of_many,
    ledger_of,
)
from shouwen.ground.policy.asking.extensions import Extendable, extendable
from shouwen.ground.policy.asking.packs import (
    ClauseRow,
    PackOverview,
    Target,
    clause_rows,
    event_choices,
    overview,
    phrases,
    targets,
)
from shouwen.ground.policy.asking.preview import Preview, preview
from shouwen.ground.policy.asking.promises import Promise, promised
from shouwen.ground.policy.asking.windows import Window, close_of_working_day, window
from shouwen.ground.policy.words import clause_words

__all__ = [
    "ATTENTION_COUNTED_TO",
    "EXTENT_WORDS",
    "MODE_WORDS",
    "CandidateView",
    "ClauseRow",
    "ClockView",
    "Decided",
    "Difference",
    "Effect",
    "Extendable",
    "LedgerLine",
    "PackOverview",
    "Preview",
    "Promise",
    "Standing",
    "Target",
    "Window",
    "attention_counts",
    "clause_rows",
    "clause_words",
    "clocks_of",
    "clocks_of_many",
    "close_of_working_day",
    "decisions",
    "differences",
    "effects",
    "event_choices",
    "extendable",
    "ledger_of",
    "overview",
    "phrases",
    "preview",
    "promised",
    "standing",
    "targets",
    "window",
]
