"""Routing in words: what a decision row keeps as codes, as people read it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from shouwen.contact.routing import rules
from shouwen.contact.routing.rules import Obstacle
from shouwen.ground.kit.words import Words
from shouwen.ground.policy.rules.working_time import Periods
from shouwen.people.customers.models import Risk, Value

OBSTACLES: dict[str, Words] = {
    Obstacle.AWAY: _("Not ready to take contacts"),
    Obstacle.OTHER_UNIT: _("Sits in another unit"),
    Obstacle.NO_SKILL: _("Lacks the skill"),
    Obstacle.LOW_LEVEL: _("Has the skill below the level asked for"),
    Obstacle.FULL: _("Hands are full"),
    Obstacle.ON_OFFER: _("Was being offered another contact"),
    Obstacle.LET_GO: _("Let this contact go just before"),
}
CHANNELS: dict[str, Words] = {
    "chat": pgettext_lazy("routing channel", "Web chat"),
    "voice": pgettext_lazy("routing channel", "Telephone"),
    "email": pgettext_lazy("routing channel", "E-mail"),
    "sms": pgettext_lazy("routing channel", "SMS"),
    "fax": pgettext_lazy("routing channel", "Fax"),
    "api": pgettext_lazy("routing channel", "API"),
}
LANGUAGES: dict[str, Words] = {
    "zh-hans": pgettext_lazy("routing language", "Chinese"),
    "en": pgettext_lazy("routing language", "English"),
}
CONDITIONS: dict[str, Words] = {
    "channel": pgettext_lazy("routing condition", "Channel"),
    "intent": pgettext_lazy("routing condition", "Topic"),
    "language": pgettext_lazy("routing condition", "Language"),
    "tier": pgettext_lazy("routing condition", "Customer tier"),
    "risk": pgettext_lazy("routing condition", "Risk"),
}
REASONS: dict[str, Words] = {
    "no_assistant": _("Straight to a person"),
    "asked_for_person": pgettext_lazy("routing reason", "Asked for a person"),
    "connection_lost": _("The colleague's connection was lost"),
    "overflow": _("The queue before was full or too slow"),
    "transferred": _("Passed on by a colleague"),
    "other_skill": _("Needs another skill"),
    "colleague_left": _("The colleague has left"),
    "shift_end": _("The shift ends"),
    "conflict": _("Knows this customer"),
    "technical": _("The desk has a fault"),
}


WEEKDAYS: tuple[Words, ...] = (
    pgettext_lazy("weekday", "Monday"),
    pgettext_lazy("weekday", "Tuesday"),
    pgettext_lazy("weekday", "Wednesday"),
    pgettext_lazy("weekday", "Thursday"),
    pgettext_lazy("weekday", "Friday"),
    pgettext_lazy("weekday", "Saturday"),
    pgettext_lazy("weekday", "Sunday"),
)


def day_words(periods: list[list[str]]) -> str:
    """Say the periods of one date as they are kept; nothing for a day off."""
    return pgettext("opening hours", ", ").join(f"{opens}–{ends}" for opens, ends in periods)


def hours_words(week: Mapping[int, Periods]) -> list[str]:
    """Say a week's opening hours in the reader's language, a line for each run of equal days."""
    lines = []
    for first, last, periods in rules.runs_of(week):
        times = pgettext("opening hours", ", ").join(
            rules.clock_words(period) for period in periods
        )
        told = {"first": WEEKDAYS[first], "last": WEEKDAYS[last], "times": times}
        form = (
            pgettext("opening hours", "%(first)s %(times)s")
            if first == last
            else pgettext("opening hours", "%(first)s to %(last)s %(times)s")
        )
        lines.append(form % told)
    return lines


def value_of(condition: str, value: str) -> Words:
    """Say one value of a condition; a topic is the institution's own code, set as such."""
    match condition:
        case "channel":
            return CHANNELS.get(value, value)
        case "language":
            return LANGUAGES.get("en" if value.startswith("en") else value, value)
        case "tier" if value in Value.values:
            return Value(value).label
        case "risk" if value in Risk.values:
            return Risk(value).label
        case _:
            return format_html("<code>{}</code>", value)


def facts_of(conditions: dict[str, str]) -> list[tuple[Words, Words]]:
    """Say the conditions that have a value, each with its name, in one order."""
    return [
        (name, value_of(code, str(conditions[code])))
        for code, name in CONDITIONS.items()
        if conditions.get(code)
    ]
