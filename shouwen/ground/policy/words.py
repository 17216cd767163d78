"""Limits and due instants in words, in the reader's language and in Beijing time."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import (
    get_language,
    gettext_lazy,
    ngettext,
    pgettext,
    pgettext_lazy,
)
from django.utils.translation import gettext as _

from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.ground.kit import words as kit_words
from shouwen.ground.policy import packs, register
from shouwen.ground.policy.rules.limits import due_at
from shouwen.ground.policy.rules.spans import Span
from shouwen.ground.policy.rules.working_time import ONE_DAY, WorkingCalendar

HOLIDAYS: dict[str, Promise] = {
    "New Year's Day": gettext_lazy("New Year's Day"),
    "Spring Festival": gettext_lazy("Spring Festival"),
    "Tomb-sweeping Day": gettext_lazy("Qingming"),
    "Labour Day": gettext_lazy("Labour Day"),
    "Dragon Boat Festival": gettext_lazy("Dragon Boat Festival"),
    "Mid-autumn Festival": gettext_lazy("Mid-Autumn Festival"),
    "National Day": gettext_lazy("National Day"),
}
# What is wrong with words that may not be said.
PHRASE_KINDS: dict[str, Promise] = {
    "command": gettext_lazy("commanding"),
    "discrimination": gettext_lazy("discriminating"),
    "false_claim": gettext_lazy("false promise"),
    "insult": gettext_lazy("insulting"),
    "presumption": gettext_lazy("presuming"),
    "vague": gettext_lazy("evasive"),
}
CAUSES: dict[str, Promise] = {
    "customer": pgettext_lazy("rule", "the customer"),
    "outside": pgettext_lazy("rule", "an outside party"),
    "appraisal": pgettext_lazy("rule", "an outside appraisal"),
    "mediation": pgettext_lazy("rule", "mediation"),
}
VALUES: dict[str, Promise] = {
    "general": pgettext_lazy("rule", "general"),
    "complex": pgettext_lazy("rule", "complex"),
    "special": pgettext_lazy("rule", "special"),
    "ordinary": pgettext_lazy("rule", "ordinary"),
    "urgent": pgettext_lazy("rule", "urgent"),
    "repeat": pgettext_lazy("rule", "repeat"),
    "web": pgettext_lazy("rule", "web"),
    "phone": pgettext_lazy("rule", "telephone"),
    "software_defect": pgettext_lazy("rule", "software defect"),
    "risk_response": pgettext_lazy("rule", "risk response"),
}
STARTS: dict[str, Promise] = {
    "received": pgettext_lazy("rule", "receipt"),
    "materials.received": pgettext_lazy("rule", "material received"),
    "accepted": pgettext_lazy("rule", "acceptance"),
    "ticket.assigned": pgettext_lazy("rule", "assignment"),
    "complaint.resolved": pgettext_lazy("rule", "resolution"),
    "service.completed": pgettext_lazy("rule", "service completed"),
    "service.end": pgettext_lazy("rule", "service ended"),
    "connected": pgettext_lazy("rule", "connection"),
    "decision.received": pgettext_lazy("rule", "decision received"),
    "review.requested": pgettext_lazy("rule", "review requested"),
    "regulator.received": pgettext_lazy("rule", "receipt by the regulator"),
}
MODALITIES: dict[str, Promise] = {
    "": pgettext_lazy("rule", "must"),
    "eg": pgettext_lazy("rule", "example"),
    "normally": pgettext_lazy("rule", "normally"),
    "in_principle": pgettext_lazy("rule", "in principle"),
    "recommended": pgettext_lazy("rule", "recommended"),
    "statistic": pgettext_lazy("rule", "statistic"),
}


def is_chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "zh-hans").startswith("zh")


def event_title(event: str) -> str:
    """Give an event's name in the reader's language; the event itself when it has none."""
    found = packs.events().get(event)
    if found is None:
        return event
    return found.title_zh if is_chinese() else found.title_en


def clause_words(clause: str) -> str:
    """Give what a clause says in the reader's language."""
    return register.words(clause, "zh" if is_chinese() else "en")


def listed(names: list[str]) -> str:
    """Join names as the language does: 端午、中秋 / A, B."""
    return pgettext("between names in a list", ", ").join(names)


def within(span: Span | None) -> str:
    """Say a limit: 7个工作日, 24小时; "as configured" where the clause gives no figure."""
    if span is None:
        return pgettext("rule", "as configured")
    count = {"count": span.value}
    match span.unit:
        case "s":
            return ngettext("%(count)s second", "%(count)s seconds", span.value) % count
        case "min":
            return ngettext("%(count)s minute", "%(count)s minutes", span.value) % count
        case "h":
            return ngettext("%(count)s hour", "%(count)s hours", span.value) % count
        case "d":
            return ngettext("%(count)s calendar day", "%(count)s calendar days", span.value) % count
        case _unit:
            return ngettext("%(count)s working day", "%(count)s working days", span.value) % count


