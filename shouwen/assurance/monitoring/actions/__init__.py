"""Everything that changes the roll-ups, and taking figures along."""

from shouwen.assurance.monitoring.actions.folding import Place, fold, fold_category
from shouwen.assurance.monitoring.actions.holding import recount_held, restate, restate_finding
from shouwen.assurance.monitoring.actions.rebuilding import rebuild
from shouwen.assurance.monitoring.actions.taking import take_queues

__all__ = [
    "Place",
    "fold",
    "fold_category",
    "rebuild",
    "recount_held",
    "restate",
    "restate_finding",
    "take_queues",
]
