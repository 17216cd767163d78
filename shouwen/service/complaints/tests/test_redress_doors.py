"""Redress on the page and for programs."""

from __future__ import annotations

import pytest

from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.tests.factories import a_person, signed_in
from shouwen.service.complaints.models import ComplaintRedress
from shouwen.service.complaints.tests.factories import Office
from shouwen.service.complaints.tests.redress import PROPOSED, Till, a_till
from shouwen.service.complaints.tests.test_api import Line


@pytest.fixture
def till(office: Office) -> Till:
    """A complaint whose facts are found."""
    return a_till(office)


def test_a_program_proposes_for_its_person_and_gives_the_result_once(till: Till) -> None:
    ref = till.one.public_id
    handler = Line(till.office, "complaints", till.office.worker)
    answer = handler.send(f"/{ref}/redress", PROPOSED, key="r-1")
    assert answer.status_code == 200, answer.content
    assert handler.send(f"/{ref}/redress", PROPOSED, key="r-1").status_code == 200
    (one,) = answer.json()["redress"]
    assert (one["amount_fen"], one["currency"], one["state"]) == (30_000, "CNY", "PROPOSED")
    till.approve()
    payer, path = Line(till.office, "lead"), f"/{ref}/redress/{one['id']}/result"
    said = {"outcome": "PAID", "reference": "PAY-7"}
    first, again = payer.send(path, said), payer.send(path, said)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["reference"] == "PAY-7"
    other = payer.send(path, {"outcome": "PAID", "reference": "PAY-8"})
    assert (other.status_code, other.json()["code"]) == (409, "redress-settled")
    assert AuditRow.objects.filter(act="complaint.redress_paid").count() == 1
    assert payer.send(f"/{ref}/redress/redr_none/result", said).status_code == 404


@pytest.mark.parametrize("amount", ["-1", "0", "1.001", "abc"])
def test_a_wrong_amount_is_named(till: Till, amount: str) -> None:
    line = Line(till.office, "complaints", till.office.worker)
    answer = line.send(f"/{till.one.public_id}/redress", {**PROPOSED, "amount": amount})
    assert answer.status_code == 422
    assert "amount" in answer.content.decode()
    assert not ComplaintRedress.objects.exists()


def test_the_page_proposes_it_and_shows_what_is_missing(till: Till) -> None:
    handler, ref = signed_in(till.office.worker), till.one.public_id
    page = handler.get(f"/complaints/{ref}/").content.decode()
    assert "提出补偿" in page
    dialog = handler.get(f"/complaints/{ref}/ask/redress/").content.decode()
    assert "2,000.00元" in dialog
    wrong = handler.post(f"/complaints/{ref}/do/redress/", {**PROPOSED, "amount": "-5"})
    assert wrong.status_code == 422
    assert "金额须大于零" in wrong.content.decode()
    assert handler.post(f"/complaints/{ref}/do/redress/", PROPOSED).status_code == 200
    page = handler.get(f"/complaints/{ref}/").content.decode()
    assert "300.00元" in page
    assert "待审批" in page
    assert "提出补偿" not in page.split("<aside")[0].split("sw-complaint-clocks")[0]
    till.approve()
    page = signed_in(till.office.head).get(f"/complaints/{ref}/").content.decode()
    assert "已批准，待支付结果" in page


def test_a_colleague_records_the_result_where_no_system_gives_it(till: Till) -> None:
    till.granted()
    ref, office = till.one.public_id, till.office
    one = ComplaintRedress.objects.get()
    button = "登记支付结果"
    for person in (office.worker, till.senior):  # who proposed, who approved
        assert button not in signed_in(person).get(f"/complaints/{ref}/").content.decode()
    clerk = signed_in(office.clerk)
    assert button in clerk.get(f"/complaints/{ref}/").content.decode()
    dialog = clerk.get(f"/complaints/{ref}/ask/redress_result/").content.decode()
    assert "300.00元" in dialog
    said = {"redress": one.public_id, "outcome": "FAILED", "reference": "PAY-1", "words": ""}
    wrong = clerk.post(f"/complaints/{ref}/do/redress_result/", said)
    assert (wrong.status_code, till.state()) == (422, "REQUESTED")
    own = signed_in(office.worker).post(f"/complaints/{ref}/do/redress_result/", said)
    assert (own.status_code, till.state()) == (403, "REQUESTED")
    said = {**said, "outcome": "PAID"}
    page = clerk.post(f"/complaints/{ref}/do/redress_result/", said).content.decode()
    assert (till.state(), "PAY-1" in page, button in page) == ("PAID", True, False)
    assert AuditRow.objects.get(act="complaint.redress_paid").actor_ref == office.clerk.public_id


def test_a_request_that_waits_is_named_to_whoever_closes(office: Office) -> None:
    till = a_till(office, "CALLBACK_DONE")
    till.propose(hours=6)
    page = signed_in(office.head).post(f"/complaints/{till.one.public_id}/do/close/", {})
    assert "有一笔补偿待审批" in page.content.decode()
    assert till.state() == "PROPOSED"


def test_levels_are_read_by_everybody_and_asked_for_by_who_edits_rules(office: Office) -> None:
    said = {"lead_most": "1500", "senior_most": "20000", "reason": "年度授权"}
    clerk = signed_in(office.clerk)
    assert "补偿审批权限" in clerk.get("/complaints/redress-levels/").content.decode()
    assert clerk.post("/complaints/redress-levels/", said).status_code == 403
    admin = signed_in(a_person(office.bank.cards, "admin"))
    wrong = admin.post("/complaints/redress-levels/", {**said, "senior_most": "100"})
    assert wrong.status_code == 422
    assert admin.post("/complaints/redress-levels/", said).status_code == 302
    again = admin.post("/complaints/redress-levels/", said)
    assert again.status_code == 409
    assert Approval.objects.count() == 1
    line = Line(office, "admin")
    key = {"Authorization": f"Bearer {line.key}"}
    answer = line.client.get("/api/v1/complaint-settings/redress-levels", headers=key).json()
    assert (answer["lead_most_fen"], answer["senior_most_fen"]) == (200_000, 5_000_000)
