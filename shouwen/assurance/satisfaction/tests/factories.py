"""Callbacks and surveys for the tests of other rooms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shouwen.assurance.satisfaction import actions
from shouwen.assurance.satisfaction.actions import Claim
from shouwen.assurance.satisfaction.models import Callback, Campaign, Drawn, OutsideStudy, Survey
from shouwen.assurance.satisfaction.rules.campaigns import Plan
from shouwen.assurance.satisfaction.standard import standard
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff.models import Institution
from shouwen.people.staff.queries import actor_of
from shouwen.people.staff.tests.factories import a_person
from shouwen.service.cases.tests.factories import MONDAY_9AM, Bank, a_case_in, later


def a_callback(bank: Bank) -> Callback:
    """Plan a callback of a closed case, whatever the bank's packs say."""
    case = a_case_in("CLOSED", bank)
    return Callback.objects.create(
        institution=bank.institution,
        case=case,
        unit=case.unit,
        due_at=later(hours=4) + timedelta(days=15),
        clause="HB-2.4-01",
        scheduled_at=later(hours=4),
    )


def a_survey(
    institution: Institution,
    kind: str = "CONTACT",
    *,
    at: datetime = MONDAY_9AM,
    window_days: int = 3,
    is_published: bool = True,
) -> Survey:
    """Word the standard survey of a kind, and let it count at once."""
    system = Actor.system("tests", institution.pk)
    wording = standard(kind, window_days)
    survey = actions.write_survey(institution, kind, wording, actor=system, at=at)
    if is_published:
        today = day_of(at)
        actions.publish_survey(survey, today, seen=1, actor=system, at=at)
    return survey


def a_draft(institution: Institution, at: datetime) -> Survey:
    """Word the standard survey of a campaign, and publish nothing."""
    return a_survey(institution, "CAMPAIGN", at=at, is_published=False)


def a_plan(of: Survey, at: datetime, **said: Any) -> Plan:
    """Plan to ask every customer with a case closed in the ninety days before, once."""
    usual: dict[str, Any] = {
        "name": "季度满意度调查",
        "survey": of.public_id,
        "unit": "",
        "way": "CALL",
        "had": "CASES",
        "had_days": 90,
        "value": "",
        "risk": "",
        "sample": "ALL",
        "size": 0,
        "every": "ONCE",
        "starts_on": day_of(at),
        "ends_on": None,
        "window_days": 3,
    }
    return Plan(**usual | said)


def a_campaign(bank: Bank, at: datetime, **said: Any) -> Campaign:
    """Plan a campaign of a published survey."""
    survey = a_survey(bank.institution, "CAMPAIGN", at=at)
    system = Actor.system("tests", bank.institution.pk)
    plan = a_plan(survey, at, **said)
    return actions.write_campaign(bank.institution, plan, actor=system, at=at)


def launched(campaign: Campaign, at: datetime) -> Campaign:
    """Preview a campaign and let it run."""
    system = Actor.system("tests", campaign.institution_id)
    actions.preview_campaign(campaign, seen=1, actor=system, at=at)
    actions.launch_campaign(campaign, seen=1, actor=system, at=at)
    campaign.refresh_from_db()
    return campaign


def a_drawn(bank: Bank, at: datetime) -> Drawn:
    """Draw one customer, who is to be called now."""
    campaign = a_campaign(bank, at)
    Campaign.objects.filter(pk=campaign.pk).update(state="RUNNING", launched_at=at)
    run = campaign.runs.create(
        planned_on=day_of(at),
        version=campaign.survey.versions.get(),
        population=1,
        drawn=1,
        began_at=at,
    )
    return Drawn.objects.create(run=run, customer=bank.customer, state="LISTED")


TABLE = "维度,得分,满分,回答人数\n总体满意度,4.35,5,812\n服务态度,91.2,100,806\n"


def a_claim(at: datetime) -> Claim:
    """What is said about the table of a survey house."""
    today = day_of(at)
    return Claim("明德调研", "年度满意度调查", today - timedelta(days=30), today, 4000)


def a_study(bank: Bank, at: datetime, table: str = TABLE) -> OutsideStudy:
    """Hand in the table of a survey house, checked and not taken in."""
    worder = actor_of(a_person(bank.cards, "admin"))
    return actions.check_study(bank.institution, a_claim(at), table.encode(), actor=worder, at=at)
