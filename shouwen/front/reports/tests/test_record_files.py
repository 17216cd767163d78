"""Behind the share of records right at once stand the cases, each with how its file was."""

from __future__ import annotations

import pytest

from shouwen.assurance.monitoring import forms
from shouwen.assurance.monitoring.tests.floors import a_busy_bank
from shouwen.assurance.monitoring.tests.test_record_standard import closed
from shouwen.front.reports import queries
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import Bank, later


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank with one queue."""
    return a_busy_bank()


def listed(bank: Bank) -> list[str]:
    """Give what is said of each file behind the share of the day."""
    question = forms.question_of({"period": "today", "kpi": "record_standard"}, later(hours=6))
    found = queries.behind(bank.acting(bank.inspector), question, 1)
    return [str(item.outcome) for item in found.items]


def test_behind_the_share_stand_the_files_and_how_they_were(bank: Bank) -> None:
    closed(bank)
    closed(bank, known=False)
    assert listed(bank) == ["结案时要素不齐", "要素齐全"]


def test_what_was_closed_before_it_was_kept_is_not_listed(bank: Bank) -> None:
    case = closed(bank)
    Case.objects.filter(pk=case.pk).update(record_checked_at=None, record_complete=None)
    assert listed(bank) == []
