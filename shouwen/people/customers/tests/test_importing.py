"""Customers come in by a table: checked first, every wrong line named, twice is once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.kit import tables
from shouwen.ground.kit.tables import Fault, NotATable
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions, queries
from shouwen.people.customers.actions.importing import REFUSALS
from shouwen.people.customers.models import Customer, CustomerImport, ImportState
from shouwen.people.customers.rules import importing as rules
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

TODAY = date(2026, 6, 15)
TABLE = """姓名,类型,证件号码,手机,邮箱,风险
欧阳文静,个人,11010519491231002X,13800001234,,高
韩梅,,,13911112222,hm@example.com,
示范贸易有限公司,企业,91110000600037341L,,,低风险
,个人,,13911113333,,
李雷,个人,123,13911114444,,特高
韩梅,,,13911112222,hm@example.com,
王芳,个人,,,,
""".encode()


@pytest.fixture
def person(bank: Institution) -> Person:
    return a_person(a_unit(bank), "lead")


@pytest.fixture
def lead(person: Person) -> Actor:
    return acting(person)


def take_in(bank: Institution, lead: Actor, data: bytes = TABLE) -> CustomerImport:
    found = actions.check_import(bank, data, actor=lead, at=MONDAY_9AM)
    actions.start_import(found, actor=lead, at=MONDAY_9AM)
    while actions.import_waiting(MONDAY_9AM):
        pass
    found.refresh_from_db()
    return found


def test_every_wrong_line_is_named() -> None:
    table = rules.read_table(TABLE, TODAY)
    assert [row.line for row in table.rows] == [2, 3, 4]
    assert table.faults == [
        Fault(5, "name", "wrong"),
        Fault(6, "id_number", "wrong"),
        Fault(6, "risk", "wrong"),
        Fault(7, "", "repeats", 3),
        Fault(8, "phone", "nothing-to-know-by"),
    ]
    assert (table.lines, table.bad_lines) == (7, 4)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        ("姓名,手机\n".encode(), "empty"),
        ("手机\n13800001234\n".encode(), "no-name-column"),
        ("姓名,星座\n韩梅,狮子\n".encode(), "unknown-column"),
        ("姓名,name\n韩梅,韩梅\n".encode(), "column-twice"),
        ('姓名,手机\n"韩梅,1380000\n'.encode(), "broken-quotes"),
        (b"PK\x03\x04\x00\x00", "not-text"),
        (b"\xff\xfe\xff", "not-text"),
        (b"name\n" + b"x" * tables.MOST_BYTES, "too-large"),
        (b"name,phone\n" + b"a,13800001234\n" * (tables.MOST_ROWS + 1), "too-many-rows"),
    ],
)
def test_a_file_that_is_no_table_says_why(data: bytes, code: str) -> None:
    with pytest.raises(NotATable) as error:
        rules.read_table(data, TODAY)
    assert error.value.code == code


def test_tables_of_older_spreadsheets_and_quoted_lines_are_read() -> None:
    old = rules.read_table("姓名,手机\n韩梅,13911112222\n".encode("gb18030"), TODAY)
    assert [row.name for row in old.rows] == ["韩梅"]
    quoted = rules.read_table('name,phone\n"韩\n梅",13911112222\n李雷,1\n'.encode(), TODAY)
    assert ([row.line for row in quoted.rows], [f.line for f in quoted.faults]) == ([2], [4])


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_are_refused(data: bytes) -> None:
    try:
        rules.read_table(data, TODAY)
        code = ""
    except NotATable as error:
        code = error.code
    assert code == "" or code in REFUSALS


@given(st.text(max_size=300))
def test_any_line_is_a_customer_or_a_fault(text: str) -> None:
    try:
        table = rules.read_table(f"name,phone,risk\n{text}\n".encode(), TODAY)
    except NotATable:
        return
    except UnicodeEncodeError:
        return
    assert len(table.rows) + table.bad_lines == table.lines


def test_a_check_takes_nothing_in(bank: Institution, lead: Actor) -> None:
    actions.register_customer(bank, name="韩梅", phone="13911112222", actor=FOUNDER, at=MONDAY_9AM)
    found = actions.check_import(bank, TABLE, actor=lead, at=MONDAY_9AM)
    assert (found.lines, found.bad_lines, found.expected_new, found.expected_known) == (7, 4, 2, 1)
    assert Customer.objects.count() == 1
    assert actions.import_waiting(MONDAY_9AM) == 0
    stored = str(CustomerImport.objects.values_list("table", "faults").get(pk=found.pk))
    assert [word for word in ("欧阳", "13911112222", "11010519491231002X") if word in stored] == []


def test_good_lines_come_in_and_twice_is_once(bank: Institution, lead: Actor) -> None:
    first = take_in(bank, lead)
    assert (first.state, first.taken, first.made, first.changed) == (ImportState.DONE, 3, 3, 0)
    assert first.table is None
    second = take_in(bank, lead)
    assert (second.made, second.changed, second.expected_known) == (0, 0, 3)
    people = {c.name.plain: c for c in Customer.objects.order_by("pk")}
    assert list(people) == ["欧阳文静", "韩梅", "示范贸易有限公司"]
    assert (people["欧阳文静"].risk, people["示范贸易有限公司"].kind) == ("HIGH", "ENTERPRISE")
    assert [point.kind for point in queries.points_of(people["韩梅"])] == ["EMAIL", "PHONE"]
    trail = AuditRow.objects.filter(act="customer.registered", actor_ref=lead.ref)
    assert {row.purpose for row in trail} == {f"import {first.public_id}"}


def test_a_known_customer_gets_what_is_new(bank: Institution, lead: Actor) -> None:
    take_in(bank, lead)
    more = "姓名,手机,邮箱,风险\n韩梅,13911112222,new@example.com,中\n".encode()
    found = take_in(bank, lead, more)
    assert (found.made, found.changed) == (0, 1)
    customer = Customer.objects.order_by("pk")[1]
    assert customer.risk == "MIDDLE"
    assert len(queries.points_of(customer)) == 3


def test_batches_go_on_where_they_stopped(
    bank: Institution, lead: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shouwen.people.customers.actions.importing.BATCH_ROWS", 2)
    found = actions.check_import(bank, TABLE, actor=lead, at=MONDAY_9AM)
    actions.start_import(found, actor=lead, at=MONDAY_9AM)
    steps = [actions.import_waiting(MONDAY_9AM) for _turn in range(3)]
    assert steps == [2, 1, 0]
    assert Customer.objects.count() == 3


def test_who_loses_the_right_takes_nothing_more_in(
    bank: Institution, lead: Actor, person: Person
) -> None:
    found = actions.check_import(bank, TABLE, actor=lead, at=MONDAY_9AM)
    actions.start_import(found, actor=lead, at=MONDAY_9AM)
    staff.revoke_role(person, "lead", actor=FOUNDER, at=MONDAY_9AM)
    actions.import_waiting(MONDAY_9AM)
    found.refresh_from_db()
    assert (found.state, Customer.objects.count()) == (ImportState.STOPPED, 0)


def test_an_import_is_started_or_dropped_once(bank: Institution, lead: Actor) -> None:
    found = actions.check_import(bank, TABLE, actor=lead, at=MONDAY_9AM)
    actions.drop_import(found, actor=lead, at=MONDAY_9AM)
    for act in (actions.start_import, actions.drop_import):
        with pytest.raises(actions.ImportMoved):
            act(found, actor=lead, at=MONDAY_9AM)
    forgotten = actions.check_import(bank, TABLE, actor=lead, at=MONDAY_9AM)
    assert actions.drop_old_imports(MONDAY_9AM + timedelta(hours=23)) == 0
    assert actions.drop_old_imports(MONDAY_9AM + timedelta(hours=25)) == 1
    forgotten.refresh_from_db()
    assert (forgotten.state, forgotten.table) == (ImportState.DROPPED, None)


def test_a_table_without_a_good_line_is_not_started(bank: Institution, lead: Actor) -> None:
    found = actions.check_import(bank, "姓名\n韩梅\n".encode(), actor=lead, at=MONDAY_9AM)
    with pytest.raises(Invalid):
        actions.start_import(found, actor=lead, at=MONDAY_9AM)


def test_who_may_import(bank: Institution, lead: Actor, person: Person) -> None:
    agent = acting(a_person(person.unit, "agent"))
    with pytest.raises(NotAllowed):
        actions.check_import(bank, TABLE, actor=agent, at=MONDAY_9AM)
    stranger = acting(a_person(a_unit(an_institution("insurer")), "lead"))
    with pytest.raises(NotThere):
        actions.check_import(bank, TABLE, actor=stranger, at=MONDAY_9AM)
    found = actions.check_import(bank, TABLE, actor=lead, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        queries.import_for(stranger, found.public_id)


def test_a_check_costs_the_same_queries_for_any_length(bank: Institution, lead: Actor) -> None:
    def cost(rows: int) -> int:
        lines = "".join(f"客户{n},1391111{n:04d}\n" for n in range(rows))
        with CaptureQueriesContext(connection) as seen:
            actions.check_import(bank, f"姓名,手机\n{lines}".encode(), actor=lead, at=MONDAY_9AM)
        return len(seen)

    cost(1)
    assert cost(2) == cost(200)


def test_the_pages_from_sample_to_report(bank: Institution, person: Person) -> None:
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    sample = browser.get("/customers/imports/sample.csv").content
    assert [row.line for row in rules.read_table(sample, TODAY).rows] == [2, 3]
    assert browser.post("/customers/imports/", {}).status_code == 422
    broken = SimpleUploadedFile("a.csv", b"\x00")
    assert browser.post("/customers/imports/", {"file": broken}).status_code == 422
    made = browser.post("/customers/imports/", {"file": SimpleUploadedFile("a.csv", TABLE)})
    page = made["Location"]
    shown = browser.get(page).text
    assert "11010519491231002X" not in shown
    report = browser.get(f"{page}wrong.csv")
    lines = report.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:6]] == ["5", "6", "6", "7", "8"]
    assert report["Content-Disposition"].startswith("attachment")
    assert browser.post(f"{page}start/")["Location"] == page
    assert browser.post(f"{page}drop/").status_code == 409
    assert 'hx-trigger="every 2s"' in browser.get(page).text
    actions.import_waiting(MONDAY_9AM)
    assert 'hx-trigger="every 2s"' not in browser.get(page).text
    assert page in browser.get("/customers/imports/").text
