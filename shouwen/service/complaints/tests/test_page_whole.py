"""What stands on the pages of complaints, whole and true: tasks, limits, where one is from."""

from __future__ import annotations

import pytest

from shouwen.ground.kernel import time
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_unit, acting, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases.tests.factories import a_case_in, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import (
    DEMAND,
    Office,
    a_complaint_in,
    a_statement,
    fresh,
)

pytestmark = pytest.mark.django_db


def _page(person: Person, one: Complaint) -> str:
    with time.frozen(later(hours=9)):
        return signed_in(person).get(f"/complaints/{one.public_id}/").content.decode()


def test_what_other_units_were_asked_stands_on_the_page(office: Office) -> None:
    one, bank = fresh(a_complaint_in("STARTED", office)), office.bank
    empty = _page(office.worker, one)
    assert f"/cases/{one.case.public_id}/#case-tasks" in empty
    assert "可同时请多个单位协办" in empty
    units = (bank.loans, a_unit(bank.institution, "外包管理岗"))
    for unit in units:
        cases.ask_unit(
            fresh(one).case,
            unit,
            f"请{unit.name}核对名单",
            due_at=later(days=1),
            actor=office.handler,
            at=later(hours=8),
        )
    page = _page(office.worker, one)
    assert "待答复2项" in page
    for unit in units:
        # Once where it was asked, once in the story.
        assert page.count(f"请{unit.name}核对名单") == 2


def test_each_limit_opens_to_its_working_with_every_clause(ruled: Office) -> None:
    page = _page(ruled.worker, a_complaint_in("STARTED", ruled))
    # The strictest counts; what the others would allow is shown beside it (conflict 8).
    for clause in ("HB-1.3-02", "CG-3.2-04", "CBIRC-2020-3-20"):
        assert f"<td>{clause}" in page


def test_nobody_enters_what_the_system_is_to_find(office: Office) -> None:
    clerk, case = signed_in(office.clerk), a_case_in("IN_PROGRESS", office.bank)
    said = {"demand": DEMAND, "origin": "SYSTEM"}
    letter = {
        "title": "来信",
        "description": "来信投诉。",
        "channel": "LETTER",
        "reply_by": "PHONE",
    }
    with time.frozen(later(hours=9)):
        assert 'value="SYSTEM"' not in clerk.get("/complaints/new/").content.decode()
        for path in ("/complaints/new/", f"/complaints/of/{case.public_id}/"):
            wrong = clerk.post(path, {**letter, **said})
            assert (wrong.status_code, set(wrong.context["fields"])) == (422, {"origin"})
    assert not Complaint.objects.exists()


def test_the_ledger_keeps_to_one_unit_and_says_so(office: Office) -> None:
    bank = office.bank
    a_complaint_in("ACCEPTED", office)
    theirs = actions.file_complaint(
        a_statement(), customer=bank.customer, unit=bank.loans, actor=bank.me, at=later(hours=1)
    )
    filters = queries.Filters(view="all", unit=bank.loans.public_id)
    reader = acting(office.head)
    rows = queries.ledger(reader, filters, at=later(hours=9)).rows
    assert [row.complaint for row in rows] == [theirs]
    assert queries.totals(reader, filters, at=later(hours=9)).count == 1
    kept = queries.plain_of(filters)
    assert queries.filters_kept(kept) == filters
    assert bank.loans.name in queries.words_of(bank.institution.pk, kept)
    with time.frozen(later(hours=9)):
        path = f"/complaints/?view=all&unit={bank.loans.public_id}"
        page = signed_in(office.head).get(path).content.decode()
        whole = signed_in(office.head).get("/complaints/?view=all").content.decode()
        stray = signed_in(office.head).get("/complaints/?unit=unit_nowhere")
    assert f"承办单位 <b>{bank.loans.name}</b>" in page
    # The unit's name in a row keeps the ledger to it.
    assert f"unit={bank.loans.public_id}" in whole
    assert (stray.status_code, stray.context["page"].rows) == (200, [])
