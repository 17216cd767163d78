"""The pages of the complaints."""

from __future__ import annotations

from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, signed_in
from shouwen.service.cases.tests.factories import a_case_in, later
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import Complaint, ResultNotice
from shouwen.service.complaints.tests.factories import (
    DEMAND,
    Office,
    a_complaint,
    a_complaint_in,
    fresh,
)


def _page(person: Person, path: str) -> Any:
    client = signed_in(person)
    with time.frozen(later(hours=9)):
        return client.get(path)


def _do(who: Person, one: Complaint, act: str, hours: float = 9, **said: str) -> Any:
    client = signed_in(who)
    with time.frozen(later(hours=hours)):
        return client.post(f"/complaints/{one.public_id}/do/{act}/", said)


def test_the_ledger_shows_masked_names_clocks_and_counts(ruled: Office) -> None:
    one = a_complaint_in("GRADED", ruled)
    answer = _page(ruled.head, "/complaints/")
    text = answer.content.decode()
    assert one.case.number in text
    assert ruled.bank.customer.name.plain not in text
    assert answer.context["counts"]["open"] == 1
    assert [row.step for row in answer.context["page"].rows] == [2]
    assert _page(ruled.head, "/complaints/?view=late&state=NONSENSE&after=").status_code == 200
    empty = _page(ruled.head, "/complaints/?view=major")
    assert "这里没有投诉" in empty.content.decode()
    found = _page(ruled.head, f"/complaints/?view=all&number={one.case.number.lower()}")
    assert len(found.context["page"].rows) == 1


