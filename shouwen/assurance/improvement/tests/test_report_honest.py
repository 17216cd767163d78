"""What the figures may not hide: limits found missed, limits that ran twice, touched returns."""

from __future__ import annotations

from typing import Any

import pytest

from shouwen.assurance.improvement import actions, queries
from shouwen.assurance.improvement.models import ComplaintReturn
from shouwen.assurance.monitoring import periods
from shouwen.assurance.monitoring.periods import Period
from shouwen.ground.kernel import time
from shouwen.ground.policy.models import Clock
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries.clocks import clocks_of_cases
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints.queries.tables import TABLE
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office

AT = later(days=90)
EVENT = "complaint.resolve"
Told = tuple[int, int | None]


@pytest.fixture
def office(db: None) -> Office:
    """A bank with the three posts of a complaint."""
    return an_office(ruled=True)


@pytest.fixture
def officer(office: Office) -> Person:
    """Who answers for what is reported."""
    return a_person(office.bank.cards, "complaints")


def _period() -> Period:
    return periods.between(MONDAY_9AM.date(), MONDAY_9AM.date(), AT)


def _limits(officer: Person) -> dict[str, Told]:
    """Give what the report says of the limit to resolve, each checked against its list."""
    who = acting(officer)
    lines = [line for line in queries.report(who, _period(), at=AT).lines if line.key == EVENT]
    for line in lines:
        found = queries.behind(who, _period(), line.code, line.key, at=AT)
        assert (len(found.rows), found.counted) == (line.count, line.count)
    return {line.code: (line.count, line.of) for line in lines}


def test_a_limit_found_missed_counts_as_late_though_it_was_recorded_as_in_time(
    office: Office, officer: Person
) -> None:
    one = a_complaint_in("FEEDBACK_SENT", office)
    assert _limits(officer) == {"clock_met": (1, 1), "clock_late": (0, 1)}

    def told() -> tuple[bool | None, bool]:
        views = clocks_of_cases([one.case], AT)[one.case.public_id]
        cells = next(iter(TABLE.rows(office.supervisor, {}, 5, at=AT)))
        named = [column.title for column in TABLE.columns(one.institution_id, {})]
        met = next(view for view in views if view.event == EVENT)
        return met.met, "按时完成" in str(cells[named.index(met.title)])

    assert told() == (True, True)
    Clock.objects.filter(subject_ref=one.case.public_id, event=EVENT).update(
        breached_at=later(days=1)
    )
    assert _limits(officer) == {"clock_met": (0, 1), "clock_late": (1, 1)}
    assert told() == (False, False)


def test_a_limit_that_ran_twice_counts_its_complaint_once(office: Office, officer: Person) -> None:
    one = a_complaint_in("CLOSED", office)
    a_complaint_in("FEEDBACK_SENT", office)
    case = Case.objects.get(pk=one.case_id)
    cases.reopen(case, reason="客户来电", actor=office.supervisor, at=later(hours=10))
    clocks = Clock.objects.filter(subject_ref=one.case.public_id, event=EVENT)
    assert clocks.count() == 2
    # Met the first time, missed the second time: late once is late.
    assert _limits(officer) == {"clock_met": (1, 2), "clock_late": (1, 2)}
    clocks.update(state="STOPPED", stopped_at=later(minutes=1), breached_at=None, next_at=None)
    assert _limits(officer) == {"clock_met": (2, 2), "clock_late": (0, 2)}


def _page(who: Person, path: str, **said: str) -> Any:
    client = signed_in(who)
    with time.frozen(AT):
        return client.get(f"/improvement/{path}", said)


def test_the_list_says_when_it_holds_less_than_the_figure_counts(
    office: Office, officer: Person
) -> None:
    a_complaint_in("GRADED", office)
    away = a_complaint_in("GRADED", office)
    day = str(MONDAY_9AM.date())
    asked = {"figure": "received", "key": "", "from": day, "to": day}
    bound = a_person(office.bank.cards, "complaints", over=office.bank.cards)
    assert "该指标共计" not in _page(officer, "behind/", **asked).content.decode()
    Case.objects.filter(pk=away.case_id).update(unit=office.bank.loans)
    page = _page(bound, "behind/", **asked)
    assert len(page.context["rows"]) == 1
    assert "该指标共计2件，以下列出您有权查看的1件" in page.content.decode()


@pytest.mark.parametrize(
    "touched",
    [
        {"key": None, "renamed": 1},
        {"code": None},
        {"count": "many", "of": "all"},
        "nonsense",
    ],
)
def test_a_return_with_a_touched_field_says_that_it_no_longer_matches(
    office: Office, officer: Person, touched: Any
) -> None:
    a_complaint_in("GRADED", office)
    row = actions.freeze_report(acting(officer), _period(), title="通报", at=AT)
    lines: list[Any] = list(row.lines)
    if isinstance(touched, dict):
        first = {**lines[0], **touched}
        lines[0] = {name: value for name, value in first.items() if value is not None}
    else:
        lines[0] = touched
    ComplaintReturn.objects.filter(pk=row.pk).update(lines=lines)
    shown = _page(officer, f"returns/{row.public_id}/")
    assert shown.status_code == 200
    assert "不予提供" in shown.content.decode()
    assert shown.context["found"].lines == []
    assert _page(officer, f"returns/{row.public_id}/file/pdf/").status_code == 409
