"""The table of tiers, and a customer's own person: bounds, scope, and the trail."""

from __future__ import annotations

import json

import pytest
from ninja.testing import TestClient

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions, queries
from shouwen.people.customers.api.tiers import tiers_router
from shouwen.people.customers.models import Customer, TierService
from shouwen.people.customers.rules.tiers import Service, together
from shouwen.people.staff.models import Institution
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

WEALTHY = ("value", "HIGH_NET_WORTH")
SPECIAL = ("complexity", "SPECIAL")


def test_several_tiers_add_up_and_the_shortest_reply_counts() -> None:
    assert together([]) == Service()
    given = [Service(5, 60), Service(3, 20, dedicated_first=True), Service(-2)]
    assert together(given) == Service(6, 20, dedicated_first=True)


def test_the_usual_counts_until_the_house_says_otherwise(
    bank: Institution, customer: Customer
) -> None:
    actions.set_tiers(
        customer, value="HIGH_NET_WORTH", risk="HIGH", reason="年审", actor=FOUNDER, at=MONDAY_9AM
    )
    assert queries.service_of(customer) == Service(points=10)
    actions.set_tier_services(bank, {WEALTHY: Service(20, 60)}, actor=FOUNDER, at=MONDAY_9AM)
    assert queries.service_of(customer) == Service(points=25, reply_seconds=60)
    assert queries.service_of(None) == Service()


def test_a_change_is_on_the_trail_with_before_after_and_clause(bank: Institution) -> None:
    for _turn in range(2):
        actions.set_tier_services(bank, {WEALTHY: Service(7)}, actor=FOUNDER, at=MONDAY_9AM)
    row = AuditRow.objects.get(act="customers.tier_services_set")
    detail = json.loads(row.detail)
    assert json.loads(detail["before"])["value-HIGH_NET_WORTH"]["points"] == 5
    assert json.loads(detail["after"])["value-HIGH_NET_WORTH"]["points"] == 7
    assert detail["clause"] == "HB-1.3-06"


def test_the_hours_of_a_complexity_are_on_the_trail_and_give_a_customer_nothing(
    bank: Institution, customer: Customer
) -> None:
    for hours in (48, 24):
        service = Service(resolve_hours=hours)
        actions.set_tier_services(bank, {SPECIAL: service}, actor=FOUNDER, at=MONDAY_9AM)
    row = AuditRow.objects.filter(act="customers.tier_services_set").order_by("pk").last()
    assert row is not None
    said = {when: json.loads(json.loads(row.detail)[when]) for when in ("before", "after")}
    hours_of = {when: one["complexity-SPECIAL"]["resolve_hours"] for when, one in said.items()}
    assert hours_of == {"before": 48, "after": 24}
    assert queries.service_of(customer) == Service()
    asked = (("SPECIAL", customer), ("SPECIAL", None), ("GENERAL", customer))
    given = [queries.resolve_hours_of(bank.pk, whose, name) for name, whose in asked]
    assert given == [24, 24, None]


def test_programs_set_the_hours_of_a_complexity_like_those_of_a_tier(bank: Institution) -> None:
    client = TestClient(tiers_router)
    admin = acting(a_person(a_unit(bank), "admin"))
    line = {"dimension": "complexity", "tier": "COMPLEX", "resolve_hours": 48}
    answer = client.put("", json={"tiers": [line]}, actor=admin)
    assert answer.status_code == 200
    shown = {(one["dimension"], one["tier"]): one for one in answer.json()}
    assert shown["complexity", "COMPLEX"] == {
        **line,
        "points": 0,
        "reply_seconds": None,
        "dedicated_first": False,
        "usual_points": 0,
        "clause": "HB-1.3-06",
    }
    assert client.get("", actor=admin).json() == answer.json()
    with pytest.raises(Invalid) as told:
        client.put("", json={"tiers": [{**line, "points": 3}]}, actor=admin)
    assert set(told.value.fields) == {"complexity-COMPLEX.points"}


@pytest.mark.parametrize(
    ("tier", "service", "field"),
    [
        (("value", "GOLD"), Service(), "value-GOLD"),
        (("colour", "HIGH"), Service(), "colour-HIGH"),
        (WEALTHY, Service(101), "value-HIGH_NET_WORTH.points"),
        (WEALTHY, Service(-101), "value-HIGH_NET_WORTH.points"),
        (WEALTHY, Service(0, 4), "value-HIGH_NET_WORTH.reply_seconds"),
        (WEALTHY, Service(0, 86_401), "value-HIGH_NET_WORTH.reply_seconds"),
        (("complexity", "HARD"), Service(), "complexity-HARD"),
        (SPECIAL, Service(resolve_hours=0), "complexity-SPECIAL.resolve_hours"),
        (SPECIAL, Service(resolve_hours=721), "complexity-SPECIAL.resolve_hours"),
        (SPECIAL, Service(points=1), "complexity-SPECIAL.points"),
        (SPECIAL, Service(reply_seconds=60), "complexity-SPECIAL.reply_seconds"),
        (SPECIAL, Service(dedicated_first=True), "complexity-SPECIAL.dedicated_first"),
    ],
)
def test_what_cannot_be_is_named(
    bank: Institution, tier: tuple[str, str], service: Service, field: str
) -> None:
    with pytest.raises(Invalid) as told:
        actions.set_tier_services(bank, {tier: service}, actor=FOUNDER, at=MONDAY_9AM)
    assert set(told.value.fields) == {field}
    assert not TierService.objects.exists()


def test_only_an_administrator_of_the_house_sets_tiers(bank: Institution) -> None:
    other = an_institution("insurer")
    lead = acting(a_person(a_unit(bank), "lead"))
    stranger = acting(a_person(a_unit(other), "admin"))
    for actor, refusal in ((lead, NotAllowed), (stranger, NotThere)):
        with pytest.raises(refusal):
            actions.set_tier_services(bank, {WEALTHY: Service(9)}, actor=actor, at=MONDAY_9AM)
    actions.set_tier_services(other, {WEALTHY: Service(9)}, actor=stranger, at=MONDAY_9AM)
    ours = {line.key: line.service.points for line in queries.tier_lines(lead)}
    assert ours["value-HIGH_NET_WORTH"] == 5
    with pytest.raises(NotAllowed):
        queries.tier_lines(acting(a_person(a_unit(bank, "二部"), "agent")))


def test_a_customers_own_person_takes_contacts_in_this_house(
    bank: Institution, customer: Customer
) -> None:
    unit = a_unit(bank)
    agent, editor = a_person(unit, "agent"), a_person(unit, "editor")
    stranger = a_person(a_unit(an_institution("insurer")), "agent")
    actor = acting(agent)
    for _turn in range(2):
        actions.set_dedicated(customer, agent.public_id, actor=actor, at=MONDAY_9AM)
    for wrong in (editor.public_id, stranger.public_id, "staff_nowhere", "\x00"):
        with pytest.raises(Invalid):
            actions.set_dedicated(customer, wrong, actor=actor, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.set_dedicated(customer, "", actor=acting(stranger), at=MONDAY_9AM)
    customer.refresh_from_db()
    assert customer.dedicated == agent
    actions.set_dedicated(customer, "", actor=actor, at=MONDAY_9AM)
    rows = AuditRow.objects.filter(act="customer.dedicated_set").order_by("pk")
    assert [json.loads(row.detail) for row in rows] == [
        {"before": "", "after": agent.public_id},
        {"before": agent.public_id, "after": ""},
    ]
