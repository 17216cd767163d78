"""From the conversation to the customer's file and to a case with its clocks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwen.contact.conversations.models import Message
from shouwen.front.desk.models import Draft
from shouwen.front.desk.tests.factories import (
    MONDAY_9AM,
    a_centre,
    a_customer,
    an_active_contact,
)
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers.models import Customer
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case, Category
from shouwen.service.cases.rules.asking import Item, Kind, Step

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FORM = {
    "category": "bank-early",
    "description": "核实签约时的说明，并重新认定违约金。",
    "urgency": "URGENT",
    "kind": "REQUEST",
    "complexity": "GENERAL",
    "reply_by": "CHAT",
    "client_key": "form-1",
}


def test_a_case_is_opened_once_owned_by_the_first_owner_and_the_customer_is_told() -> None:
    centre = a_centre()
    contact = an_active_contact(centre, customer=a_customer(centre))
    client = signed_in(centre.first)
    base = f"/desk/contacts/{contact.public_id}"
    client.post(f"{base}/case/draft/", {"body": '{"description": "核实"}'})
    with time.frozen(MONDAY_9AM + timedelta(minutes=3)):
        page = client.post(f"{base}/case/", FORM, headers=HTMX)
        again = client.post(f"{base}/case/", FORM, headers=HTMX)
    case = Case.objects.get()
    assert (case.owner, case.contact, case.customer) == (centre.first, contact, contact.customer)
    assert (case.urgency, case.state, case.channel) == ("URGENT", "CLASSIFIED", "CHAT")
    assert page.status_code == again.status_code == 200
    assert case.number in page.text
    assert page["HX-Retarget"] == "#desk-side"
    notices = Message.objects.filter(contact=contact, client_key=f"case:{case.public_id}")
    assert [case.number in notice.body.plain for notice in notices] == [True]
    assert not Draft.objects.exists()


def test_a_refused_form_names_the_field_and_keeps_what_was_typed() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    answer = signed_in(centre.first).post(
        f"/desk/contacts/{contact.public_id}/case/",
        FORM | {"category": "", "unit": "unit_elsewhere"},
        headers=HTMX,
    )
    assert answer.status_code == 422
    assert 'href="#category"' in answer.text
    assert "违约金" in answer.text
    assert not Case.objects.exists()


def test_another_institutions_category_and_unit_are_refused() -> None:
    centre, other = a_centre(), a_centre("insurer")
    contact = an_active_contact(centre)
    url = f"/desk/contacts/{contact.public_id}/case/"
    client = signed_in(centre.first)
    foreign = [
        FORM | {"category": "insurer-early"},
        FORM | {"unit": other.first.unit.public_id},
    ]
    assert [client.post(url, form, headers=HTMX).status_code for form in foreign] == [422, 422]
    assert not Case.objects.exists()


def test_what_the_category_asks_at_opening_is_shown_and_needed() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    early = Category.objects.get(code="bank-early")
    asked = [
        Item("signed", Kind.DATE, "签约日期", needed_at=Step.OPENING),
        Item("fee", Kind.AMOUNT, "违约金", needed_at=Step.RESOLVE),
    ]
    admin = Actor.system("tests", early.institution_id)
    cases.set_form(early, asked, seen=0, actor=admin, at=MONDAY_9AM)
    client = signed_in(centre.first)
    shown = client.get("/desk/asked/?category=bank-early").text
    assert 'name="form.signed"' in shown
    assert 'name="form.fee"' not in shown
    assert "name=" not in client.get("/desk/asked/?category=nowhere").text
    url = f"/desk/contacts/{contact.public_id}/case/"
    refused = client.post(url, FORM, headers=HTMX)
    assert refused.status_code == 422
    assert 'href="#form.signed"' in refused.text
    with time.frozen(MONDAY_9AM + timedelta(minutes=3)):
        opened = client.post(url, FORM | {"form.signed": "2025-03-02"}, headers=HTMX)
    assert opened.status_code == 200
    [answer] = Case.objects.get().answers.all()
    assert (answer.code, answer.value) == ("signed", "2025-03-02")


def test_the_due_preview_names_a_clause_or_nothing() -> None:
    centre = a_centre()
    with time.frozen(MONDAY_9AM):
        answer = signed_in(centre.first).get("/desk/due/?urgency=URGENT&complexity=GENERAL")
    assert answer.status_code == 200
    assert "sw-clock" in answer.text


def test_a_customer_is_found_by_the_whole_number_and_linked() -> None:
    centre, other = a_centre(), a_centre("insurer")
    customer = a_customer(centre)
    foreign = a_customer(other, name="许知远")
    contact = an_active_contact(centre)
    client = signed_in(centre.first)
    base = f"/desk/contacts/{contact.public_id}/customer"

    page = client.post(f"{base}/find/", {"phone": "138 0000 6620"}, headers=HTMX).text
    assert customer.public_id in page
    assert foreign.public_id not in page
    assert "13800006620" not in page
    assert "6620" not in client.post(f"{base}/find/", {"phone": "6620"}, headers=HTMX).text
    searched = AuditRow.objects.filter(act="customer.searched").latest("pk")
    assert searched.purpose == f"contact {contact.public_id}"

    assert client.post(f"{base}/", {"customer": foreign.public_id}, headers=HTMX).status_code == 404
    linked = client.post(f"{base}/", {"customer": customer.public_id}, headers=HTMX)
    assert "陈**" in linked.text
    contact.refresh_from_db()
    assert contact.customer == customer


def test_a_new_customer_is_registered_and_linked() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client = signed_in(centre.first)
    url = f"/desk/contacts/{contact.public_id}/customer/new/"
    wrong = client.post(url, {"name": "", "phone": "12", "kind": "INDIVIDUAL"}, headers=HTMX)
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.text
    done = client.post(
        url, {"name": "何婉清", "phone": "13900001111", "kind": "INDIVIDUAL"}, headers=HTMX
    )
    assert done.status_code == 200
    contact.refresh_from_db()
    assert contact.customer == Customer.objects.get()
    assert contact.customer.name.plain == "何婉清"


def test_opening_the_customers_file_is_on_the_trail() -> None:
    centre = a_centre()
    contact = an_active_contact(centre, customer=a_customer(centre))
    signed_in(centre.first).get(f"/desk/contacts/{contact.public_id}/")
    row = AuditRow.objects.get(act="customer.viewed")
    assert (row.actor_ref, row.purpose) == (
        centre.first.public_id,
        f"contact {contact.public_id}",
    )
