"""What the console itself writes: requests of rules, keys and roles, and delivering again."""

from shouwen.front.console.actions.delivering import deliver_again
from shouwen.front.console.actions.keys import ask_key, settle_key
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
    "CLAUSE",
    "PACKS",
    "ROLE",
    "ChangeWaits",
    "ask_clause",
    "ask_key",
    "ask_packs",
    "ask_role",
    "deliver_again",
    "settle_key",
    "settle_role",
    "settle_rules",
]
