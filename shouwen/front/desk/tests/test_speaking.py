"""Lines to the customer: checked before and at sending, kept as drafts, sent once."""

from __future__ import annotations

import pytest

from shouwen.contact.conversations.models import Message
from shouwen.front.desk.models import Draft
from shouwen.front.desk.rules import wording
from shouwen.front.desk.tests.factories import (
    MONDAY_9AM,
    a_centre,
    a_customer,
    an_active_contact,
)
from shouwen.ground.kernel import time
from shouwen.ground.policy.rules.phrases import Phrase, PhraseList
from shouwen.people.customers import actions as customers
from shouwen.people.staff.tests.factories import FOUNDER, signed_in

FORBIDDEN = "我理解您的心情"

pytestmark = pytest.mark.django_db


def test_places_count_as_a_browser_counts_them() -> None:
    phrases = PhraseList("chat", (Phrase("我理解", "other", "OM-3.2.4-01", "请您说"),))
    assert wording.slips_in("😀我 理解您", phrases) == [
        wording.Slip(2, 6, "我 理解", "other", "OM-3.2.4-01", "请您说")
    ]


def test_a_forbidden_phrase_is_named_while_typing_and_refused_at_sending() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client = signed_in(centre.first)
    base = f"/desk/contacts/{contact.public_id}"

    client.post(f"{base}/draft/", {"body": FORBIDDEN})
    checked = client.post(f"{base}/check/", {"body": FORBIDDEN}).json()["hits"]
    assert [(hit["text"], hit["clause"]) for hit in checked] == [("我理解", "OM-3.2.4-01")]

    answer = client.post(f"{base}/send/", {"body": FORBIDDEN, "client_key": "k1"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "forbidden-phrase"
    assert [hit["text"] for hit in answer.json()["hits"]] == ["我理解"]
    assert not Message.objects.filter(contact=contact, author_kind="STAFF").exists()
    assert Draft.objects.get(contact=contact).body.plain == FORBIDDEN


def test_hiding_a_phrase_does_not_help() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    answer = signed_in(centre.first).post(
        f"/desk/contacts/{contact.public_id}/send/", {"body": "我。理 解您", "client_key": "k"}
    )
    assert answer.status_code == 422


def test_a_blank_of_a_script_is_not_sent() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    answer = signed_in(centre.first).post(
        f"/desk/contacts/{contact.public_id}/send/",
        {"body": "关于{业务名称}，说明如下", "client_key": "k"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "blank-left")


def test_the_same_key_sends_once_and_the_draft_is_gone() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client = signed_in(centre.first)
    base = f"/desk/contacts/{contact.public_id}"
    client.post(f"{base}/draft/", {"body": "您好"})
    first = client.post(f"{base}/send/", {"body": "您好，请说", "client_key": "k1"}).json()
    second = client.post(f"{base}/send/", {"body": "您好，请说", "client_key": "k1"}).json()
    assert first == second
    said = Message.objects.filter(contact=contact, author_kind="STAFF")
    assert [message.body.plain for message in said] == ["您好，请说"]
    assert not Draft.objects.exists()


def test_the_same_key_with_other_words_is_refused() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client = signed_in(centre.first)
    url = f"/desk/contacts/{contact.public_id}/send/"
    client.post(url, {"body": "一", "client_key": "k1"})
    assert client.post(url, {"body": "二", "client_key": "k1"}).status_code == 409


def test_drafts_are_one_persons_and_come_back_with_the_page() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    url = f"/desk/contacts/{contact.public_id}/"
    client, other = signed_in(centre.first), signed_in(centre.second)
    for body in ("给您添", "给您添麻烦了"):
        client.post(f"{url}draft/", {"body": body})
    assert [draft.body.plain for draft in Draft.objects.order_by("pk")] == ["给您添麻烦了"]
    with time.frozen(MONDAY_9AM):
        assert "给您添麻烦了" in client.get(url).text
        assert "给您添麻烦了" not in other.get(url).text
    client.post(f"{url}draft/", {"body": "  "})
    assert not Draft.objects.exists()


def test_an_overlong_draft_is_refused_in_words() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    answer = signed_in(centre.first).post(
        f"/desk/contacts/{contact.public_id}/draft/", {"body": "长" * 8001}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "draft-too-long")


def test_only_the_handler_speaks() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    answer = signed_in(centre.second).post(
        f"/desk/contacts/{contact.public_id}/send/", {"body": "您好", "client_key": "k"}
    )
    assert answer.status_code == 403


def test_a_colleague_looks_on_without_a_trace_to_the_customer() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client = signed_in(centre.second)
    base = f"/desk/contacts/{contact.public_id}"
    assert client.post(f"{base}/read/", {"up_to": "2"}).json() == {"seen": 0}
    form = {"category": "bank-early", "description": "核实", "client_key": "k"}
    refused = [
        client.post(f"{base}/typing/").status_code,
        client.post(f"{base}/invite/", headers={"HX-Request": "true"}).status_code,
        client.post(f"{base}/case/", form, headers={"HX-Request": "true"}).status_code,
        client.post(f"{base}/customer/", {"customer": "x"}).status_code,
        client.post(f"{base}/end/", {"disposition": "OTHER"}).status_code,
    ]
    assert refused == [403, 403, 403, 403, 403]
    assert signed_in(centre.first).post(f"{base}/read/", {"up_to": "2"}).json() == {"seen": 1}


def test_who_refuses_surveys_is_not_invited() -> None:
    centre = a_centre()
    customer = a_customer(centre)
    contact = an_active_contact(centre, customer=customer)
    customers.record_consent(
        customer,
        purpose="SURVEY",
        way="",
        is_given=False,
        evidence="CONTACT",
        evidence_ref=contact.public_id,
        actor=FOUNDER,
        at=MONDAY_9AM,
    )
    answer = signed_in(centre.first).post(
        f"/desk/contacts/{contact.public_id}/invite/", headers={"HX-Request": "true"}
    )
    assert answer.status_code == 409
    assert not Message.objects.filter(contact=contact, client_key="rating-invited").exists()
