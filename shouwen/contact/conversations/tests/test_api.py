"""Contacts through the API: strict, once, redacted, and within the key's institution."""

from __future__ import annotations

from typing import Any

import pytest
from ninja.testing import TestClient

from shouwen.contact.conversations.api import router
from shouwen.contact.conversations.models import Contact, Message
from shouwen.contact.conversations.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    Bank,
    a_bank,
    taken_by,
)
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.ground.kernel.idempotency import KeyReused
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions as staff
from shouwen.people.staff import queries as people

pytestmark = pytest.mark.django_db
BODY = {"channel": "chat", "message": "我的手机13800001234收不到短信", "intent": "account"}
client = TestClient(router)


def a_key(bank: Bank, role: str = "lead") -> Actor:
    _key, token = staff.create_api_key(
        bank.institution, role=role, name="App", actor=FOUNDER, at=MONDAY_9AM
    )
    actor = people.actor_of_key(token, MONDAY_9AM)
    assert actor is not None
    return actor


def _post(actor: Actor, body: dict[str, Any], path: str = "", key: str = "k1") -> Any:
    return client.post(path, json=body, actor=actor, headers={"Idempotency-Key": key})


def test_a_contact_is_opened_once(bank: Bank) -> None:
    key = a_key(bank)
    first, again = _post(key, BODY), _post(key, BODY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (Contact.objects.count(), Message.objects.count()) == (1, 1)
    with pytest.raises(KeyReused):
        _post(key, {**BODY, "message": "别的"})


def test_reading_gives_redacted_words_and_is_on_the_trail(bank: Bank) -> None:
    key = a_key(bank)
    ref = _post(key, BODY).json()["id"]
    read = client.get(f"/{ref}", actor=key).json()
    assert (read["state"], read["message_count"], read["owner"]) == ("ARRIVED", 1, None)
    (said,) = read["messages"]
    assert (said["author"], said["sequence"]) == ("CUSTOMER", 1)
    assert "13800001234" not in said["body"]
    assert "收不到短信" in said["body"]
    assert AuditRow.objects.filter(act="contact.viewed", object_ref=ref).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "ENDED"},
        {"channel": "pigeon"},
        {"message": ""},
        {"message": "长" * 4001},
        {"language": "fr"},
    ],
)
def test_unknown_and_malformed_input_is_refused(bank: Bank, wrong: dict[str, str]) -> None:
    assert _post(a_key(bank), {**BODY, **wrong}).status_code == 422
    assert Contact.objects.count() == 0


def test_a_key_speaks_for_the_customer_and_a_person_for_the_institution(bank: Bank) -> None:
    contact = taken_by(bank)
    path = f"/{contact.public_id}/messages"
    said = _post(a_key(bank), {"body": "在吗", "client_key": "a"}, path)
    reply = _post(bank.me, {"body": "在的", "client_key": "b"}, path)
    again = _post(bank.me, {"body": "在的", "client_key": "b"}, path)
    assert (said.json()["author"], reply.json()["author"]) == ("CUSTOMER", "STAFF")
    assert again.json() == reply.json()


def test_a_contact_is_ended_once(bank: Bank) -> None:
    contact = taken_by(bank)
    path = f"/{contact.public_id}/end"
    first = _post(bank.me, {"disposition": "RESOLVED"}, path)
    again = _post(bank.me, {"disposition": "RESOLVED"}, path)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["state"] == "WRAP_UP"
    assert first.json() == again.json()


def test_other_institutions_see_nothing(bank: Bank) -> None:
    contact = taken_by(bank)
    stranger = a_key(a_bank("insurer"))
    assert client.get("", actor=stranger).json() == {"items": [], "next_cursor": None}
    assert len(client.get("", actor=a_key(bank)).json()["items"]) == 1
    with pytest.raises(NotThere):
        client.get(f"/{contact.public_id}", actor=stranger)
    with pytest.raises(NotThere):
        _post(stranger, {"disposition": "OTHER"}, f"/{contact.public_id}/end")


def test_who_may_not_take_contacts_opens_none(bank: Bank) -> None:
    with pytest.raises(NotAllowed):
        _post(a_key(bank, "auditor"), BODY)


@pytest.mark.parametrize(
    "query", ["state=NOPE", "channel=x", "limit=0", "cursor=x", "since=yesterday"]
)
def test_wrong_filters_name_their_field(bank: Bank, query: str) -> None:
    answer = client.get(f"?{query}", actor=a_key(bank))
    assert answer.status_code == 422
    assert query.split("=")[0] in str(answer.json())
