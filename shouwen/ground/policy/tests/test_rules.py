"""Properties of due instants and of the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.policy.holidays import CHINA
from shouwen.ground.policy.rules import warnings
from shouwen.ground.policy.rules.facts import Facts
from shouwen.ground.policy.rules.ledger import Act, Entry, Running, replay
from shouwen.ground.policy.rules.limits import (
    Candidate,
    Extension,
    Mode,
    Rule,
    due_at,
    put_off,
    strictest,
)
from shouwen.ground.policy.rules.spans import Span
from shouwen.ground.policy.rules.working_time import WorkingCalendar, usual_week
from shouwen.ground.policy.tests.moments import beijing

CALENDAR = WorkingCalendar(usual_week(), {}, CHINA)
FACTS = Facts(kind="complaint")
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(
    lambda at: at.replace(tzinfo=SHANGHAI)
)
SPANS = st.sampled_from(["30s", "15min", "24h", "72h", "7wd", "15wd", "15d", "30d"]).map(Span.parse)
GAPS = st.lists(st.integers(1, 15 * 24 * 3600), min_size=2, max_size=8)


def rule(span: str, **options: object) -> Rule:
    """Give a hard limit that may wait for the customer."""
    values: dict[str, object] = {
        "clause": f"X-{span}",
        "pack": "X",
        "event": "complaint.resolve",
        "span": Span.parse(span),
        "mode": Mode.HARD,
        "starts_on": frozenset({"received"}),
        "pausable": frozenset({"customer"}),
    }
    return Rule(**{**values, **options})  # type: ignore[arg-type]  # the test's own short hand


def started(at: datetime, trigger: str = "received") -> Entry:
    """Give the first line of a ledger."""
    return Entry(Act.STARTED, at, trigger=trigger, facts=FACTS)


@given(INSTANTS, SPANS, GAPS)
def test_pausing_never_brings_the_due_time_nearer(
    start: datetime, span: Span, gaps: list[int]
) -> None:
    entries, at = [started(start)], start
    due = replay(entries, [rule(str(span))], CALENDAR).candidates[0].due_at
    for number, gap in enumerate(gaps):
        at += timedelta(seconds=gap)
        act = Act.PAUSED if number % 2 == 0 else Act.RESUMED
        entries.append(Entry(act, at, trigger="customer"))
        moved = replay(entries, [rule(str(span))], CALENDAR).candidates[0].due_at
        assert moved >= due
        due = moved


@given(INSTANTS, SPANS, GAPS)
def test_a_pause_costs_at_most_its_own_length_in_hours(
    start: datetime, span: Span, gaps: list[int]
) -> None:
    paused_at = start + timedelta(seconds=gaps[0])
    pauses = [(paused_at, paused_at + timedelta(seconds=gaps[1]))]
    due = due_at(span, start, CALENDAR)
    moved = put_off(due, pauses, span, CALENDAR)
    if paused_at >= due:
        assert moved == due
    elif span.exact:
        assert moved - due == timedelta(seconds=gaps[1])
    elif span.unit == "d":
        assert moved - due <= timedelta(seconds=gaps[1]) + timedelta(days=1)


def test_a_pause_within_one_day_costs_no_day_and_one_over_a_weekend_costs_the_friday() -> None:
    start, limit = beijing("2026-06-08 10:00"), Span(7, "wd")
    due = due_at(limit, start, CALENDAR)
    assert due == beijing("2026-06-17 18:00")
    within = [(beijing("2026-06-09 10:00"), beijing("2026-06-09 17:00"))]
    assert put_off(due, within, limit, CALENDAR) == due
    weekend = [(beijing("2026-06-12 17:00"), beijing("2026-06-15 10:00"))]
    assert put_off(due, weekend, limit, CALENDAR) == beijing("2026-06-18 18:00")
    days = Span(15, "d")
    calendar_due = due_at(days, start, CALENDAR)
    assert put_off(calendar_due, weekend, days, CALENDAR) - calendar_due == timedelta(days=3)


@given(st.lists(st.tuples(INSTANTS, st.sampled_from(Mode), st.booleans()), max_size=6))
def test_the_strictest_is_the_earliest_hard_instant(
    drawn: list[tuple[datetime, Mode, bool]],
) -> None:
    start = beijing("2025-12-01 00:00")
    held = [
        Candidate(f"X-{n}", "X", "24h", mode, start, due, paused=paused)
        for n, (due, mode, paused) in enumerate(drawn)
    ]
    chosen = strictest(held)
    hard = [c for c in held if c.mode is Mode.HARD]
    targets = [c for c in held if c.mode is Mode.TARGET]
    some = hard or targets
    running = [c for c in some if not c.paused]
    if not some:
        assert chosen is None
    else:
        assert chosen is not None
        assert chosen.due_at == min(c.due_at for c in running or some)


def test_a_limit_counts_from_its_own_start_and_joins_when_that_happens() -> None:
    received, accepted = beijing("2026-06-16 10:46"), beijing("2026-06-17 09:00")
    rules = [rule("15wd"), rule("7wd", starts_on=frozenset({"accepted"}))]
    first = replay([started(received)], rules, CALENDAR)
    assert [c.clause for c in first.candidates] == ["X-15wd"]
    both = replay([started(received), started(accepted, "accepted")], rules, CALENDAR)
    assert both.chosen is not None
    assert (both.chosen.clause, both.chosen.due_at) == ("X-7wd", beijing("2026-06-29 18:00"))


def test_only_the_limits_that_may_wait_are_held() -> None:
    start, later = beijing("2026-06-16 10:46"), beijing("2026-06-18 10:00")
    rules = [rule("7wd"), rule("15d", pausable=frozenset({"appraisal"}))]
    entries = [started(start), Entry(Act.PAUSED, later, trigger="customer")]
    held = replay(entries, rules, CALENDAR)
    assert held.state is Running.RUNNING
    assert held.chosen is not None
    assert held.chosen.clause == "X-15d"
    alone = replay(entries, rules[:1], CALENDAR)
    assert alone.state is Running.PAUSED


def test_what_is_late_stays_late() -> None:
    start = beijing("2026-06-16 10:46")
    entries = [
        started(start),
        Entry(Act.PAUSED, start + timedelta(hours=30), trigger="customer"),
        Entry(Act.RESUMED, start + timedelta(hours=90)),
    ]
    outcome = replay(entries, [rule("24h")], CALENDAR)
    assert outcome.candidates[0].due_at == start + timedelta(hours=24)
    assert replay(entries[:2], [rule("24h")], CALENDAR).state is Running.RUNNING


def test_an_extension_moves_what_its_clause_names() -> None:
    start = beijing("2026-06-16 10:46")
    until = beijing("2026-07-08 18:00")
    limit = rule("10wd", extend=Extension("CG-3.3-04", Span(15, "wd")))
    entries = [started(start), Entry(Act.EXTENDED, start, clause="CG-3.3-04", due_at=until)]
    outcome = replay(entries, [limit, rule("15d")], CALENDAR)
    assert [(c.clause, c.due_at, c.extended) for c in outcome.candidates] == [
        ("X-15d", beijing("2026-07-02 00:00"), False),
        ("X-10wd", until, True),
    ]


def test_new_facts_restart_the_law_and_nothing_else() -> None:
    start, again = beijing("2026-06-16 10:46"), beijing("2026-06-20 09:00")
    law = rule("15d", restart_clause="CBIRC-2020-3-20-5")
    entries = [started(start), Entry(Act.RESTARTED, again, clause="CBIRC-2020-3-20-5")]
    outcome = replay(entries, [law, rule("7wd")], CALENDAR)
    assert [(c.clause, c.due_at) for c in outcome.candidates] == [
        ("X-7wd", beijing("2026-06-26 18:00")),
        ("X-15d", beijing("2026-07-06 00:00")),
    ]


def test_a_ledger_begins_with_its_start() -> None:
    with pytest.raises(ValueError):
        replay([Entry(Act.STOPPED, beijing("2026-06-16 10:46"))], [], CALENDAR)


@pytest.mark.parametrize("text", ["", "24", "h", "24 h", "0h", "-1d", "3mo", "1.5h"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Span.parse(text)


def test_warnings_come_at_thirty_percent_ten_percent_the_last_hour_and_a_missed_target() -> None:
    start = beijing("2026-06-16 10:00")
    hard = Candidate("A", "X", "24h", Mode.HARD, start, start + timedelta(hours=24))
    goal = Candidate("B", "X", "2h", Mode.TARGET, start, start + timedelta(hours=2))
    assert warnings.instants(hard, [goal, hard]) == [
        start + timedelta(hours=2),
        start + timedelta(hours=16.8),
        start + timedelta(hours=21.6),
        start + timedelta(hours=23),
    ]
    live = start + timedelta(seconds=30)
    assert warnings.soon_at(start, live) == start + timedelta(seconds=24)
    assert warnings.soon_at(start, start + timedelta(hours=2)) == start + timedelta(hours=1)


@pytest.mark.parametrize(
    ("channel", "family"), [("chat", "web"), ("APP", "web"), ("voice", "phone"), ("fax", "fax")]
)
def test_a_channel_stands_for_its_family(channel: str, family: str) -> None:
    assert family in Facts("consult", channel).having("channel")


def test_facts_survive_storing() -> None:
    facts = Facts("complaint", "app", complexity="complex", cond=frozenset({"a", "b"}), queue="q")
    assert Facts.from_json(facts.to_json()) == facts
