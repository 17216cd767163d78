"""The page of the approvals and its door for programs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shouwen.ground.kernel import time
from shouwen.people.approvals.models import Approval, State
from shouwen.people.approvals.tests.conftest import House
from shouwen.people.approvals.tests.factories import an_approval
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import FOUNDER


def _browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_lead_decides_on_the_page(house: House) -> None:
    approval = an_approval(house.agent, at=time.now())
    lead = _browser(house.lead)
    page = _text(lead.get("/approvals/"))
    assert "导出60件工单" in page
    assert 'name="opinion"' in page

    empty = lead.post(f"/approvals/{approval.public_id}/approve/", {"opinion": " "})
    assert empty.status_code == 422
    assert "data-wrong" in _text(empty)

    done = lead.post(f"/approvals/{approval.public_id}/approve/", {"opinion": "同意"})
    assert done.status_code == 200
    assert "导出60件工单" not in _text(done)
    assert "同意" in _text(lead.get("/approvals/?view=ended"))


def test_who_asked_sees_why_they_cannot_decide(house: House) -> None:
    approval = an_approval(house.lead, at=time.now())
    lead = _browser(house.lead)
    page = _text(lead.get("/approvals/?view=mine"))
    assert "申请人不能审批自己" in page
    assert 'name="opinion"' not in page
    here = f"/approvals/{approval.public_id}"
    assert lead.post(f"{here}/approve/", {"opinion": "x"}).status_code == 403
    assert lead.post(f"{here}/withdraw/").status_code == 200
    approval.refresh_from_db()
    assert approval.state == State.WITHDRAWN


def test_the_rail_counts_what_waits(house: House) -> None:
    an_approval(house.agent, at=time.now())
    assert 'href="/approvals/"' in _text(_browser(house.lead).get("/approvals/"))
    assert _browser(house.inspector).get("/approvals/").status_code == 403


@pytest.mark.parametrize("rows", [1, 6])
def test_the_list_costs_the_same_for_any_length(
    house: House, rows: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        an_approval(house.agent, ref=f"thing_{number}", at=time.now())
    client = _browser(house.lead)
    client.get("/approvals/")
    with django_assert_max_num_queries(16):
        client.get("/approvals/")


def test_programs_read_and_decide_for_their_person(house: House) -> None:
    approval = an_approval(house.agent, at=time.now() - timedelta(minutes=1))
    keys = {
        person: staff.create_api_key(
            person.institution,
            role=role,
            name="tests",
            person=person,
            actor=FOUNDER,
            at=time.now(),
        )[1]
        for person, role in ((house.agent, "agent"), (house.lead, "lead"))
    }

    def ask(person: Person, method: str, path: str, body: object = None) -> Any:
        return Client().generic(
            method,
            f"/api/v1/approvals{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {keys[person]}"},
        )

    listed = ask(house.lead, "GET", "").json()
    assert [item["id"] for item in listed["items"]] == [approval.public_id]
    assert listed["items"][0]["may_decide"] is True
    one = f"/{approval.public_id}"
    own = ask(house.agent, "POST", f"{one}/approve", {"opinion": "同意"})
    assert (own.status_code, own.json()["code"]) == (403, "own-request")
    assert ask(house.lead, "POST", f"{one}/approve", {"opinion": ""}).status_code == 422
    done = ask(house.lead, "POST", f"{one}/approve", {"opinion": "同意"})
    assert (done.status_code, done.json()["state"]) == (200, "APPROVED")
    again = ask(house.lead, "POST", f"{one}/decline", {"opinion": "改主意"})
    assert (again.status_code, again.json()["code"]) == (409, "already-decided")
    assert ask(house.lead, "GET", "?viev=mine").status_code == 422
    assert ask(house.agent, "GET", "/appr_nothing").status_code == 404
    assert Approval.objects.get().state == State.APPROVED
