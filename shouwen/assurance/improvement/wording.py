"""How the report's figures read, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from shouwen.assurance.improvement.models import (
    EarlyWarning,
    Measure,
    Notice,
    Threshold,
    WarningLetter,
)
from shouwen.assurance.improvement.rules.figures import Kind, Line, by_code
from shouwen.ground.kit import words
from shouwen.ground.policy import words as policy
from shouwen.service.cases.models import Channel, Urgency
from shouwen.service.complaints.models import CgType, OmClass, Origin, Responsible, SnObject, Solved

LISTS: dict[str, dict[str, words.Words]] = {
    "type": dict(CgType.choices),
    "origin": dict(Origin.choices),
    "channel": dict(Channel.choices),
    "urgency": dict(Urgency.choices),
    "responsible": dict(Responsible.choices),
    "om_class": dict(OmClass.choices),
    "sn_object": dict(SnObject.choices),
    "outcome": dict(Solved.choices),
}
UNDELIVERED: dict[str, words.Words] = {
    "late": pgettext_lazy("early warning", "not taken in time"),
    "address": pgettext_lazy("early warning", "no valid address"),
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


def watched(one: Threshold) -> str:
    """Say what a threshold looks at: all complaints, one value of a list, or each of them."""
    what = str(by_code()[one.figure].name)
    if one.key:
        return _valued(what, Line(one.figure, 0, key=one.key, zh=one.zh, en=one.en or one.zh))
    if not by_code()[one.figure].is_split:
        return what
    return pgettext("early warning", "%(what)s: each") % {"what": what}


def warned(one: EarlyWarning) -> str:
    """Say which figure crossed its threshold."""
    figure = one.threshold.figure
    what = str(by_code()[figure].name)
    if not one.key:
        return what
    return _valued(what, Line(figure, 0, key=one.key, zh=one.zh, en=one.en))


def letter(one: WarningLetter) -> str:
    """Say how a letter of a warning stands: E-mail · Cards: sent; Text message: not delivered."""
    unit = one.to.unit.name if one.to.unit else pgettext("early warning", "Whole institution")
    said = pgettext("early warning", "%(way)s · %(unit)s: %(state)s")
    values = {
        "way": one.to.get_way_display(),
        "unit": unit,
        "state": one.get_state_display(),
    }
    return said % values


def limit_near(one: Notice) -> str:
    """Say which limit of an issue is near: Internal problem rectified is due 6月16日18:00."""
    said = pgettext("issue", "%(limit)s: due %(when)s")
    when = policy.end_moment(one.due_at) if one.due_at else ""
    return said % {"limit": policy.event_title(one.event), "when": when}


def why(one: WarningLetter) -> words.Words:
    """Say why a letter was not delivered: in words, or the carrier's own numbers."""
    return UNDELIVERED.get(one.why, one.why)


def _valued(what: str, line: Line) -> str:
    said = pgettext("early warning", "%(what)s: %(value)s")
    return said % {"what": what, "value": name(line)}


def threshold_value(one: Threshold) -> str:
    """Say a threshold: above 10 complaints; above 30%, from 10 received on; above 20 in 1,000."""
    if one.measure == Measure.COUNT:
        return pgettext("early warning", "above %(most)s complaints") % {"most": one.most}
    if one.measure == Measure.RATE:
        said = pgettext("early warning", "above %(most)s in 1,000 contacts, from %(least)s on")
        return said % {"most": one.most, "least": one.least}
    said = pgettext("early warning", "above %(share)s, from %(least)s received on")
    return said % {"share": words.percent(one.most / 100), "least": one.least}


def crossing(one: EarlyWarning) -> str:
    """Say what was counted when it warned: 12 complaints; 35% (7 of 20); 25.0 in 1,000."""
    if one.threshold.measure == Measure.COUNT:
        return pgettext("early warning", "%(n)s complaints") % {"n": one.count}
    if one.threshold.measure == Measure.RATE:
        rated = pgettext("early warning", "%(rate)s in 1,000 (%(n)s complaints, %(of)s contacts)")
        return rated % {"rate": f"{one.count * 1000 / one.of:.1f}", "n": one.count, "of": one.of}
    said = pgettext("early warning", "%(share)s (%(n)s of %(of)s)")
    share = words.percent(one.count / one.of)
    return said % {"share": share, "n": one.count, "of": one.of}