def counting(span: Span | None) -> str:
    """Say how a limit is counted: working days, calendar days, or without a break."""
    if span is None:
        return pgettext("rule", "as configured")
    if span.unit == "wd":
        return pgettext("rule", "working days")
    return pgettext("rule", "calendar days") if span.unit == "d" else pgettext("rule", "continuous")


def moment(at: datetime) -> str:
    """Say an instant with its date, such as 6月16日10:46; seconds only where there are any."""
    local = at.astimezone(SHANGHAI)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return _joined(at, clock)


def _joined(day: datetime, clock: str) -> str:
    form = pgettext("date and time", "%(day)s %(time)s")
    return form % {"day": kit_words.day(day, day), "time": clock}


def end_moment(at: datetime) -> str:
    """Say an end: midnight is 24:00 of the day before."""
    local = at.astimezone(SHANGHAI)
    if local.time() != time(0):
        return moment(at)
    return _joined(at - timedelta(microseconds=1), "24:00")


def skipped(start: datetime, end: datetime, calendar: WorkingCalendar) -> list[str]:
    """Name the holidays that take weekdays out of a period, in order."""
    first = day_of(start) + ONE_DAY
    last = day_of(end)
    names: list[str] = []
    for day, name in calendar.holidays_between(first, last):
        said = holiday(name)
        if day.weekday() < 5 and said not in names:
            names.append(said)
    return names


def holiday(name: str) -> str:
    """Say a statutory holiday, or the one a day is worked for, in the reader's language."""
    return str(HOLIDAYS.get(name, name))


def working(
    span: Span | None,
    start: datetime,
    due: datetime,
    calendar: WorkingCalendar,
    *,
    extended: bool = False,
    by_hand: bool = False,
    by_house: bool = False,
) -> str:
    """Say how a due instant came about, in sentences an auditor can check.

    `by_house`: no pack sets the limit, the institution does.
    """
    if by_hand or span is None:
        return _("Set by hand: due %(end)s.") % {"end": end_moment(due)}
    base = due_at(span, start, calendar)
    said = [_counted(span, start, base, calendar)]
    if span.unit == "wd":
        said += _about_days(start, base, calendar)
    if due != base:
        reason = _("Extended to %(end)s.") if extended else _("Time on hold moves it to %(end)s.")
        said.append(reason % {"end": end_moment(due)})
    if by_house:
        said.append(_("Set by the institution."))
    whole = said[0]
    for sentence in said[1:]:
        form = pgettext("two sentences", "%(one)s %(other)s")
        whole = form % {"one": whole, "other": sentence}
    return whole


def _counted(span: Span, start: datetime, base: datetime, calendar: WorkingCalendar) -> str:
    values = {
        "start": moment(start),
        "within": within(span),
        "count": span.value,
        "end": end_moment(base),
    }
    if span.unit == "wd":
        names = skipped(start, base, calendar)
        if names:
            values["holidays"] = listed(names)
            return (
                _(
                    "From %(start)s, %(within)s, %(holidays)s not counted: working day %(count)s"
                    " closes %(end)s."
                )
                % values
            )
        return _("From %(start)s, %(within)s: working day %(count)s closes %(end)s.") % values
    if span.unit == "d":
        return _("From %(start)s, %(within)s: day %(count)s ends %(end)s.") % values
    return _("From %(start)s, %(within)s: until %(end)s.") % values


def _about_days(start: datetime, base: datetime, calendar: WorkingCalendar) -> list[str]:
    first = day_of(start) + ONE_DAY
    last = day_of(base)
    said = []
    days = calendar.makeup_between(first, last)
    if days:
        noon = [datetime.combine(day, time(12), SHANGHAI) for day in days]
        named = listed([kit_words.day(at, at) for at in noon])
        said.append(_("Make-up working days counted: %(days)s.") % {"days": named})
    unknown = [y for y in range(first.year, last.year + 1) if not calendar.holidays.known(y)]
    if unknown:
        said.append(
            _("The holidays of %(year)s are not published yet; weekends are assumed.")
            % {"year": unknown[0]}
        )
    return said


def condition(when: dict[str, frozenset[str]]) -> str:
    """Say when a limit applies: 一般; 电话; "all" without conditions."""
    said = [str(VALUES.get(name, name)) for held in when.values() for name in sorted(held)]
    return listed(said) if said else pgettext("rule", "all")
