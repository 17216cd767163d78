"""A conversation that is a complaint: one form and one press, and it is on the ledger."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shouwen.contact.conversations.models import Contact, Message
from shouwen.front.desk.models import Draft
from shouwen.front.desk.tests.factories import (
    HTMX,
    MONDAY_9AM,
    Centre,
    a_centre,
    a_customer,
    an_active_contact,
    bearer,
)
from shouwen.ground.kernel import time
from shouwen.people.staff.tests import factories as people
from shouwen.service.cases.models import Case, Category
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.queries import Filters

pytestmark = pytest.mark.django_db
SOON = MONDAY_9AM + timedelta(minutes=3)
DEMAND = "退还多收的违约金，并书面说明。"
FORM = {
    "category": "bank-early",
    "description": "签约时说不收违约金，提前还款却被扣。",
    "kind": "COMPLAINT",
    "demand": DEMAND,
    "urgency": "URGENT",
    "complexity": "COMPLEX",
    "reply_by": "PHONE",
    "client_key": "form-1",
}


def a_talk(centre: Centre) -> Contact:
    """Let a known customer write and the first agent take it."""
    return an_active_contact(centre, customer=a_customer(centre))


def sent(client: Client, contact: Contact, **change: str) -> Any:
    """Press the form's one button."""
    with time.frozen(SOON):
        return client.post(f"/desk/contacts/{contact.public_id}/case/", FORM | change, headers=HTMX)


def test_one_press_opens_the_case_and_files_the_complaint_over_it() -> None:
    centre = a_centre()
    contact, client = a_talk(centre), signed_in(centre)
    with time.frozen(SOON):
        draft = f"/desk/contacts/{contact.public_id}/case/draft/"
        client.post(draft, {"body": '{"kind": "COMPLAINT", "demand": "退还"}'})
    page, again = sent(client, contact), sent(client, contact)
    made = Complaint.objects.get()
    case = Case.objects.get()
    assert made.case == case
    assert (made.demand.plain, made.origin, made.state) == (DEMAND, "CUSTOMER", "RECEIVED")
    assert (made.received_at, made.filed_at) == (contact.arrived_at, SOON)
    assert (made.complainant, made.reachable_at) == (None, None)
    assert (case.kind, case.contact, case.customer) == ("COMPLAINT", contact, contact.customer)
    assert (case.urgency, case.complexity, case.reply_by) == ("URGENT", "COMPLEX", "PHONE")
    assert (case.owner, case.category) == (centre.first, Category.objects.get(code="bank-early"))
    # Taking it up is the complaints department's.
    assert case.state == "NEW"
    assert [answer.status_code for answer in (page, again)] == [200, 200]
    assert page["HX-Retarget"] == "#desk-side"
    assert case.number in page.text
    told = Message.objects.get(contact=contact, client_key=f"case:{case.public_id}")
    assert case.number in told.body.plain
    assert "投诉" in told.body.plain
    assert not Draft.objects.exists()


def test_the_ledger_of_complaints_shows_it() -> None:
    centre = a_centre()
    sent(signed_in(centre), a_talk(centre))
    lead = people.a_person(centre.first.unit, "lead", over=centre.first.unit)
    found = queries.ledger(centre.actor(lead), Filters(view="all"), at=SOON)
    assert [row.complaint.case.number for row in found.rows] == [Case.objects.get().number]


def test_the_agent_is_told_the_number_and_what_comes_next() -> None:
    centre = a_centre()
    answer = sent(signed_in(centre), a_talk(centre))
    number = Case.objects.get().number
    words = json.loads(answer.headers["HX-Trigger"])["sw-toast"]["text"]
    # CG-3.1-07: within one working day of when the conversation began.
    assert words == f"投诉{number}已登记。下一步：投诉受理，明天09:00前。"


@pytest.mark.parametrize("demand", ["", "  ", "退" * 2001])
def test_without_its_demand_nothing_is_saved_and_what_was_typed_stays(demand: str) -> None:
    centre = a_centre()
    answer = sent(signed_in(centre), a_talk(centre), demand=demand)
    assert answer.status_code == 422
    assert 'href="#demand"' in answer.text
    assert FORM["description"] in answer.text
    assert "COMPLAINT" in answer.context["side"].draft["kind"]
    assert answer.context["side"].draft["demand"] == demand
    assert not Case.objects.exists()
    assert not Complaint.objects.exists()


