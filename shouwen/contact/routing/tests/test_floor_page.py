"""The page of the queues now: what it shows to whom, and the switch."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.contact.routing import actions
from shouwen.contact.routing.models import Queue, Spike
from shouwen.contact.routing.tests.factories import MONDAY_9AM, Bank, a_queue
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person

FLOOR = "/routing/queues/"
BEGIN = "/routing/spikes/begin/"


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_lead_switches_it_on_and_off(bank: Bank) -> None:
    lead = signed_in(bank.lead)
    assert "online" in lead.get(f"{BEGIN}?queue=online").content.decode()
    said = {"queue": "online", "reason": "系统故障", "minutes": "30"}
    assert lead.post(BEGIN, said)["Location"] == FLOOR
    again = lead.post(BEGIN, said)
    assert again.status_code == 409
    spike = Spike.objects.get()
    assert f"/routing/spikes/{spike.public_id}/end/" in lead.get(FLOOR).content.decode()
    assert lead.post(f"/routing/spikes/{spike.public_id}/end/")["Location"] == FLOOR
    page = lead.get(FLOOR).content.decode()
    assert "系统故障" in page
    assert f"/routing/spikes/{spike.public_id}/end/" not in page


@pytest.mark.parametrize("minutes", ["many", "٣٠", "1", "99999"])
def test_a_wrong_time_is_named(bank: Bank, minutes: str) -> None:
    answer = signed_in(bank.lead).post(BEGIN, {"reason": "忙", "minutes": minutes})
    assert answer.status_code == 422
    assert not Spike.objects.exists()


def test_who_only_looks_sees_no_switch(bank: Bank) -> None:
    inspector = signed_in(a_person(bank.unit, "inspector"))
    page = inspector.get(FLOOR)
    assert page.status_code == 200
    assert BEGIN not in page.content.decode()
    assert inspector.get(BEGIN).status_code == 403
    assert inspector.post(BEGIN, {"reason": "忙"}).status_code == 403
    assert signed_in(bank.agent).get(FLOOR).status_code == 403


def test_a_closed_queue_says_when_it_opens(bank: Bank) -> None:
    queue = Queue.objects.get(code="online")
    hours = actions.OpeningHours("OWN", {6: [["09:00", "09:01"]]})
    actions.set_hours(queue, hours, seen=queue.revision, actor=bank.system, at=MONDAY_9AM)
    page = signed_in(bank.lead).get(FLOOR).content.decode()
    wall = signed_in(bank.lead).get("/wallboard/").content.decode()
    for shown in (page, wall):
        assert "已关闭" in shown
        assert "09:00" in shown


def test_the_page_costs_the_same_for_any_number_of_queues(bank: Bank) -> None:
    lead = signed_in(bank.lead)
    lead.get(FLOOR)

    def cost() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert lead.get(FLOOR).status_code == 200
        return len(counted)

    before = cost()
    for number in range(5):
        a_queue(bank, f"more-{number}")
    actions.begin_spike(bank.institution, reason="忙", actor=bank.boss, at=MONDAY_9AM)
    assert cost() == before
