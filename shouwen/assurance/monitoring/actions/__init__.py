"""Everything that changes the roll-ups."""

from shouwen.assurance.monitoring.actions.folding import Place, fold, fold_category
from shouwen.assurance.monitoring.actions.holding import recount_held, restate, restate_finding
from shouwen.assurance.monitoring.actions.rebuilding import rebuild

__all__ = [
    "Place",
    "fold",
    "fold_category",
    "rebuild",
    "recount_held",
    "restate",
    "restate_finding",
]
