"""What the customer's pages show, by subject."""

from shouwen.front.portal.queries.asking import ask_page, asked_page
from shouwen.front.portal.queries.complaining import rating_dimensions, rating_scores
from shouwen.front.portal.queries.helping import HELP_ROWS, help_page
from shouwen.front.portal.queries.own import Letter, Overview, letters, own_overview
from shouwen.front.portal.queries.progress import (
    STATE_WORDS,
    STEP_NOTES,
    STEP_WORDS,
    Progress,
    institution_chosen,
    may_rate_case,
    progress,
    questions_for,
    used_percent,
)

__all__ = [
    "HELP_ROWS",
    "STATE_WORDS",
    "STEP_NOTES",
    "STEP_WORDS",
    "Letter",
    "Overview",
    "Progress",
    "ask_page",
    "asked_page",
    "help_page",
    "institution_chosen",
    "letters",
    "may_rate_case",
    "own_overview",
    "progress",
    "questions_for",
    "rating_dimensions",
    "rating_scores",
    "used_percent",
]
