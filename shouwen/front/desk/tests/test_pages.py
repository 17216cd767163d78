"""The page and its parts: who sees what, what two people at once get, what it costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing.models import Offer, QueueEntry
from shouwen.front.desk.tests.factories import (
    MONDAY_9AM,
    a_centre,
    a_customer,
    a_waiting_contact,
    an_active_contact,
    an_offer,
    say,
)
from shouwen.ground.kernel import time
from shouwen.people.staff.models import Presence
from shouwen.people.staff.tests import factories as staff_factories
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases.models import Case

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SOON = MONDAY_9AM + timedelta(seconds=30)


def test_the_page_shows_who_is_with_me_and_who_waits() -> None:
    centre = a_centre()
    mine = an_active_contact(centre, "提前还款要收违约金吗", customer=a_customer(centre))
    waiting = a_waiting_contact(centre, "转账限额调整")
    theirs = an_active_contact(centre, "别人的会话", person=centre.second)
    with time.frozen(SOON):
        page = signed_in(centre.first).get(f"/desk/contacts/{mine.public_id}/").text
    assert "陈**" in page
    assert "陈屿" not in page
    assert "13800006620" not in page
    assert "转账限额调整" in page
    assert f"/desk/contacts/{waiting.public_id}/take/" in page
    assert theirs.public_id not in page


def test_a_desk_without_contacts_says_what_to_do() -> None:
    centre = a_centre()
    page = signed_in(centre.first).get("/desk/").text
    assert "—" in page
    assert 'id="desk-work"' in page


@pytest.mark.parametrize("role", ["inspector", "auditor", "admin"])
def test_other_roles_have_no_desk(role: str) -> None:
    centre = a_centre()
    person = staff_factories.a_person(centre.first.unit, role)
    assert signed_in(person).get("/desk/").status_code == 403


def test_without_signing_in_there_is_only_the_sign_in_page() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client = signed_in(centre.first)
    client.logout()
    answer = client.get(f"/desk/contacts/{contact.public_id}/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_another_institutions_contact_is_not_there() -> None:
    centre, other = a_centre(), a_centre("insurer")
    foreign = an_active_contact(other, "外机构的问题")
    client = signed_in(centre.first)
    base = f"/desk/contacts/{foreign.public_id}"
    read = [f"{base}/", f"{base}/lines/", f"{base}/scripts/"]
    written = [
        "send", "check", "draft", "files", "read", "typing", "invite", "end", "wrap-up",
        "return", "take", "customer", "customer/find", "customer/new", "case", "case/draft",
    ]  # fmt: skip
    data = {"body": "{}", "client_key": "k", "up_to": "1", "disposition": "RESOLVED"}
    data["reason"] = "technical"
    found = [client.get(url).status_code for url in read]
    found += [client.post(f"{base}/{act}/", data).status_code for act in written if act != "files"]
    assert set(found) == {404}
    foreign.refresh_from_db()
    assert (foreign.state, foreign.message_count) == ("ACTIVE", 2)


def test_an_offer_is_taken_once_and_the_page_goes_to_it() -> None:
    centre = a_centre()
    offer = an_offer(a_waiting_contact(centre), centre.first)
    client = signed_in(centre.first)
    with time.frozen(MONDAY_9AM + timedelta(seconds=5)):
        page = client.get("/desk/offers/").text
        assert "F8" in page
        answer = client.post(f"/desk/offers/{offer.public_id}/accept/", headers=HTMX)
        again = client.post(f"/desk/offers/{offer.public_id}/accept/", headers=HTMX)
    assert "提前还款要收违约金吗" in page
    contact = Contact.objects.get()
    assert (contact.owner, contact.handler) == (centre.first, centre.first)
    assert f"/desk/contacts/{contact.public_id}/" in answer["HX-Location"]
    assert again["HX-Location"] == answer["HX-Location"]
    assert client.get("/desk/offers/").text.strip() == ""


def test_two_people_at_one_waiting_contact_get_one_owner_and_one_clear_message() -> None:
    centre = a_centre()
    waiting = a_waiting_contact(centre)
    url = f"/desk/contacts/{waiting.public_id}/take/"
    first = signed_in(centre.first).post(url, headers=HTMX)
    second = signed_in(centre.second).post(url, headers=HTMX)
    assert (first.status_code, second.status_code) == (200, 409)
    assert "sw-toast" in second["HX-Trigger"]
    assert Contact.objects.get().owner == centre.first


def test_a_colleagues_offer_is_not_there() -> None:
    centre = a_centre()
    offer = an_offer(a_waiting_contact(centre), centre.first)
    answer = signed_in(centre.second).post(f"/desk/offers/{offer.public_id}/accept/", headers=HTMX)
    assert answer.status_code == 404
    assert Offer.objects.get().state == "OPEN"


def test_an_offer_that_ran_out_says_so() -> None:
    centre = a_centre()
    offer = an_offer(a_waiting_contact(centre), centre.first)
    with time.frozen(MONDAY_9AM + timedelta(seconds=13)):
        answer = signed_in(centre.first).post(
            f"/desk/offers/{offer.public_id}/accept/", headers=HTMX
        )
    assert answer.status_code == 409


def test_a_declined_offer_waits_again() -> None:
    centre = a_centre()
    offer = an_offer(a_waiting_contact(centre), centre.first)
    with time.frozen(MONDAY_9AM + timedelta(seconds=5)):
        answer = signed_in(centre.first).post(
            f"/desk/offers/{offer.public_id}/decline/", headers=HTMX
        )
    assert (answer.status_code, answer.content.strip()) == (200, b"")
    assert QueueEntry.objects.get().state == "WAITING"


def test_presence_is_ones_own() -> None:
    centre = a_centre()
    client = signed_in(centre.first)
    page = client.post("/desk/presence/", {"state": "BREAK"}, headers=HTMX).text
    assert 'aria-checked="true"' in page
    assert Presence.objects.get(person=centre.first).state == "BREAK"
    assert Presence.objects.get(person=centre.second).state == "READY"
    assert client.post("/desk/presence/", {"state": "ASLEEP"}, headers=HTMX).status_code == 422


def test_only_what_is_new_is_sent() -> None:
    centre = a_centre()
    contact = an_active_contact(centre, "第一句")
    say(contact, "第二句", at=SOON)
    client = signed_in(centre.first)
    url = f"/desk/contacts/{contact.public_id}/lines/?after=2&state=x"
    with time.frozen(SOON):
        page = client.get(url).text
    assert "第二句" in page
    assert re.findall(r'data-sequence="(\d+)"', page) == ["3"]
    assert 'id="desk-marks" hx-swap-oob="true"' in page
    assert client.get(url.replace("after=2", "after=no")).status_code == 422


def test_more_than_an_answer_holds_is_asked_for_again() -> None:
    centre = a_centre()
    contact = an_active_contact(centre, "第一句")
    for number in range(200):
        say(contact, f"接着说第{number}句", at=SOON)
    client = signed_in(centre.first)
    seen: list[str] = []
    after, has_more = "1", "1"
    while has_more == "1":
        url = f"/desk/contacts/{contact.public_id}/lines/?after={after}&state=x"
        page = client.get(url).text
        seen += re.findall(r'data-sequence="(\d+)"', page)
        ((after, has_more),) = re.findall(r'data-last="(\d+)" data-more="([01])"', page)
        assert int(after) == int(seen[-1])
    contact.refresh_from_db()
    assert seen == [str(number) for number in range(2, contact.message_count + 1)]
    assert len(seen) > 200


def test_the_end_the_wrap_up_and_the_next() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client = signed_in(centre.first)
    base = f"/desk/contacts/{contact.public_id}"
    assert client.post(f"{base}/end/", headers=HTMX).status_code == 204
    assert client.post(f"{base}/wrap-up/", headers=HTMX).status_code == 422
    done = client.post(f"{base}/wrap-up/", {"disposition": "RESOLVED"}, headers=HTMX)
    assert '"/desk/"' in done["HX-Location"]
    contact.refresh_from_db()
    assert (contact.state, contact.disposition) == ("ENDED", "RESOLVED")
    assert client.post(f"{base}/wrap-up/", headers=HTMX).status_code == 409


def test_a_conversation_goes_back_to_the_queue_for_a_stated_reason() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client = signed_in(centre.first)
    url = f"/desk/contacts/{contact.public_id}/return/"
    assert client.post(url, {"reason": "bored"}, headers=HTMX).status_code == 422
    assert client.post(url, {"reason": "shift_end"}, headers=HTMX).status_code == 200
    contact.refresh_from_db()
    assert (contact.state, contact.owner, contact.handler) == ("QUEUED", centre.first, None)


def test_cases_i_own_are_listed_until_they_close() -> None:
    centre = a_centre()
    contact = an_active_contact(centre)
    client = signed_in(centre.first)
    form = {"category": "bank-early", "description": "核实违约金", "client_key": "k"}
    with time.frozen(SOON):
        client.post(f"/desk/contacts/{contact.public_id}/case/", form, headers=HTMX)
        page = client.get("/desk/queue/?tab=follow").text
    case = Case.objects.get()
    assert f"/cases/{case.public_id}/" in page
    assert case.number in page


def test_figures_are_true_and_absent_without_data() -> None:
    centre = a_centre()
    client = signed_in(centre.first)
    assert client.get("/desk/figures/").text.count("—") == 2
    contact = an_active_contact(centre)
    conversations.add_message(
        contact,
        author="STAFF",
        body="您好",
        client_key="k",
        actor=centre.actor(centre.first),
        at=MONDAY_9AM + timedelta(seconds=20),
    )
    with time.frozen(SOON):
        page = client.get("/desk/figures/").text
    assert page.count("—") == 1
    assert "20" in page


CORPUS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% debug %}",
    "<svg/onload=alert(1)>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
)


@pytest.mark.parametrize("bad", CORPUS)
def test_what_a_customer_writes_is_text(bad: str) -> None:
    centre = a_centre()
    customer = a_customer(centre, name=f"陈{bad}"[:60])
    contact = an_active_contact(centre, bad, customer=customer)
    client = signed_in(centre.first)
    client.post(f"/desk/contacts/{contact.public_id}/draft/", {"body": bad})
    with time.frozen(SOON):
        page = client.get(f"/desk/contacts/{contact.public_id}/").text
    for raw in ("<script>alert", "<img src=x", "<svg/onload", "' onmouseover='", "49{%"):
        assert raw not in page


@pytest.mark.parametrize("tab", ["open", "follow", "ended"])
def test_the_left_pane_costs_the_same_for_any_length(tab: str) -> None:
    counts = []
    for rows in (1, 3):
        centre = a_centre(f"bank{rows}")
        client = signed_in(centre.first)
        for number in range(rows):
            customer = a_customer(centre, phone=f"1380000662{number}")
            an_active_contact(centre, customer=customer)
            a_waiting_contact(centre, customer=customer)
        with time.frozen(SOON):
            client.get("/desk/queue/")
            counts.append(_queries(client, f"/desk/queue/?tab={tab}"))
    assert counts[0] == counts[1]


def test_the_conversation_costs_the_same_for_any_length() -> None:
    counts = []
    for rows in (1, 3):
        centre = a_centre(f"bank{rows}")
        client = signed_in(centre.first)
        contact = an_active_contact(centre, customer=a_customer(centre))
        for number in range(rows):
            say(contact, f"第{number}句", at=SOON)
        with time.frozen(SOON):
            url = f"/desk/contacts/{contact.public_id}/"
            client.get(url)
            counts.append((_queries(client, url), _queries(client, f"{url}lines/?after=0")))
    assert counts[0] == counts[1]


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)
