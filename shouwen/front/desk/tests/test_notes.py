"""Internal notes at the desk: colleagues see and are told, the customer's side knows nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact, ContactNote
from shouwen.contact.routing import actions as routing
from shouwen.front.desk.tests.factories import (
    HTMX,
    MONDAY_9AM,
    a_centre,
    an_active_contact,
    bearer,
    say,
)
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff.tests import factories as staff_factories
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases.actions import links
from shouwen.service.cases.models import Case

pytestmark = pytest.mark.django_db
SOON = MONDAY_9AM + timedelta(seconds=30)
SECRET = "客户情绪激动，已转主管关注"


def _keep(client: Client, contact: Contact, body: str = SECRET, **form: Any) -> Any:
    data = {"body": body, "idempotency_key": "note-1", **form}
    with time.frozen(SOON):
        return client.post(f"/desk/contacts/{contact.public_id}/notes/", data, headers=HTMX)


def _page(client: Client, contact: Contact, rest: str = "") -> str:
    with time.frozen(SOON):
        return client.get(f"/desk/contacts/{contact.public_id}/{rest}").text


def test_a_note_stands_in_the_talk_and_tells_whom_it_mentions() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    mine, theirs = signed_in(centre.first), signed_in(centre.second)
    assert centre.second.public_id in _page(mine, contact, "notes/")
    for _twice in range(2):
        answer = _keep(mine, contact, mentions=centre.second.public_id)
        assert (answer.status_code, ContactNote.objects.count()) == (204, 1)
    page = _page(mine, contact)
    assert SECRET in page
    assert "desk-note" in page
    assert "sw-bell" in page
    with time.frozen(SOON):
        told = theirs.get("/desk/mentions/").text
    assert SECRET in told
    assert 'aria-hidden="true">1</b>' in told
    assert SECRET in _page(theirs, contact)
    with time.frozen(SOON):
        assert 'aria-hidden="true">1</b>' not in theirs.get("/desk/mentions/").text
        assert SECRET not in mine.get("/desk/mentions/").text


def test_only_new_notes_are_sent() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client = signed_in(centre.first)
    _keep(client, contact)
    _keep(client, contact, "第二条备注", idempotency_key="note-2")
    page = _page(client, contact, "lines/?after=0&notes=1")
    assert SECRET not in page
    assert "第二条备注" in page
    assert '<input type="hidden" name="notes" value="2">' in page
    for bad in ("no", "-1", "1e3", "9" * 30):
        with time.frozen(SOON):
            url = f"/desk/contacts/{contact.public_id}/lines/?notes={bad}"
            assert client.get(url).status_code == 422


def test_a_note_stands_behind_the_words_it_was_written_after() -> None:
    centre = a_centre()
    contact = an_active_contact(centre, "第一句")
    client = signed_in(centre.first)
    _keep(client, contact)
    say(contact, "后来的话", at=SOON)
    page = _page(client, contact, "lines/?after=0")
    assert page.index(">第一句<") < page.index(SECRET) < page.index(">后来的话<")


@pytest.mark.parametrize(
    "form",
    [
        {"body": ""},
        {"body": "长" * 2001},
        {"mentions": "pers_nobody"},
        {"mentions": "\x00"},
        {"idempotency_key": ""},
        {"idempotency_key": "x" * 65},
    ],
)
def test_a_wrong_note_comes_back_with_what_was_typed(form: dict[str, str]) -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    answer = _keep(signed_in(centre.first), contact, **form)
    assert answer.status_code == 422
    assert "desk-note-dialog" in answer.text
    assert form.get("body", SECRET)[:20] in answer.text
    assert ContactNote.objects.count() == 0


def test_colleagues_are_found_by_name_and_number() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client = signed_in(centre.first)
    page = _page(client, contact, f"colleagues/?q={centre.second.staff_no}")
    assert (centre.second.public_id in page, centre.first.public_id in page) == (True, False)
    chosen = f"colleagues/?q=没有这个人&mentions={centre.second.public_id}"
    assert "checked" in _page(client, contact, chosen)
    assert centre.second.public_id not in _page(client, contact, "colleagues/?q=%00%25")


def test_the_customers_side_knows_nothing_of_a_note(client: Client) -> None:
    centre = a_centre()

    def post(path: str, visit: str = "", **body: Any) -> list[dict[str, Any]]:
        headers = {"x-visit-token": visit} if visit else {}
        url = f"/chat/bank/{path}"
        answer = client.post(
            url, json.dumps(body), content_type="application/json", headers=headers
        )
        frames: list[dict[str, Any]] = answer.json()["frames"]
        return frames

    with time.frozen(SOON):
        token = post("hello", v=1)[0]["token"]
        post("messages", token, key="key-00001", text="我的卡被冻结了")
        contact = Contact.objects.get()
        entry = routing.enqueue(contact, actor=Actor.system("tests"), at=SOON)
        contact = routing.take(entry, actor=centre.actor(centre.first), at=SOON)
        desk = signed_in(centre.first)
        form = {"category": "bank-early", "description": "核实", "client_key": "k"}
        desk.post(f"/desk/contacts/{contact.public_id}/case/", form, headers=HTMX)
        link = links.issue(Case.objects.get(), SOON)
        before = post("hello", token, v=1, token=token)
        _keep(desk, contact)
        after = post("hello", token, v=1, token=token)
        portal = client.post(f"/c/{link}", follow=True).text
        key = bearer(centre.first)
        base = "/api/v1/{}contacts/" + contact.public_id
        api = client.get(base.format(""), headers=key).json()
        said = client.get(base.format("desk/") + "/messages", headers=key).json()
    assert ContactNote.objects.get().body.plain == SECRET
    assert after == before
    assert len([frame for frame in after if frame["type"] == "message"]) >= 2
    assert Case.objects.get().number in portal
    assert SECRET not in portal
    for shown in (after, api, said):
        text = json.dumps(shown, ensure_ascii=False)
        assert "我的卡被冻结了" in text
        assert SECRET not in text


def test_another_institutions_contact_takes_no_note() -> None:
    centre, other = a_centre(), a_centre("insurer")
    foreign = an_active_contact(other)
    client = signed_in(centre.first)
    assert _keep(client, foreign).status_code == 404
    for rest in ("notes/", "colleagues/"):
        assert client.get(f"/desk/contacts/{foreign.public_id}/{rest}").status_code == 404
    assert ContactNote.objects.count() == 0


def test_programs_leave_and_read_notes() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client, key = Client(), bearer(centre.first)
    url = f"/api/v1/desk/contacts/{contact.public_id}/notes"
    body = {"body": SECRET, "mentions": [centre.second.public_id], "client_key": "k1"}
    with time.frozen(SOON):
        made = [
            client.post(url, body, content_type="application/json", headers=key) for _ in range(2)
        ]
        assert [one.status_code for one in made] == [201, 201]
        assert made[0].json() == made[1].json()
        other = {**body, "body": "换一句"}
        again = client.post(url, other, content_type="application/json", headers=key)
        assert (again.status_code, again.json()["code"]) == (409, "client-key-reused")
        for wrong in ({"body": ""}, {"mentions": ["x"]}, {"mentions": "x"}, {"client_key": "é"}):
            bad = client.post(
                url,
                body | {"client_key": "k2"} | wrong,
                content_type="application/json",
                headers=key,
            )
            assert bad.status_code == 422
        listed = client.get(url, headers=key).json()
        assert listed == [made[0].json()]
        assert client.get(f"{url}?after=1", headers=key).json() == []
    assert listed[0]["body"] == SECRET
    assert listed[0]["mentions"] == [centre.second.public_id]


def test_the_desk_costs_the_same_for_any_number_of_notes() -> None:
    counts = []
    for rows in (1, 4):
        centre = a_centre(f"bank{rows}")
        contact = an_active_contact(centre)
        lead = staff_factories.a_person(centre.first.unit, "lead")
        for number in range(rows):
            conversations.add_note(
                contact,
                body=SECRET,
                mentions=[centre.first.public_id, lead.public_id],
                client_key=f"n{number}",
                actor=centre.actor(centre.second),
                at=SOON,
            )
        client = signed_in(centre.first)
        urls = ("/desk/mentions/", f"/desk/contacts/{contact.public_id}/")
        for url in urls:
            client.get(url)
        counts.append([_queries(client, url) for url in urls])
    assert counts[0] == counts[1]


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen, time.frozen(SOON):
        assert client.get(url).status_code == 200
    return len(seen)
