"""Whoever approves new words of notices reads them, and approves these and no others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import NoticeWording
from shouwen.service.complaints.tests.factories import Office
from shouwen.service.complaints.tests.test_api import Line
from shouwen.service.complaints.tests.test_telling import PIECES


def asked(office: Office) -> NoticeWording:
    who: dict[str, Any] = {"actor": acting(office.bank.admin), "at": later(hours=1)}
    return actions.ask_wording(office.bank.institution, PIECES, reason="调解组织更名", **who)


def test_the_request_holds_the_six_texts(office: Office) -> None:
    row = asked(office)
    payload = json.loads(Approval.objects.get().payload)
    assert payload == {"wording": row.public_id, "pieces": PIECES}


def test_other_words_than_those_asked_for_do_not_come_in_force(office: Office) -> None:
    row = asked(office)
    NoticeWording.objects.filter(pk=row.pk).update(court="不得起诉。")
    request = Approval.objects.select_related("institution", "unit", "asked_by").get()
    second = acting(a_person(office.bank.cards, "admin"))
    with pytest.raises(actions.WordingAsked):
        approvals.approve(request, "属实", actor=second, at=later(hours=2))
    assert queries.pieces_in_force(office.bank.institution.pk)["version"] == "2026.1"


def test_page_and_programs_show_them_beside_those_in_force(office: Office) -> None:
    admin = signed_in(a_person(office.bank.cards, "admin"))
    assert "待审批" not in admin.get("/complaints/notice-words/").content.decode()
    asked(office)
    page = admin.get("/complaints/notice-words/").content.decode()
    held = queries.pieces_in_force(office.bank.institution.pk)
    assert "own-1待审批" in page
    assert PIECES["court"] in page
    assert page.count(held["court"]) == 2
    line = Line(office, "admin")
    key = {"Authorization": f"Bearer {line.key}"}
    answer = line.client.get("/api/v1/complaint-settings/notice-words", headers=key).json()
    assert (answer["waiting"], answer["court"]) == ("own-1", held["court"])
    assert answer["waiting_words"] == {**PIECES, "version": "own-1"}
