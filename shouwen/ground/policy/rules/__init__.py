"""Decisions of the policy room: plain Python, no database, no clock of its own."""

from shouwen.ground.policy.rules.facts import Facts
from shouwen.ground.policy.rules.phrases import Hit, Phrase, PhraseList, find_forbidden
from shouwen.ground.policy.rules.spans import Span
from shouwen.ground.policy.rules.working_time import WorkingCalendar

__all__ = ["Facts", "Hit", "Phrase", "PhraseList", "Span", "WorkingCalendar", "find_forbidden"]
