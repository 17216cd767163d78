"""Repeats, and what an institution sets for its complaints."""

from __future__ import annotations

import pytest

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases.models import CaseRelation
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint_in,
    a_statement,
    an_office,
    fresh,
)


def test_a_repeat_is_found_linked_and_may_be_denied(office: Office) -> None:
    bank = office.bank
    first = a_complaint_in("CLASSIFIED", office, title="催收短信发至联系人")
    again = a_complaint_in("CLASSIFIED", office, title="还在给我朋友发短信")
    assert (again.repeat_of, again.repeat_number) == (first, 2)
    relation = CaseRelation.objects.get()
    assert (relation.case, relation.other, relation.kind) == (again.case, first.case, "DUPLICATE")
    actions.deny_repeat(again, actor=office.acceptor, at=later(minutes=9))
    facets = Facets(cg_type="SERVICE", om_class="POOR_SERVICE")
    actions.classify(again, bank.frozen, facets, actor=office.acceptor, at=later(minutes=10))
    again = fresh(again)
    assert (again.repeat_of, again.repeat_number) == (None, 1)
    assert not CaseRelation.objects.exists()
    with pytest.raises(actions.NoRepeat):
        actions.deny_repeat(again, actor=office.acceptor, at=later(minutes=11))


def test_what_lies_too_long_back_or_is_of_another_is_no_repeat(office: Office) -> None:
    bank = office.bank
    system = staff.FOUNDER
    actions.set_repeat_days(bank.institution, 30, actor=system, at=MONDAY_9AM)
    a_complaint_in("CLASSIFIED", office)
    late = actions.file_complaint(
        a_statement(), customer=bank.customer, actor=bank.me, at=later(days=31)
    )
    actions.accept(late, actor=office.acceptor, at=later(days=31))
    facets = Facets(cg_type="SERVICE")
    actions.classify(late, bank.frozen, facets, actor=office.acceptor, at=later(days=31))
    assert fresh(late).repeat_of is None
    other = an_office("insurer")
    assert a_complaint_in("CLASSIFIED", other).repeat_of is None


def test_settings_and_grades_are_the_institutions_own(office: Office) -> None:
    bank = office.bank
    with pytest.raises(NotAllowed):
        actions.set_repeat_days(bank.institution, 30, actor=office.supervisor, at=MONDAY_9AM)
    admin = staff.acting(bank.admin)
    with pytest.raises(Invalid):
        actions.set_repeat_days(bank.institution, 0, actor=admin, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.set_repeat_days(
            an_office("insurer").bank.institution, 30, actor=admin, at=MONDAY_9AM
        )
    assert queries.repeat_days(bank.institution.pk) == 90
    actions.set_repeat_days(bank.institution, 60, actor=admin, at=MONDAY_9AM)
    assert queries.repeat_days(bank.institution.pk) == 60
    row = AuditRow.objects.get(act="complaint.settings_changed")
    assert "90>60" in row.detail
    kept = [actions.GradeWords("G3", "三级", "Third"), actions.GradeWords("G0", "特级", "Top")]
    actions.set_grades(bank.institution, kept, actor=admin, at=MONDAY_9AM)
    found = queries.grades_of(bank.institution.pk)
    assert [(row.code, row.rank) for row in found] == [("G3", 1), ("G0", 2)]
