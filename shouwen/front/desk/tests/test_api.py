"""The desk for programs: a key bound to a person works it as that person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shouwen.contact.conversations.models import Contact
from shouwen.front.desk.tests.factories import (
    MONDAY_9AM,
    Centre,
    a_centre,
    a_waiting_contact,
    an_offer,
)
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases.models import Case

pytestmark = pytest.mark.django_db
API = "/api/v1/desk"


def _bearer(centre: Centre, person: Person | None, role: str = "agent") -> dict[str, str]:
    _row, token = staff.create_api_key(
        institution=centre.institution,
        role=role,
        name="replay",
        person=person,
        actor=Actor.system("tests"),
        at=MONDAY_9AM,
    )
    return {"Authorization": f"Bearer {token}"}


def _post(client: Client, url: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    return client.post(url, body, content_type="application/json", headers=headers)


def test_a_contact_from_offer_to_wrap_up() -> None:
    centre = a_centre()
    waiting = a_waiting_contact(centre)
    offer = an_offer(waiting, centre.first)
    client, key = Client(), _bearer(centre, centre.first)
    contact = f"{API}/contacts/{waiting.public_id}"
    with time.frozen(MONDAY_9AM + timedelta(seconds=5)):
        assert _post(client, f"{API}/presence", {"state": "READY"}, key).json()["state"] == "READY"
        listed = client.get(f"{API}/offers", headers=key).json()
        assert [(one["id"], one["contact"]) for one in listed] == [
            (offer.public_id, waiting.public_id)
        ]
        for _twice in range(2):
            taken = _post(client, f"{API}/offers/{offer.public_id}/accept", {}, key)
            assert (taken.status_code, taken.json()["owner"]) == (200, centre.first.public_id)
        line = {"body": "您好，请问有什么可以帮您？", "client_key": "k1"}
        said = [_post(client, f"{contact}/messages", line, key).json()["id"] for _ in range(2)]
        assert said[0] == said[1]
        form = {"category": "bank-early", "description": "提前还款收费核实"}
        opened = [
            _post(client, f"{contact}/case", form, key | {"Idempotency-Key": "case-1"}).json()
            for _ in range(2)
        ]
        assert opened[0]["number"] == opened[1]["number"] == Case.objects.get().number
        assert [one["unread"] for one in client.get(f"{API}/contacts", headers=key).json()] == [1]
        assert _post(client, f"{contact}/end", {"disposition": "CASE"}, key).status_code == 200
        assert _post(client, f"{contact}/wrap-up", {"disposition": "CASE"}, key).status_code == 200
    done = Contact.objects.get()
    assert (done.state, done.disposition, done.owner) == ("ENDED", "CASE", centre.first)


def test_a_forbidden_line_is_refused_with_a_named_problem() -> None:
    centre = a_centre()
    waiting = a_waiting_contact(centre)
    offer = an_offer(waiting, centre.first)
    client, key = Client(), _bearer(centre, centre.first)
    with time.frozen(MONDAY_9AM + timedelta(seconds=5)):
        _post(client, f"{API}/offers/{offer.public_id}/accept", {}, key)
        answer = _post(
            client,
            f"{API}/contacts/{waiting.public_id}/messages",
            {"body": "我理解", "client_key": "k"},
            key,
        )
    assert (answer.status_code, answer.json()["code"]) == (422, "forbidden-phrase")


def test_a_key_that_stands_for_nobody_has_no_desk() -> None:
    centre = a_centre()
    client = Client()
    answer = client.get(f"{API}/offers", headers=_bearer(centre, None))
    assert (answer.status_code, answer.json()["code"]) == (403, "no-desk")
    auditor = client.get(f"{API}/offers", headers=_bearer(centre, None, "auditor"))
    assert (auditor.status_code, auditor.json()["code"]) == (403, "not-allowed")
    assert client.get(f"{API}/offers").status_code == 401


def test_anothers_offer_and_contact_are_not_there() -> None:
    centre, other = a_centre(), a_centre("insurer")
    foreign = a_waiting_contact(other)
    offer = an_offer(foreign, other.first)
    client, key = Client(), _bearer(centre, centre.first)
    line = {"body": "您好", "client_key": "k"}
    found = [
        _post(client, f"{API}/offers/{offer.public_id}/accept", {}, key).status_code,
        _post(client, f"{API}/contacts/{foreign.public_id}/messages", line, key).status_code,
        _post(client, f"{API}/contacts/{foreign.public_id}/take", {}, key).status_code,
        client.get(f"{API}/contacts/{foreign.public_id}/messages", headers=key).status_code,
    ]
    assert found == [404, 404, 404, 404]


def test_unknown_fields_and_endings_are_refused() -> None:
    centre = a_centre()
    waiting = a_waiting_contact(centre)
    client, key = Client(), _bearer(centre, centre.first)
    contact = f"{API}/contacts/{waiting.public_id}"
    bad: list[tuple[str, dict[str, Any]]] = [
        ("messages", {"body": "您好", "client_key": "k", "extra": 1}),
        ("messages", {"body": "", "client_key": "k"}),
        ("end", {"disposition": "ABANDONED"}),
        ("case", {"category": "bank-early"}),
    ]
    found = [
        _post(client, f"{contact}/{door}", body, key | {"Idempotency-Key": "x"}).status_code
        for door, body in bad
    ]
    assert found == [422, 422, 422, 422]