@pytest.mark.parametrize("rows", [1, 4])
def test_the_ledger_costs_the_same_for_any_length(
    office: Office, rows: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        a_complaint_in("ACCEPTED", office)
    client = signed_in(office.head)
    client.get("/complaints/")
    # One of them is the drawing above the table: whatever the days and months, one question.
    with django_assert_max_num_queries(25):
        client.get("/complaints/")


def test_only_who_reads_complaints_comes_in(office: Office) -> None:
    one = a_complaint(office)
    for person, status in ((office.bank.agent, 403), (office.bank.inspector, 200)):
        assert _page(person, "/complaints/").status_code == status
        assert _page(person, f"/complaints/{one.public_id}/").status_code == status


def test_the_page_leads_through_the_steps_and_tells_who_is_next(office: Office) -> None:
    one = a_complaint(office)
    answer = _page(office.clerk, f"/complaints/{one.public_id}/")
    assert (answer.context["next_act"], answer.context["next_is_press"]) == ("accept", True)
    assert DEMAND in answer.content.decode()
    assert _do(office.clerk, one, "accept").status_code == 200
    asked = _page(office.clerk, f"/complaints/{one.public_id}/ask/classify/")
    assert 'name="cg_type"' in asked.content.decode()
    wrong = _do(office.clerk, one, "classify", category="", cg_type="SERVICE", person="99999999")
    assert (wrong.status_code, wrong.headers["HX-Retarget"]) == (422, "#sw-dialogs")
    done = _do(
        office.clerk,
        one,
        "classify",
        category=office.bank.frozen.code,
        cg_type="SERVICE",
        urgency="URGENT",
        complexity="GENERAL",
    )
    assert done.status_code == 200
    assert _do(office.clerk, one, "grade", grade="G1", tier="3").status_code == 200
    people = {"handler": office.worker.public_id, "supervisor": office.clerk.public_id}
    joined = _do(office.clerk, one, "assign", **people)
    assert "三人分任" in joined.content.decode()
    people["supervisor"] = office.head.public_id
    assert _do(office.clerk, one, "assign", **people).status_code == 200
    held = _page(office.clerk, f"/complaints/{one.public_id}/")
    assert (held.context["next_act"], "承办人" in held.context["held_up"]) == ("", True)
    assert _do(office.worker, one, "start").status_code == 200
    one = fresh(one)
    assert (one.state, one.tier, one.case.urgency) == ("STARTED", 3, "URGENT")
    assert _do(office.worker, one, "fly").status_code == 404


def test_the_rest_of_the_way_by_page(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    worker, clerk = office.worker, office.clerk
    assert _do(worker, one, "analyse", facts="").status_code == 422
    _do(worker, one, "analyse", facts="属实")
    _do(worker, one, "responsibility", responsible="SYSTEM", evidence="日志")
    _do(worker, one, "plan", cause="故障", plan="修复", answer="AGREED", channel="PHONE")
    _do(worker, one, "resolve")
    found: dict[str, Any] = {
        "facts": "属实",
        "basis": "合约",
        "reasons": "故障",
        "outcome": "修复",
    }
    _do(worker, one, "issue", **found, solved="YES", title="MR")
    notice = ResultNotice.objects.get().public_id
    proof = {"notice": notice, "channel": "PHONE", "said": "已告知"}
    told = _do(worker, one, "feedback", text="已修复", **proof)
    assert "/c/" in told.content.decode()
    assert _do(clerk, one, "callback", answer="", words="好", channel="PHONE").status_code == 422
    _do(clerk, one, "callback", answer="yes", words="好", channel="PHONE")
    assert "监督人结案" in _do(worker, one, "close").content.decode()
    _do(office.head, one, "close")
    _do(office.head, one, "archive")
    assert fresh(one).state == "ARCHIVED"


def test_a_case_offers_to_become_a_complaint_and_then_leads_there(office: Office) -> None:
    case = a_case_in("IN_PROGRESS", office.bank)
    page = _page(office.head, f"/cases/{case.public_id}/")
    assert f"/complaints/of/{case.public_id}/" in page.content.decode()
    client = signed_in(office.head)
    with time.frozen(later(hours=9)):
        path = f"/complaints/of/{case.public_id}/"
        assert client.post(path, {"demand": "", "origin": "CUSTOMER"}).status_code == 422
        made = client.post(path, {"demand": DEMAND, "origin": "CUSTOMER"})
    one = Complaint.objects.get()
    assert made.headers["Location"] == f"/complaints/{one.public_id}/"
    led = _page(office.head, f"/cases/{case.public_id}/")
    assert (led.context["is_led"], led.context["next_act"]) == (True, "")
    assert f"/complaints/{one.public_id}/" in led.content.decode()
    # The agent sees that it is one, without a way in.
    theirs = _page(office.bank.agent, f"/cases/{case.public_id}/")
    assert (theirs.context["led_from"], theirs.context["may_edit_plan"]) == ("", False)


def test_a_clerk_enters_a_letter(office: Office) -> None:
    client = signed_in(office.bank.agent)
    said = {
        "title": "书面投诉",
        "description": "来信投诉。",
        "demand": "说明原因。",
        "origin": "REGULATOR",
        "channel": "LETTER",
        "reply_by": "PHONE",
        "urgency": "ORDINARY",
    }
    with time.frozen(later(hours=9)):
        form = client.get("/complaints/new/").content.decode()
        asked = ("customer", "complainant", "reachable_at", "received_at", *said)
        assert [name for name in asked if f'name="{name}"' not in form] == []
        wrong = client.post("/complaints/new/", said)
        assert set(wrong.context["fields"]) == {
            "complainant",
            "reachable_at",
            "source_ref",
            "regulator_on",
        }
        stray = client.post("/complaints/new/", {**said, "received_at": "2199-01-01T10:00"})
        assert stray.status_code == 422
        nobody = client.post("/complaints/new/", {**said, "customer": "13900000000"})
        assert set(nobody.context["fields"]) == {"customer"}
        phone = office.bank.customer.points.get(kind="PHONE").value.plain
        made = client.post(
            "/complaints/new/",
            {
                **said,
                "customer": phone,
                "source_ref": "187",
                "regulator_on": "2026-06-09",
                "received_at": "2026-06-14T10:00",
            },
        )
    assert made.status_code == 302, dict(made.context["fields"])
    one = Complaint.objects.select_related("case__customer").get()
    # Who files only is led to the case.
    assert made.headers["Location"] == f"/cases/{one.case.public_id}/"
    assert (one.case.customer, one.source_ref) == (office.bank.customer, "187")
    assert one.received_at < one.filed_at


def _complex(office: Office) -> Complaint:
    """Bring a complex complaint to the investigation."""
    one = a_complaint_in("STARTED", office)
    facets = Facets(cg_type="SERVICE", complexity="COMPLEX")
    actions.classify(one, office.bank.frozen, facets, actor=office.acceptor, at=later(hours=1))
    return one


def test_more_time_is_asked_for_shown_decided_and_told_by_page(ruled: Office) -> None:
    one, worker = _complex(ruled), ruled.worker
    risk = a_person(ruled.bank.cards, "risk")
    path = f"/complaints/{one.public_id}/"
    assert "extend" not in [act for act, _words in _page(ruled.clerk, path).context["beside"]]
    beside = [act for act, _words in _page(worker, path).context["beside"]]
    assert ("extend" in beside, "notice" in beside) == (True, False)
    asked = _page(worker, f"{path}ask/extend/").content.decode()
    assert 'value="CBIRC-2020-3-20-3"' in asked
    said: dict[str, Any] = {"clause": "CBIRC-2020-3-20-3", "reason": ""}
    assert _do(worker, one, "extend", **said).status_code == 422
    said["reason"] = "需向两家外包机构调取录音。"
    assert _do(worker, one, "extend", **said).status_code == 200
    page = _page(worker, path)
    text = page.content.decode()
    assert [word in text for word in ("尚缺审批", "尚缺告知投诉人", "风险", "去审批")] == [
        True,
        True,
        True,
        False,
    ]
    assert "extend" not in [act for act, _words in page.context["beside"]]
    early = _do(worker, one, "notice", words="延期至8月。", channel="PHONE")
    assert "待审批通过后再告知" in early.content.decode()
    approval = Approval.objects.get(kind=actions.EXTENSION)
    assert "去审批" in _page(risk, path).content.decode()
    with time.frozen(later(hours=10)):
        answer = signed_in(risk).post(
            f"/approvals/{approval.public_id}/approve/", {"opinion": "情况属实"}
        )
    assert answer.status_code == 200
    page = _page(worker, path)
    assert "notice" in [act for act, _words in page.context["beside"]]
    assert "已批准，待告知投诉人" in page.content.decode()
    done = _do(worker, one, "notice", hours=11, words="延期至8月。", channel="PHONE")
    assert "已延期" in done.content.decode()
    assert not {"extend", "notice"} & {act for act, _words in done.context["beside"]}


def test_what_was_not_told_in_time_shows_that_the_old_date_stands(ruled: Office) -> None:
    one = _complex(ruled)
    actions.ask_extension(one, reason="取证", actor=ruled.handler, at=later(days=9))
    client = signed_in(ruled.worker)
    with time.frozen(later(days=40)):
        page = client.get(f"/complaints/{one.public_id}/")
    assert "已逾期，原期限不变" in page.content.decode()
    assert not {"extend", "notice"} & {act for act, _words in page.context["beside"]}
