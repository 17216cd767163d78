"""The page of a queue's hours: shown, set, and every wrong entry named."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from shouwen.contact.conversations.tests.factories import Bank, a_bank
from shouwen.contact.routing.models import Queue, QueueDay
from shouwen.contact.routing.tests.factories import a_queue
from shouwen.people.staff.tests.factories import a_person

HOURS = "/console/system/queues/of/online/hours/"
DAYS = "/console/system/queues/of/online/days/"
WEEK: dict[str, str] = {
    "revision": "1",
    "hours": "OWN",
    "keeps_holidays": "yes",
    "of_0_0_from": "09:00",
    "of_0_0_to": "12:00",
    "of_0_1_from": "13:00",
    "of_0_1_to": "18:00",
    "of_6_0_from": "20:00",
    "of_6_0_to": "00:00",
}


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank with one queue."""
    made = a_bank()
    a_queue(made)
    return made


@pytest.fixture
def admin(bank: Bank, client: Client) -> Client:
    """An administrator's browser."""
    client.force_login(a_person(bank.unit, "admin", username="admin"))
    return client


def test_a_week_is_set_and_shown(admin: Client) -> None:
    assert admin.post(HOURS, WEEK)["Location"] == f"{HOURS}?done=hours"
    assert Queue.objects.get().week == {
        "0": [["09:00", "12:00"], ["13:00", "18:00"]],
        "6": [["20:00", "00:00"]],
    }
    page = admin.get(HOURS).content.decode()
    assert 'name="of_6_0_to" value="00:00"' in page
    assert "周一 09:00–12:00、13:00–18:00" in page
    assert "周日 20:00–24:00" in page
    assert "单独设定" in admin.get("/console/system/queues/").content.decode()
    # The same form again was made of an older state.
    assert admin.post(HOURS, WEEK).status_code == 409


def test_a_date_is_added_and_removed(admin: Client) -> None:
    form = {"date": "2199-01-01", "reason": "系统升级", "day_0_from": "09:00", "day_0_to": "11:00"}
    assert admin.post(DAYS, form)["Location"] == f"{HOURS}?done=day"
    page = admin.get(HOURS).content.decode()
    assert "系统升级" in page
    assert "09:00–11:00" in page
    gone = admin.post(f"{DAYS}remove/", {"date": "2199-01-01"})
    assert gone["Location"] == f"{HOURS}?done=removed"
    assert QueueDay.objects.count() == 0
    assert admin.post(f"{DAYS}remove/", {"date": "2199-01-01"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (HOURS, {"hours": "NEVER"}),
        (HOURS, {"of_0_0_to": ""}),
        (HOURS, {"of_0_0_from": "25:00"}),
        (HOURS, {"of_0_0_from": "13:30"}),
        (DAYS, {"date": "", "reason": "x"}),
        (DAYS, {"date": "yesterday", "reason": "x"}),
        (DAYS, {"date": "2001-01-01", "reason": "x"}),
        (DAYS, {"date": "2199-01-01", "reason": ""}),
        (DAYS, {"date": "2199-01-01", "reason": "x", "day_0_from": "09:00"}),
    ],
)
def test_a_wrong_entry_is_named_and_kept_on_the_page(
    admin: Client, path: str, form: dict[str, Any]
) -> None:
    whole = WEEK | form if path == HOURS else form
    answer = admin.post(path, whole)
    assert answer.status_code == 422
    assert "有内容需要更正" in answer.content.decode()
    assert (Queue.objects.get().hours, QueueDay.objects.count()) == ("ALWAYS", 0)


@pytest.mark.parametrize("revision", ["", "x", "9" * 30])
def test_a_form_without_its_state_is_stale(admin: Client, revision: str) -> None:
    assert admin.post(HOURS, WEEK | {"revision": revision}).status_code == 409


def test_another_institutions_queue_is_not_there(admin: Client) -> None:
    a_queue(a_bank("insurer"), "theirs", is_default=True)
    theirs = HOURS.replace("online", "theirs")
    assert admin.get(theirs).status_code == 404
    assert admin.post(theirs, WEEK).status_code == 404
