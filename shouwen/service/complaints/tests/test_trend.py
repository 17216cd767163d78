"""The small lines of the ledger: counted by the by, true to the complaints, within one's reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwen.ground.kernel import time
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.people.staff.tests.factories import a_unit, acting, signed_in
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint, ComplaintTally
from shouwen.service.complaints.rules.trend import Month, Trend, days_until, months_until
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office
from shouwen.service.complaints.views import tiles

NOW = datetime(2026, 6, 16, 10, 58, tzinfo=SHANGHAI)


def lived(office: Office, state: str, received: datetime, closed: datetime | None = None) -> int:
    """Let a complaint have come and gone at these moments; give its key."""
    one = a_complaint_in(state, office)
    told = {"closed_at": closed} if closed else {}
    Complaint.objects.filter(pk=one.pk).update(received_at=received, **told)
    return one.pk


def day(number: int, hour: int = 12) -> datetime:
    """Give a moment of June."""
    return datetime(2026, 6, number, hour, tzinfo=SHANGHAI)


def test_nine_days_and_half_a_year_are_drawn() -> None:
    assert days_until(date(2026, 3, 2))[0] == date(2026, 2, 22)
    months = months_until(date(2026, 3, 31))
    assert (months[0], months[-1]) == (date(2025, 10, 1), date(2026, 3, 1))
    assert len(days_until(date(2026, 3, 2))) == 9


def test_a_complaint_is_in_hand_from_its_day_to_the_one_before_it_closed(office: Office) -> None:
    lived(office, "ACCEPTED", day(10))
    lived(office, "CLOSED", day(9), day(12))
    # Midnight in Shanghai parts the days, not in Greenwich.
    lived(office, "CLOSED", day(13, 0), day(14, 0) + timedelta(hours=7))
    actions.tally_complaints(NOW)
    trend = queries.trend(acting(office.head), at=NOW)
    assert trend is not None
    # From the 8th to the 16th.
    assert trend.in_hand == (0, 1, 2, 2, 1, 2, 1, 1, 1)
    assert trend.since_last_week == 0.0


def test_a_month_tells_how_many_of_its_complaints_were_resolved_and_repeats(office: Office) -> None:
    first = lived(office, "HANDLED", day(2))
    lived(office, "ACCEPTED", day(3))
    gone = lived(office, "CLOSED", day(4))
    again = lived(office, "ACCEPTED", day(5))
    lived(office, "HANDLED", datetime(2026, 5, 31, 23, 59, tzinfo=SHANGHAI))
    Complaint.objects.filter(pk=gone).update(withdrawn_at=day(5))
    # Whatever the system took for repeats, one is.
    Complaint.objects.update(repeat_of=None)
    Complaint.objects.filter(pk=again).update(repeat_of=first)
    actions.tally_complaints(NOW)
    trend = queries.trend(acting(office.head), at=NOW)
    assert trend is not None
    assert (trend.month.resolved_share, trend.month.repeated_share) == (1 / 3, 0.25)
    may, april = trend.months[-2], trend.months[-3]
    assert (may.received, may.resolved_share) == (1, 1.0)
    assert (april.resolved_share, april.repeated_share) == (None, None)


def test_who_reaches_some_units_sees_theirs_alone_and_who_reaches_none_sees_none(
    office: Office,
) -> None:
    lived(office, "ACCEPTED", day(10))
    elsewhere = Complaint.objects.get(pk=lived(office, "ACCEPTED", day(10)))
    branch = a_unit(office.bank.institution, "城北支行")
    type(elsewhere.case).objects.filter(pk=elsewhere.case_id).update(unit=branch)
    actions.tally_complaints(NOW)
    me = acting(office.head)
    near = replace(me, all_units=False, unit_ids=frozenset({branch.pk}))
    alone = replace(me, all_units=False, unit_ids=frozenset())
    strange = replace(me, institution_id=an_office("insurer").bank.institution.pk)
    seen = [queries.trend(one, at=NOW) for one in (me, near)]
    assert [one and one.in_hand[-1] for one in seen] == [2, 1]
    assert queries.trend(alone, at=NOW) is None
    assert queries.trend(strange, at=NOW) is None


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    spans=st.lists(
        st.tuples(st.integers(0, 60 * 24), st.integers(1, 40 * 24), st.booleans()), max_size=4
    )
)
def test_counting_again_gives_what_a_recount_by_hand_gives(
    office: Office, spans: list[tuple[int, int, bool]]
) -> None:
    Complaint.objects.all().update(received_at=NOW + timedelta(days=400), closed_at=None)
    lives = []
    for back, lasted, is_over in spans:
        came = NOW - timedelta(hours=back)
        went = min(came + timedelta(hours=lasted), NOW) if is_over else None
        lived(office, "CLOSED" if is_over else "ACCEPTED", came, went)
        lives.append((came, went))
    actions.tally_complaints(NOW)
    trend = queries.trend(acting(office.head), at=NOW)
    by_hand = []
    for first in days_until(NOW.astimezone(SHANGHAI).date()):
        end = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI) + timedelta(days=1)
        by_hand.append(sum(came < end and (not went or went >= end) for came, went in lives))
    assert (trend.in_hand if trend else (0,) * 9) == tuple(by_hand)


def test_what_stands_is_not_written_again(office: Office) -> None:
    lived(office, "ACCEPTED", day(10))
    actions.tally_complaints(NOW)
    held = list(ComplaintTally.objects.order_by("pk").values_list("pk", flat=True))
    assert actions.tally_complaints(NOW) == 0
    assert list(ComplaintTally.objects.order_by("pk").values_list("pk", flat=True)) == held
    lived(office, "ACCEPTED", day(16, 9))
    actions.tally_complaints(NOW)
    kept = ComplaintTally.objects.filter(pk__in=held).count()
    # The rows of today and of the month were counted anew, the days before stand.
    assert kept == len(held) - 2


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("较上周同日 +100.0%", "问题解决率 6月", "目标 ≥90%", "依据", "《")),
        ("en", ("Resolved, June", "goal at least 90%", "+100.0% since")),
    ],
)
def test_the_ledger_draws_them_and_names_the_goals_clause(
    office: Office, language: str, words: tuple[str, ...]
) -> None:
    lived(office, "HANDLED", day(8))
    lived(office, "ACCEPTED", day(12))
    page = signed_in(office.head)
    person = office.head
    type(person).objects.filter(pk=person.pk).update(language=language)
    with time.frozen(NOW), translation.override(language):
        before = page.get("/complaints/").content.decode()
        actions.tally_complaints(NOW)
        told = page.get("/complaints/").content.decode()
    assert "sw-spark" not in before
    assert "sw-spark" in told
    assert "CG-4.1-06" in told
    assert [one for one in words if one not in told] == []


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        ((10, 9), (10, 9), "yes"),
        ((10, 8), (4, 1), "no"),
        ((10, 9), (4, 1), ""),
        ((0, 0), (4, 1), ""),
    ],
)
def test_a_month_that_runs_misses_no_goal_but_the_last_one_may(
    office: Office, before: tuple[int, int], now: tuple[int, int], verdict: str
) -> None:
    months = [Month(first) for first in months_until(NOW.date())]
    for place, (received, resolved) in ((-2, before), (-1, now)):
        months[place] = replace(months[place], received=received, resolved=resolved)
    lines = tiles.worded(Trend((0,) * 9, tuple(months)), acting(office.head), NOW)
    assert lines.resolved.passed == verdict
