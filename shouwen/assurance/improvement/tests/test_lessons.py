"""What was learned from a complaint stands on its own page (OM-4.4-09)."""

from __future__ import annotations

import pytest

from shouwen.assurance.improvement import actions
from shouwen.assurance.improvement.actions import Found
from shouwen.ground.kernel import time
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import acting, signed_in
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Office:
    """A small bank whose complaints are worked."""
    return an_office()


def _part(person: Person, ref: str) -> tuple[int, str]:
    with time.frozen(later(hours=9)):
        answer = signed_in(person).get(f"/improvement/of/{ref}/")
    return answer.status_code, answer.content.decode()


def test_a_complaints_page_leads_to_what_was_learned_from_it(office: Office) -> None:
    one = fresh(a_complaint_in("CLOSED", office))
    ref = one.public_id
    with time.frozen(later(hours=9)):
        page = signed_in(office.worker).get(f"/complaints/{ref}/").content.decode()
    assert f"/improvement/of/{ref}/" in page
    status, empty = _part(office.worker, ref)
    assert (status, "尚未查明" in empty) == (200, True)
    assert f"/improvement/issues/?complaint={one.case.number}" in empty
    assert f"/improvement/look-back/from/{ref}/" in empty
    cause = actions.add_cause(
        office.bank.institution, name_zh="外包管理", actor=office.handler, at=later(hours=8)
    )
    actions.give_cause(one, cause, actor=office.handler, at=later(hours=8))
    found = Found(title="模板未抽检", description="外包短信模板未按季抽检。", complaint=one)
    issue = actions.raise_issue(found, actor=acting(office.clerk), at=later(hours=8))
    _status, full = _part(office.worker, ref)
    assert "外包管理" in full
    assert f"/improvement/issues/{issue.public_id}/" in full
    # Whoever only reads is offered nothing to do.
    _status, read = _part(office.bank.inspector, ref)
    assert "外包管理" in read
    assert "/improvement/issues/?complaint=" not in read


def test_who_reads_no_complaints_or_another_house_sees_nothing(office: Office) -> None:
    ref = a_complaint_in("CLOSED", office).public_id
    assert _part(office.bank.agent, ref)[0] == 403
    assert _part(an_office("insurer").worker, ref)[0] == 404


def test_before_anybody_is_responsible_there_is_nothing_to_learn(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    with time.frozen(later(hours=9)):
        page = signed_in(office.worker).get(f"/complaints/{one.public_id}/").content.decode()
    assert "/improvement/of/" not in page
