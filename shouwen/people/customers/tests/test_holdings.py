"""What a customer holds: read from a table or an address, masked, and never in the page's way."""

from __future__ import annotations

import json
import os
import threading
import time as clock
from collections.abc import Iterator, Sequence
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import holdings, ports, queries
from shouwen.people.customers.holdings import HoldingsFile, HoldingsService
from shouwen.people.customers.models import Customer
from shouwen.people.customers.ports import HoldingsAway
from shouwen.people.customers.rules.holdings import Holding, holdings_from
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.tests.factories import (
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

CARD = {
    "kind": "CARD",
    "name": "白金信用卡",
    "account": "6222021234567890123",
    "state": "ACTIVE",
    "opened_on": "2024-05-01",
}
READ = Holding("CARD", "白金信用卡", "6222****0123", "ACTIVE", date(2024, 5, 1))


class Book:
    """A core system of the tests."""

    def __init__(self, told: Sequence[Holding] | None) -> None:
        """Answer with these, or not at all."""
        self.told = told
        self.asked: list[tuple[str, str]] = []

    def holdings_of(self, institution: str, number: str) -> Sequence[Holding]:
        """Keep what was asked."""
        self.asked.append((institution, number))
        if self.told is None:
            raise HoldingsAway
        return self.told


@pytest.fixture
def plug() -> Iterator[Any]:
    """Plug core systems in for one test."""
    before = ports.holdings_book()
    yield ports.plug_holdings
    ports.plug_holdings(before)


@pytest.fixture
def agent(bank: Institution) -> Person:
    """Somebody who serves customers."""
    return a_person(a_unit(bank), "agent")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_numbers_are_masked_while_they_are_read() -> None:
    assert holdings_from([CARD]) == [READ]
    policy = {"name": "重疾险", "account": "P2023-88", "kind": "STRANGE", "state": "?"}
    assert holdings_from([policy]) == [Holding("OTHER", "重疾险", "P****8", "UNKNOWN")]
    assert "13800001234" not in holdings_from([{"name": "话费代扣13800001234"}])[0].name
    assert holdings_from([]) == []


@pytest.mark.parametrize(
    "rows",
    [
        None,
        7,
        "x",
        {"name": "x"},
        ["x"],
        [{}],
        [{"name": "x" * 81}],
        [{"name": "a\x00b"}],
        [{"name": "x", "opened_on": "yesterday"}],
        [{"name": "x"}] * 101,
    ],
)
def test_what_is_no_list_of_products_is_refused(rows: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        holdings_from(rows)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_table_is_read_for_one_customer_and_anew_when_it_is_replaced(
    tmp_path: Path, form: str
) -> None:
    rows = [{"institution": "bank", "number": "C000001", **CARD}]
    table = tmp_path / f"holdings.{form}"

    def write(listed: list[dict[str, str]]) -> None:
        beside = tmp_path / "beside"
        if form == "json":
            beside.write_text(json.dumps(listed), encoding="utf-8")
        else:
            lines = [",".join(rows[0]), *(",".join(row.values()) for row in listed)]
            beside.write_text("\n".join(lines), encoding="utf-8")
        os.replace(beside, table)

    write(rows)
    book = HoldingsFile(table)
    assert book.holdings_of("bank", "C000001") == [READ]
    assert book.holdings_of("bank", "C000002") == []
    assert book.holdings_of("insurer", "C000001") == []
    write([{**rows[0], "name": "金卡"}, rows[0]])
    assert [one.name for one in book.holdings_of("bank", "C000001")] == ["金卡", "白金信用卡"]


@pytest.mark.parametrize(
    "text", ["{", "7", "[7]", '[{"institution":"bank","number":"C1"}]', "\x00"]
)
def test_a_spoilt_or_missing_table_is_away(tmp_path: Path, text: str) -> None:
    table = tmp_path / "holdings.json"
    with pytest.raises(HoldingsAway):
        HoldingsFile(table).holdings_of("bank", "C1")
    table.write_text(text, encoding="utf-8")
    with pytest.raises(HoldingsAway):
        HoldingsFile(table).holdings_of("bank", "C1")


class _Core(BaseHTTPRequestHandler):
    """Answers as the path says."""

    seen: list[tuple[str, Any]] = []  # emptied by each test

    def do_POST(self) -> None:
        """Answer well, badly, late or not at all."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append((self.headers.get("Authorization", ""), body))
        if self.path == "/slow":
            clock.sleep(2)
        said = {"/bad": b"[]", "/html": b"<html>", "/deep": b"[" * 50_000}.get(
            self.path, json.dumps({"holdings": [CARD]}).encode()
        )
        self.send_response(500 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base's own name
        """Stay quiet."""


@pytest.fixture
def core(settings: Settings) -> Iterator[str]:
    """A core system on this machine, in an opened network."""
    settings.EGRESS_NETWORKS = ["127.0.0.0/8"]
    cache.clear()
    _Core.seen.clear()
    server = HTTPServer(("127.0.0.1", 0), _Core)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    cache.clear()


def test_an_address_is_asked_with_the_number_in_the_body(core: str) -> None:
    assert HoldingsService(f"{core}/", "secret").holdings_of("bank", "C000001") == [READ]
    assert _Core.seen == [("Bearer secret", {"institution": "bank", "number": "C000001"})]


@pytest.mark.parametrize("path", ["bad", "html", "deep", "broken"])
def test_an_answer_of_no_use_is_away(core: str, path: str) -> None:
    with pytest.raises(HoldingsAway):
        HoldingsService(f"{core}/{path}").holdings_of("bank", "C1")


def test_a_slow_core_system_is_given_up_and_left_in_peace(
    core: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holdings, "SECONDS", 0.2)
    for _turn in range(2):
        with pytest.raises(HoldingsAway):
            HoldingsService(f"{core}/slow").holdings_of("bank", "C1")
    assert len(_Core.seen) == 1


def test_an_inside_address_needs_the_operators_word(settings: Settings) -> None:
    settings.EGRESS_NETWORKS = []
    cache.clear()
    with pytest.raises(HoldingsAway):
        HoldingsService("https://127.0.0.1/").holdings_of("bank", "C1")
    cache.clear()


def test_a_setting_names_the_provider() -> None:
    assert holdings.provider("") is None
    assert isinstance(holdings.provider("/srv/holdings.csv"), HoldingsFile)
    assert isinstance(holdings.provider("https://core.example.com/h"), HoldingsService)


@pytest.mark.django_db(transaction=True)
def test_the_page_asks_apart_and_the_reading_is_on_the_trail(
    plug: Any, agent: Person, customer: Customer
) -> None:
    book = Book([READ])
    plug(book)
    browser, home = signed_in(agent), f"/customers/{customer.public_id}/"
    page = browser.get(f"{home}?for=serve").content.decode()
    assert book.asked == []
    assert f"{home}holdings/?for=serve" in page
    part = browser.get(f"{home}holdings/?for=serve").content.decode()
    assert "6222****0123" in part
    assert book.asked == [("bank", customer.number)]
    row = AuditRow.objects.get(act="customer.holdings_read")
    assert (row.purpose, json.loads(row.detail)) == ("serve", {"found": 1, "away": False})


def test_a_dead_core_system_leaves_the_page_whole(
    plug: Any, agent: Person, customer: Customer
) -> None:
    plug(Book(None))
    browser, home = signed_in(agent), f"/customers/{customer.public_id}/"
    assert browser.get(f"{home}?for=serve").status_code == 200
    part = browser.get(f"{home}holdings/?for=serve")
    assert part.status_code == 200
    assert "暂时无法查询" in part.content.decode()
    plug(None)
    assert "holdings/" not in browser.get(f"{home}?for=serve").content.decode()


def test_nobody_reads_without_a_purpose_or_of_another_house(
    plug: Any, agent: Person, customer: Customer
) -> None:
    book = Book([READ])
    plug(book)
    stranger = a_person(a_unit(an_institution("insurer")), "agent")
    with pytest.raises(NotAllowed):
        queries.holdings_of(acting(agent), customer.public_id, MONDAY_9AM)
    with pytest.raises(NotThere):
        queries.holdings_of(acting(stranger), customer.public_id, MONDAY_9AM, "serve")
    door = f"/customers/{customer.public_id}/holdings/"
    assert signed_in(agent).get(door).status_code == 403
    assert signed_in(stranger).get(f"{door}?for=serve").status_code == 404
    assert book.asked == []
