"""Asking by a survey: once, within its window, only who may be asked, and what comes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from shouwen.assurance.satisfaction import actions, handlers, queries
from shouwen.assurance.satisfaction.models import (
    AskedBy,
    Invitation,
    Rating,
    SurveyAnswer,
    SurveyQuestion,
)
from shouwen.assurance.satisfaction.queries import About
from shouwen.assurance.satisfaction.tests.factories import a_survey
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions as customers
from shouwen.people.staff import actions as staff_actions
from shouwen.service.cases.events import CaseClosed
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, later

pytestmark = pytest.mark.django_db
# The standard questions after a case: overall, solved, timeliness, effect, communication, words.
ANSWERS = {"q1": "4", "q2": "1", "q3": "5", "q6": " 请更快些 "}


@pytest.fixture
def bank() -> Bank:
    return a_bank()


@pytest.fixture
def closed(bank: Bank) -> Case:
    a_survey(bank.institution, "CASE")
    return a_case_in("CLOSED", bank)


def about(case: Case) -> About:
    return queries.about_case(Case.objects.select_related("customer").get(pk=case.pk))


def ask(case: Case, at: datetime | None = None) -> actions.Asked:
    actor = Actor.system("tests", case.institution_id)
    return actions.ask_by_survey(
        about(case), way=AskedBy.LINK, actor=actor, at=at or later(hours=6)
    )


def opened(token: str) -> Invitation:
    found = queries.invitation_of(token)
    assert found is not None
    return found


def test_the_closing_of_a_case_asks_its_customer_once(bank: Bank, closed: Case) -> None:
    fact = CaseClosed(
        institution_id=bank.institution.pk,
        occurred_at=later(hours=6),
        case_id=closed.pk,
        owner_id=None,
        handler_id=None,
        open_seconds=1,
    )
    for _time in range(2):
        handlers.ask_about_case(fact)
    [invitation] = Invitation.objects.all()
    assert (invitation.asked_ref, invitation.way) == (bank.customer.public_id, "LINK")
    # The third working day after Monday: OM-4.3-03.
    assert invitation.expires_at == later(days=3, hours=9)
    running = Clock.objects.filter(subject_ref=closed.public_id, event="csat.evaluate")
    assert "RUNNING" not in running.values_list("state", flat=True)


def test_without_a_survey_nobody_is_asked(bank: Bank) -> None:
    case = a_case_in("CLOSED", bank)
    a_survey(a_bank("insurer").institution, "CASE")
    assert actions.invite_after_case(case.pk, at=later(hours=6)) is None
    with pytest.raises(actions.NotToAsk):
        ask(case)


def test_answers_are_kept_sealed_and_count_as_the_rating(closed: Case) -> None:
    invitation = opened(ask(closed).token)
    actions.answer_survey(invitation, ANSWERS, at=later(hours=7))
    rating = Rating.objects.get(subject_ref=closed.public_id)
    assert (rating.score, rating.solved, rating.comment.plain) == (4, "YES", "请更快些")
    kept = SurveyAnswer.objects.order_by("question__place")
    assert [(row.question.place, row.number) for row in kept] == [(1, 4), (2, 1), (3, 5), (6, None)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM satisfaction_surveyanswer WHERE words IS NOT NULL")
        assert "请更快些" not in str(cursor.fetchall())


def test_a_low_answer_is_followed_up_by_a_case(bank: Bank, closed: Case) -> None:
    actions.answer_survey(opened(ask(closed).token), {"q1": "1"}, at=later(hours=7))
    rating = Rating.objects.get(subject_ref=closed.public_id)
    case = actions.follow_up(rating.pk, at=later(hours=7))
    assert case is not None
    assert case.kind == "FEEDBACK"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, {"q1"}),
        ({"q1": "6"}, {"q1"}),
        ({"q1": "-1"}, {"q1"}),
        ({"q1": "٣"}, {"q1"}),
        ({"q1": "5", "q2": "2"}, {"q2"}),
        ({"q1": "5", "q6": "字" * 201}, {"q6"}),
        ({"q1": "x", "q3": "0"}, {"q1", "q3"}),
    ],
)
def test_wrong_answers_are_named_and_spend_nothing(
    closed: Case, said: dict[str, str], wrong: set[str]
) -> None:
    invitation = opened(ask(closed).token)
    with pytest.raises(Invalid) as refused:
        actions.answer_survey(invitation, said, at=later(hours=7))
    assert set(refused.value.fields) == wrong
    assert (Rating.objects.count(), SurveyAnswer.objects.count()) == (0, 0)
    actions.answer_survey(opened_again(invitation), ANSWERS, at=later(hours=7))


def opened_again(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_related("version").get(pk=invitation.pk)


def test_a_second_answer_changes_nothing_and_a_late_one_neither(bank: Bank, closed: Case) -> None:
    token = ask(closed).token
    first, second = opened(token), opened(token)
    actions.answer_survey(first, ANSWERS, at=later(hours=7))
    with pytest.raises(actions.SurveyAnswered):
        actions.answer_survey(second, {"q1": "1"}, at=later(hours=8))
    assert Rating.objects.get().score == 4
    other = a_case_in("CLOSED", bank)
    late = opened(ask(other).token)
    with pytest.raises(actions.SurveyOver):
        actions.answer_survey(late, ANSWERS, at=later(days=3, hours=9, seconds=1))


def test_a_new_link_stops_the_old_one_and_the_window_stays(closed: Case) -> None:
    old = ask(closed)
    new = ask(closed, later(days=1))
    assert queries.invitation_of(old.token) is None
    assert opened(new.token).expires_at == old.invitation.expires_at
    assert Invitation.objects.count() == 1
    with pytest.raises(actions.NotToAsk):
        ask(closed, later(days=9))


def test_what_was_asked_stays_when_the_survey_is_worded_anew(bank: Bank, closed: Case) -> None:
    invitation = opened(ask(closed).token)
    survey = invitation.version.survey
    wording = actions.wording_of(invitation.version)
    system = Actor.system("tests", bank.institution.pk)
    actions.change_survey(survey, wording, seen=2, actor=system, at=later(hours=6))
    today = later(hours=6).date()
    actions.publish_survey(survey, today, seen=3, actor=system, at=later(hours=6))
    actions.answer_survey(opened_again(invitation), ANSWERS, at=later(hours=7))
    assert set(SurveyAnswer.objects.values_list("question__version__number", flat=True)) == {1}


def test_who_refuses_surveys_is_not_asked(bank: Bank, closed: Case) -> None:
    refuse(bank)
    assert actions.invite_after_case(closed.pk, at=later(hours=6)) is None
    with pytest.raises(actions.NotToAsk):
        ask(closed)


def refuse(bank: Bank, purpose: str = "SURVEY") -> None:
    customers.record_consent(
        bank.customer,
        purpose=purpose,
        way="",
        is_given=False,
        evidence="CONTACT",
        evidence_ref="cont_tests",
        decided_at=later(),
        actor=bank.me,
        at=later(),
    )


def test_who_wants_to_be_left_alone_is_not_asked(bank: Bank, closed: Case) -> None:
    refuse(bank, "ANY")
    assert queries.may_ask(about(closed), later(hours=6)) is None


def test_nobody_is_asked_more_often_than_the_setting_allows(bank: Bank, closed: Case) -> None:
    lead = bank.boss
    home = bank.institution
    actions.set_survey_limit(home, 1, 2, seen=0, actor=lead, at=later())
    ask(closed)
    second = a_case_in("CLOSED", bank)
    with pytest.raises(actions.NotToAsk):
        ask(second)
    # What was asked already may be asked for again: it is the same question.
    assert ask(closed).invitation.asked_ref == bank.customer.public_id
    assert ask(second, later(days=2, hours=7)).invitation.subject_ref == second.public_id


def test_the_limit_is_set_with_before_and_after(bank: Bank) -> None:
    home = bank.institution
    usual = queries.survey_limit(home.pk)
    assert (usual.most, usual.days, usual.revision, usual.clause) == (3, 30, 0, "SN-20-01")
    actions.set_survey_limit(home, 5, 60, seen=0, actor=bank.boss, at=later())
    for seen in (0, 2):
        with pytest.raises(Conflict):
            actions.set_survey_limit(home, 1, 1, seen=seen, actor=bank.boss, at=later())
    with pytest.raises(Invalid) as wrong:
        actions.set_survey_limit(home, 0, 400, seen=1, actor=bank.boss, at=later())
    assert set(wrong.value.fields) == {"most", "days"}
    with pytest.raises(NotAllowed):
        actions.set_survey_limit(home, 1, 1, seen=1, actor=bank.me, at=later())
    with pytest.raises(NotThere):
        actions.set_survey_limit(
            a_bank("insurer").institution, 1, 1, seen=0, actor=bank.boss, at=later()
        )
    [row] = AuditRow.objects.filter(act="survey.limit_set")
    assert '"most.after":5,"most.before":3' in row.detail


def test_rate_and_score_are_counted_apart(bank: Bank) -> None:
    survey = a_survey(bank.institution, "CASE")
    for score in ("5", "2", ""):
        case = a_case_in("CLOSED", bank)
        invitation = opened(ask(case).token)
        if score:
            actions.answer_survey(invitation, {"q1": score, "q6": "谢谢"}, at=later(hours=7))
    view = queries.survey_for(bank.boss, survey.public_id, at=later(hours=8))
    found = queries.results_of(bank.boss, queries.version_in(view, 1))
    assert (found.invited, found.answered) == (3, 2)
    assert found.response_rate == pytest.approx(2 / 3)
    assert found.satisfaction_rate == 0.5
    overall, solved, *_rest, words = found.questions
    assert (overall.answered, overall.mean) == (2, 3.5)
    assert [n for _said, n, _share in overall.counts] == [0, 1, 0, 0, 1]
    assert (solved.answered, solved.mean, words.answered, words.mean) == (0, None, 2, None)
    assert SurveyQuestion.objects.count() == 6


def test_a_program_gets_a_link_for_its_own_channel(bank: Bank, closed: Case) -> None:
    _row, token = staff_actions.create_api_key(
        bank.institution,
        role="lead",
        name="t",
        person=bank.lead,
        actor=Actor.system("tests", bank.institution.pk),
        at=later(),
    )
    client = Client(headers={"authorization": f"Bearer {token}"})
    theirs = a_case_in("CLOSED", a_bank("insurer"))

    def post(**body: Any) -> Any:
        with time.frozen(later(hours=6)):
            return client.post("/api/v1/surveys/links", body, content_type="application/json")

    made = post(about="case", id=closed.public_id)
    assert made.status_code == 200
    found = queries.invitation_of(made.json()["address"].rstrip("/").rpartition("/")[2])
    assert found is not None
    assert found.subject_ref == closed.public_id
    assert post(about="case", id=theirs.public_id).status_code == 404
    assert post(about="visit", id="x").status_code == 422
    assert post(about="case", id=closed.public_id, more=1).status_code == 422
    actions.answer_survey(found, ANSWERS, at=later(hours=6))
    assert post(about="case", id=closed.public_id).status_code == 409
    survey = found.version.survey.public_id
    read = client.get(f"/api/v1/surveys/{survey}/results").json()
    assert (read["invited"], read["response_rate"], read["satisfaction_rate"]) == (1, 1.0, 1.0)
    assert client.get(f"/api/v1/surveys/{survey}/results?version=7").status_code == 404
