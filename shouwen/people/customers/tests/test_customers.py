"""Customers: valid entries, sealed values, blind look-ups, purposes, reach, history."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import access, actions, ports, queries, rules
from shouwen.people.customers.models import ContactPoint, Customer
from shouwen.people.staff.models import Institution
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

PHONE = "13800001234"
ID_NUMBER = "11010519491231002X"
CREDIT_CODE = "91110000600037341L"
PURPOSE = "contact cont_x"


@pytest.fixture
def bank(db: None) -> Institution:
    return an_institution()


@pytest.fixture
def agent(bank: Institution) -> Actor:
    return acting(a_person(a_unit(bank), "agent"))


def _register(bank: Institution, actor: Actor = FOUNDER, **values: str) -> Customer:
    entries = {"name": "欧阳文静", "phone": PHONE, "id_number": ID_NUMBER, **values}
    return actions.register_customer(bank, actor=actor, at=MONDAY_9AM, **entries)


# ---- rules ----


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("13800001234", "13800001234"),
        ("+86 138 0000 1234", "13800001234"),
        ("0755-8319 8888", "75583198888"),
        ("+85223456789", "+85223456789"),
        ("12345", None),
        ("1380000123", None),
        ("call me", None),
        ("1" * 500, None),
    ],
)
def test_phone_numbers(text: str, kept: str | None) -> None:
    assert rules.normal_phone(text) == kept


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        (ID_NUMBER, True),
        (ID_NUMBER.lower(), True),
        ("110105194912310021", False),  # check digit
        ("11010519491331002X", False),  # month 13
        ("110105299901010014", False),  # not born yet
        ("110105491231002", False),  # the old 15 digits
        ("１１０１０５１９４９１２３１００２Ｘ", False),
        ("", False),
    ],
)
def test_identity_numbers(text: str, is_right: bool) -> None:
    assert (rules.normal_identity_number(text, date(2026, 6, 15)) is not None) is is_right


def test_credit_codes() -> None:
    assert rules.normal_credit_code(CREDIT_CODE.lower()) == CREDIT_CODE
    assert rules.normal_credit_code(CREDIT_CODE[:-1] + "M") is None
    assert rules.normal_credit_code("I" * 18) is None


# ---- registering ----


def test_a_customer_is_registered_sealed_and_masked(bank: Institution, agent: Actor) -> None:
    customer = Customer.objects.get(pk=_register(bank, agent).pk)
    [point] = queries.points_of(customer)
    assert str(point.value) == point.masked_value
    assert customer.number == f"C{customer.pk:06d}"
    assert (str(customer.name), str(customer.id_number), point.masked_value) == (
        "欧阳**",
        "1101****002X",
        "138****1234",
    )
    assert (customer.name.plain, point.value.plain, point.is_primary) == ("欧阳文静", PHONE, True)
    assert (customer.risk, customer.value, customer.kind) == ("LOW", "ORDINARY", "INDIVIDUAL")


def test_nothing_personal_lies_in_the_tables(bank: Institution) -> None:
    _register(bank)
    with connection.cursor() as cursor:
        stored = ""
        for table in ("customers_customer", "customers_contactpoint", "vault_auditrow"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608  # names from above
            stored += str(cursor.fetchall())
    assert "cust_" in stored
    assert [value for value in ("欧阳", PHONE, ID_NUMBER) if value in stored] == []


def test_every_wrong_field_is_named(bank: Institution, agent: Actor) -> None:
    with pytest.raises(Invalid) as error:
        actions.register_customer(
            bank, name=" ", kind="ROBOT", phone="123", id_number="123", risk="X", value="Y",
            language="fr", actor=agent, at=MONDAY_9AM,
        )  # fmt: skip
    wrong = {"name", "kind", "phone", "id_number", "risk", "value", "language"}
    assert set(error.value.fields) == wrong
    assert not Customer.objects.exists()


def test_an_identity_number_means_one_customer_of_an_institution(bank: Institution) -> None:
    _register(bank)
    with pytest.raises(actions.CustomerKnownAlready):
        _register(bank, name="另一人", id_number=ID_NUMBER.lower())
    assert _register(an_institution("insurer")).institution.code == "insurer"


def test_an_enterprise_has_a_credit_code(bank: Institution) -> None:
    with pytest.raises(Invalid):
        _register(bank, kind="ENTERPRISE")
    customer = _register(bank, name="示范贸易有限公司", kind="ENTERPRISE", id_number=CREDIT_CODE)
    assert customer.id_number == CREDIT_CODE


def test_the_database_refuses_what_must_not_be(bank: Institution) -> None:
    customer = _register(bank)
    for wrong in ({"kind": "X"}, {"risk": "X"}, {"value": "X"}, {"id_blind": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Customer.objects.filter(pk=customer.pk).update(**wrong)
    actions.add_contact_point(
        customer, kind="PHONE", value="13900001234", actor=FOUNDER, at=MONDAY_9AM
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.filter(customer=customer).update(is_primary=True)


def test_contact_points_are_checked_kept_once_and_one_leads(bank: Institution) -> None:
    customer = _register(bank)

    def add(kind: str, value: str, is_primary: bool | None = None) -> ContactPoint:
        return actions.add_contact_point(
            customer, kind=kind, value=value, is_primary=is_primary, actor=FOUNDER, at=MONDAY_9AM
        )

    for kind, value in (("PHONE", "1"), ("EMAIL", "a@b"), ("WECHAT", "1x"), ("ADDRESS", "近")):
        with pytest.raises(Invalid) as error:
            add(kind, value)
        assert list(error.value.fields) == ["value"]
    with pytest.raises(actions.PointKnownAlready):
        add("PHONE", "+86 138-0000-1234")
    add("PHONE", "13900001234", is_primary=True)
    add("EMAIL", "wenjing@example.com")
    add("WECHAT", "wenjing_88")
    add("ADDRESS", "北京市西城区金融大街一号院二单元")
    assert [(p.kind, p.masked_value, p.is_primary) for p in queries.points_of(customer)] == [
        ("ADDRESS", "北京市西城区****", True),
        ("EMAIL", "w****@example.com", True),
        ("PHONE", "139****1234", True),
        ("PHONE", "138****1234", False),
        ("WECHAT", "w****8", True),
    ]


def test_tiers_change_one_by_one_with_a_reason(bank: Institution, agent: Actor) -> None:
    customer = _register(bank)
    actions.set_tiers(customer, risk="HIGH", actor=agent, at=MONDAY_9AM, reason="年度评估")
    kept = Customer.objects.get(pk=customer.pk)
    assert (kept.risk, kept.value, kept.kind) == ("HIGH", "ORDINARY", "INDIVIDUAL")
    row = AuditRow.objects.get(act="customer.tiers_set")
    assert (row.fields, row.purpose, row.detail) == ("risk", "年度评估", '{"risk":"LOW>HIGH"}')
    with pytest.raises(Invalid) as error:
        actions.set_tiers(customer, risk="X", actor=agent, at=MONDAY_9AM, reason=" ")
    assert set(error.value.fields) == {"risk", "reason"}


# ---- reading ----


def test_reading_needs_a_right_and_a_purpose_and_is_on_the_trail(
    bank: Institution, agent: Actor
) -> None:
    customer = _register(bank)
    with pytest.raises(access.PurposeMissing):
        queries.customer_for(agent, customer.public_id, MONDAY_9AM)
    with pytest.raises(NotAllowed):
        queries.customer_for(
            acting(a_person(a_unit(bank, "培训部"), "trainer")),
            customer.public_id,
            MONDAY_9AM,
            PURPOSE,
        )
    assert not AuditRow.objects.filter(act="customer.viewed").exists()
    assert queries.customer_for(agent, customer.public_id, MONDAY_9AM, PURPOSE) == customer
    queries.customer_for(agent.for_purpose("投诉核查"), customer.public_id, MONDAY_9AM)
    rows = AuditRow.objects.filter(act="customer.viewed").order_by("pk")
    assert list(rows.values_list("object_ref", "actor_ref", "purpose")) == [
        (customer.public_id, agent.ref, PURPOSE),
        (customer.public_id, agent.ref, "投诉核查"),
    ]


def test_not_yours_and_not_there_are_the_same(bank: Institution, agent: Actor) -> None:
    foreign = _register(an_institution("insurer"))
    problems = []
    for public_id in (foreign.public_id, "cust_" + "a" * 26, "x\0", ""):
        with pytest.raises(NotThere) as error:
            queries.customer_for(agent, public_id, MONDAY_9AM, PURPOSE)
        problems.append((error.value.code, error.value.status, str(error.value)))
    assert len(set(problems)) == 1
    for act in (
        lambda: actions.add_note(foreign, "x", actor=agent, at=MONDAY_9AM),
        lambda: actions.add_contact_point(
            foreign, kind="PHONE", value=PHONE, actor=agent, at=MONDAY_9AM
        ),
        lambda: actions.set_tiers(foreign, risk="HIGH", actor=agent, at=MONDAY_9AM, reason="x"),
        lambda: queries.history(agent, foreign),
        lambda: queries.notes_of(agent, foreign),
    ):
        with pytest.raises(NotThere):
            act()


def test_a_customer_reads_the_own_file_only(bank: Institution) -> None:
    mine, other = _register(bank), _register(bank, name="李四", id_number="")
    me = Actor.customer(mine.public_id, bank.pk)
    assert queries.customer_for(me, mine.public_id, MONDAY_9AM) == mine
    with pytest.raises(NotThere):
        queries.customer_for(me, other.public_id, MONDAY_9AM)


def test_people_are_found_by_what_they_say_however_it_is_written(
    bank: Institution, agent: Actor
) -> None:
    customer = _register(bank)
    _register(an_institution("insurer"))
    at = MONDAY_9AM
    assert queries.find_by_phone(agent, "+86 138-0000-1234", at, PURPOSE) == [customer]
    assert queries.find_by_id_number(agent, ID_NUMBER.lower(), at, PURPOSE) == [customer]
    assert queries.find_by_name(agent, " 欧阳文静 ", at, PURPOSE) == [customer]
    assert queries.find_by_number(agent, customer.number.lower(), at, PURPOSE) == [customer]
    assert queries.find_by_phone(agent, "13911112222", at, PURPOSE) == []
    assert queries.find_by_name(agent, "欧阳", at, PURPOSE) == []
    assert queries.find_by_number(agent, "\0", at, PURPOSE) == []
    rows = AuditRow.objects.filter(act="customer.searched").order_by("pk")
    assert list(rows.values_list("fields", "detail")) == [
        ("phone", '{"found":1}'),
        ("id_number", '{"found":1}'),
        ("name", '{"found":1}'),
        ("number", '{"found":1}'),
        ("phone", '{"found":0}'),
        ("name", '{"found":0}'),
        ("number", '{"found":0}'),
    ]


def test_pages_follow_each_other_without_gap_or_doubling(bank: Institution, agent: Actor) -> None:
    names = ["甲", "乙", "丙", "丁", "戊"]
    rows = [_register(bank, name=name, id_number="") for name in names]
    seen: list[Customer] = []
    cursor = ""
    for _ in range(3):
        page = queries.page_of(agent, MONDAY_9AM, cursor=cursor, limit=2, purpose=PURPOSE)
        seen += page.customers
        cursor = page.next_cursor
    assert (seen, cursor) == (rows, "")
    foreign = _register(an_institution("insurer"))
    for wrong in ("x", foreign.public_id):
        with pytest.raises(Invalid) as error:
            queries.page_of(agent, MONDAY_9AM, cursor=wrong, purpose=PURPOSE)
        assert list(error.value.fields) == ["cursor"]


@pytest.mark.parametrize("rows", [1, 4])
def test_a_page_costs_the_same_for_any_length(
    rows: int, bank: Institution, agent: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        _register(bank, name=f"客户{number}", id_number="")
    # Customers, their points, two rows of the trail, and a savepoint around them.
    with django_assert_num_queries(6):
        page = queries.page_of(agent, MONDAY_9AM, purpose=PURPOSE)
    assert len(page.customers) == rows


def test_notes_are_sealed_and_newest_first(bank: Institution, agent: Actor) -> None:
    customer = _register(bank)
    actions.add_note(customer, "上午联系不便", actor=agent, at=MONDAY_9AM)
    later = MONDAY_9AM + timedelta(minutes=1)
    actions.add_note(customer, "改约下午", actor=agent, at=later)
    notes = queries.notes_of(agent, customer)
    assert [note.text.plain for note in notes] == ["改约下午", "上午联系不便"]
    with pytest.raises(Invalid):
        actions.add_note(customer, " ", actor=agent, at=later)


def test_history_joins_the_rooms_newest_first(bank: Institution, agent: Actor) -> None:
    customer = _register(bank)

    def day(number: int) -> datetime:
        return datetime(2026, 6, number, tzinfo=UTC)

    def contacts(*_asked: object) -> list[ports.HistoryItem]:
        return [
            ports.HistoryItem("contact", f"cont_{n}", "咨询", day(n), "ENDED", f"/desk/{n}")
            for n in (3, 1)
        ]

    def cases(*_asked: object) -> list[ports.HistoryItem]:
        return [ports.HistoryItem("case", "case_2", "转账", day(2), "CLOSED", "/cases/2/")]

    ports.register_history("test-contact", contacts, "Contacts", "messages")
    ports.register_history("test-case", cases, "Cases", "ticket")
    try:
        items = [
            item.ref
            for item in queries.history(agent, customer)
            if item.ref in ("cont_3", "case_2", "cont_1")
        ]
        assert items == ["cont_3", "case_2", "cont_1"]
        assert len(queries.history(agent, customer, limit=2)) == 2
    finally:
        ports.forget_history("test-contact")
        ports.forget_history("test-case")
