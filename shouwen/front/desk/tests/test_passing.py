"""Passing a conversation on from the desk: the dialog, the API, and what each side sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shouwen.contact.conversations.models import Contact, ContactNote
from shouwen.contact.routing import actions as routing
from shouwen.contact.routing.models import Offer, QueueEntry, Transfer
from shouwen.front.desk.tests.factories import (
    HTMX,
    MONDAY_9AM,
    a_centre,
    a_ready_centre,
    an_active_contact,
    bearer,
)
from shouwen.ground.kernel import time
from shouwen.people.staff import actions as staff
from shouwen.people.staff.tests import factories as staff_factories
from shouwen.people.staff.tests.factories import signed_in

pytestmark = pytest.mark.django_db
SOON = MONDAY_9AM + timedelta(seconds=15)
SUMMARY = "客户要求核实提前还款违约金，待复核"
FORM = {
    "identity": "DOCUMENT",
    "reason": "OTHER",
    "reason_words": "涉及合同原件",
    "customer_view": "RELUCTANT",
    "summary": SUMMARY,
    "idempotency_key": "transfer-1",
}


def _post(client: Client, contact: Contact, to: str, **form: str) -> Any:
    with time.frozen(SOON):
        url = f"/desk/contacts/{contact.public_id}/transfer/"
        return client.post(url, {**FORM, "to": to, **form}, headers=HTMX)


def test_from_the_dialog_to_the_colleagues_desk() -> None:
    centre = a_ready_centre()
    contact = an_active_contact(centre)
    mine, theirs = signed_in(centre.first), signed_in(centre.second)
    url = f"/desk/contacts/{contact.public_id}/"
    with time.frozen(SOON):
        assert f"{url}transfer/" in mine.get(url).text
        dialog = mine.get(f"{url}transfer/").text
    assert f"person:{centre.second.public_id}" in dialog
    assert f"person:{centre.first.public_id}" not in dialog
    to = f"person:{centre.second.public_id}"
    for _twice in range(2):
        answer = _post(mine, contact, to)
        assert (answer.status_code, '"/desk/"' in answer["HX-Location"]) == (200, True)
    assert Transfer.objects.count() == Offer.objects.filter(state="OPEN").count() == 1
    with time.frozen(SOON + timedelta(seconds=1)):
        offered = theirs.get("/desk/offers/").text
        assert f"由{centre.first.name}转来：其他原因</span>" in offered
        assert 'sw-ava sw-l"' in offered
        offer = Offer.objects.get(state="OPEN")
        theirs.post(f"/desk/offers/{offer.public_id}/accept/", headers=HTMX)
        page = theirs.get(url).text
    for words in (SUMMARY, "涉及合同原件", "转接记录", "desk-facts"):
        assert words in page
    contact.refresh_from_db()
    assert (contact.owner, contact.handler) == (centre.first, centre.second)


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ({"to": ""}, "to"),
        ({"to": "person:pers_nobody"}, "to"),
        ({"to": "person:\x00"}, "to"),
        ({"to": "queue:no-such-queue"}, "to"),
        ({"to": "queue:\x00"}, "to"),
        ({"identity": "NOT_NEEDED"}, "identity_words"),
        ({"reason": ""}, "reason"),
        ({"reason_words": ""}, "reason_words"),
        ({"customer_view": "?"}, "customer_view"),
        ({"summary": ""}, "summary"),
    ],
)
def test_a_step_left_out_comes_back_with_what_was_typed(form: dict[str, str], named: str) -> None:
    centre = a_ready_centre()
    contact = an_active_contact(centre)
    to = form.pop("to", f"person:{centre.second.public_id}")
    answer = _post(signed_in(centre.first), contact, to, **form)
    assert answer.status_code == 422
    assert f'href="#{named}"' in answer.text
    assert form.get("summary", SUMMARY) in answer.text
    assert Transfer.objects.count() == ContactNote.objects.count() == 0


def test_a_colleague_who_is_not_ready_any_more_is_told_of_and_nothing_is_lost() -> None:
    centre = a_ready_centre()
    contact = an_active_contact(centre)
    staff.set_presence(centre.second, "BREAK", actor=centre.actor(centre.second), at=MONDAY_9AM)
    answer = _post(signed_in(centre.first), contact, f"person:{centre.second.public_id}")
    assert answer.status_code == 409
    contact.refresh_from_db()
    assert (contact.state, contact.handler) == ("ACTIVE", centre.first)


def test_whoever_only_looks_on_passes_nothing_on() -> None:
    centre, other = a_ready_centre(), a_centre("insurer")
    contact = an_active_contact(centre)
    url = f"/desk/contacts/{contact.public_id}/transfer/"
    onlooker, stranger = signed_in(centre.second), signed_in(other.first)
    inspector = signed_in(staff_factories.a_person(centre.first.unit, "inspector"))
    with time.frozen(SOON):
        codes = [one.get(url).status_code for one in (onlooker, stranger, inspector)]
    assert codes == [403, 404, 403]
    code = QueueEntry.objects.get(contact=contact).queue.code
    assert [_post(one, contact, f"queue:{code}").status_code for one in (onlooker, stranger)] == [
        403,
        404,
    ]
    lead = signed_in(staff_factories.a_person(centre.first.unit, "lead"))
    assert _post(lead, contact, f"queue:{code}").status_code == 200
    assert Transfer.objects.get().from_person == centre.first


def test_programs_pass_contacts_on_once() -> None:
    centre = a_ready_centre()
    contact = an_active_contact(centre)
    client = Client()
    headers = bearer(centre.first) | {"Idempotency-Key": "t-1"}
    url = f"/api/v1/desk/contacts/{contact.public_id}/transfer"
    body: dict[str, Any] = {
        name: words for name, words in FORM.items() if name != "idempotency_key"
    }
    body["person"] = centre.second.public_id

    def post(**change: Any) -> Any:
        key = change.pop("key", "t-1")
        return client.post(
            url,
            body | change,
            content_type="application/json",
            headers=headers | {"Idempotency-Key": key},
        )

    with time.frozen(SOON):
        for wrong in (
            {"identity": "GUESS"},
            {"summary": ""},
            {"person": ""},
            {"queue": "general"},
            {"person": 7},
            {"extra": 1},
        ):
            assert post(key="wrong", **wrong).status_code == 422
        first, second = post(), post()
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert post(reason="ASKED").json()["code"] == "key-reused"
        late = post(key="t-2", reason="ASKED")
        assert (late.status_code, late.json()["code"]) == (409, "not-in-hand")
    assert first.json()["person"] == centre.second.public_id
    assert ContactNote.objects.get().public_id == first.json()["note"]


def test_the_sender_is_left_in_peace_and_the_next_one_gets_it() -> None:
    centre = a_ready_centre()
    contact = an_active_contact(centre)
    _post(signed_in(centre.first), contact, f"person:{centre.second.public_id}")
    offer = Offer.objects.get(state="OPEN")
    declined_at = SOON + timedelta(seconds=2)
    routing.decline_offer(offer, actor=centre.actor(centre.second), at=declined_at)
    assert routing.dispatch_all(declined_at) == 0
    assert QueueEntry.objects.get(contact=contact).state == "WAITING"
