"""How the report's figures read, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.assurance.improvement.rules.figures import Kind, Line, by_code
from shouwen.ground.kit import words
from shouwen.ground.policy import words as policy
from shouwen.service.cases.models import Channel, Urgency
from shouwen.service.complaints.models import CgType, OmClass, Origin, Responsible, SnObject

LISTS: dict[str, dict[str, words.Words]] = {
    "type": dict(CgType.choices),
    "origin": dict(Origin.choices),
    "channel": dict(Channel.choices),
    "urgency": dict(Urgency.choices),
    "responsible": dict(Responsible.choices),
    "om_class": dict(OmClass.choices),
    "sn_object": dict(SnObject.choices),
}
CLOCKS = ("clock_met", "clock_late")


def name(line: Line) -> str:
    """Name a figure: by its value where it is told for one."""
    if line.code in CLOCKS:
        return policy.event_title(line.key)
    if line.code in LISTS:
        return str(LISTS[line.code].get(line.key, line.key))
    if line.key:
        return (line.zh if policy.is_chinese() else line.en) or line.key
    return str(by_code()[line.code].name)


def value(line: Line) -> str:
    """Say a figure's value: 1,204, 12.5%, 4.35; nothing for no data."""
    found = line.value
    if found is None:
        return ""
    match by_code()[line.code].kind:
        case Kind.COUNT:
            return f"{found:,.0f}"
        case Kind.MEAN:
            return f"{found:.2f}"
        case _:
            return words.percent(found)


def value_or_none(line: Line) -> str:
    """Say a figure's value, or that there is none."""
    return value(line) or _("No data")


def basis(line: Line) -> str:
    """Say what a figure was counted from: 12 of 96; 18 answers; nothing for a plain count."""
    match by_code()[line.code].kind:
        case Kind.COUNT:
            return ""
        case Kind.MEAN:
            return pgettext("complaint report", "%(n)s ratings") % {"n": line.count}
        case _:
            said = pgettext("complaint report", "%(n)s of %(of)s")
            return said % {"n": line.count, "of": line.of or 0}
