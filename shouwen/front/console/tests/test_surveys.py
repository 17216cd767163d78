"""The pages of surveys: worded question by question, previewed, published, set aside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.assurance.satisfaction.models import Survey
from shouwen.assurance.satisfaction.tests.factories import a_survey
from shouwen.ground.kernel import time
from shouwen.people.staff.models import Institution
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import MONDAY_9AM

HOME = "/console/system/surveys/"
FORM: dict[str, Any] = {
    "kind": "CONTACT",
    "name_zh": "会话评价",
    "name_en": "Conversation",
    "window_days": "2",
    "questions": "2",
    "q1_kind": "SCALE5",
    "q1_dimension": "OVERALL",
    "q1_required": "yes",
    "q1_words_zh": "您满意吗？",
    "q1_words_en": "Are you satisfied?",
    "q2_kind": "CHOICE",
    "q2_words_zh": "从哪里找到我们？",
    "q2_words_en": "How did you find us?",
    "q2_choices": "网站 | Website\n\n朋友|A friend",
}


@pytest.fixture
def bank(db: None) -> Institution:
    return staff.an_institution()


@pytest.fixture
def admin(bank: Institution) -> Client:
    return signed_in(bank, "admin")


def signed_in(bank: Institution, role: str) -> Client:
    client = Client()
    client.force_login(staff.a_person(staff.a_unit(bank, f"{role}组"), role))
    return client


def test_a_survey_is_worded_previewed_and_published(admin: Client) -> None:
    assert "Overall, how satisfied are you?" in admin.get(f"{HOME}new/").content.decode()
    made = admin.post(f"{HOME}new/", FORM)
    survey = Survey.objects.get()
    page = f"{HOME}{survey.public_id}/"
    assert made["Location"] == f"{page}?done=saved"
    [version] = survey.versions.all()
    assert version.questions.get(place=2).choices == [["网站", "Website"], ["朋友", "A friend"]]
    assert "朋友 | A friend" in admin.get(page).content.decode()
    chinese = admin.get(f"{page}preview/?in=zh").content.decode()
    assert ("从哪里找到我们？" in chinese, "How did you find us?" in chinese) == (True, False)
    assert "How did you find us?" in admin.get(f"{page}preview/?version=1&in=en").content.decode()
    day = time.now().date() + timedelta(days=3)
    said = {"revision": "1", "active_from": day.isoformat()}
    assert admin.post(f"{page}publish/", said)["Location"] == f"{page}?done=published"
    assert admin.post(f"{page}publish/", said).status_code == 409
    assert f"第1版，{day}起" in admin.get(HOME).content.decode()
    assert admin.post(f"{page}aside/", {"revision": "2"})["Location"] == f"{HOME}?done=aside"
    assert survey.public_id not in admin.get(HOME).content.decode()
    assert survey.public_id in admin.get(f"{HOME}?view=aside").content.decode()


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("add", ["q1", "q2", ""]),
        ("drop-1", ["q2"]),
        ("down-1", ["q2", "q1"]),
        ("up-2", ["q2", "q1"]),
        ("up-1", ["q1", "q2"]),
        ("drop-99", ["q1", "q2"]),
        ("fly-x", ["q1", "q2"]),
    ],
)
def test_questions_are_added_moved_and_taken_away_before_saving(
    admin: Client, act: str, order: list[str]
) -> None:
    words = {"q1": FORM["q1_words_en"], "q2": FORM["q2_words_en"], "": ""}
    page = admin.post(f"{HOME}new/", FORM | {"do": act})
    shown = [row["question"].words_en for row in page.context["questions"]]
    assert (page.status_code, shown) == (200, [words[name] for name in order])
    assert Survey.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "JOKE"},
        {"window_days": "x"},
        {"window_days": "9"},
        {"questions": "0"},
        {"questions": "99999"},
        {"questions": "\x00"},
        {"name_zh": ""},
        {"q1_kind": "JOKE"},
        {"q1_dimension": "JOKE"},
        {"q2_choices": "只有中文"},
        {"q2_words_en": "x" * 3000},
    ],
)
def test_wrong_entries_are_named_and_kept_on_the_page(admin: Client, wrong: dict[str, str]) -> None:
    page = admin.post(f"{HOME}new/", FORM | wrong)
    assert page.status_code == 422
    assert page.context["fields"]
    assert Survey.objects.count() == 0


def test_a_second_one_of_a_kind_is_refused_on_the_page(admin: Client, bank: Institution) -> None:
    a_survey(bank)
    page = admin.post(f"{HOME}new/", FORM)
    assert (page.status_code, Survey.objects.count()) == (409, 1)
    assert "kind" in page.context["fields"]


@pytest.mark.parametrize("path", ["", "preview/?version=9", "preview/?version=x"])
def test_other_institutions_and_odd_versions_are_not_there(
    admin: Client, bank: Institution, path: str
) -> None:
    theirs = a_survey(staff.an_institution("insurer"))
    mine = a_survey(bank)
    assert admin.get(f"{HOME}{theirs.public_id}/{path}").status_code == 404
    expected = 200 if not path else 404
    assert admin.get(f"{HOME}{mine.public_id}/{path}").status_code == expected


def test_who_only_looks_finds_no_way_to_change(bank: Institution) -> None:
    survey = a_survey(bank)
    auditor = signed_in(bank, "auditor")
    page = auditor.get(f"{HOME}{survey.public_id}/")
    assert (page.status_code, "保存草稿" in page.content.decode()) == (200, False)
    said = FORM | {"revision": "2"}
    assert auditor.post(f"{HOME}{survey.public_id}/", said).status_code == 403
    assert signed_in(bank, "agent").get(HOME).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(
    admin: Client, bank: Institution, count: int
) -> None:
    for _number in range(count):
        a_survey(bank, "CAMPAIGN", at=MONDAY_9AM)
    admin.get(HOME)
    with CaptureQueriesContext(connection) as asked:
        admin.get(HOME)
    assert len(asked) <= 12
