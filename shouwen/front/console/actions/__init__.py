"""What the console itself writes: requests of rules, keys and roles, and delivering again."""

from shouwen.front.console.actions.calendar import (
    CALENDAR,
    LINES_AT_MOST,
    Days,
    ask_days,
    ask_week,
    settle_calendar,
)
from shouwen.front.console.actions.delivering import deliver_again
from shouwen.front.console.actions.keys import ask_key, settle_key
from shouwen.front.console.actions.phrases import end_phrase, forbid_phrase
from shouwen.front.console.actions.roles import ROLE, ask_role, settle_role
from shouwen.front.console.actions.rules import (
    CLAUSE,
    PACKS,
    ChangeWaits,
    ask_clause,
    ask_packs,
    settle_rules,
)

__all__ = [
    "CALENDAR",
    "CLAUSE",
    "LINES_AT_MOST",
    "PACKS",
    "ROLE",
    "ChangeWaits",
    "Days",
    "ask_clause",
    "ask_days",
    "ask_key",
    "ask_packs",
    "ask_role",
    "ask_week",
    "deliver_again",
    "end_phrase",
    "forbid_phrase",
    "settle_calendar",
    "settle_key",
    "settle_role",
    "settle_rules",
]
