"""Surveys as data: worded, published from a day on, kept as they were sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.models import Survey, SurveyVersion
from shouwen.assurance.satisfaction.rules import surveys as rules
from shouwen.assurance.satisfaction.rules.surveys import QuestionWording, SurveyWording
from shouwen.assurance.satisfaction.standard import standard
from shouwen.assurance.satisfaction.tests.factories import a_survey
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.policy import queries as policy
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions as staff_actions
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import MONDAY_9AM

pytestmark = pytest.mark.django_db
OVERALL = QuestionWording("SCALE5", "您满意吗？", "Are you satisfied?", "OVERALL", True)
SHORT = SurveyWording("服务调查", "Survey", "", "", 2, (OVERALL,))
MONDAY = date(2026, 6, 15)


@pytest.fixture
def bank() -> Institution:
    return staff.an_institution()


@pytest.fixture
def lead(bank: Institution) -> Person:
    return staff.a_person(staff.a_unit(bank), "lead")


@pytest.fixture
def me(lead: Person) -> Actor:
    return staff.acting(lead)


def write(bank: Institution, me: Actor, kind: str = "CASE", **changes: Any) -> Survey:
    wanted = replace(SHORT, **changes)
    return actions.write_survey(bank, kind, wanted, actor=me, at=MONDAY_9AM)


def asked_now(bank: Institution, kind: str = "CASE", days: int = 0) -> tuple[int, list[str]] | None:
    found = queries.in_force(bank.pk, kind, MONDAY_9AM + timedelta(days=days))
    return (found.number, [each.words_zh for each in found.questions.all()]) if found else None


def test_a_draft_is_sent_to_nobody_and_a_published_one_from_its_day(
    bank: Institution, me: Actor
) -> None:
    survey = write(bank, me)
    assert asked_now(bank) is None
    actions.publish_survey(survey, date(2026, 6, 17), seen=1, actor=me, at=MONDAY_9AM)
    assert [asked_now(bank, days=days) for days in (1, 2, 9)] == [
        None,
        (1, ["您满意吗？"]),
        (1, ["您满意吗？"]),
    ]
    assert asked_now(bank, "CONTACT", 3) is None
    assert asked_now(staff.an_institution("insurer"), days=3) is None


def test_a_published_wording_stays_and_the_next_takes_over_on_its_day(
    bank: Institution, me: Actor
) -> None:
    survey = write(bank, me)
    actions.publish_survey(survey, MONDAY, seen=1, actor=me, at=MONDAY_9AM)
    other = replace(OVERALL, words_zh="总体如何？")
    changed = replace(SHORT, questions=(other,))
    version = actions.change_survey(survey, changed, seen=2, actor=me, at=MONDAY_9AM)
    assert (version.number, version.is_draft) == (2, True)
    again = replace(changed, window_days=1)
    assert actions.change_survey(survey, again, seen=3, actor=me, at=MONDAY_9AM).number == 2
    assert asked_now(bank) == (1, ["您满意吗？"])
    actions.publish_survey(survey, date(2026, 6, 16), seen=4, actor=me, at=MONDAY_9AM)
    assert [asked_now(bank, days=days) for days in (0, 1)] == [
        (1, ["您满意吗？"]),
        (2, ["总体如何？"]),
    ]
    assert SurveyVersion.objects.get(number=1).window_days == 2


def test_the_window_keeps_to_the_clause(bank: Institution, me: Actor) -> None:
    assert policy.window(bank.pk, rules.EVENT, MONDAY_9AM) == policy.Window(1, 3, "OM-4.3-03")
    assert queries.days_offered(bank.pk, MONDAY_9AM) == ([1, 2, 3], "OM-4.3-03")
    for days in (0, 4, 999):
        with pytest.raises(Invalid) as refused:
            write(bank, me, window_days=days)
        assert set(refused.value.fields) == {"window_days"}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name_zh": ""}, {"name_zh"}),
        ({"name_en": "x" * 61}, {"name_en"}),
        ({"intro_zh": "字" * 201}, {"intro_zh"}),
        ({"questions": ()}, {"questions"}),
        ({"questions": (replace(OVERALL, dimension=""),)}, {"questions"}),
        ({"questions": (OVERALL, OVERALL)}, {"questions", "q1_dimension", "q2_dimension"}),
        ({"questions": (OVERALL,) + (replace(OVERALL, dimension=""),) * 12}, {"questions"}),
        ({"questions": (replace(OVERALL, is_required=False),)}, {"q1_dimension"}),
        ({"questions": (replace(OVERALL, kind="YES_NO"),)}, {"q1_dimension"}),
        ({"questions": (replace(OVERALL, dimension="LOOKS"),)}, {"questions", "q1_dimension"}),
        ({"questions": (OVERALL, QuestionWording("JOKE", "问", "Ask"))}, {"q2_kind"}),
        ({"questions": (OVERALL, QuestionWording("TEXT", "问", " "))}, {"q2_words_en"}),
        ({"questions": (OVERALL, QuestionWording("TEXT", "问" * 121, "Ask"))}, {"q2_words_zh"}),
        ({"questions": (OVERALL, QuestionWording("CHOICE", "问", "Ask"))}, {"q2_choices"}),
        (
            {
                "questions": (
                    OVERALL,
                    QuestionWording("CHOICE", "问", "Ask", choices=(("甲", "a"), ("乙", "a"))),
                )
            },
            {"q2_choices"},
        ),
        (
            {
                "questions": (
                    OVERALL,
                    QuestionWording("CHOICE", "问", "Ask", choices=(("甲", "a"), ("乙", ""))),
                )
            },
            {"q2_choices"},
        ),
        ({"intro_zh": "我明白您的意思。"}, {"intro_zh"}),
    ],
)
def test_what_cannot_be_asked_is_refused_by_field(
    bank: Institution, me: Actor, changes: dict[str, Any], fields: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        write(bank, me, **changes)
    assert set(refused.value.fields) == fields
    assert Survey.objects.count() == 0


def test_the_standard_wordings_are_right_in_both_languages(bank: Institution, me: Actor) -> None:
    for kind in ("CONTACT", "CASE", "CAMPAIGN"):
        wording = standard(kind, 3)
        actions.write_survey(bank, kind, wording, actor=me, at=MONDAY_9AM)
        assert wording.name_zh != wording.name_en
        assert all(each.words_zh != each.words_en for each in wording.questions)


def test_one_survey_after_a_case_but_many_campaigns(bank: Institution, me: Actor) -> None:
    first = write(bank, me)
    with pytest.raises(actions.SurveyThereAlready):
        write(bank, me)
    write(bank, me, "CAMPAIGN")
    write(bank, me, "CAMPAIGN")
    actions.set_survey_aside(first, active=False, seen=1, actor=me, at=MONDAY_9AM)
    write(bank, me)
    with pytest.raises(actions.SurveyThereAlready):
        actions.set_survey_aside(first, active=True, seen=2, actor=me, at=MONDAY_9AM)
    assert not Survey.objects.get(pk=first.pk).is_active


def test_two_who_change_at_once_are_told(bank: Institution, me: Actor) -> None:
    survey = write(bank, me)
    actions.change_survey(survey, SHORT, seen=1, actor=me, at=MONDAY_9AM)
    with pytest.raises(Conflict):
        actions.change_survey(survey, SHORT, seen=1, actor=me, at=MONDAY_9AM)
    with pytest.raises(Conflict):
        actions.publish_survey(survey, MONDAY, seen=1, actor=me, at=MONDAY_9AM)


def test_publishing_needs_a_draft_and_a_day_to_come(bank: Institution, me: Actor) -> None:
    survey = write(bank, me)
    with pytest.raises(Invalid):
        actions.publish_survey(survey, date(2026, 6, 14), seen=1, actor=me, at=MONDAY_9AM)
    actions.publish_survey(survey, MONDAY, seen=1, actor=me, at=MONDAY_9AM)
    with pytest.raises(actions.NothingToPublish):
        actions.publish_survey(survey, MONDAY, seen=2, actor=me, at=MONDAY_9AM)


def test_the_trail_keeps_what_was_asked_before(bank: Institution, me: Actor) -> None:
    survey = write(bank, me)
    changed = replace(SHORT, window_days=3, name_zh="新名")
    actions.change_survey(survey, changed, seen=1, actor=me, at=MONDAY_9AM)
    [row] = AuditRow.objects.filter(act="survey.changed")
    assert json.loads(row.detail) == {
        "version": 1,
        "name_zh.before": "服务调查",
        "name_zh.after": "新名",
        "window_days.before": 2,
        "window_days.after": 3,
    }
    said = AuditRow.objects.filter(object_ref=survey.public_id).order_by("pk")
    acts = list(said.values_list("act", flat=True))
    assert acts == ["survey.written", "survey.changed"]


def test_who_may_not_word_surveys_changes_nothing(bank: Institution, lead: Person) -> None:
    survey = a_survey(bank)
    agent = staff.acting(staff.a_person(lead.unit, "agent"))
    stranger = staff.acting(staff.a_person(staff.a_unit(staff.an_institution("insurer")), "lead"))
    for actor, error in ((agent, NotAllowed), (stranger, NotThere)):
        with pytest.raises(error):
            actions.change_survey(survey, SHORT, seen=2, actor=actor, at=MONDAY_9AM)
        with pytest.raises(error):
            actions.publish_survey(survey, MONDAY, seen=2, actor=actor, at=MONDAY_9AM)
        with pytest.raises(error):
            actions.set_survey_aside(survey, active=False, seen=2, actor=actor, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        queries.survey_for(stranger, survey.public_id, at=MONDAY_9AM)


def test_a_program_reads_every_version(bank: Institution, lead: Person) -> None:
    survey = a_survey(bank)
    _row, token = staff_actions.create_api_key(
        bank, role="lead", name="t", person=lead, actor=staff.FOUNDER, at=MONDAY_9AM
    )
    client = Client(headers={"authorization": f"Bearer {token}"})
    with time.frozen(MONDAY_9AM):
        listed = client.get("/api/v1/surveys").json()
        read = client.get(f"/api/v1/surveys/{survey.public_id}").json()
        wrong = client.get("/api/v1/surveys?page=0")
        nobody = client.get("/api/v1/surveys/srv_nothing")
    assert [(row["kind"], row["in_force"]) for row in listed["items"]] == [("CONTACT", 1)]
    [version] = read["versions"]
    assert (version["clause"], version["window_days"]) == ("OM-4.3-03", 3)
    assert version["questions"][0]["dimension"] == "OVERALL"
    assert (wrong.status_code, nobody.status_code) == (422, 404)
