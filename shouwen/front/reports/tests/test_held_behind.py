"""The agent complaint rate on the page of figures, and the complaints behind it."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwen.assurance.monitoring import forms
from shouwen.assurance.monitoring.tests.floors import NOW
from shouwen.assurance.monitoring.tests.test_held import KPI, found_on
from shouwen.front.reports import queries as reports
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.complaints.tests.factories import Office, an_office


@pytest.fixture
def office(db: None) -> Office:
    """A bank with the people of its complaints; of the loans team others complain."""
    return an_office()


def test_who_may_see_the_complaints_finds_them_behind_the_figure(office: Office) -> None:
    one, agent = found_on(office), office.bank.outsider
    parts = {"period": "today", "kpi": KPI, "person": agent.public_id}
    question = forms.question_of(parts, NOW)
    reader = acting(a_person(office.bank.cards, "inspector"))
    (item,) = reports.behind(reader, question, 1).items
    assert item.name.startswith(one.case.number)
    assert item.person == f"{agent.name} 70%"
    assert item.url == f"/complaints/{one.public_id}/"
    everybody = forms.question_of({"period": "today", "kpi": KPI}, NOW)
    (item,) = reports.behind(reader, everybody, 1).items
    assert item.person == f"{agent.name} 70% / {office.bank.loans.name} 30%"
    # A trainer reads figures and no complaint; a lead of another team finds none.
    with pytest.raises(NotAllowed):
        reports.behind(acting(a_person(office.bank.cards, "trainer")), question, 1)
    other = acting(a_person(office.bank.loans, "lead", over=office.bank.loans))
    assert reports.behind(other, question, 1).items == []


def test_the_page_shows_it_with_its_definition_and_clause(office: Office, client: Client) -> None:
    one = found_on(office)
    client.force_login(office.bank.lead)
    with time.frozen(NOW):
        page = client.get(f"/reports/?period=today&kpi={KPI}&by=person").content.decode()
        behind = client.get(f"/reports/behind/?period=today&kpi={KPI}").content.decode()
    assert "坐席投诉率" in page
    assert "OM-1.3-04" in page
    assert "责任认定归于本人或本部门的投诉" in page
    assert one.case.number in behind
    assert "责任归属" in behind
