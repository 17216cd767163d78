"""Issues on their pages and by program."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from shouwen.assurance.improvement import actions
from shouwen.assurance.improvement.models import Issue
from shouwen.assurance.improvement.tests.test_issues import EFFECT_ON, an_issue, an_issue_in
from shouwen.ground.kernel import time
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases.tests.factories import MONDAY_9AM
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office

AT = MONDAY_9AM + timedelta(hours=3)


@pytest.fixture
def office(db: None) -> Office:
    """A bank where every pack counts."""
    return an_office(ruled=True)


def _page(who: Person, method: str, path: str, *, when: datetime = AT, **said: str) -> Any:
    client = signed_in(who)
    with time.frozen(when):
        return getattr(client, method)(f"/improvement/issues/{path}", said)


def test_an_issue_is_recorded_on_the_page_from_a_complaint(office: Office) -> None:
    complaint = a_complaint_in("CLOSED", office)
    said: dict[str, Any] = {"title": "模板未抽检", "description": "无人抽检", "scope": "INTERNAL"}
    wrong = _page(office.worker, "post", "new/", **said, complaint="nonsense")
    assert (wrong.status_code, Issue.objects.count()) == (422, 0)
    made = _page(office.worker, "post", "new/", **said, complaint=complaint.case.number)
    one = Issue.objects.get()
    assert (made.status_code, one.complaint) == (302, complaint)
    listed = _page(office.worker, "get", "").content.decode()
    assert one.title in listed
    assert "HB-4.3-03" in listed
    shown = _page(office.worker, "get", f"{one.public_id}/").content.decode()
    assert complaint.case.number in shown
    assert "上报" in shown
    assert _page(office.worker, "get", "", state="NONSENSE").status_code == 422


def test_the_page_carries_an_issue_to_its_end(office: Office) -> None:
    one, bank = an_issue(office), office.bank
    ref, far = one.public_id, MONDAY_9AM + timedelta(days=31)

    def press(who: Person, name: str, when: datetime = AT, **said: str) -> int:
        answer = _page(who, "post", f"{ref}/{name}/", when=when, **said)
        return int(answer.status_code)

    named: dict[str, Any] = {"unit": bank.cards.public_id, "owner": office.worker.public_id}
    measure: dict[str, Any] = {"standard": "全部抽检", "acceptance": "抽查20条"}
    day = EFFECT_ON.isoformat()
    assert press(office.worker, "close") == 403
    assert press(office.head, "close") == 409
    assert press(office.worker, "report", words="") == 422
    assert press(office.worker, "report", words="报合规部") == 302
    assert press(office.head, "assign", **{**named, "owner": "pers_none"}, **measure) == 422
    assert press(office.head, "assign", **named, **measure) == 302
    assert press(office.clerk, "rectify", report="已抽检") == 409
    assert press(office.worker, "rectify", report="已抽检") == 302
    assert press(office.head, "accept", words="合格") == 422
    assert press(office.head, "accept", words="合格", effect_on="nonsense") == 422
    assert press(office.head, "send-back", reason="缺记录") == 302
    assert press(office.worker, "rectify", report="已补记录") == 302
    assert press(office.head, "accept", words="合格", effect_on=day) == 302
    assert press(office.head, "evaluate", words="好", is_effective="yes") == 409
    assert press(office.head, "evaluate", far, words="好", is_effective="maybe") == 422
    assert press(office.head, "evaluate", far, words="好", is_effective="yes") == 302
    assert press(office.head, "close", far) == 302
    assert press(office.head, "close", far) == 409
    assert press(office.head, "reopen", far, reason="复发") == 302
    one.refresh_from_db()
    assert (one.state, one.round) == ("FOUND", 2)


def test_a_page_offers_only_what_its_reader_may_do(office: Office) -> None:
    one = an_issue_in("RECTIFIED", office)
    ref = one.public_id
    offered = {
        person.pk: _page(person, "get", f"{ref}/").context["acts"]
        for person in (office.worker, office.head, office.bank.inspector)
    }
    assert offered == {
        office.worker.pk: [],
        office.head.pk: ["ACCEPT", "SEND_BACK"],
        office.bank.inspector.pk: ["ACCEPT", "SEND_BACK"],
    }


def test_a_program_works_an_issue_and_reads_its_limits(office: Office) -> None:
    client = signed_in(office.worker)
    headers = {"Idempotency-Key": "once"}
    body = {"title": "模板未抽检", "description": "无人抽检"}

    def post(path: str, said: dict[str, Any]) -> Any:
        with time.frozen(AT):
            return client.post(
                f"/api/v1/complaint-issues{path}",
                json.dumps(said),
                content_type="application/json",
                headers=headers,
            )

    made, again = post("", body), post("", body)
    assert (made.status_code, made.json()["id"]) == (201, again.json()["id"])
    told = {clock["event"]: clock["clause"] for clock in made.json()["clocks"]}
    assert told == {"issue.report": "HB-4.3-03", "issue.rectify": "HB-4.3-04"}
    ref = made.json()["id"]
    refused = post(f"/{ref}/assign", {})
    assert refused.status_code == 422
    reported = post(f"/{ref}/report", {"words": "报合规部"})
    assert (reported.status_code, reported.json()["state"]) == (200, "REPORTED")
    twice = post(f"/{ref}/report", {"words": "报合规部"})
    assert (twice.status_code, twice.json()["code"]) == (409, "issue-moved-on")
    assert actions.IssueMovedOn().code == "issue-moved-on"
