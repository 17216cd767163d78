"""Whoever wishes English finds it after the Chinese notice, which stays whole and decides."""

from __future__ import annotations

import hashlib
import json

import pytest

from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers.models import Customer
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint, ResultNotice
from shouwen.service.complaints.rules.notices import PLACES, REMEDIES
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, findings, fresh


def issued_in(language: str, office: Office) -> tuple[Complaint, ResultNotice]:
    one = fresh(a_complaint_in("HANDLED", office))
    customer = one.case.customer
    assert customer is not None
    Customer.objects.filter(pk=customer.pk).update(language=language)
    made = actions.issue_notice(
        fresh(one), findings(title="MR"), actor=office.handler, at=later(hours=4)
    )
    return fresh(one), made


def test_the_chinese_text_stands_first_and_whole_whatever_is_wished(office: Office) -> None:
    _one, english = issued_in("en", office)
    _two, chinese = issued_in("zh-hans", office)
    said, plain = english.text.plain, chinese.text.plain
    for word in (
        "消费投诉处理结果告知书",
        "申请核查",
        "申请调解",
        "申请仲裁",
        "提起诉讼",
        "先生：",
    ):
        assert said.index(word) < said.index("Result of your complaint")
        assert word in plain
    assert "Result of your complaint" not in plain
    assert (english.language, chinese.language) == ("en", "zh-hans")


def test_the_rendering_has_every_remedy_and_the_handlers_own_words(office: Office) -> None:
    one, notice = issued_in("en", office)
    rendering = notice.text.plain.partition("Result of your complaint")[2]
    assert one.case.customer is not None
    for said in (
        "The Chinese text decides.",
        f"No. {one.case.number}-告1",
        f"Dear Mr {one.case.customer.name.plain},",
        one.demand.plain,
        findings().facts,
        findings().outcome,
        "Your demand is met.",
        "within 30 days",
        "for a review",
        "to mediate",
        "apply to the arbitration body",
        "bring an action before the people's court",
    ):
        assert said in rendering, said
    assert "{" not in notice.text.plain


def test_both_forms_are_frozen_and_the_trail_says_the_language(office: Office) -> None:
    _one, notice = issued_in("en", office)
    at = later(hours=5)
    pdf = actions.open_notice(notice.public_id, actor=office.handler, at=at).data
    text = actions.open_notice_text(notice.public_id, actor=office.handler, at=at).data
    assert hashlib.sha256(pdf).hexdigest() == notice.pdf_sha256
    assert hashlib.sha256(text).hexdigest() == notice.text_sha256
    row = AuditRow.objects.get(act="complaint.notice_issued")
    assert json.loads(row.detail)["language"] == "en"
    client = signed_in(office.head)
    page = client.get(f"/complaints/{_one.public_id}/").content.decode()
    assert "附英文译文" in page
    listed = client.get(f"/api/v1/complaints/{_one.public_id}/notices").json()["items"]
    assert listed[0]["language"] == "en"


@pytest.mark.django_db
@pytest.mark.parametrize("piece", PLACES)
def test_the_published_rendering_fills_what_the_chinese_pieces_fill(piece: str) -> None:
    english, chinese = queries.english_pieces(), queries.pieces_in_force(0)
    for place in PLACES[piece]:
        if "{" + place + "}" in chinese[piece] and place != "we":
            assert "{" + place + "}" in english[piece]
    assert set(REMEDIES) < set(english)
