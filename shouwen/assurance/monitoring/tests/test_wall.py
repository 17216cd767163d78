"""The wall says what each figure is, leads nobody to a shut door, and gives its queues away."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shouwen.assurance.monitoring import kpis, wall
from shouwen.assurance.monitoring.tests.floors import NOW, answered, asked, hear_everything
from shouwen.contact.routing.models import Queue
from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases.tests.factories import Bank

# Beyond the figures themselves: who asks, and what stands at the top of the page.
MOST_QUERIES = 30
LINK = re.compile(r'href="(/(?:reports|routing|cases)/[^"]*)"')


def figures_for(person: Person, client: Client) -> str:
    """Fetch the refreshed part of the wall as this person."""
    client.force_login(person)
    with time.frozen(NOW):
        return client.get("/wallboard/figures/").content.decode()


def test_each_tile_opens_the_card_of_its_definition(bank: Bank, client: Client) -> None:
    client.force_login(bank.lead)
    with time.frozen(NOW):
        page = client.get("/wallboard/").content.decode()
    for one in wall.definitions():
        assert f'popovertarget="wall-def-{one.id}"' in page
        card = page.partition(f'id="wall-def-{one.id}"')[2].partition("</span></span>")[0]
        assert one.clause
        for words in (str(one.name), str(one.formula), one.clause, one.clause_words):
            assert words in card
    # The cards stand outside of what is refreshed, so that an open one stays.
    assert "wall-def-connect-rate" in figures_for(bank.lead, client)
    assert 'id="wall-def-' not in figures_for(bank.lead, client)


def test_the_figures_of_the_wall_are_those_of_the_reports() -> None:
    assert set(wall.PERIODS) - {wall.WAITING} <= set(kpis.by_code())


@pytest.mark.parametrize("role", ["lead", "complaints", "inspector", "trainer", "auditor", "admin"])
def test_every_way_on_is_open_to_who_sees_it(bank: Bank, client: Client, role: str) -> None:
    answered(bank, 1, bank.agent, 10)
    hear_everything()
    ways = LINK.findall(figures_for(staff.a_person(bank.cards, role), client))
    assert ways
    with time.frozen(NOW):
        answers = {way: client.get(way.replace("&amp;", "&")).status_code for way in ways}
    assert set(answers.values()) == {200}


def test_who_reads_no_contacts_is_led_to_the_figure_and_not_behind_it(
    bank: Bank, client: Client
) -> None:
    shown = figures_for(staff.a_person(bank.cards, "trainer"), client)
    assert "/reports/?period=today&amp;kpi=connect_rate" in shown
    assert "/reports/behind/" not in shown
    assert 'href="/routing/queues/' not in shown
    assert 'href="/cases/' not in shown
    lead = figures_for(bank.lead, client)
    assert "/reports/behind/?period=7d&amp;kpi=satisfaction_rate" in lead
    assert "/reports/behind/?period=today&amp;kpi=contacts_answered&amp;queue=online" in lead
    assert 'href="/routing/queues/#queue-online"' in lead


def test_the_queues_are_taken_along_as_they_stand(bank: Bank, client: Client) -> None:
    Queue.objects.filter(code="online").update(name_zh="=1+1")
    answered(bank, 1, bank.agent, 10)
    asked(bank, 2)
    hear_everything()
    client.force_login(bank.lead)
    with time.frozen(NOW):
        table = client.get("/wallboard/queues.csv")
        book = client.get("/wallboard/queues.xlsx")
    heads, row = csv.reader(io.StringIO(table.content.decode("utf-8-sig")))
    told = dict(zip(heads, row, strict=True))
    assert (told["队列"], told["队列代码"]) == ("'=1+1", "online")
    assert (told["等待"], told["今日接听"], told["服务水平"]) == ("1", "1", "1.0")
    assert "queues-now.csv" in table["Content-Disposition"]
    assert book.content[:2] == b"PK"
    trail = AuditRow.objects.filter(act="figure.exported")
    assert [one.detail for one in trail] == ['{"table":"queues-now"}'] * 2


def test_who_may_not_read_figures_takes_none_along(bank: Bank, client: Client) -> None:
    client.force_login(bank.agent)
    assert client.get("/wallboard/queues.csv").status_code == 403
    assert not AuditRow.objects.filter(act="figure.exported").exists()


@pytest.mark.parametrize("contacts", [1, 6])
def test_the_ways_on_cost_no_query(
    bank: Bank,
    client: Client,
    contacts: int,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    for serial in range(contacts):
        answered(bank, serial, bank.agent, 10)
    hear_everything()
    figures_for(bank.lead, client)
    with time.frozen(NOW), django_assert_max_num_queries(MOST_QUERIES):
        client.get("/wallboard/figures/")
