"""Campaigns: planned, counted, launched, drawn once, asked once, left out without a name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.models import (
    Campaign,
    CampaignRun,
    Drawn,
    Invitation,
    Rating,
)
from shouwen.assurance.satisfaction.tests.factories import (
    a_campaign,
    a_drawn,
    a_plan,
    a_survey,
    launched,
)
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import Customer
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, later

pytestmark = pytest.mark.django_db
# Cases close on Monday; the next day they lie in the whole days before.
TUESDAY = later(days=1)
BY_PHONE = iter(range(13900000001, 13900001000))


@pytest.fixture
def bank() -> Bank:
    return a_bank()


def a_customer(bank: Bank, **more: Any) -> Customer:
    """Give another customer whose case was closed on Monday."""
    customer = customers.register_customer(
        bank.institution,
        name="周明远",
        **{"phone": str(next(BY_PHONE)), "actor": bank.me, "at": later(), **more},
    )
    case = a_case_in("CLOSED", bank)
    Case.objects.filter(pk=case.pk).update(customer=customer)
    return customer


def refuse(bank: Bank, customer: Customer) -> None:
    customers.record_consent(
        customer,
        purpose="SURVEY",
        way="",
        is_given=False,
        evidence="CONTACT",
        evidence_ref="cont_tests",
        decided_at=later(),
        actor=bank.me,
        at=later(),
    )


def test_the_preview_counts_who_falls_away_and_why(bank: Bank) -> None:
    for _number in range(3):
        a_customer(bank)
    refuse(bank, a_customer(bank))
    a_customer(bank, phone="")
    a_customer(a_bank("insurer"))
    campaign = a_campaign(bank, TUESDAY)
    actions.preview_campaign(campaign, seen=1, actor=bank.acting(bank.admin), at=TUESDAY)
    campaign.refresh_from_db()
    assert campaign.forecast == {
        "population": 5,
        "drawn": 5,
        "asked": 3,
        "UNWANTED": 1,
        "NO_ADDRESS": 1,
    }
    assert Drawn.objects.count() == 0


def test_nothing_is_launched_unseen_or_for_nobody(bank: Bank) -> None:
    campaign = a_campaign(bank, TUESDAY)
    with pytest.raises(actions.PreviewFirst):
        actions.launch_campaign(campaign, seen=1, actor=bank.acting(bank.admin), at=TUESDAY)
    actions.preview_campaign(campaign, seen=1, actor=bank.acting(bank.admin), at=TUESDAY)
    with pytest.raises(actions.NobodyToAsk):
        actions.launch_campaign(campaign, seen=1, actor=bank.acting(bank.admin), at=TUESDAY)
    a_customer(bank)
    plan = actions.plan_of(campaign)
    actions.preview_campaign(campaign, seen=1, actor=bank.acting(bank.admin), at=TUESDAY)
    actions.change_campaign(campaign, plan, seen=1, actor=bank.acting(bank.admin), at=TUESDAY)
    with pytest.raises(actions.PreviewFirst):
        actions.launch_campaign(campaign, seen=2, actor=bank.acting(bank.admin), at=TUESDAY)
    actions.preview_campaign(campaign, seen=2, actor=bank.acting(bank.admin), at=TUESDAY)
    with pytest.raises(NotAllowed):
        actions.launch_campaign(campaign, seen=2, actor=bank.me, at=TUESDAY)
    with pytest.raises(actions.CampaignMoved):
        actions.launch_campaign(campaign, seen=1, actor=bank.acting(bank.admin), at=TUESDAY)
    actions.launch_campaign(campaign, seen=2, actor=bank.acting(bank.admin), at=TUESDAY)
    [row] = AuditRow.objects.filter(act="campaign.launched")
    assert '"asked":1' in row.detail
    with pytest.raises(actions.CampaignMoved):
        actions.change_campaign(campaign, plan, seen=3, actor=bank.acting(bank.admin), at=TUESDAY)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"name": ""}, {"name"}),
        ({"name": "字" * 61}, {"name"}),
        ({"survey": "srv_none"}, {"survey"}),
        ({"had_days": 0}, {"had_days"}),
        ({"sample": "SHARE", "size": 101}, {"size"}),
        ({"sample": "NUMBER", "size": 0}, {"size"}),
        ({"starts_on": None}, {"starts_on"}),
        ({"starts_on": later().date()}, {"starts_on"}),
        ({"ends_on": later().date()}, {"ends_on"}),
        # OM-4.3-03: one to three working days.
        ({"window_days": 4}, {"window_days"}),
        ({"value": "GOLD", "way": "FAX", "every": "DAILY"}, {"value", "way", "every"}),
    ],
)
def test_wrong_plans_are_named(bank: Bank, said: dict[str, Any], wrong: set[str]) -> None:
    survey = a_survey(bank.institution, "CAMPAIGN")
    plan = a_plan(survey, TUESDAY, **said)
    with pytest.raises(Invalid) as refused:
        actions.write_campaign(bank.institution, plan, actor=bank.acting(bank.admin), at=TUESDAY)
    assert set(refused.value.fields) == wrong
    assert Campaign.objects.count() == 0


def test_only_surveys_of_campaigns_and_of_the_own_house_are_sent(bank: Bank) -> None:
    other = a_survey(a_bank("insurer").institution, "CAMPAIGN")
    for survey in (a_survey(bank.institution, "CASE"), other):
        plan = a_plan(survey, TUESDAY)
        with pytest.raises(Invalid):
            actions.write_campaign(
                bank.institution, plan, actor=bank.acting(bank.admin), at=TUESDAY
            )
    with pytest.raises(NotThere):
        actions.write_campaign(other.institution, plan, actor=bank.acting(bank.admin), at=TUESDAY)


def test_a_run_is_drawn_once_and_looks_at_each_again(bank: Bank) -> None:
    changed_mind, gone = a_customer(bank), a_customer(bank)
    for _number in range(2):
        a_customer(bank)
    campaign = launched(a_campaign(bank, TUESDAY), TUESDAY)
    # Between the launch and the run they say no.
    refuse(bank, changed_mind)
    Customer.objects.filter(pk=gone.pk).update(merged_into=bank.customer)
    for _time in range(3):
        actions.run_campaigns(TUESDAY)
    run = CampaignRun.objects.get()
    assert (run.drawn, run.left_out) == (3, {"UNWANTED": 1})
    listed = Drawn.objects.filter(state="LISTED")
    assert (listed.count(), Drawn.objects.count()) == (2, 2)
    assert changed_mind.pk not in listed.values_list("customer_id", flat=True)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.next_on) == ("RUNNING", None)


def test_a_stop_between_any_two_steps_loses_and_doubles_nothing(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(5):
        a_customer(bank)
    launched(a_campaign(bank, TUESDAY), TUESDAY)
    monkeypatch.setattr("shouwen.assurance.satisfaction.actions.asking.LOOKED_AT_ONCE", 2)

    def dies(*_args: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("shouwen.assurance.satisfaction.actions.asking.leave_out", dies)
        for _time in range(3):
            with pytest.raises(RuntimeError):
                actions.run_campaigns(TUESDAY)
    assert set(Drawn.objects.values_list("state", flat=True)) == {"WAITING"}
    assert [actions.run_campaigns(TUESDAY) for _time in range(4)] == [2, 2, 1, 0]
    assert (CampaignRun.objects.count(), Drawn.objects.filter(state="LISTED").count()) == (1, 5)


def test_an_agent_hands_the_link_over_and_the_answers_stay_apart(bank: Bank) -> None:
    customer = a_customer(bank)
    campaign = launched(a_campaign(bank, TUESDAY), TUESDAY)
    actions.run_campaigns(TUESDAY)
    drawn = Drawn.objects.get()
    asked = actions.hand_link(drawn, actor=bank.me, at=TUESDAY)
    # The third working day after Tuesday, past the Dragon Boat Festival: OM-4.3-03.
    assert asked.invitation.expires_at == later(days=7, hours=9)
    with pytest.raises(actions.NoLongerToAsk):
        actions.hand_link(drawn, actor=bank.me, at=TUESDAY)
    found = queries.invitation_of(asked.token)
    assert found is not None
    actions.answer_survey(found, {"q1": "2", "q5": "电话难打通"}, at=TUESDAY)
    assert Rating.objects.count() == 0
    # A low answer is followed up by a case of its own.
    follow_up = Case.objects.get(kind="FEEDBACK")
    assert follow_up.customer == customer
    actions.run_campaigns(TUESDAY)
    campaign.refresh_from_db()
    assert campaign.state == "ENDED"
    line = queries.run_for(bank.boss, CampaignRun.objects.get().public_id)
    assert (line.asked, line.answered, line.waiting, line.response_rate) == (1, 1, 0, 1.0)
    results = queries.results_of_run(bank.boss, line.run)
    assert (results.invited, results.satisfaction_rate) == (1, 0.0)


def test_who_says_no_meanwhile_is_taken_off_the_list(bank: Bank) -> None:
    customer = a_customer(bank)
    launched(a_campaign(bank, TUESDAY), TUESDAY)
    actions.run_campaigns(TUESDAY)
    refuse(bank, customer)
    with pytest.raises(actions.NoLongerToAsk):
        actions.hand_link(Drawn.objects.get(), actor=bank.me, at=TUESDAY)
    assert (Drawn.objects.count(), Invitation.objects.count()) == (0, 0)
    assert CampaignRun.objects.get().left_out == {"UNWANTED": 1}


def test_not_reached_and_declined_are_counted_by_nobodys_name(bank: Bank) -> None:
    for _number in range(2):
        a_customer(bank)
    launched(a_campaign(bank, TUESDAY), TUESDAY)
    actions.run_campaigns(TUESDAY)
    first, second = Drawn.objects.order_by("pk")
    actions.take_off_list(first, "NOT_REACHED", actor=bank.me, at=TUESDAY)
    with pytest.raises(actions.NoLongerToAsk):
        actions.take_off_list(first, "NOT_REACHED", actor=bank.me, at=TUESDAY)
    with pytest.raises(actions.NoLongerToAsk):
        actions.take_off_list(second, "BORED", actor=bank.me, at=TUESDAY)
    actions.take_off_list(second, "DECLINED", actor=bank.me, at=TUESDAY)
    assert CampaignRun.objects.get().left_out == {"NOT_REACHED": 1, "DECLINED": 1}
    assert "cust_" not in str(
        list(AuditRow.objects.filter(act="campaign.call_ended").values_list("detail", flat=True))
    )


def test_nobody_is_asked_more_often_than_the_setting_allows(bank: Bank) -> None:
    a_customer(bank)
    actions.set_survey_limit(bank.institution, 1, 30, seen=0, actor=bank.boss, at=later())
    for number in range(2):
        campaign = a_campaign(bank, TUESDAY, name=f"第{number}次")
        actions.preview_campaign(campaign, seen=1, actor=bank.acting(bank.admin), at=TUESDAY)
        campaign.refresh_from_db()
        if number:
            assert campaign.forecast["OFTEN"] == 1
            continue
        launched(campaign, TUESDAY)
        actions.run_campaigns(TUESDAY)
        actions.hand_link(Drawn.objects.get(), actor=bank.me, at=TUESDAY)


def test_a_monthly_campaign_runs_again_and_closes_the_run_before(bank: Bank) -> None:
    a_customer(bank)
    launched(a_campaign(bank, TUESDAY, every="MONTHLY", had_days=366), TUESDAY)
    actions.run_campaigns(TUESDAY)
    campaign = Campaign.objects.get()
    assert campaign.next_on == (TUESDAY + timedelta(days=30)).date()
    # Two months slept through: the latest run alone is caught up with.
    actions.run_campaigns(later(days=70))
    campaign.refresh_from_db()
    assert [str(run.planned_on) for run in campaign.runs.order_by("pk")] == [
        "2026-06-16",
        "2026-08-16",
    ]
    first = campaign.runs.earliest("pk")
    assert (first.left_out, first.ended_at) == ({"LATE": 1}, later(days=70))
    assert str(campaign.next_on) == "2026-09-16"


def test_a_stopped_campaign_asks_nobody_any_more(bank: Bank) -> None:
    a_customer(bank)
    campaign = launched(a_campaign(bank, TUESDAY, every="MONTHLY"), TUESDAY)
    actions.run_campaigns(TUESDAY)
    drawn = Drawn.objects.get()
    actions.stop_campaign(campaign, seen=2, actor=bank.acting(bank.admin), at=TUESDAY)
    with pytest.raises(actions.NoLongerToAsk):
        actions.hand_link(drawn, actor=bank.me, at=TUESDAY)
    actions.run_campaigns(later(days=40))
    assert (Drawn.objects.count(), CampaignRun.objects.get().left_out) == (0, {"LATE": 1})


def test_a_survey_set_aside_lets_the_run_pass(bank: Bank) -> None:
    a_customer(bank)
    campaign = launched(a_campaign(bank, TUESDAY), TUESDAY)
    survey = campaign.survey
    actions.set_survey_aside(survey, active=False, seen=2, actor=bank.boss, at=TUESDAY)
    actions.run_campaigns(TUESDAY)
    assert CampaignRun.objects.count() == 0
    assert AuditRow.objects.filter(act="campaign.run_skipped").count() == 1


HOME = "/console/system/surveys/campaigns/"


def signed_in(bank: Bank, who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_a_campaign_is_planned_counted_and_launched_on_the_page(bank: Bank) -> None:
    a_customer(bank)
    survey = a_survey(bank.institution, "CAMPAIGN")
    with time.frozen(TUESDAY):
        page = signed_in(bank, bank.lead)
        form = page.get(f"{HOME}new/")
        assert survey.public_id in form.content.decode()
        said = {
            "name": " 季度  调查 ",
            "survey": survey.public_id,
            "unit": bank.cards.public_id,
            "way": "CALL",
            "had": "CASES",
            "had_days": "30",
            "sample": "SHARE",
            "size": "100",
            "every": "QUARTERLY",
            "starts_on": "2026-06-16",
            "window_days": "3",
        }
        wrong = page.post(f"{HOME}new/", said | {"size": "x", "starts_on": "soon"})
        assert (wrong.status_code, set(wrong.context["fields"])) == (422, {"size", "starts_on"})
        page.post(f"{HOME}new/", said)
        campaign = Campaign.objects.get()
        assert campaign.name == "季度 调查"
        here = f"{HOME}{campaign.public_id}/"
        assert page.post(f"{here}launch/", {"revision": "1"}).status_code == 409
        page.post(f"{here}preview/", {"revision": "1"})
        assert "发起调查" in page.get(here).content.decode()
        page.post(f"{here}launch/", {"revision": "1"})
        actions.run_campaigns(time.now())
        assert "2026-06-16" in page.get(HOME).content.decode()
        run = CampaignRun.objects.get()
        assert page.get(f"{HOME}runs/{run.public_id}/").status_code == 200
        auditor = signed_in(bank, bank.auditor)
        assert "停止调查" not in auditor.get(here).content.decode()
        assert auditor.post(f"{here}stop/", {"revision": "2"}).status_code == 403
        assert page.post(f"{here}stop/", {"revision": "2"}).status_code == 302


def test_those_to_be_called_are_seen_masked_by_their_own_house_alone(bank: Bank) -> None:
    drawn, theirs = a_drawn(bank, TUESDAY), a_drawn(a_bank("insurer"), TUESDAY)
    with time.frozen(TUESDAY):
        page = signed_in(bank, bank.agent)
        said = page.get("/callbacks/surveys/").content.decode()
        assert drawn.public_id in said
        assert theirs.public_id not in said
        assert "林晓棠" not in said
        off = f"/callbacks/surveys/{theirs.public_id}/off/"
        assert page.post(off, {"reason": "DECLINED"}).status_code == 404
        link = page.post(f"/callbacks/surveys/{drawn.public_id}/link/")
        assert "/s/" in link.content.decode()
        assert page.post(f"/callbacks/surveys/{drawn.public_id}/link/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_any_number(bank: Bank, count: int) -> None:
    for _number in range(count):
        a_customer(bank)
        campaign = launched(a_campaign(bank, TUESDAY), TUESDAY)
        actions.run_campaigns(TUESDAY)
    page, agent = signed_in(bank, bank.lead), signed_in(bank, bank.agent)
    with time.frozen(TUESDAY):
        for client, path, most in (
            # One each counts the complaints that call for the lead, for the rail.
            (page, HOME, 17),
            (page, f"{HOME}{campaign.public_id}/", 21),
            (agent, "/callbacks/surveys/", 14),
        ):
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            assert len(asked) <= most, path
