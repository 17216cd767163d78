"""Complaints for programs."""

from __future__ import annotations

from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions as staff
from shouwen.people.staff.tests.factories import a_person
from shouwen.service.cases.tests.factories import FOUNDER, MONDAY_9AM, a_case_in, later
from shouwen.service.cases.tests.test_api import Program
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office, fresh

COMPLAINTS = "/api/v1/complaints"
TOLD = {"text": "已修复并致歉。", "channel": "PHONE", "said": "已告知处理结果。"}
BODY = {"title": "柜面等候过久", "description": "等候两小时。", "demand": "说明原因。"}


class Line(Program):
    """A program at the doors of the complaints, which may act for a person."""

    def __init__(self, office: Office, role: str = "lead", person: Any = None) -> None:
        super().__init__(office.bank, role)
        _row, self.key = staff.create_api_key(
            office.bank.institution,
            role=role,
            name=f"{role} line",
            actor=FOUNDER,
            at=MONDAY_9AM,
            person=person,
        )

    def send(self, path: str, body: Any = None, key: str = "") -> Any:
        """Post below `/complaints`."""
        headers = {"Authorization": f"Bearer {self.key}"}
        headers |= {"Idempotency-Key": key} if key else {}
        return self.client.post(
            f"{COMPLAINTS}{path}", body or {}, content_type="application/json", headers=headers
        )

    def read(self, path: str = "", **query: Any) -> Any:
        """Get below `/complaints`."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return self.client.get(f"{COMPLAINTS}{path}", query, headers=headers)


def test_a_complaint_is_filed_once_and_told_its_number_and_dates(ruled: Office) -> None:
    line = Line(ruled)
    body = {**BODY, "customer": ruled.bank.customer.public_id}
    first, again = line.send("", body, key="k-1"), line.send("", body, key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    one = Complaint.objects.select_related("case").get()
    assert first.json()["number"] == one.case.number
    events = {clock["event"] for clock in first.json()["clocks"]}
    assert {"complaint.accept", "complaint.first_response", "complaint.resolve"} <= events


def test_an_agent_files_and_reads_none(office: Office) -> None:
    line = Line(office, "agent")
    body = {**BODY, "complainant": "许远", "reachable_at": "13800004409"}
    made = line.send("", body)
    assert made.status_code == 201
    assert line.read(f"/{made.json()['id']}").status_code == 404
    assert line.read().status_code == 403


def test_what_is_missing_is_named(office: Office) -> None:
    answer = Line(office).send("", {"demand": "说明原因。"})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {
        "complainant",
        "reachable_at",
        "title",
        "description",
    }


def test_a_case_is_made_a_complaint(office: Office) -> None:
    case = a_case_in("IN_PROGRESS", office.bank)
    line = Line(office)
    made = line.send("", {"case": case.public_id, "demand": "道歉。"})
    assert (made.status_code, made.json()["case"]) == (201, case.public_id)
    again = line.send("", {"case": case.public_id, "demand": "道歉。"})
    assert (again.status_code, again.json()["code"]) == (409, "already-a-complaint")
    # The case's own door leads on to the complaint's.
    refused = line.post(f"/{case.public_id}/resolve", {"solution": "好了"})
    assert (refused.status_code, refused.json()["code"]) == (409, "worked-as-complaint")
    other = Line(an_office("insurer"))
    assert other.send("", {"case": case.public_id, "demand": "道歉。"}).status_code == 404


def test_programs_go_the_whole_way(office: Office) -> None:
    bank = office.bank
    clerk = Line(office, "complaints", office.clerk)
    worker = Line(office, "complaints", office.worker)
    head = Line(office, "lead", office.head)
    ref = clerk.send("", {**BODY, "customer": bank.customer.public_id}).json()["id"]
    said = {"words": "由方絮负责办理。", "channel": "PHONE"}
    people = {"handler": office.worker.public_id, "supervisor": office.head.public_id}
    steps: list[tuple[Line, str, dict[str, Any], str]] = [
        (clerk, "accept", {}, "ACCEPTED"),
        (clerk, "respond", said, "ACCEPTED"),
        (clerk, "classify", {"category": bank.frozen.code, "cg_type": "SERVICE"}, "CLASSIFIED"),
        (clerk, "grade", {"grade": "G2", "tier": 2}, "GRADED"),
        (clerk, "assign", people, "GRADED"),
        (worker, "start", {}, "STARTED"),
        (worker, "analyse", {"facts": "属实。"}, "ANALYSED"),
        (
            worker,
            "responsibility",
            {"responsible": "SYSTEM", "evidence": "叫号系统日志。"},
            "RESPONSIBILITY_ASSIGNED",
        ),
        (
            worker,
            "plan",
            {"cause": "叫号故障", "plan": "修复并致歉", "answer": "AGREED"},
            "PLAN_AGREED",
        ),
        (worker, "resolve", {}, "HANDLED"),
        (worker, "notice", {"basis": "领用合约第二十一条。"}, "HANDLED"),
        (worker, "feedback", TOLD, "FEEDBACK_SENT"),
        (clerk, "callback", {**said, "is_satisfied": True}, "CALLBACK_DONE"),
        (head, "close", {}, "CLOSED"),
        (head, "archive", {}, "ARCHIVED"),
    ]
    for line, step, body, state in steps:
        answer = line.send(f"/{ref}/{step}", body)
        assert (answer.status_code, answer.json().get("state")) == (200, state), step
    # Once more is no error of the machine, and changes nothing.
    again = head.send(f"/{ref}/close", {})
    assert (again.status_code, again.json()["code"]) == (409, "complaint-moved-on")
    whole = head.read(f"/{ref}").json()
    assert (whole["grade"], whole["tier"], whole["handler"]["id"]) == (
        "G2",
        2,
        office.worker.public_id,
    )
    assert AuditRow.objects.filter(act="complaint.viewed", object_ref=ref).exists()


@pytest.mark.parametrize(
    ("step", "body", "status", "code"),
    [
        ("start", {}, 409, "complaint-not-ready"),
        ("grade", {"grade": "NONE"}, 422, "invalid"),
        ("classify", {"category": "no.such", "cg_type": "SERVICE"}, 422, "invalid"),
        ("classify", {"category": "no.such", "cg_type": "WEATHER"}, 422, "invalid"),
        ("major", {"reason": "PEOPLE", "people": 3}, 422, "invalid"),
        ("assign", {"handler": "pers_x", "supervisor": "pers_y"}, 422, "invalid"),
        ("no-repeat", {}, 409, "no-repeat"),
        ("close", {}, 409, "complaint-not-ready"),
    ],
)
def test_what_cannot_be_done_has_its_name(
    office: Office, step: str, body: dict[str, Any], status: int, code: str
) -> None:
    one = a_complaint_in("ACCEPTED", office)
    answer = Line(office).send(f"/{one.public_id}/{step}", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert fresh(one).state == "ACCEPTED"


def test_the_list_goes_by_views_and_cursors(ruled: Office) -> None:
    made = [a_complaint_in("GRADED", ruled) for _ in range(3)]
    line = Line(ruled)
    first = line.read(limit=2).json()
    assert [row["id"] for row in first["items"]] == [made[2].public_id, made[1].public_id]
    rest = line.read(limit=2, cursor=first["next"]).json()
    assert [row["id"] for row in rest["items"]] == [made[0].public_id]
    assert rest["next"] is None
    # The second and third complaint of one customer about the same are repeats.
    assert len(line.read(view="repeat").json()["items"]) == 2
    # Filed on a Monday long ago by now, all are late, the tightest first.
    late = line.read(view="late").json()["items"]
    assert {row["id"] for row in late} == {one.public_id for one in made}
    assert [row["due_at"] for row in late] == sorted(row["due_at"] for row in late)
    assert line.read(cursor="complaint_none").status_code == 422
    assert line.read(view="mine").json()["items"] == []
    assert Line(an_office("insurer")).read(view="all").json()["items"] == []


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_costs_the_same_for_any_length(
    office: Office, rows: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        a_complaint_in("ACCEPTED", office)
    line = Line(office)
    line.read()
    with django_assert_max_num_queries(12):
        assert len(line.read().json()["items"]) == rows


def test_settings_are_read_and_set(office: Office) -> None:
    line = Line(office, "admin")
    headers = {"Authorization": f"Bearer {line.key}"}
    address = "/api/v1/complaint-settings"
    assert line.client.get(address, headers=headers).json()["repeat_days"] == 90
    body = {"repeat_days": 30, "grades": [{"code": "T", "name_zh": "特级", "name_en": "Top"}]}
    answer = line.client.put(address, body, content_type="application/json", headers=headers)
    assert answer.json()["repeat_days"] == 30
    assert [grade["code"] for grade in answer.json()["grades"]] == ["T"]
    body["repeat_days"] = 0
    refused = line.client.put(address, body, content_type="application/json", headers=headers)
    assert refused.status_code == 422


def test_programs_ask_for_more_time_and_tell_of_it(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    facets = Facets(cg_type="SERVICE", complexity="COMPLEX")
    with time.frozen(later(hours=1)):
        actions.classify(one, ruled.bank.frozen, facets, actor=ruled.acceptor, at=later(hours=1))
    worker = Line(ruled, "complaints", ruled.worker)
    risk = Line(ruled, "risk", a_person(ruled.bank.cards, "risk"))
    ref, said = one.public_id, {"words": "延期至8月。", "channel": "SMS"}
    with time.frozen(later(days=2)):
        early = worker.send(f"/{ref}/extension-notice", said)
        assert (early.status_code, early.json()["code"]) == (409, "not-approved-yet")
        assert worker.send(f"/{ref}/extend", {"reason": ""}).status_code == 422
        third = Line(ruled, "complaints", a_person(ruled.bank.cards, "complaints"))
        refused = third.send(f"/{ref}/extend", {"reason": "取证"})
        assert (refused.status_code, refused.json()["code"]) == (409, "only-the-handler-extends")
        # A program without a person asks for nothing that a person stands for.
        assert Line(ruled).send(f"/{ref}/extend", {"reason": "取证"}).status_code == 403
        asked = worker.send(f"/{ref}/extend", {"reason": "取证"}, key="e-1")
        again = worker.send(f"/{ref}/extend", {"reason": "取证"}, key="e-1")
        assert (asked.status_code, again.status_code) == (200, 200)
        (shown,) = asked.json()["extensions"]
        assert (shown["state"], shown["missing"]) == ("ASKED", ["approval", "notice"])
        twice = worker.send(f"/{ref}/extend", {"reason": "再次"})
        assert (twice.status_code, twice.json()["code"]) == (409, "extension-asked")
        decided = risk.client.post(
            f"/api/v1/approvals/{shown['approval']}/approve",
            {"opinion": "属实"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {risk.key}"},
        )
        assert decided.status_code == 200
        assert Line(ruled).send(f"/{ref}/extension-notice", said).status_code == 403
        told = worker.send(f"/{ref}/extension-notice", said)
        (shown,) = told.json()["extensions"]
        assert (shown["state"], shown["missing"]) == ("GRANTED", [])
        over = worker.send(f"/{ref}/extend", {"reason": "还要"})
        assert (over.status_code, over.json()["code"]) == (409, "extended-already")
