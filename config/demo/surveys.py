"""The demo's surveys: the standard ones, one with a draft, what came back, and a survey house."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from config.demo.founding import Founded
from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.models import (
    Campaign,
    Drawn,
    Invitation,
    SubjectKind,
    Survey,
)
from shouwen.assurance.satisfaction.rules import surveys as rules
from shouwen.assurance.satisfaction.rules.surveys import QuestionWording
from shouwen.assurance.satisfaction.standard import standard
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import queries as staff

FOUND_BY = QuestionWording(
    rules.CHOICE,
    "您是从哪里找到在线客服的？",
    "Where did you find our online service?",
    choices=(
        ("手机银行", "Mobile banking"),
        ("官网", "Website"),
        ("微信公众号", "WeChat account"),
        ("其他", "Elsewhere"),
    ),
)


ANSWERS: tuple[dict[str, str], ...] = (
    {"q1": "5", "q2": "1", "q3": "5", "q4": "5", "q5": "4", "q6": "办得很快，谢谢。"},
    {"q1": "4", "q2": "1", "q3": "3", "q4": "4"},
    {},
    {"q1": "3", "q2": "0", "q5": "2", "q6": "希望早点告诉我进度。"},
)


CAMPAIGN_ANSWERS: tuple[dict[str, str], ...] = (
    {"q1": "5", "q2": "5", "q3": "4", "q4": "9"},
    {"q1": "4", "q2": "5", "q3": "3", "q4": "8", "q5": "希望周末也能办理。"},
)


# What a survey house handed in, out of its own scales.
STUDY = "\r\n".join(
    (
        "维度,得分,满分,回答人数",
        "总体满意度,4.42,5,386",
        "问题解决,88.6,100,386",
        "服务态度,4.61,5,379",
        "响应速度,8.7,10,382",
        "沟通,4.37,5,371",
    )
)
STUDY_BEGAN, STUDY_ENDED = timedelta(days=46), timedelta(days=17)


def furnish(founded: Founded, code: str, at: datetime) -> None:
    """Give each kind its survey; the bank is still wording those after a contact and a case.

    There customers rate by the five faces, at the insurer by its surveys.
    """
    home, actor = founded.institution, founded.actor
    days, _clause = queries.days_offered(home.pk, at)
    for kind in (rules.CONTACT, rules.CASE, rules.CAMPAIGN):
        wording = standard(kind, days[-1])
        survey = actions.write_survey(home, kind, wording, actor=actor, at=at)
        if code == "bank" and kind != rules.CAMPAIGN:
            continue
        today = day_of(at)
        actions.publish_survey(survey, today, seen=1, actor=actor, at=at)
        if kind == rules.CONTACT:
            longer = replace(wording, questions=(*wording.questions, FOUND_BY))
            actions.change_survey(survey, longer, seen=2, actor=actor, at=at)


def _campaign(founded: Founded, now: datetime, name: str, **said: Any) -> Campaign:
    home = founded.institution
    survey = Survey.objects.get(institution=home, kind=rules.CAMPAIGN)
    plan = replace(
        actions.plan_to_begin_with(home.pk, now), name=name, survey=survey.public_id, **said
    )
    return actions.write_campaign(home, plan, actor=founded.actor, at=now)


def run_campaign(founded: Founded, code: str, now: datetime) -> None:
    """Let the bank plan one campaign for later and run another: drawn, some called and asked."""
    if code != "bank":
        return
    team = founded.units["chat"].public_id
    _campaign(founded, now, "在线服务回访", unit=team, had="CONTACTS", every="ONCE", sample="ALL")
    campaign = _campaign(founded, now, "季度满意度调查", had="CONTACTS", size=30)
    lead = staff.actor_of(founded.lead())
    actions.preview_campaign(campaign, seen=1, actor=lead, at=now)
    campaign.refresh_from_db()
    if not campaign.forecast["asked"]:
        return
    actions.launch_campaign(campaign, seen=1, actor=lead, at=now)
    while actions.run_campaigns(now):
        pass
    agent = staff.actor_of(founded.agents()[0])
    to_call = list(Drawn.objects.filter(state="LISTED").order_by("pk"))
    # The others are still to be called.
    for number, drawn in enumerate(to_call[: len(to_call) * 2 // 3]):
        if number % 4 == 3:
            actions.take_off_list(drawn, "NOT_REACHED", actor=agent, at=now)
            continue
        invitation = actions.hand_link(drawn, actor=agent, at=now).invitation
        if number % 4 < 2:
            actions.answer_survey(invitation, CAMPAIGN_ANSWERS[number % 2], at=now)


def take_in_study(founded: Founded, code: str, now: datetime) -> None:
    """Let the bank take in what a survey house found, as its lead checked it."""
    if code != "bank":
        return
    lead, today = staff.actor_of(founded.lead()), day_of(now)
    claim = actions.Claim(
        "明德市场调研", "第三方满意度调查", today - STUDY_BEGAN, today - STUDY_ENDED, 1200
    )
    study = actions.check_study(founded.institution, claim, STUDY.encode(), actor=lead, at=now)
    actions.count_study(study, actor=lead, at=now)


def answer_some(now: datetime) -> None:
    """Let customers answer most of what they were asked about their closed cases."""
    asked = Invitation.objects.filter(
        subject_kind=SubjectKind.CASE, answered_at__isnull=True, expires_at__gt=now
    )
    for number, invitation in enumerate(asked.select_related("version").order_by("pk")):
        said = ANSWERS[number % len(ANSWERS)]
        if said:
            actions.answer_survey(invitation, said, at=now)
