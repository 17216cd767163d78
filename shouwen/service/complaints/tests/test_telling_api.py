"""The result in writing by program: issued, tried, told with its proof, rated, handed out."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from shouwen.people.staff.tests.factories import a_person
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh
from shouwen.service.complaints.tests.test_api import Line

BASIS = "领用合约第二十一条。"
RATED = {"timeliness": 4, "effect": 3, "communication": 5, "follow_up": 2, "channel": "PHONE"}


def lines(office: Office) -> tuple[Line, Line, Complaint]:
    one = fresh(a_complaint_in("HANDLED", office))
    worker = Line(office, "complaints", office.worker)
    return worker, Line(office, "complaints", office.clerk), one


@pytest.mark.usefixtures("letters")
def test_programs_issue_tell_rate_and_download(office: Office) -> None:
    worker, clerk, one = lines(office)
    ref = one.public_id
    none: dict[str, Any] = {"items": [], "rating": None, "ratings": []}
    assert clerk.read(f"/{ref}/notices").json() == none
    early = worker.send(f"/{ref}/feedback", {"text": "已修复", "channel": "PHONE"})
    assert (early.status_code, early.json()["code"]) == (409, "notice-needed")
    empty = worker.send(f"/{ref}/notice", {"basis": "  "})
    assert (empty.status_code, empty.json()["code"]) == (422, "notice-incomplete")
    assert clerk.read(f"/{ref}").json()["solved"] is None
    said = {"basis": BASIS, "title": "MS", "solved": "PARTLY"}
    assert worker.send(f"/{ref}/notice", said).json()["solved"] == "PARTLY"
    tried = {"channel": "PHONE", "outcome": "无人接听"}
    assert worker.send(f"/{ref}/attempts", tried).status_code == 200
    unproved = worker.send(f"/{ref}/feedback", {"text": "已修复", "channel": "LETTER"})
    named = {error["field"] for error in unproved.json()["errors"]}
    assert named == {"reference", "posted_on"}
    unsaid = worker.send(f"/{ref}/feedback", {"text": "已修复", "channel": "PHONE"})
    assert [error["field"] for error in unsaid.json()["errors"]] == ["said"]
    by_page = worker.send(f"/{ref}/feedback", {"text": "已修复", "channel": "PORTAL"})
    assert (by_page.status_code, by_page.json()["code"]) == (409, "not-tried-enough")
    body = {"text": "已修复", "channel": "HANDED", "receiver": "许远"}
    told = worker.send(f"/{ref}/feedback", body)
    assert (told.json()["state"], told.json()["link"] is not None) == ("FEEDBACK_SENT", True)
    own = worker.send(f"/{ref}/rating", RATED)
    assert own.json()["code"] == "roles-must-be-three"
    assert clerk.send(f"/{ref}/rating", RATED).json()["code"] == "roles-must-be-three"
    third = Line(office, "complaints", a_person(office.bank.cards, "complaints"))
    assert third.send(f"/{ref}/rating", RATED).status_code == 200
    again = third.send(f"/{ref}/rating", RATED)
    assert (again.status_code, again.json()["code"]) == (409, "rated-already")

    whole = clerk.read(f"/{ref}/notices").json()
    [notice] = whole["items"]
    assert (notice["proof"]["channel"], notice["proof"]["receiver"]) == ("HANDED", "许远")
    assert (notice["proof"]["attempts"], len(notice["attempts"])) == (1, 1)
    assert whole["rating"]["follow_up"] == 2
    assert whole["ratings"] == [whole["rating"]]
    for form in ("pdf", "text"):
        file = clerk.read(f"/{ref}/notices/{notice['id']}/{form}")
        assert hashlib.sha256(file.content).hexdigest() == notice[f"{form}_sha256"]
    other = fresh(a_complaint_in("GRADED", office))
    path = f"/{other.public_id}/notices/{notice['id']}/pdf"
    assert clerk.read(path).status_code == 404
