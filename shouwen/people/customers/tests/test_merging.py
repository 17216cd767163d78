"""Two files of one customer are made one; an undo brings both back as they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.test import Client

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions, ports, queries
from shouwen.people.customers.models import ContactPoint, Customer, Merge
from shouwen.people.customers.rules.wishes import Wishes
from shouwen.people.customers.tests.conftest import PHONE
from shouwen.people.customers.tests.letterbox import Letters
from shouwen.people.staff.models import Institution, Unit
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

WHY = "同名同号，客户来电确认"
LATER = MONDAY_9AM + timedelta(days=2)
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def unit(bank: Institution) -> Unit:
    return a_unit(bank)


@pytest.fixture
def lead(unit: Unit) -> Actor:
    return acting(a_person(unit, "lead"))


@pytest.fixture
def other(bank: Institution) -> Customer:
    """The same person once more: the same phone, an e-mail, a wish, a note, a refusal."""
    made = actions.register_customer(
        bank,
        name="欧阳文静",
        phone=PHONE,
        risk="HIGH",
        language="en",
        actor=FOUNDER,
        at=MONDAY_9AM,
    )
    actions.add_contact_point(
        made, kind="EMAIL", value="wen@example.com", actor=FOUNDER, at=MONDAY_9AM
    )
    actions.set_wishes(made, ["WRITING"], "上午联系", language="en", actor=FOUNDER, at=MONDAY_9AM)
    actions.add_note(made, "曾致电", actor=FOUNDER, at=MONDAY_9AM)
    actions.record_consent(
        made,
        purpose="SURVEY",
        way="",
        is_given=False,
        evidence="FORM",
        evidence_ref="F-1",
        actor=FOUNDER,
        at=MONDAY_9AM,
    )
    return Customer.objects.get(pk=made.pk)


@pytest.fixture
def rows() -> Iterator[dict[int, int]]:
    """A room above with rows of customers: number of the row, id of the customer."""
    kept: dict[int, int] = {}

    def move(customer: Customer, to: Customer, only: Sequence[int] | None) -> list[int]:
        moved = [n for n, pk in kept.items() if pk == customer.pk and (only is None or n in only)]
        kept.update(dict.fromkeys(moved, to.pk))
        return moved

    ports.register_follower("test", move)
    yield kept
    ports._followers.pop("test")


@dataclass
class Told:
    """Everything that a file says, in plain words."""

    said: tuple[str, str, str, Wishes, int | None]
    points: list[tuple[str, bool, datetime]]
    notes: list[str]
    consents: list[str]


def snapshot(customer: Customer) -> Told:
    fresh = Customer.objects.get(pk=customer.pk)
    points = ContactPoint.objects.filter(customer=fresh).order_by("pk")
    return Told(
        (fresh.risk, fresh.value, fresh.language, fresh.heeded, fresh.merged_into_id),
        [(p.value.plain, p.is_primary, p.added_at) for p in points],
        [note.text.plain for note in fresh.notes.order_by("pk")],
        [row.public_id for row in queries.consents_of(fresh)],
    )


def test_everything_follows_and_comes_back(
    customer: Customer, other: Customer, lead: Actor, rows: dict[int, int]
) -> None:
    rows |= {1: customer.pk, 2: other.pk, 3: other.pk}
    before = snapshot(customer), snapshot(other)
    merge = actions.merge_customers(
        customer, other, reason=WHY, take={"risk": "HIGH"}, actor=lead, at=LATER
    )
    whole = snapshot(customer)
    assert rows == dict.fromkeys((1, 2, 3), customer.pk)
    assert whole.notes == ["曾致电"]
    assert [value for value, _leads, _at in whole.points] == [PHONE, "wen@example.com"]
    wishes = Wishes(("WRITING",), "上午联系")
    assert whole.said == ("HIGH", "ORDINARY", "zh-hans", wishes, None)
    # A new contact comes while the two are one.
    rows[4] = customer.pk
    actions.undo_merge(merge, reason="两位客户", actor=lead, at=LATER + timedelta(days=1))
    assert (snapshot(customer), snapshot(other)) == before
    assert rows == {1: customer.pk, 2: other.pk, 3: other.pk, 4: customer.pk}


def test_what_somebody_changed_since_then_stays(
    customer: Customer, other: Customer, lead: Actor
) -> None:
    merge = actions.merge_customers(
        customer, other, reason=WHY, take={"risk": "HIGH", "language": "en"}, actor=lead, at=LATER
    )
    customer.refresh_from_db()
    actions.set_tiers(customer, risk="MIDDLE", reason="重新评估", actor=lead, at=LATER)
    actions.undo_merge(merge, reason="两位客户", actor=lead, at=LATER)
    customer.refresh_from_db()
    assert (customer.risk, customer.language) == ("MIDDLE", "zh-hans")


def test_both_files_are_on_the_trail(customer: Customer, other: Customer, lead: Actor) -> None:
    merge = actions.merge_customers(customer, other, reason=WHY, actor=lead, at=LATER)
    actions.undo_merge(merge, reason="两位客户", actor=lead, at=LATER)
    trail = AuditRow.objects.filter(actor_ref=lead.ref).order_by("pk")
    assert [(row.act, row.object_ref, row.purpose) for row in trail] == [
        ("customer.merged", customer.public_id, WHY),
        ("customer.merged_away", other.public_id, WHY),
        ("customer.merge_undone", customer.public_id, "两位客户"),
        ("customer.parted", other.public_id, "两位客户"),
    ]


def test_the_old_number_and_id_lead_to_the_one_file(
    customer: Customer, other: Customer, lead: Actor
) -> None:
    actions.merge_customers(customer, other, reason=WHY, actor=lead, at=LATER)
    assert queries.find_by_number(lead, other.number, LATER, "p") == [customer]
    assert queries.find_by_phone(lead, PHONE, LATER, "p") == [customer]
    assert queries.customer_for(lead, other.public_id, LATER, "p") == customer
    assert queries.page_of(lead, LATER, purpose="p").customers == [customer]


def test_a_way_that_came_by_the_merge_rests_before_it_opens_the_portal(
    customer: Customer, other: Customer, lead: Actor, letters: Letters
) -> None:
    bank = customer.institution
    actions.merge_customers(customer, other, reason=WHY, actor=lead, at=LATER)

    def codes_sent(address: str, hours: int) -> int:
        at = LATER + timedelta(hours=hours)
        actions.ask_for_code(bank, address, source="1.1.1.1", language="zh-hans", at=at)
        return actions.send_codes(at)

    assert codes_sent("wen@example.com", 1) == 0
    assert codes_sent(PHONE, 1) == 1
    assert codes_sent("wen@example.com", 25) == 1


def test_two_who_may_not_be_one(bank: Institution, customer: Customer, lead: Actor) -> None:
    def a_file(**values: str) -> Customer:
        entries = {"name": "欧阳文静", **values}
        return actions.register_customer(bank, actor=FOUNDER, at=MONDAY_9AM, **entries)

    known, company = a_file(id_number=ID_NUMBER), a_file(kind="ENTERPRISE")
    third = a_file()
    for survivor, merged in ((customer, customer), (customer, company), (customer, known)):
        with pytest.raises(actions.NotOneCustomer):
            actions.merge_customers(survivor, merged, reason=WHY, actor=lead, at=LATER)
    actions.merge_customers(known, customer, reason=WHY, actor=lead, at=LATER)
    with pytest.raises(actions.MergedAlready):
        actions.merge_customers(third, customer, reason=WHY, actor=lead, at=LATER)


def test_two_institutions_never(customer: Customer, lead: Actor, other: Customer) -> None:
    insurer = an_institution("insurer")
    foreign = actions.register_customer(insurer, name="欧阳文静", actor=FOUNDER, at=MONDAY_9AM)
    for actor in (lead, FOUNDER):
        with pytest.raises(NotThere):
            actions.merge_customers(customer, foreign, reason=WHY, actor=actor, at=LATER)
    stranger = acting(a_person(a_unit(insurer), "lead"))
    with pytest.raises(NotThere):
        actions.merge_customers(customer, other, reason=WHY, actor=stranger, at=LATER)


def test_an_agent_does_not_merge_and_everyone_says_why(
    customer: Customer, other: Customer, lead: Actor, unit: Unit
) -> None:
    agent = acting(a_person(unit, "agent"))
    with pytest.raises(NotAllowed):
        actions.merge_customers(customer, other, reason=WHY, actor=agent, at=LATER)
    with pytest.raises(Invalid) as error:
        actions.merge_customers(customer, other, reason=" ", actor=lead, at=LATER)
    assert set(error.value.fields) == {"reason"}
    with pytest.raises(Invalid) as error:
        actions.merge_customers(
            customer, other, reason=WHY, take={"value": "POTENTIAL"}, actor=lead, at=LATER
        )
    assert set(error.value.fields) == {"value"}
    assert queries.doubles_of(agent, customer) == []


def test_merges_are_undone_from_the_outside_in_and_once(
    bank: Institution, customer: Customer, other: Customer, lead: Actor
) -> None:
    third = actions.register_customer(bank, name="欧阳文静", actor=FOUNDER, at=MONDAY_9AM)
    inner = actions.merge_customers(customer, other, reason=WHY, actor=lead, at=LATER)
    outer = actions.merge_customers(third, customer, reason=WHY, actor=lead, at=LATER)
    assert queries.customer_for(lead, other.public_id, LATER, "p") == third
    with pytest.raises(actions.NotMerged):
        actions.undo_merge(inner, reason="x", actor=lead, at=LATER)
    actions.undo_merge(outer, reason="x", actor=lead, at=LATER)
    actions.undo_merge(inner, reason="x", actor=lead, at=LATER)
    with pytest.raises(actions.NotMerged):
        actions.undo_merge(inner, reason="x", actor=lead, at=LATER)
    assert Customer.objects.filter(merged_into__isnull=False).count() == 0


def test_who_speaks_for_an_organisation_follows(
    bank: Institution, customer: Customer, other: Customer, lead: Actor
) -> None:
    company, second = (
        actions.register_customer(bank, name=name, kind="ENTERPRISE", actor=FOUNDER, at=MONDAY_9AM)
        for name in ("示范贸易有限公司", "示范运输有限公司")
    )
    for organisation, person in ((company, customer), (company, other), (second, other)):
        actions.name_representative(
            organisation, person, post="经理", authority="FULL", actor=FOUNDER, at=MONDAY_9AM
        )
    merge = actions.merge_customers(customer, other, reason=WHY, actor=lead, at=LATER)
    assert [r.organisation for r in queries.representatives_of(customer)] == [company, second]
    actions.undo_merge(merge, reason="x", actor=lead, at=LATER)
    assert [r.organisation for r in queries.representatives_of(other)] == [company, second]


def test_a_double_is_suggested_compared_and_merged_on_the_pages(
    customer: Customer, other: Customer, unit: Unit
) -> None:
    browser = Client()
    browser.force_login(a_person(unit, "lead"), backend="django.contrib.auth.backends.ModelBackend")
    base = f"/customers/{customer.public_id}"
    door = f"{base}/merge/?with={other.public_id}"
    assert door in browser.get(f"{base}/?for=serve").text
    page = browser.get(door).text
    assert "cust-differs" in page
    assert [text for text in ("欧阳文静", PHONE, "wen@example.com") if text in page] == []
    assert browser.post(f"{base}/merge/", {"with": other.public_id}).status_code == 422
    done = browser.post(f"{base}/merge/", {"with": other.public_id, "reason": WHY, "risk": "HIGH"})
    assert done["Location"] == f"{base}/?for=correct"
    moved = browser.get(f"/customers/{other.public_id}/?for=serve")
    assert moved["Location"] == f"{base}/?for=serve"
    merge = Merge.objects.get()
    undo = f"/customers/merges/{merge.public_id}/undo/"
    assert undo in browser.get(f"{base}/?for=serve").text
    assert browser.get(undo).status_code == 200
    assert browser.post(undo, {}).status_code == 422
    assert browser.post(undo, {"reason": "两位客户"}).status_code == 200
    assert browser.post(undo, {"reason": "两位客户"}).status_code == 409


def test_the_file_with_the_identity_number_stays(
    bank: Institution, customer: Customer, unit: Unit
) -> None:
    known = actions.register_customer(
        bank, name="欧阳文静", id_number=ID_NUMBER, actor=FOUNDER, at=MONDAY_9AM
    )
    browser = Client()
    browser.force_login(a_person(unit, "lead"), backend="django.contrib.auth.backends.ModelBackend")
    asked = browser.post(
        f"/customers/{customer.public_id}/merge/ask/", {"other": known.number.lower()}
    )
    answer = browser.get(asked["HX-Redirect"])
    assert answer["Location"] == f"/customers/{known.public_id}/merge/?with={customer.public_id}"
    none = browser.post(f"/customers/{customer.public_id}/merge/ask/", {"other": "C999999"})
    assert none.status_code == 422
