"""Campaigns of one unit: who is drawn, who sees and runs them; and campaigns for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.models import Campaign, CampaignRun, Drawn
from shouwen.assurance.satisfaction.queries import drawing
from shouwen.assurance.satisfaction.tests.factories import (
    a_campaign,
    a_drawn,
    a_plan,
    a_survey,
    launched,
)
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing import actions as routing
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import Customer
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Unit
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, later

pytestmark = pytest.mark.django_db
TUESDAY = later(days=1)
PHONES = iter(range(13700000001, 13700001000))
API = "/api/v1/campaigns"


@pytest.fixture
def bank() -> Bank:
    return a_bank()


@pytest.fixture
def other(bank: Bank) -> Actor:
    """The lead of another unit."""
    return acting(a_person(bank.loans, "lead", over=bank.loans))


def a_customer_of(bank: Bank, unit: Unit | None) -> Customer:
    """Give a customer whose case was closed in this unit."""
    customer = customers.register_customer(
        bank.institution, name="周明远", phone=str(next(PHONES)), actor=bank.me, at=later()
    )
    case = a_case_in("CLOSED", bank)
    Case.objects.filter(pk=case.pk).update(customer=customer, unit=unit)
    return customer


def below(bank: Bank) -> Unit:
    """Open a unit below that of the cards."""
    system = Actor.system("tests", bank.institution.pk)
    return staff.open_unit(
        institution=bank.institution,
        name_zh="争议一组",
        name_en="First team",
        parent=bank.cards,
        actor=system,
        at=later(),
    )


def test_only_customers_of_the_unit_and_of_those_below_are_drawn(bank: Bank) -> None:
    own, lower = a_customer_of(bank, bank.cards), a_customer_of(bank, below(bank))
    a_customer_of(bank, bank.loans)
    a_customer_of(bank, None)
    campaign = launched(a_campaign(bank, TUESDAY, unit=bank.cards.public_id), TUESDAY)
    assert campaign.forecast == {"population": 2, "drawn": 2, "asked": 2}
    actions.run_campaigns(TUESDAY)
    drawn = Drawn.objects.order_by("customer").values_list("customer", flat=True)
    assert list(drawn) == [own.pk, lower.pk]


def test_of_conversations_the_queue_says_the_unit(bank: Bank) -> None:
    system = Actor.system("tests", bank.institution.pk)
    for code, unit in (("cards", bank.cards), ("loans", bank.loans), ("all", None)):
        routing.open_queue(
            institution=bank.institution,
            code=code,
            name_zh=code,
            unit=unit,
            actor=system,
            at=later(),
        )
        customer = a_customer_of(bank, None)
        contact = conversations.open_contact(
            institution=bank.institution,
            channel="chat",
            visitor_ref=f"visit_{code}",
            actor=Actor.customer(f"visit_{code}", bank.institution.pk),
            at=later(),
            customer=customer,
        )
        Contact.objects.filter(pk=contact.pk).update(
            queue_code=code, queued_at=later(), owner=bank.agent
        )
    campaign = a_campaign(bank, TUESDAY, unit=bank.cards.public_id, had="CONTACTS")
    found = drawing.population(campaign, TUESDAY.date(), TUESDAY)
    talked = Contact.objects.filter(queue_code="cards").values_list("customer_id", flat=True)
    assert list(found.values_list("pk", flat=True)) == list(talked)


def test_a_lead_of_another_unit_neither_sees_nor_runs_it(bank: Bank, other: Actor) -> None:
    a_customer_of(bank, bank.cards)
    campaign = a_campaign(bank, TUESDAY, unit=bank.cards.public_id)
    assert queries.campaigns_of(other, page=1, at=TUESDAY).rows == []
    with pytest.raises(NotThere):
        queries.campaign_for(other, campaign.public_id, at=TUESDAY)
    for step in (actions.preview_campaign, actions.launch_campaign, actions.stop_campaign):
        with pytest.raises(NotThere):
            step(campaign, seen=1, actor=other, at=TUESDAY)
    actions.preview_campaign(campaign, seen=1, actor=bank.boss, at=TUESDAY)
    actions.launch_campaign(campaign, seen=1, actor=bank.boss, at=TUESDAY)
    actions.run_campaigns(TUESDAY)
    run = CampaignRun.objects.get()
    assert queries.run_for(bank.boss, run.public_id).run == run
    with pytest.raises(NotThere):
        queries.run_for(other, run.public_id)


def test_who_is_bound_to_a_unit_plans_for_it_alone(bank: Bank, other: Actor) -> None:
    survey = a_survey(bank.institution, "CAMPAIGN", at=TUESDAY)
    plan = a_plan(survey, TUESDAY)
    for unit in ("", bank.cards.public_id, "unit_nobodys", "\x00"):
        with pytest.raises(Invalid) as refused:
            actions.write_campaign(
                bank.institution, replace(plan, unit=unit), actor=other, at=TUESDAY
            )
        assert set(refused.value.fields) == {"unit"}
    own = replace(plan, unit=bank.loans.public_id)
    made = actions.write_campaign(bank.institution, own, actor=other, at=TUESDAY)
    assert made.unit == bank.loans
    admin = bank.acting(bank.admin)
    everybodys = actions.write_campaign(bank.institution, plan, actor=admin, at=TUESDAY)
    assert not queries.campaign_for(other, everybodys.public_id, at=TUESDAY).may_word
    with pytest.raises(NotAllowed):
        actions.preview_campaign(everybodys, seen=1, actor=other, at=TUESDAY)


def test_only_agents_of_the_unit_call_for_it(bank: Bank) -> None:
    drawn = a_drawn(bank, TUESDAY)
    Campaign.objects.update(unit=bank.cards)
    drawn.refresh_from_db()
    outsider = bank.acting(bank.outsider)
    assert [row.pk for row, _phone in queries.survey_calls(bank.me, 1).rows] == [drawn.pk]
    assert queries.survey_calls(outsider, 1).rows == []
    with pytest.raises(NotThere):
        actions.hand_link(drawn, actor=outsider, at=TUESDAY)
    with pytest.raises(NotThere):
        actions.take_off_list(drawn, "DECLINED", actor=outsider, at=TUESDAY)


def test_a_low_answer_is_followed_up_in_the_unit(bank: Bank) -> None:
    drawn = a_drawn(bank, TUESDAY)
    Campaign.objects.update(unit=bank.cards)
    drawn.refresh_from_db()
    asked = actions.hand_link(drawn, actor=bank.me, at=TUESDAY)
    actions.answer_survey(asked.invitation, {"q1": "1"}, at=TUESDAY)
    assert Case.objects.latest("pk").unit == bank.cards


class Program:
    """A program of the institution; each call has a key of its own unless it names one."""

    def __init__(self, token: str) -> None:
        """Hold its key."""
        self.token, self.calls = token, 0

    def __call__(
        self, method: str, path: str, body: dict[str, Any] | None = None, key: str = ""
    ) -> Any:
        """Call a door of the campaigns."""
        self.calls += 1
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key or f"call-{self.calls}",
        }
        client = Client(raise_request_exception=True)
        kind = "application/json"
        return client.generic(
            method, f"{API}{path}", _json(body), content_type=kind, headers=headers
        )


def _json(body: dict[str, Any] | None) -> str:
    return "" if body is None else json.dumps(body)


def a_program(bank: Bank, role: str = "lead") -> Program:
    """Give a program's key."""
    _key, token = staff.create_api_key(
        name="调查平台",
        role=role,
        institution=bank.institution,
        actor=Actor.system("tests"),
        at=later(),
    )
    return Program(token)


