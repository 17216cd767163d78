"""The working calendar changes by two persons; limits in working days go by it from then on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from shouwen.front.console import actions
from shouwen.front.console.actions import Days
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.policy import queries
from shouwen.ground.policy.book import policy_of
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests import factories as staff

NOW = staff.MONDAY_9AM
PAGE = "/console/rules/calendar/"


@pytest.fixture
def risk(centre: Unit) -> Person:
    """A risk officer, who asks."""
    return staff.a_person(centre, "risk")


@pytest.fixture
def second(centre: Unit) -> Person:
    """Another one, who decides."""
    return staff.a_person(centre, "risk")


def day(n: int) -> date:
    """The date so many days after the Monday the tests stand at."""
    return NOW.date() + timedelta(days=n)


def worked(centre: Unit) -> Iterator[date]:
    """Give the worked days of two weeks."""
    calendar = policy_of(centre.institution.pk).calendar()
    return (day(n) for n in range(14) if calendar.is_working_day(day(n)))


def ask(person: Person, *lines: Days) -> Approval:
    """Ask for days that differ."""
    return actions.ask_days(lines, reason="国办通知", actor=staff.acting(person), at=NOW)


def test_days_off_and_worked_count_when_a_second_person_has_approved(
    centre: Unit, risk: Person, second: Person
) -> None:
    before = list(worked(centre))
    asked = ask(
        risk,
        Days(1, day(7), day(8), "OFF", "抢险"),
        Days(2, day(12), None, "WORKED", "抢险调休"),
    )
    assert list(worked(centre)) == before
    with pytest.raises(approvals.OwnRequest):
        approvals.approve(asked, "同意", actor=staff.acting(risk), at=NOW)
    approvals.approve(asked, "同意", actor=staff.acting(second), at=NOW)
    assert set(before) - set(worked(centre)) == {day(7), day(8)}
    assert set(worked(centre)) - set(before) == {day(12)}
    shown = queries.working_calendar(centre.institution.pk, NOW).stretches
    own = [(one.first, one.last, one.name, one.is_worked) for one in shown if one.is_own]
    assert own == [(day(7), day(8), "抢险", False), (day(12), day(12), "抢险调休", True)]
    row = AuditRow.objects.filter(act="calendar.changed").order_by("pk").first()
    assert row is not None
    assert json.loads(row.detail) == {
        "date": str(day(7)),
        "periods.after": "off",
        "periods.before": None,
    }
    back = ask(risk, Days(1, day(7), day(12), "USUAL", ""))
    approvals.approve(back, "同意", actor=staff.acting(second), at=NOW)
    assert list(worked(centre)) == before


def test_another_week_counts_for_limits_in_working_days(
    centre: Unit, risk: Person, second: Person
) -> None:
    week = {n: [["08:30", "12:00"], ["14:00", "00:00"]] if n < 6 else [] for n in range(7)}
    asked = actions.ask_week(week, reason="延时服务", actor=staff.acting(risk), at=NOW)
    approvals.approve(asked, "同意", actor=staff.acting(second), at=NOW)
    calendar = policy_of(centre.institution.pk).calendar()
    assert [n for n in range(7) if calendar.periods.get(n)] == [0, 1, 2, 3, 4, 5]
    row = AuditRow.objects.get(act="schedule.set")
    assert json.loads(row.detail)["week.after"].startswith("0 08:30-12:00 14:00-00:00, 1 ")


def test_days_that_passed_while_it_waited_stay_as_they_were(
    centre: Unit, risk: Person, second: Person
) -> None:
    asked = ask(risk, Days(1, day(0), day(1), "OFF", "检修"))
    at = NOW + timedelta(hours=16)
    approvals.approve(asked, "同意", actor=staff.acting(second), at=at)
    calendar = policy_of(centre.institution.pk).calendar()
    assert (calendar.is_working_day(day(0)), calendar.is_working_day(day(1))) == (True, False)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (Days(3, None, None, "OFF", ""), "first_3"),
        (Days(3, day(-1), None, "OFF", ""), "first_3"),
        (Days(3, day(5), day(4), "OFF", ""), "last_3"),
        (Days(3, day(5), day(36), "OFF", ""), "last_3"),
        (Days(3, day(5), None, "PARTY", ""), "what_3"),
        (Days(3, day(5), None, "OFF", "长" * 21), "name_3"),
        (Days(3, day(2), None, "OFF", ""), "first_3"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_asked(
    centre: Unit, risk: Person, line: Days, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        ask(risk, Days(1, day(1), day(3), "OFF", ""), line)
    assert set(caught.value.fields) == {field}
    assert not Approval.objects.exists()


def test_only_who_keeps_the_rules_asks_and_one_change_waits_at_a_time(
    centre: Unit, risk: Person, second: Person
) -> None:
    line = Days(1, day(1), None, "OFF", "")
    with pytest.raises(NotAllowed):
        ask(staff.a_person(centre, "lead"), line)
    ask(risk, line)
    with pytest.raises(actions.ChangeWaits):
        ask(second, Days(1, day(2), None, "OFF", ""))
    with pytest.raises(Invalid):
        actions.ask_week({0: []}, reason="试", actor=staff.acting(risk), at=NOW)


def test_the_page_takes_a_years_holidays_and_says_what_is_wrong(
    centre: Unit, risk: Person, admin: Client
) -> None:
    officer = staff.signed_in(risk)
    soon = (time.now() + timedelta(days=3)).date()
    said = {"first_2": str(soon), "what_2": "OFF", "name_2": "春节", "reason": "国办通知"}
    for wrong in ({"first_2": "soon"}, {"last_2": "1999-01-01"}, {"reason": ""}, {"what_2": "X"}):
        answer = officer.post(f"{PAGE}days/", {**said, **wrong})
        assert answer.status_code == 422
        assert "春节" in answer.content.decode(), "what was typed stays"
    answer = officer.post(
        f"{PAGE}week/", {"of_0_0_from": "09:00", "of_0_0_to": "08:00", "reason": "试"}
    )
    assert answer.status_code == 422
    assert officer.post(f"{PAGE}days/", said).status_code == 302
    assert officer.post(f"{PAGE}days/", said).status_code == 409
    asked = Approval.objects.get()
    page = admin.get(PAGE).content.decode()
    assert f"{soon} 休 春节" in page
    admin.post(f"/approvals/{asked.public_id}/approve/", {"opinion": "同意"})
    assert "本机构录入" in admin.get(PAGE).content.decode()


def test_a_year_that_is_not_at_hand_is_told(centre: Unit) -> None:
    known = policy_of(centre.institution.pk).calendar().holidays
    year = next(year for year in range(2026, 2200) if not known.known(year))
    at = NOW.replace(year=year - 1, month=12)
    assert queries.working_calendar(centre.institution.pk, at).unknown_from == year


def test_who_only_reads_rules_sees_no_form(centre: Unit, client: Client) -> None:
    client = staff.signed_in(staff.a_person(centre, "agent"))
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "calendar/days/" not in page.content.decode()
    assert client.post(f"{PAGE}days/", {}).status_code == 403
