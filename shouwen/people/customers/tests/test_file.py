"""One page per customer: wishes first, what was said, who speaks for whom, what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions, ports, queries
from shouwen.people.customers.models import Customer, Representative
from shouwen.people.customers.ports import Before, HistoryItem
from shouwen.people.customers.tests.conftest import PHONE
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

HTMX = {"HX-Request": "true"}
# The session, the person, the file and its parts, the sources of its history, the trail.
QUERIES = 24


@pytest.fixture
def person(bank: Institution) -> Person:
    return a_person(a_unit(bank), "agent")


@pytest.fixture
def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def company(bank: Institution) -> Customer:
    return actions.register_customer(
        bank, name="示范贸易有限公司", kind="ENTERPRISE", actor=FOUNDER, at=MONDAY_9AM
    )


@pytest.fixture
def past() -> Iterator[list[HistoryItem]]:
    """A room with a long history."""
    items: list[HistoryItem] = []

    def told(
        _actor: Actor, _customer: Customer, limit: int, before: Before | None
    ) -> list[HistoryItem]:
        newest = sorted(items, key=lambda item: (item.at, item.ref), reverse=True)
        older = [i for i in newest if before is None or (i.at, i.ref) < (before.at, before.ref)]
        return older[:limit]

    ports.register_history("test", told, "Tests", "history")
    yield items
    ports.forget_history("test")


def item(number: int, at: datetime) -> HistoryItem:
    ref = f"test_{'abcdefghij'[number % 10] * 26}"
    return HistoryItem("test", ref, f"第{number}件", at, "ENDED", "/")


# ---- wishes ----


def test_wishes_are_sealed_and_kept_in_their_order(customer: Customer) -> None:
    actions.set_wishes(
        customer, ["WRITING", "SLOWLY"], " 18点后联系 ", language="en", actor=FOUNDER, at=MONDAY_9AM
    )
    kept = Customer.objects.get(pk=customer.pk)
    assert (kept.heeded.kinds, kept.heeded.words, kept.language) == (
        ("SLOWLY", "WRITING"),
        "18点后联系",
        "en",
    )
    assert "18点" not in str(Customer.objects.values_list("wishes").get(pk=customer.pk))
    row = AuditRow.objects.get(act="customer.wishes_set")
    assert (row.fields, "18点" in row.detail) == ("language,wishes", False)


def test_wishes_are_cleared_and_nothing_new_is_no_act(customer: Customer) -> None:
    for kinds in (["HEARING"], ["HEARING"], []):
        actions.set_wishes(customer, kinds, "", language="zh-hans", actor=FOUNDER, at=MONDAY_9AM)
    assert not Customer.objects.get(pk=customer.pk).heeded
    assert AuditRow.objects.filter(act="customer.wishes_set").count() == 2


def test_wrong_wishes_are_named(customer: Customer) -> None:
    with pytest.raises(Invalid) as error:
        actions.set_wishes(
            customer, ["VIP"], "长" * 201, language="fr", actor=FOUNDER, at=MONDAY_9AM
        )
    assert set(error.value.fields) == {"kinds", "words", "language"}


# ---- organisations ----


def test_an_organisation_has_several_contacts(customer: Customer, company: Customer) -> None:
    named = actions.name_representative(
        company, customer, post="财务负责人", authority="FULL", actor=FOUNDER, at=MONDAY_9AM
    )
    with pytest.raises(actions.NamedAlready):
        actions.name_representative(
            company, customer, post="出纳", authority="NONE", actor=FOUNDER, at=MONDAY_9AM
        )
    assert [r.person for r in queries.representatives_of(company)] == [customer]
    assert [r.organisation for r in queries.representatives_of(customer)] == [company]
    actions.end_representative(named, actor=FOUNDER, at=MONDAY_9AM + timedelta(days=1))
    assert queries.representatives_of(company) == []
    with pytest.raises(actions.NotNamed):
        actions.end_representative(named, actor=FOUNDER, at=MONDAY_9AM + timedelta(days=2))
    assert Representative.objects.count() == 1


def test_a_person_of_another_institution_speaks_for_nobody_here(company: Customer) -> None:
    foreign = actions.register_customer(
        an_institution("insurer"), name="韩梅", actor=FOUNDER, at=MONDAY_9AM
    )
    with pytest.raises(Invalid) as error:
        actions.name_representative(
            company, foreign, post="经理", authority="FULL", actor=FOUNDER, at=MONDAY_9AM
        )
    assert set(error.value.fields) == {"person"}
    with pytest.raises(Invalid) as error:
        actions.name_representative(
            company, company, post=" ", authority="KING", actor=FOUNDER, at=MONDAY_9AM
        )
    assert set(error.value.fields) == {"person", "post", "authority"}


# ---- history ----


def test_a_long_history_is_read_page_by_page(
    customer: Customer, person: Person, past: list[HistoryItem]
) -> None:
    past += [item(n, MONDAY_9AM + timedelta(minutes=n // 2)) for n in range(5)]
    seen: list[str] = []
    cursor = ""
    for _page in range(3):
        page = queries.story(acting(person), customer, kind="test", cursor=cursor, limit=2)
        seen += [one.title for one in page.items]
        cursor = page.older
    assert (seen, cursor) == (["第4件", "第3件", "第2件", "第1件", "第0件"], "")


@pytest.mark.parametrize("cursor", ["x", "2026-06-15~cont_a", "9999-99-99T00:00:00+00:00~" + "a"])
def test_a_wrong_cursor_is_named(customer: Customer, person: Person, cursor: str) -> None:
    with pytest.raises(Invalid):
        queries.story(acting(person), customer, cursor=cursor)


# ---- pages ----


def test_a_file_opens_for_a_purpose_and_is_on_the_trail(
    customer: Customer, browser: Client
) -> None:
    asked = browser.get(f"/customers/{customer.public_id}/")
    assert "?for=serve" in asked.text
    assert not AuditRow.objects.filter(act="customer.viewed").exists()
    page = browser.get(f"/customers/{customer.public_id}/?for=serve").text
    assert customer.number in page
    assert "138****1234" in page
    assert [text for text in ("欧阳文静", PHONE) if text in page] == []
    row = AuditRow.objects.get(act="customer.viewed")
    assert (row.object_ref, row.purpose) == (customer.public_id, "serve")


@pytest.mark.parametrize(
    ("source", "purpose"),
    [
        ("cont_" + "a" * 26, "contact cont_" + "a" * 26),
        ("case_" + "2" * 26, "case case_" + "2" * 26),
    ],
)
def test_from_a_contact_or_a_case_it_opens_by_itself(
    customer: Customer, browser: Client, source: str, purpose: str
) -> None:
    browser.get(f"/customers/{customer.public_id}/?for={source}")
    assert AuditRow.objects.get(act="customer.viewed").purpose == purpose


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_length(
    customer: Customer,
    company: Customer,
    browser: Client,
    past: list[HistoryItem],
    rows: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        past.append(item(number, MONDAY_9AM))
        actions.add_note(customer, f"备注{number}", actor=FOUNDER, at=MONDAY_9AM)
        actions.add_contact_point(
            customer, kind="EMAIL", value=f"a{number}@example.com", actor=FOUNDER, at=MONDAY_9AM
        )
    with django_assert_max_num_queries(QUERIES):
        browser.get(f"/customers/{customer.public_id}/?for=serve")


def test_an_unknown_kind_or_cursor_begins_with_the_newest(
    customer: Customer, browser: Client
) -> None:
    for asked in ("kind=x&after=y", "after=%E2%80%AE", "kind=test&after=2026~cont"):
        for headers in ({}, HTMX):
            address = f"/customers/{customer.public_id}/?for=serve&{asked}"
            assert browser.get(address, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "typed", [PHONE, "+86 138 0000 1234", "欧阳文静", "{number}", "11010519491231002x"]
)
def test_whatever_is_typed_finds_the_file(bank: Institution, browser: Client, typed: str) -> None:
    customer = actions.register_customer(
        bank,
        name="欧阳文静",
        phone=PHONE,
        id_number="11010519491231002X",
        actor=FOUNDER,
        at=MONDAY_9AM,
    )
    said = {"q": typed.format(number=customer.number), "for": "serve"}
    answer = browser.post("/customers/find/", said)
    assert answer["Location"] == f"/customers/{customer.public_id}/?for=serve"


def test_a_search_without_words_or_purpose_is_refused(browser: Client) -> None:
    assert browser.post("/customers/find/", {"q": " ", "for": "serve"}).status_code == 422
    assert browser.post("/customers/find/", {"q": "韩梅", "for": "fun"}).status_code == 422
    nobody = browser.post("/customers/find/", {"q": "\x00无此人", "for": "serve"})
    assert nobody.status_code == 200


def test_what_was_opened_lately_stands_below_the_search(
    customer: Customer, browser: Client
) -> None:
    browser.get(f"/customers/{customer.public_id}/?for=serve")
    assert customer.number in browser.get("/customers/").text


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("note", {"text": "上午联系不便"}),
        ("point", {"kind": "EMAIL", "value": "wen@example.com"}),
        ("tiers", {"risk": "HIGH", "value": "HIGH_NET_WORTH", "reason": "重新评估"}),
        ("wishes", {"kinds": ["SLOWLY"], "words": "", "language": "en"}),
        (
            "consent",
            {
                "purpose": "ANY", "way": "", "answer": "no", "evidence": "FORM",
                "evidence_ref": "F-1", "decided_at": "2026-06-15T08:00",
            },
        ),
    ],
)  # fmt: skip
def test_each_dialog_is_asked_and_done(
    customer: Customer, browser: Client, act: str, said: dict[str, str]
) -> None:
    base = f"/customers/{customer.public_id}"
    with time.frozen(MONDAY_9AM):
        assert browser.get(f"{base}/ask/{act}/").status_code == 200
        answer = browser.post(f"{base}/do/{act}/", {**said, "idempotency_key": "k1"})
        again = browser.post(f"{base}/do/{act}/", {**said, "idempotency_key": "k1"})
    assert (answer.status_code, again.status_code) == (200, 200)
    assert 'id="customer-file"' in answer.text
    trail = AuditRow.objects.filter(object_ref=customer.public_id, actor_kind="PERSON")
    assert trail.count() == 1


@pytest.mark.parametrize("act", ["note", "point", "tiers", "wishes", "consent", "person"])
def test_an_empty_dialog_says_what_is_wrong(
    customer: Customer, company: Customer, browser: Client, act: str
) -> None:
    subject = company if act == "person" else customer
    answer = browser.post(f"/customers/{subject.public_id}/do/{act}/", {}, headers=HTMX)
    assert answer.status_code == 422
    assert "sw-errmsg" in answer.text


def test_a_contact_of_a_company_is_named_and_ended_on_its_page(
    customer: Customer, company: Customer, browser: Client
) -> None:
    base = f"/customers/{company.public_id}/do"
    said = {"person": customer.number, "post": "财务负责人", "authority": "ENQUIRE"}
    assert "财务负责人" in browser.post(f"{base}/person/", said).text
    assert browser.post(f"{base}/person/", said).status_code == 409
    named = Representative.objects.get()
    for _again in range(2):
        assert browser.post(f"{base}/end-person/", {"named": named.public_id}).status_code == 200
    assert browser.post(f"{base}/end-person/", {"named": "repr_x"}).status_code == 404


def test_a_customer_is_registered_once_for_each_form(browser: Client, bank: Institution) -> None:
    said = {"name": "韩梅", "kind": "INDIVIDUAL", "idempotency_key": "form-1"}
    for _again in range(2):
        answer = browser.post("/customers/new/", said)
        assert answer["HX-Redirect"].endswith("?for=correct")
    assert Customer.objects.count() == 1
    assert browser.post("/customers/new/", {"kind": "X"}).status_code == 422


def test_another_institutions_file_is_not_there(browser: Client) -> None:
    foreign = actions.register_customer(
        an_institution("insurer"), name="韩梅", actor=FOUNDER, at=MONDAY_9AM
    )
    base = f"/customers/{foreign.public_id}"
    for address in (f"{base}/", f"{base}/?for=serve", f"{base}/ask/note/"):
        assert browser.get(address).status_code == 404
    assert browser.post(f"{base}/do/note/", {"text": "x"}).status_code == 404
    with pytest.raises(NotThere):
        queries.customer_to_change(
            acting(a_person(a_unit(an_institution("third")), "agent")), foreign.public_id
        )


def test_an_act_that_is_none_is_not_there(customer: Customer, browser: Client) -> None:
    base = f"/customers/{customer.public_id}"
    assert browser.get(f"{base}/ask/burn/").status_code == 404
    assert browser.get(f"{base}/ask/end-person/").status_code == 404
    assert browser.post(f"{base}/do/burn/").status_code == 404
