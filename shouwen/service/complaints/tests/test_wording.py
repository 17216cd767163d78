"""Words of notices and of the story: read before they are approved, told in one's language."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import translation

from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.queries import timeline
from shouwen.service.cases.tests.factories import later
from shouwen.service.cases.views.telling import sentence
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import NoticeWording
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, findings, fresh
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
    assert queries.pieces_in_force(office.bank.institution.pk)["version"] == "2026.2"


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


def test_the_body_above_decides_on_a_review(office: Office) -> None:
    review = queries.pieces_in_force(office.bank.institution.pk)["review"]
    assert "上一级机构书面申请核查；核查机构自收到核查申请之日起" in review


def test_the_medium_is_told_in_the_readers_language(office: Office) -> None:
    one = fresh(a_complaint_in("HANDLED", office))
    who: dict[str, Any] = {"actor": office.handler, "at": later(hours=4)}
    with translation.override("en"):
        actions.issue_notice(one, findings(), **who)
        actions.record_attempt(fresh(one), medium="PHONE", outcome="无人接听", **who)
    entry = next(e for e in timeline(one.case) if e.act == "complaint_try")
    assert entry.subject_name == "PHONE"
    with translation.override("zh-hans"):
        assert "电话" in sentence(entry)
    with translation.override("en"):
        assert "(Phone call); not reached" in sentence(entry)
