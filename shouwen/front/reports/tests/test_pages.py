"""The reports' pages: what they show, to whom, and what a wrong entry gets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shouwen.assurance.monitoring.tests.floors import NOW, a_busy_bank, answered, hear_everything
from shouwen.ground.kernel import time
from shouwen.service.cases.tests import factories as cases
from shouwen.service.cases.tests.factories import Bank

QUERIES = 19


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank that answered two contacts and opened a case today."""
    made = a_busy_bank()
    answered(made, 1, made.agent, 10)
    answered(made, 2, made.colleague, 30)
    cases.a_case_in("ASSIGNED", made)
    hear_everything()
    return made


def see(client: Client, address: str) -> str:
    """Fetch a page at the day's time."""
    with time.frozen(NOW):
        return client.get(address).content.decode()


def test_the_page_shows_value_definition_clause_and_chart(bank: Bank, client: Client) -> None:
    client.force_login(bank.lead)
    page = see(client, "/reports/?period=today")
    assert "接通率" in page
    assert "SN-17-01" in page
    assert "人工接听数÷（人工接听数＋排队中放弃数）" in page
    found = re.search(r'id="report-chart-data" type="application/json">(.*?)</script>', page)
    assert found
    chart = json.loads(found[1])
    assert (chart["unit"], max(v for v in chart["values"] if v is not None)) == ("share", 100)
    assert "暂无数据" in page
    assert "App在线" in page


def test_the_chosen_figure_and_part_stand_in_the_address(bank: Bank, client: Client) -> None:
    client.force_login(bank.lead)
    page = see(client, "/reports/?period=today&by=unit&kpi=cases_opened")
    assert "信用卡争议组" in page
    assert f"unit={bank.cards.public_id}" in page
    own = see(client, f"/reports/?period=today&person={bank.agent.public_id}&kpi=average_handle")
    assert "1分" in own
    assert bank.agent.name in own


def test_english_is_whole(bank: Bank, client: Client) -> None:
    bank.lead.language = "en"
    bank.lead.save(update_fields=["language"])
    client.force_login(bank.lead)
    page = see(client, "/reports/?period=today")
    assert "Connect rate" in page
    assert "compared with" in page


@pytest.mark.parametrize(
    "wrong", ["period=ever", "from=2026-06-02&to=2026-06-01", "by=planet", "kpi=x", "interval=1s"]
)
def test_a_wrong_entry_is_named_and_the_usual_shown(bank: Bank, client: Client, wrong: str) -> None:
    client.force_login(bank.lead)
    with time.frozen(NOW):
        answer = client.get(f"/reports/?{wrong}")
    assert answer.status_code == 422
    assert "接通率" in answer.content.decode()


def test_an_unknown_page_number_shows_the_nearest(bank: Bank, client: Client) -> None:
    client.force_login(bank.lead)
    for number in ("0", "99", "x", "9" * 30):
        assert "App在线" in see(client, f"/reports/?period=today&page={number}")


def test_agents_are_not_let_in(bank: Bank, client: Client) -> None:
    client.force_login(bank.agent)
    assert client.get("/reports/").status_code == 403


def test_another_institution_sees_nothing_of_it(bank: Bank, client: Client) -> None:
    other = a_busy_bank("other")
    client.force_login(other.lead)
    page = see(client, "/reports/?period=today&by=person")
    assert bank.agent.public_id not in page
    assert "所选时间内没有数据" in page


@pytest.mark.parametrize("contacts", [1, 4])
def test_the_page_costs_the_same_for_any_history(
    bank: Bank,
    client: Client,
    contacts: int,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    for serial in range(10, 10 + contacts):
        answered(bank, serial, bank.agent, 10)
    hear_everything()
    client.force_login(bank.lead)
    see(client, "/reports/?period=today&by=person")
    with time.frozen(NOW), django_assert_max_num_queries(QUERIES):
        client.get("/reports/?period=today&by=person")


def test_the_api_gives_the_same_figures(bank: Bank, client: Client) -> None:
    client.force_login(bank.lead)
    with time.frozen(NOW):
        answer = client.get("/api/v1/metrics/history?period=today&by=queue&kpi=contacts_routed")
        wrong = client.get("/api/v1/metrics/history?period=ever")
    body = answer.json()
    first = body["figures"][0]
    assert (first["code"], first["value"], first["numerator"]) == ("connect_rate", 1.0, 2)
    assert first["clause"] == "SN-17-01"
    assert sum(point["value"] or 0 for point in body["points"]) == 2
    assert [line["key"] for line in body["lines"] if line["key"]] == ["online"]
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "period"
