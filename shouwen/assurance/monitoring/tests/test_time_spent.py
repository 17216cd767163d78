"""Time noted on cases: by person, unit and category, taken back in the stretch it was noted in."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.assurance.monitoring import forms, queries
from shouwen.assurance.monitoring.models import Grain, Rollup
from shouwen.assurance.monitoring.tests.floors import NOW, hear_everything
from shouwen.ground.kernel import time
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, later

DAY = timedelta(days=1)


def spent(bank: Bank, at: datetime = NOW, **asked: str) -> dict[str, float]:
    """Give the seconds spent by key of the line; a question of today unless it says another."""
    question = forms.question_of({"period": "today", "kpi": "time_spent", **asked}, at)
    found = queries.history(bank.acting(bank.admin), question, at)
    assert found.chosen.kpi.code == "time_spent"
    lines = {line.key: line.sums["effort_seconds"] for line in found.lines}
    return {key: seconds for key, seconds in lines.items() if seconds}


def note(case: Case, person: Person, bank: Bank, minutes: int, **span: Any) -> str:
    """Note so many minutes, as their own."""
    at = later(**span or {"hours": 3})
    row = cases.note_effort(case, "WORK", minutes, actor=bank.acting(person), at=at)
    return str(row.public_id)


@pytest.fixture
def case(bank: Bank) -> Case:
    """A case that is worked in the unit of the cards."""
    return a_case_in("IN_PROGRESS", bank)


def test_time_is_told_by_person_unit_channel_and_category(bank: Bank, case: Case) -> None:
    note(case, bank.agent, bank, 30)
    note(case, bank.agent, bank, 10)
    note(case, bank.colleague, bank, 5)
    hear_everything()
    assert spent(bank, by="person") == {
        bank.agent.public_id: 2400,
        bank.colleague.public_id: 300,
    }
    assert spent(bank, by="unit") == {bank.cards.public_id: 2700}
    assert spent(bank, by="channel") == {case.channel.lower(): 2700}
    assert case.category is not None
    assert spent(bank, by="category") == {case.category.code: 2700}
    only = spent(bank, by="person", person=bank.colleague.public_id)
    assert only == {bank.colleague.public_id: 300}


def test_what_is_taken_back_leaves_the_day_it_was_noted_on(bank: Bank, case: Case) -> None:
    entry = note(case, bank.agent, bank, 30)
    note(case, bank.agent, bank, 10, days=1)
    hear_everything(NOW + DAY)
    cases.take_back_effort(case, entry, actor=bank.me, at=later(days=1, hours=1))
    hear_everything(NOW + DAY)
    assert spent(bank, by="unit") == {}
    assert spent(bank, later(days=1, hours=4), by="unit") == {bank.cards.public_id: 600}
    of_all = Rollup.objects.filter(of_person=False, grain=Grain.MONTH, effort_seconds__gt=0)
    assert [row.effort_seconds for row in of_all] == [600]


def test_another_house_sees_none_of_it(bank: Bank, case: Case) -> None:
    note(case, bank.agent, bank, 30)
    hear_everything()
    assert spent(a_bank("insurer"), by="person") == {}


def test_it_costs_the_same_for_any_number_of_entries(bank: Bank, case: Case) -> None:
    costs = []
    for _round in range(2):
        for _entry in range(3):
            note(case, bank.agent, bank, 5)
        hear_everything()
        with CaptureQueriesContext(
            connection,
        ) as caught:
            spent(bank, by="person")
        costs.append(len(caught))
    assert costs[0] == costs[1]


def test_the_table_of_people_holds_it(bank: Bank, case: Case) -> None:
    note(case, bank.agent, bank, 30)
    hear_everything()
    with time.frozen(NOW):
        answer = signed_in(bank.lead).get("/reports/parts.csv", {"period": "today", "by": "person"})
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    heads = next(row for row in rows if "处理耗时" in row)
    place = heads.index("处理耗时")
    assert [row[place] for row in rows if row[:1] == [bank.agent.name]] == ["1800.0"]
