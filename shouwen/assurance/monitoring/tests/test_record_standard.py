"""The share of records that follow the standard: whether the file was complete at first closing."""

from __future__ import annotations

import pytest
from django.db.utils import IntegrityError

from shouwen.assurance.monitoring import actions, forms, queries
from shouwen.assurance.monitoring.models import CategoryRollup, Grain, Rollup
from shouwen.assurance.monitoring.rules import month_start
from shouwen.assurance.monitoring.tests.floors import NOW, hear_everything
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import Bank, a_case_in, later


def closed(bank: Bank, *, known: bool = True) -> Case:
    """Close a case, of a customer whom the file names or of nobody known."""
    case = a_case_in("FEEDBACK_SENT", bank)
    cases.confirm_by_agent(case, actor=bank.me, at=later(hours=3))
    cases.confirm_by_customer(case, actor=bank.caller, at=later(hours=3))
    if not known:
        Case.objects.filter(pk=case.pk).update(customer=None)
        case.refresh_from_db()
    cases.close(case, actor=bank.me, at=later(hours=3, minutes=30))
    hear_everything()
    return case


def share(bank: Bank, **asked: str) -> dict[str, tuple[float, float]]:
    """Give complete and checked records by key of the line."""
    question = forms.question_of({"period": "today", "kpi": "record_standard", **asked}, NOW)
    found = queries.history(bank.acting(bank.inspector), question, NOW)
    assert found.chosen.kpi.code == "record_standard"
    return {
        line.key: (line.sums["records_complete"], line.sums["records_checked"])
        for line in found.lines
        if line.sums["records_checked"]
    }


def value(bank: Bank) -> float | None:
    """Give the share of the day."""
    question = forms.question_of({"period": "today", "kpi": "record_standard"}, NOW)
    return queries.history(bank.acting(bank.inspector), question, NOW).chosen.value


def test_a_file_that_lacked_a_field_lowers_the_share_by_unit_person_and_category(
    bank: Bank,
) -> None:
    assert value(bank) is None, "nothing closed is no data, not all"
    closed(bank)
    case = closed(bank, known=False)
    assert value(bank) == 0.5
    assert share(bank, by="unit") == {bank.cards.public_id: (1, 2)}
    assert share(bank, by="person") == {bank.agent.public_id: (1, 2)}
    assert case.category is not None
    assert share(bank, by="category") == {case.category.code: (1, 2)}


def test_what_was_mended_afterwards_or_closed_again_is_counted_as_it_was_at_first(
    bank: Bank,
) -> None:
    case = closed(bank, known=False)
    with pytest.raises(cases.ArchiveFieldsMissing):
        cases.archive(case, actor=bank.boss, at=later(hours=5))
    cases.reopen(case, reason="补录", actor=bank.me, at=later(hours=3, minutes=35))
    cases.start_work(case, actor=bank.me, at=later(hours=3, minutes=36))
    Case.objects.filter(pk=case.pk).update(customer=bank.customer)
    case.refresh_from_db()
    cases.resolve(case, cause="卡号泄露", solution="换发新卡。", actor=bank.me, at=later(hours=3.7))
    cases.send_feedback(case, "已换发新卡。", "PHONE", actor=bank.me, at=later(hours=3.8))
    cases.confirm_by_agent(case, actor=bank.me, at=later(hours=3.9))
    cases.confirm_by_customer(case, actor=bank.caller, at=later(hours=3.9))
    cases.close(case, actor=bank.me, at=later(hours=3.95))
    hear_everything()
    assert share(bank, by="unit") == {bank.cards.public_id: (0, 1)}
    case.refresh_from_db()
    assert (case.record_complete, case.record_checked_at) == (False, later(hours=3, minutes=30))


def test_nothing_is_said_of_cases_closed_before_it_was_kept(bank: Bank) -> None:
    case = closed(bank)
    Case.objects.filter(pk=case.pk).update(record_checked_at=None, record_complete=None)
    Rollup.objects.update(records_checked=0, records_complete=0)
    assert value(bank) is None
    with pytest.raises(IntegrityError):
        Case.objects.filter(pk=case.pk).update(record_complete=True)


def test_summing_anew_gives_the_same(bank: Bank) -> None:
    closed(bank)
    closed(bank, known=False)
    names = ("grain", "records_checked", "records_complete")

    def rows() -> list[tuple[object, ...]]:
        return [
            row
            for table in (Rollup, CategoryRollup)
            for row in table._default_manager.order_by("grain", "pk").values_list(*names)
        ]

    kept = rows()
    Rollup.objects.filter(grain=Grain.DAY).update(records_checked=9, records_complete=9)
    actions.rebuild(bank.institution.pk, month_start(NOW))
    assert rows() == kept
