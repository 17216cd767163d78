"""The console for programs, by subject: the machine's health, the calendar, forbidden words."""

from shouwen.front.console.api.health import router
from shouwen.front.console.api.rules import rules_router

__all__ = ["router", "rules_router"]