def test_of_a_stranger_name_and_way_to_reach_are_asked_in_the_same_form() -> None:
    centre = a_centre()
    contact, client = an_active_contact(centre), signed_in(centre)
    shown = client.get(f"/desk/contacts/{contact.public_id}/").text
    assert ('name="complainant"' in shown, 'name="reachable_at"' in shown) == (True, True)
    refused = sent(client, contact)
    assert refused.status_code == 422
    assert ("#complainant" in refused.text, "#reachable_at" in refused.text) == (True, True)
    assert not Case.objects.exists()
    said = {"complainant": "许远", "reachable_at": "13800001234"}
    assert sent(client, contact, **said).status_code == 200
    made = Complaint.objects.get()
    assert made.complainant is not None
    assert made.complainant.plain == "许远"


def test_of_a_known_customer_nothing_is_asked_that_the_file_says() -> None:
    centre = a_centre()
    shown = signed_in(centre).get(f"/desk/contacts/{a_talk(centre).public_id}/").text
    assert ('value="COMPLAINT"' in shown, 'name="demand"' in shown) == (True, True)
    assert 'name="complainant"' not in shown


def test_a_failure_of_the_one_leaves_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    centre = a_centre()
    contact = a_talk(centre)

    def fails(*_args: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("shouwen.service.complaints.actions.repeats.look", fails)
    client = signed_in(centre)
    with pytest.raises(RuntimeError):
        sent(client, contact)
    assert not Case.objects.exists()
    assert not Complaint.objects.exists()
    assert not Message.objects.filter(client_key__startswith="case:").exists()


def test_whoever_may_not_file_sees_no_choice_and_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    centre = a_centre()
    contact, client = a_talk(centre), signed_in(centre)
    monkeypatch.setattr(access, "FILES", "complaint.work")
    shown = client.get(f"/desk/contacts/{contact.public_id}/").text
    assert 'id="desk-case-form"' in shown
    assert ('value="COMPLAINT"' in shown, 'name="demand"' in shown) == (False, False)
    assert sent(client, contact).status_code == 403
    assert not Case.objects.exists()
    assert sent(client, contact, kind="REQUEST", client_key="form-2").status_code == 200
    assert Case.objects.get().kind == "REQUEST"


def test_the_preview_tells_a_complaints_own_limit() -> None:
    centre = a_centre()
    client = signed_in(centre)
    with time.frozen(SOON):
        dues = [
            client.get(f"/desk/due/?kind={kind}&urgency=ORDINARY&complexity=GENERAL").text
            for kind in ("REQUEST", "COMPLAINT")
        ]
    assert ["sw-clock" in due for due in dues] == [True, True]
    assert dues[0] != dues[1]


def test_a_program_at_the_desk_files_with_the_same_call() -> None:
    centre = a_centre()
    contact, client = a_talk(centre), Client()
    url = f"/api/v1/desk/contacts/{contact.public_id}/case"
    key = bearer(centre.first)
    body = {name: text for name, text in FORM.items() if name != "client_key"}

    def send(body: dict[str, str], once: str) -> Any:
        headers = key | {"Idempotency-Key": once}
        with time.frozen(SOON):
            return client.post(url, body, content_type="application/json", headers=headers)

    refused = send({**body, "demand": " "}, "c1")
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == ["demand"]
    assert not Case.objects.exists()
    told = [send(body, "c2").json() for _twice in range(2)]
    made = Complaint.objects.get()
    assert [one["complaint"]["id"] for one in told] == [made.public_id] * 2
    assert (told[0]["id"], told[0]["number"]) == (made.case.public_id, made.case.number)
    assert {clock["event"] for clock in told[0]["complaint"]["clocks"]} >= {"complaint.accept"}
    plain = send({**body, "kind": "CONSULT"}, "c3").json()
    assert plain["complaint"] is None


def signed_in(centre: Centre) -> Client:
    """Give the browser of the first agent."""
    return people.signed_in(centre.first)
