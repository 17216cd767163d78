"""Durations, moments, money and rates in words: one helper each, in the reader's language."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import dateformat
from django.utils import timezone as django_timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

Words = str | Promise

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# Beyond this the hours say nothing; under this the seconds matter.
DAYS_ALONE = 7 * DAY
SECONDS_MATTER = 10 * MINUTE


def duration(seconds: float) -> str:
    """Say a span of time in two units at most: 2天1小时, 1小时05分, 4分30秒, 38秒."""
    whole = max(0, int(seconds))
    days, hours = whole // DAY, whole % DAY // HOUR
    minutes, rest = whole % HOUR // MINUTE, whole % MINUTE
    if whole >= DAYS_ALONE or (days and not hours):
        return _("%(days)s d") % {"days": days}
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours and not minutes:
        return _("%(hours)s h") % {"hours": hours}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": f"{minutes:02}"}
    if minutes and (whole >= SECONDS_MATTER or not rest):
        return _("%(minutes)s min") % {"minutes": minutes}
    if minutes:
        return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": f"{rest:02}"}
    return _("%(seconds)s s") % {"seconds": rest}


def left(due: datetime, now: datetime) -> str:
    """Say what is left until a due moment, or how far past it is: 还剩1小时05分, 超时35分."""
    span = (due - now).total_seconds()
    if span >= 0:
        return _("%(time)s left") % {"time": duration(span)}
    return _("%(time)s overdue") % {"time": duration(-span)}


def moment(at: datetime, now: datetime) -> str:
    """Say when, as a colleague would: 今天10:42, 昨天18:12, 6月22日18:00."""
    local, today = django_timezone.localtime(at), django_timezone.localtime(now).date()
    time = f"{local:%H:%M}"
    if local.date() == today:
        return _("today %(time)s") % {"time": time}
    if local.date() == today - timedelta(days=1):
        return _("yesterday %(time)s") % {"time": time}
    if local.date() == today + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": time}
    form = (
        pgettext("date format", "j M H:i")
        if local.year == today.year
        else pgettext("date format", "j M Y H:i")
    )
    return dateformat.format(local, form)


def due_moment(at: datetime, now: datetime) -> str:
    """Say when something is due; midnight is 24:00 of the day that ends: 12月7日24:00."""
    if django_timezone.localtime(at).strftime("%H:%M:%S") != "00:00:00":
        return moment(at, now)
    # The last minute bears the right day in every form; only its time is read otherwise.
    return moment(at - timedelta(minutes=1), now).replace("23:59", "24:00")


def day(at: datetime, now: datetime) -> str:
    """Say the day alone: 6月22日, and the year when it is another one."""
    local = django_timezone.localtime(at)
    form = (
        pgettext("date format", "j M")
        if local.year == django_timezone.localtime(now).year
        else pgettext("date format", "j M Y")
    )
    return dateformat.format(local, form)


def money(fen: int) -> str:
    """Say an amount kept in fen: 2,386.00元."""
    sign = "−" if fen < 0 else ""
    return _("CNY %(amount)s") % {"amount": f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02}"}


def percent(share: float | None, digits: int = 1) -> str:
    """Say a share of one as a rate, or that there is nothing to divide by."""
    if share is None:
        return _("No data")
    return f"{share * 100:.{digits}f}%"


def pattern_words() -> dict[str, str]:
    """Give the page's timer the same words, with places left open, so both speak alike."""
    return {
        "d": _("%(days)s d"),
        "dh": _("%(days)s d %(hours)s h"),
        "h": _("%(hours)s h"),
        "hm": _("%(hours)s h %(minutes)s min"),
        "m": _("%(minutes)s min"),
        "ms": _("%(minutes)s min %(seconds)s s"),
        "s": _("%(seconds)s s"),
        "left": _("%(time)s left"),
        "over": _("%(time)s overdue"),
        "goal": _("Target in %(time)s"),
        "missed": _("Target passed by %(time)s"),
        "became": _("%(name)s: %(state)s"),
        "offline": _("The line is cut. What you see is as of %(time)s."),
        "again": _("Try again"),
        "online": _("The line is back."),
        "failed": _("This did not go through. Nothing was changed; try again."),
        "unsent": _("No connection. What you entered is still here; try again."),
        "copied": _("Copied."),
        "uncopied": _("The browser does not let it be copied. Mark it and press Ctrl C."),
        "close": _("Close"),
        "undo": _("Undo"),
        "busy": _("Still working. Do not submit again."),
        "newer": _("There is something newer. Press to show it."),
        "file_large": _(
            "“%(name)s” has %(size)s MB; %(most)s MB can be sent at once. Choose a smaller file."
        ),
        "files_large": _(
            "Together these files have %(size)s MB; %(most)s MB can be sent at once. Choose fewer "
            "or smaller ones."
        ),
    }