def a_body(bank: Bank, **said: Any) -> dict[str, Any]:
    """Say a plan as a program does."""
    survey = a_survey(bank.institution, "CAMPAIGN", at=TUESDAY)
    return {
        "name": " 季度  调查 ",
        "survey": survey.public_id,
        "unit": bank.cards.public_id,
        "had": "CASES",
        "had_days": 90,
        "sample": "ALL",
        "every": "ONCE",
        "starts_on": "2026-06-16",
        "window_days": 3,
    } | said


def test_a_program_plans_counts_launches_and_stops_a_campaign(bank: Bank) -> None:
    a_customer_of(bank, bank.cards)
    with time.frozen(TUESDAY):
        call, body = a_program(bank), a_body(bank)
        made = call("POST", "", body, key="one").json()
        assert call("POST", "", body, key="one").json()["id"] == made["id"]
        assert Campaign.objects.count() == 1
        assert (made["name"], made["unit"], made["state"], made["value"]) == (
            "季度 调查", bank.cards.public_id, "DRAFT", None,
        )  # fmt: skip
        here = f"/{made['id']}"
        early = call("POST", f"{here}/launch", {"revision": 1})
        assert (early.status_code, early["Content-Type"]) == (409, "application/problem+json")
        changed = call("PUT", here, body | {"had_days": 30, "revision": 1}).json()
        assert (changed["revision"], changed["had_days"]) == (2, 30)
        assert call("PUT", here, body | {"revision": 1}).status_code == 409
        counted = call("POST", f"{here}/preview", {"revision": 2}).json()
        assert counted["preview"] == {"population": 1, "drawn": 1, "asked": 1}
        runs = call("POST", f"{here}/launch", {"revision": 2}, key="go").json()
        assert (runs["state"], runs["next_on"]) == ("RUNNING", "2026-06-16")
        # Sent again, it is the same launch.
        assert call("POST", f"{here}/launch", {"revision": 2}, key="go").status_code == 200
        actions.run_campaigns(time.now())
        listed = call("GET", "").json()["items"]
        assert [(one["id"], one["latest_run"]["drawn"]) for one in listed] == [(made["id"], 1)]
        run = call("GET", f"/runs/{listed[0]['latest_run']['id']}").json()
        assert (run["campaign"], run["results"]["answered"]) == (made["id"], 0)
        assert len(call("GET", here).json()["runs"]) == 1
        stopped = call("POST", f"{here}/stop", {"revision": 3}).json()
        assert stopped["state"] == "STOPPED"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"starts_on": "2026-06-15"}, "starts_on"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"sample": "SHARE", "size": 101}, "size"),
        ({"sample": "SOME"}, "sample"),
        ({"survey": "srv_\u0000"}, "survey"),
        ({"unit": "unit_nobodys"}, "unit"),
        ({"risk": "NONE"}, "risk"),
        ({"had_days": 10**9}, "had_days"),
        ({"name": " "}, "name"),
        ({"seed": "mine"}, "seed"),
    ],
)
def test_a_wrong_body_is_named_and_keeps_nothing(
    bank: Bank, said: dict[str, Any], field: str
) -> None:
    with time.frozen(TUESDAY):
        answer = a_program(bank)("POST", "", a_body(bank, **said))
    assert answer.status_code == 422
    assert {one["field"].rpartition(".")[2] for one in answer.json()["errors"]} == {field}
    assert not Campaign.objects.exists()


def test_programs_stay_in_their_house_and_their_rights(bank: Bank) -> None:
    theirs = a_campaign(a_bank("insurer"), TUESDAY)
    with time.frozen(TUESDAY):
        call = a_program(bank)
        assert call("GET", "").json() == {"items": [], "next": None}
        for method, path, body in (
            ("GET", "", None),
            ("PUT", "", a_body(bank) | {"revision": 1}),
            ("POST", "/preview", {"revision": 1}),
            ("POST", "/stop", {"revision": 1}),
        ):
            assert call(method, f"/{theirs.public_id}{path}", body).status_code == 404
        watcher = a_program(bank, "auditor")
        assert watcher("GET", "").status_code == 200
        refused = watcher("POST", "", a_body(a_bank("third")))
        assert refused.status_code == 403
