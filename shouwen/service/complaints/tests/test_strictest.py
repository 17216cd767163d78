"""Whatever the holidays do, a complaint's clock ends at the earliest instant that binds.

What each clause says and which days are worked is written down here once more; only the clocks are
started by the packs themselves.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.policy import actions as policy
from shouwen.ground.policy import clocks
from shouwen.ground.policy.clocks import Facts, Subject
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.tests.moments import LEAD, beijing

pytestmark = pytest.mark.django_db
IN, TAKEN, SOLVED = "case.opened", "case.accepted", "case.resolved"


class Bound(NamedTuple):
    """A clause that binds: what it limits, from when, for how long, and for which matters."""

    pack: str
    clause: str
    event: str
    trigger: str
    value: int
    unit: str
    when: str = ""


BOUNDS = [
    Bound("CG", "CG-3.1-07", "accept", IN, 24, "hours"),
    Bound("CG", "CG-3.2-01", "accept", IN, 24, "hours"),
    Bound("CG", "CG-3.1-08", "classify", IN, 48, "hours"),
    Bound("CG", "CG-3.2-02", "classify", TAKEN, 3, "working days"),
    Bound("CG", "CG-4.1-02", "start", TAKEN, 24, "hours"),
    Bound("CG", "CG-4.1-03", "first_response", IN, 72, "hours"),
    Bound("CG", "CG-5.2-01", "first_response", IN, 24, "hours"),
    Bound("HB", "HB-4.2-03", "first_response", IN, 24, "hours"),
    Bound("CG", "CG-4.1-04", "plan", IN, 3, "working days"),
    Bound("HB", "HB-1.3-02", "resolve", IN, 24, "hours"),
    Bound("HB", "HB-4.2-04", "resolve", IN, 48, "hours"),
    Bound("OM", "OM-4.4-05", "resolve", IN, 24, "hours", "ordinary"),
    Bound("CG", "CG-5.2-02", "resolve", IN, 72, "hours", "risk"),
    Bound("CG", "CG-3.2-04", "resolve", TAKEN, 7, "working days", "general"),
    Bound("CG", "CG-3.2-05", "resolve", TAKEN, 15, "working days", "complex"),
    Bound("CBIRC-2020-3", "CBIRC-2020-3-20", "resolve", IN, 15, "days", "general"),
    Bound("CBIRC-2020-3", "CBIRC-2020-3-20-2", "resolve", IN, 30, "days", "not general"),
    Bound("OM", "OM-2.3-03", "feedback", IN, 24, "hours", "by phone"),
    Bound("OM", "OM-4.4-05", "feedback", IN, 24, "hours", "ordinary"),
    Bound("CG", "CG-3.2-04", "feedback", TAKEN, 7, "working days", "general"),
    Bound("CG", "CG-3.2-07", "feedback", SOLVED, 10, "working days"),
    Bound("CG", "CG-3.3-04", "feedback", SOLVED, 10, "working days"),
    Bound("CBIRC-2020-3", "CBIRC-2020-3-20", "feedback", IN, 15, "days", "general"),
    Bound("CBIRC-2020-3", "CBIRC-2020-3-20-2", "feedback", IN, 30, "days", "not general"),
]
# Houses by the packs that count there: with fewer, the limits in working days come first.
LAW = "CBIRC-2020-3"
HOUSES: dict[int, set[str]] = {
    911: {LAW},
    912: {LAW, "CG"},
    913: {LAW, "CG", "OM"},
    914: {LAW, "HB"},
    915: {LAW, "CG", "HB", "OM", "PV", "SN"},
}


def _days(first: str, last: str) -> set[date]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return {begin + timedelta(days=n) for n in range((end - begin).days + 1)}


# The State Council's notice for 2026, as far as these complaints reach.
OFF = _days("2026-02-15", "2026-02-23") | _days("2026-09-25", "2026-09-27")
OFF |= _days("2026-10-01", "2026-10-07") | _days("2026-04-04", "2026-04-06")
MADE_UP = {date(2026, 2, 14), date(2026, 2, 28), date(2026, 9, 20), date(2026, 10, 10)}
# Worked from 09:00 to 12:00 and from 13:00 to 18:00; the day ends with its last hours.
OPENS, LUNCH, AFTER_LUNCH, CLOSES = time(9), time(12), time(13), time(18)
EDGES = [
    time(0),
    time(8, 59, 59),
    OPENS,
    time(11, 59, 59),
    LUNCH,
    time(12, 30),
    AFTER_LUNCH,
    time(17, 59, 59),
    CLOSES,
    time(18, 0, 1),
    time(23, 59, 59),
]
NEAR = sorted(
    _days("2026-02-10", "2026-03-02")
    | _days("2026-09-17", "2026-10-11")
    # A Friday before a usual weekend.
    | {date(2026, 3, 13)}
)
STARTS = st.builds(
    lambda day, hour: datetime.combine(day, hour, SHANGHAI),
    st.sampled_from(NEAR),
    st.sampled_from(EDGES) | st.times(),
)
MATTERS = st.builds(
    Facts,
    kind=st.just("complaint"),
    channel=st.sampled_from(["", "app", "phone", "voice", "letter", "counter"]),
    urgency=st.sampled_from(["", "ordinary", "urgent", "repeat"]),
    complexity=st.sampled_from(["", "general", "complex", "special"]),
    cond=st.sampled_from([frozenset[str](), frozenset({"risk_response"})]),
)
HOURS = st.integers(0, 100) | st.floats(0, 100)
NUMBERS = itertools.count(1)


def _is_worked(day: date) -> bool:
    return day in MADE_UP or (day.weekday() < 5 and day not in OFF)


def _ends(one: Bound, start: datetime) -> datetime:
    """Count by hand when a limit ends; the day it starts on is not counted."""
    if one.unit == "hours":
        return start + timedelta(hours=one.value)
    day, left = start.date(), one.value
    while left:
        day += timedelta(days=1)
        left -= one.unit == "days" or _is_worked(day)
    if one.unit == "days":
        return datetime.combine(day + timedelta(days=1), time(0), SHANGHAI)
    return datetime.combine(day, CLOSES, SHANGHAI)


def _binds(one: Bound, matter: Facts) -> bool:
    is_general = matter.complexity in ("", "general")
    return {
        "": True,
        "ordinary": matter.urgency in ("", "ordinary"),
        "general": is_general,
        "not general": not is_general,
        "complex": matter.complexity == "complex",
        "by phone": matter.channel in ("phone", "voice"),
        "risk": "risk_response" in matter.cond,
    }[one.when]


def _by_hand(
    packs: Iterable[str], matter: Facts, happened: dict[str, datetime]
) -> dict[str, tuple[datetime, set[str]]]:
    """Give by event the earliest instant that binds, and the clauses that end there."""
    found: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for one in BOUNDS:
        if one.pack in packs and one.trigger in happened and _binds(one, matter):
            found[f"complaint.{one.event}"].append((_ends(one, happened[one.trigger]), one.clause))
    return {
        event: (min(ends)[0], {clause for at, clause in ends if at == min(ends)[0]})
        for event, ends in found.items()
    }


@pytest.fixture
def houses() -> None:
    """Houses where different packs count."""
    for house, packs in HOUSES.items():
        policy.adopt_packs(house, packs, actor=LEAD, at=beijing("2026-01-01 00:00"))


@pytest.mark.usefixtures("houses")
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STARTS, MATTERS, st.sampled_from(sorted(HOUSES)), HOURS, HOURS)
# Received in the lunch break of the last Friday before the Spring Festival, whose Saturday is made
# up: three working days are longer than 48 hours, and seven come before the law's fifteen days.
@example(beijing("2026-02-13 12:30"), Facts("complaint"), 912, 1, 200)
# On the eve of the Golden Week the law's fifteen days end after seven working days began late.
@example(beijing("2026-09-30 18:00"), Facts("complaint"), 912, 100, 0)
def test_a_clock_ends_at_the_earliest_instant_that_binds_around_any_holiday(
    start: datetime, matter: Facts, house: int, taken: float, solved: float
) -> None:
    subject = Subject("case", f"case_strictest_{next(NUMBERS)}")
    happened = {IN: start, TAKEN: start + timedelta(hours=taken)}
    happened[SOLVED] = happened[TAKEN] + timedelta(hours=solved)
    so_far: dict[str, datetime] = {}
    for trigger, at in happened.items():
        clocks.start_all(
            trigger, subject=subject, institution_id=house, facts=matter, at=at, actor=LEAD
        )
        so_far[trigger] = at
        wanted = _by_hand(HOUSES[house], matter, so_far)
        running = Clock.objects.filter(subject_ref=subject.ref, event__startswith="complaint.")
        bound = {clock.event: clock for clock in running if clock.hard}
        assert {event: clock.due_at for event, clock in bound.items()} == {
            event: due for event, (due, _clauses) in wanted.items()
        }
        for event, clock in bound.items():
            assert clock.clause in wanted[event][1]


def test_the_holidays_written_down_here_are_those_that_make_limits_longer() -> None:
    seven = Bound("CG", "CG-3.2-04", "resolve", TAKEN, 7, "working days")
    # Counted by hand as well: 14, 24, 25, 26, 27, 28 February, 2 March.
    assert _ends(seven, beijing("2026-02-13 17:00")) == beijing("2026-03-02 18:00")
    # 8, 9, 10, 12, 13, 14, 15 October.
    assert _ends(seven, beijing("2026-09-30 12:30")) == beijing("2026-10-15 18:00")
