"""The palette of Ctrl K: where one may go, what one had open, and what words and numbers find."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.front.desk.tests.factories import HTMX, a_centre, an_active_contact
from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests.factories import a_person, signed_in
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case, later
from shouwen.service.knowledge import actions as knowledge

pytestmark = pytest.mark.django_db
ADDRESS = "/kit/find/"
PHONE = "13812345678"


@pytest.fixture
def bank() -> Bank:
    return a_bank()


def _asked(client: Client, words: str, further: str = "") -> str:
    with time.frozen(later(hours=1)):
        answer = client.post(ADDRESS, {"words": words, "further": further}, headers=HTMX)
    assert answer.status_code == 200
    return str(answer.text)


def _links(page: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', page)


def test_before_a_word_is_typed_it_leads_where_the_rail_and_the_system_pages_lead(
    bank: Bank,
) -> None:
    agent = _links(signed_in(bank.agent).get(ADDRESS).text)
    assert "/desk/" in agent
    assert "/console/system/queues/" not in agent
    admin = _links(signed_in(bank.admin).get(ADDRESS).text)
    assert "/console/system/queues/" in admin
    assert "/desk/" not in admin


def test_what_one_had_open_comes_back_newest_first_and_only_to_oneself(bank: Bank) -> None:
    case, other = a_case(bank), a_case(bank, title="密码锁定")
    client = signed_in(bank.agent)
    for one in (case, other, case):
        assert client.get(f"/cases/{one.public_id}/").status_code == 200
    shown = [url for url in _links(client.get(ADDRESS).text) if "case_" in url]
    assert shown == [f"/cases/{case.public_id}/", f"/cases/{other.public_id}/"]
    assert not [
        url for url in _links(signed_in(bank.colleague).get(ADDRESS).text) if "case_" in url
    ]


def test_a_case_that_has_gone_out_of_reach_is_not_remembered(bank: Bank) -> None:
    case = a_case(bank)
    client = signed_in(bank.agent)
    client.get(f"/cases/{case.public_id}/")
    Case.objects.update(unit=bank.loans, owner=bank.outsider, handler=bank.outsider)
    assert case.public_id not in client.get(ADDRESS).text


@pytest.mark.parametrize("words", ["境外交易", "{number}", "  境外   交易 "])
def test_cases_are_found_by_words_and_number_with_the_name_masked(bank: Bank, words: str) -> None:
    case = a_case(bank)
    page = _asked(signed_in(bank.agent), words.format(number=case.number))
    assert f"/cases/{case.public_id}/" in _links(page)
    assert "林**" in page
    assert "林晓棠" not in page


def test_another_institution_finds_nothing(bank: Bank) -> None:
    case = a_case(bank)
    elsewhere = a_bank("insurer")
    for words in ("境外交易", case.number, "林晓棠", bank.customer.number):
        page = _asked(signed_in(elsewhere.lead), words, further="yes")
        assert "case_" not in page
        assert bank.customer.number not in page


def test_a_contact_is_found_by_its_id_alone(bank: Bank) -> None:
    centre = a_centre("third")
    contact = an_active_contact(centre)
    page = _asked(signed_in(centre.first), contact.public_id)
    assert _links(page)[:1] == [f"/desk/contacts/{contact.public_id}/"]
    assert contact.public_id not in _asked(signed_in(bank.lead), contact.public_id)


def test_an_article_is_found_by_pinyin(bank: Bank) -> None:
    writer = bank.acting(a_person(bank.cards, "editor"))
    knowledge.plant_categories(
        bank.institution.pk,
        (knowledge.Area("card", "信用卡", "Credit cards"),),
        actor=writer,
        at=later(),
    )
    wording = knowledge.Wording(
        title="信用卡年费减免规则",
        topic="PRODUCT",
        category="card",
        body="普通卡首年免年费。",
        review_on=date(2026, 12, 1),
    )
    version = knowledge.draft_article(wording, actor=writer, at=later())
    knowledge.submit(version, actor=writer, at=later())
    knowledge.approve(version, actor=bank.boss, at=later())
    page = _asked(signed_in(bank.agent), "nfjm")
    assert f"/knowledge/{version.article.public_id}/" in _links(page)
    assert "信用卡年费减免规则" in page


@pytest.mark.parametrize(
    "words", [PHONE, "138 1234 5678", "C000001", "林晓棠", "11010119900307721X"]
)
def test_a_customer_is_looked_for_only_when_asked_and_then_on_the_trail(
    bank: Bank, words: str
) -> None:
    page = _asked(signed_in(bank.agent), words)
    assert "data-further" in page
    assert not AuditRow.objects.filter(act="customer.searched").exists()
    _asked(signed_in(bank.agent), words, further="yes")
    row = AuditRow.objects.get(act="customer.searched")
    assert (row.actor_ref, row.purpose) == (bank.agent.public_id, "palette")
    assert words not in row.detail


def test_a_customers_cases_are_found_by_the_whole_name_and_shown_masked(bank: Bank) -> None:
    case = a_case(bank)
    page = _asked(signed_in(bank.agent), "林晓棠", further="yes")
    assert f"/cases/{case.public_id}/" in _links(page)
    assert f"林** · {bank.customer.number}" in page
    assert "data-further" not in page


def test_no_number_of_a_customer_gets_into_an_address(bank: Bank) -> None:
    a_case(bank, title=f"回拨 {PHONE}")
    client = signed_in(bank.agent)
    for further in ("", "yes"):
        assert [url for url in _links(_asked(client, PHONE, further)) if PHONE in url] == []


def test_who_may_look_no_customer_up_gets_no_offer(bank: Bank) -> None:
    case = a_case(bank)
    for words in (PHONE, "林晓棠"):
        page = _asked(signed_in(bank.inspector), words, further="yes")
        assert "data-further" not in page
        assert case.public_id not in page
    assert not AuditRow.objects.filter(act="customer.searched").exists()


@pytest.mark.parametrize(
    "words", ["", "卡", " ", "\x00\x00", "a\x00b", "%", "'; drop table", "《》", "字" * 5000]
)
def test_nothing_odd_breaks_it(bank: Bank, words: str) -> None:
    assert _links(_asked(signed_in(bank.agent), words)) == []


def test_a_visitor_is_led_to_sign_in() -> None:
    assert Client().post(ADDRESS, {"words": "年费"}).status_code == 302


def test_what_it_costs_does_not_grow(bank: Bank) -> None:
    client = signed_in(bank.agent)
    costs = []
    for rows in (1, 5):
        for case in [a_case(bank) for _ in range(rows)]:
            client.get(f"/cases/{case.public_id}/")
        with CaptureQueriesContext(connection) as home:
            client.get(ADDRESS)
        with CaptureQueriesContext(connection) as found:
            _asked(client, "境外交易")
        costs.append((len(home), len(found)))
    assert costs[0] == costs[1]
