"""What other rooms and pages ask of policy: clocks, counts, phrases, targets, packs, previews."""

from shouwen.ground.policy.asking.calendar import (
    CalendarView,
    Stretch,
    calendar_of_year,
    working_calendar,
)
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
    first_of_many,
    ledger_of,
)
from shouwen.ground.policy.asking.extensions import Extendable, extendable
from shouwen.ground.policy.asking.packs import (
    ClauseRow,
    PackOverview,
    PhraseRow,
    Target,
    clause_rows,
    event_choices,
    overview,
    phrase_rows,
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
    "CalendarView",
    "CandidateView",
    "ClauseRow",
    "ClockView",
    "Decided",
    "Difference",
    "Effect",
    "Extendable",
    "LedgerLine",
    "PackOverview",
    "PhraseRow",
    "Preview",
    "Promise",
    "Standing",
    "Stretch",
    "Target",
    "Window",
    "attention_counts",
    "calendar_of_year",
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
    "first_of_many",
    "ledger_of",
    "overview",
    "phrase_rows",
    "phrases",
    "preview",
    "promised",
    "standing",
    "targets",
    "window",
    "working_calendar",
]
