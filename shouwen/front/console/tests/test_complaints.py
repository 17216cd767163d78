"""The page of the grades and of the days of repeats: shown, set together, every fault named."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.models import Unit
from shouwen.people.staff.tests import factories as staff
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import GradeWords

PAGE = "/console/system/complaints/"
GRADES = [GradeWords("G1", "一级", "First"), GradeWords("G2", "二级", "Second")]


@pytest.fixture
def home(centre: Unit) -> int:
    """An institution with two grades."""
    actions.set_grades(centre.institution, GRADES, actor=staff.FOUNDER, at=staff.MONDAY_9AM)
    return centre.institution_id


def said(home: int, *rows: tuple[str, ...], days: str = "90", **more: str) -> dict[str, str]:
    """Fill the form in: rows of place, code, Chinese and English name, and perhaps `out`."""
    form = {"repeat_days": days, "seen": queries.settings_mark(home), **more}
    for number, row in enumerate(rows, start=1):
        names = ("place", "code", "name_zh", "name_en", "out")
        form |= {f"{name}_of_{number}": text for name, text in zip(names, row, strict=False)}
    return form


def held(home: int) -> list[tuple[str, str, str]]:
    """Give the grades in force."""
    return [(row.code, row.name_zh, row.name_en) for row in queries.grades_of(home)]


FIRST, SECOND = ("1", "G1", "一级", "First"), ("2", "G2", "二级", "Second")


def test_grades_are_ordered_named_added_and_given_no_more(admin: Client, home: int) -> None:
    page = admin.get(PAGE).content.decode()
    assert 'name="name_zh_of_1" maxlength="40" value="一级"' in page
    assert 'name="code_of_3"' in page
    assert "通常90天" in page
    form = said(
        home,
        (*FIRST, "yes"),
        ("2", "G2", "二级", "Grave"),
        ("1", "TOP", "特级", "Top"),
        days="60",
    )
    assert admin.post(PAGE, form)["Location"] == f"{PAGE}?done=yes"
    assert held(home) == [("TOP", "特级", "Top"), ("G2", "二级", "Grave")]
    assert queries.repeat_days(home) == 60
    page = admin.get(f"{PAGE}?done=yes").content.decode()
    assert "<code>G1</code> 一级" in page
    assert "已保存" in page
    # Its code brings a grade back.
    form = said(home, ("1", "TOP", "特级", "Top"), ("2", "G1", "一级", "First"), days="60")
    admin.post(PAGE, form)
    assert [code for code, _zh, _en in held(home)] == ["TOP", "G1"]


def test_the_trail_says_what_was_before_and_what_is_after(admin: Client, home: int) -> None:
    admin.post(PAGE, said(home, ("1", "G2", "二级", "Second"), ("2", "G1", "甲级", "First")))
    rows = AuditRow.objects.filter(act__startswith="complaint.").order_by("pk")
    last = rows.last()
    assert last is not None
    assert (last.act, json.loads(last.detail)) == (
        "complaint.grades_set",
        {"before": "G1 一级 First; G2 二级 Second", "after": "G2 二级 Second; G1 甲级 First"},
    )
    # What stayed is not told again.
    assert not rows.filter(act="complaint.settings_changed").exists()
    same = said(home, ("1", "G2", "二级", "Second"), ("2", "G1", "甲级", "First"), days="7")
    admin.post(PAGE, same)
    changed = rows.get(act="complaint.settings_changed")
    assert json.loads(changed.detail) == {"repeat_days": "90>7"}
    assert rows.filter(act="complaint.grades_set").count() == 2


@pytest.mark.parametrize(
    ("rows", "days", "shown"),
    [
        ([FIRST, SECOND], "0", "cs-days-error"),
        ([FIRST, SECOND], "731", "cs-days-error"),
        ([FIRST, SECOND], "many", "cs-days-error"),
        ([FIRST, SECOND], "٣", "cs-days-error"),
        ([("x", "G1", "一级", "First")], "90", "cs-place-1"),
        ([("", "G1", "一级", "First")], "90", "cs-place-1"),
        ([FIRST, ("2", "二 级", "二级", "Second")], "90", "cs-code-2"),
        ([FIRST, ("2", "", "二级", "Second")], "90", "cs-code-2"),
        ([("1", "G1", "", "First")], "90", "cs-zh-1"),
        ([("1", "G1", "一\x00级", "First")], "90", "cs-zh-1"),
        ([("1", "G1", "一级", "F" * 41)], "90", "cs-en-1"),
        ([FIRST, ("2", "G1", "二级", "Second")], "90", "代码不得重复"),
        ([(*FIRST, "yes")], "90", "代码不得重复"),
        ([], "90", "代码不得重复"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_saved(
    admin: Client, home: int, rows: list[tuple[str, ...]], days: str, shown: str
) -> None:
    before = (held(home), queries.repeat_days(home))
    answer = admin.post(PAGE, said(home, *rows, days=days))
    assert answer.status_code == 422
    assert shown in answer.content.decode()
    assert (held(home), queries.repeat_days(home)) == before


def test_of_two_who_save_the_second_hears_so(admin: Client, home: int) -> None:
    mine = said(home, FIRST, ("2", "G2", "次级", "Second"))
    theirs = said(home, FIRST, ("2", "G2", "乙级", "Second"))
    admin.post(PAGE, theirs)
    answer = admin.post(PAGE, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    # What counts now is on the page, ready to be decided on.
    assert 'value="乙级"' in page
    assert queries.settings_mark(home) in page
    assert held(home)[1] == ("G2", "乙级", "Second")


@pytest.mark.parametrize("role", ["lead", "risk", "auditor", "complaints", "agent"])
def test_only_administrators_come_in(centre: Unit, home: int, role: str) -> None:
    client = staff.signed_in(staff.a_person(centre, role))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, said(home, FIRST)).status_code == 403
    assert len(held(home)) == 2


def test_silence_is_nothing_until_days_are_set_and_the_page_says_whose_idea_it_is(
    admin: Client, home: int
) -> None:
    page = admin.get(PAGE).content.decode()
    assert ("文件未规定" in page, queries.silence_days(home)) == (True, None)
    form = {"what": "silence", "reason": "按内部制度"}
    for days in ("6", "366", "soon"):
        answer = admin.post(PAGE, {**form, "silence_days": days})
        assert (answer.status_code, queries.silence_days(home)) == (422, None)
    assert admin.post(PAGE, {"what": "silence", "silence_days": "30"}).status_code == 422
    asked = admin.post(PAGE, {**form, "silence_days": "30"})
    assert (asked.status_code, asked["Location"]) == (302, f"{PAGE}?done=asked")
    assert "由另一人审批" in admin.get(asked["Location"]).content.decode()
    # Pressed twice it is one request, and nothing counts until another person says yes.
    assert admin.post(PAGE, {**form, "silence_days": "30"}).status_code == 409
    assert (Approval.objects.count(), queries.silence_days(home)) == (1, None)
    # The grades and the days of repeats stay what they were.
    assert (len(held(home)), queries.repeat_days(home)) == (2, 90)
