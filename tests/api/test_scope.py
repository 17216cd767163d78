"""Every door × every role × mine, theirs, nobody's: the answer the table gives, and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.api import api
from config.asgi import application
from shouwen.ground.kit import live
from shouwen.people.staff.tests.factories import acting
from tests.api import table
from tests.api.askers import a_picture, bearer, browser
from tests.api.table import API, PAGES, Row
from tests.api.world import ROLES, Side, random_refs

REFUSED = (403, 404)
# The tables are asked in parts, so that several processes share them.
PARTS = 4
NOT_SIGNED_IN = 401
ON_ANY_DATABASE = pytest.mark.any_database(
    "who may is decided by rights and by what a query asks for, not by how a database answers; "
    "that each door's queries run is proved on every database, by one who may"
)


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from _patterns(entry, route)


def _operations() -> set[str]:
    return {
        f"{method} {prefix}{path}"
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }


def _as_pattern(door: str) -> re.Pattern[str]:
    path = re.escape(door.partition(" ")[2])
    return re.compile(re.sub(r"\\\{\w+\\\}", "<str:ref>", path))


def test_every_operation_of_the_api_has_its_row() -> None:
    assert _operations() == set(API)


def test_every_page_has_its_row() -> None:
    routes = {route for route in _patterns(get_resolver()) if not re.match(r"api/v1/.", route)}
    routes |= {"api/v1/openapi.json", "api/v1/docs"}
    known = table.CUSTOMERS | table.OPEN | table.ACCOUNTS
    rest = {re.sub(r"<str:(kind|field|act|public_id)>", r"<\1>", route) for route in routes - known}
    rows = set()
    for door in PAGES:
        route = door.partition(" ")[2].replace("{ref}", "<str:ref>")
        route = re.sub(r"(do|ask)/note/", r"\1/<act>/", route)
        route = route.replace("asks/serial/", "asks/<str:code>/")
        route = route.replace("rules/of/HB-1.2-04/", "rules/of/<str:ref>/")
        route = re.sub(r"customers\.customer/(<str:ref>)/name", r"<kind>/\1/<field>", route)
        rows.add(
            route.replace("files/<str:ref>/", "files/<public_id>/", 1)
            if route.startswith("files/")
            else route
        )
    assert rest == rows
    assert known - routes == set(), "these rows have no door"


def test_every_socket_has_its_row() -> None:
    routes = application.application_mapping["websocket"].routes  # type: ignore[attr-defined]  # untyped library
    assert {str(route.pattern) for route in routes} == table.SOCKETS


def test_every_topic_of_the_staffs_line_has_its_row() -> None:
    assert {topic.partition("-")[0] for topic in table.TOPICS} == set(live._authorisers)


def _filled(value: Any, refs: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: refs[found[1]], value) if value != "{}" else value
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        return [_filled(item, refs) for item in value]
    return {name: _filled(item, refs) for name, item in value.items()}


def _asked_api(
    door: str, row: Row, about: Mapping[str, str], mine: Mapping[str, str], headers: dict[str, str]
) -> HttpResponse:
    method, _, path = door.partition(" ")
    # A place named after a thing takes that thing; any other takes what the row is about.
    path = re.sub(r"\{(\w+)\}", lambda m: about.get(m[1], about.get(row.about, "")), path)
    body = None if row.body is None else json.dumps(_filled(row.body, mine))
    if door == "POST /cases/{ref}/attachments":
        return browser().post(f"/api/v1{path}", {"file": a_picture()}, headers=headers)
    return browser().generic(
        method,
        f"/api/v1{path}",
        body or "",
        content_type="application/json",
        headers={**row.headers, **headers},
    )


def _asked_page(
    client: Client, door: str, row: Row, about: Mapping[str, str], mine: Mapping[str, str]
) -> HttpResponse:
    method, _, path = door.partition(" ")
    address = "/" + re.sub(r"\{\w+\}", about.get(row.about, ""), path)
    if method == "GET":
        return client.get(address, row.query)
    form = _filled(row.body or {}, mine)
    if path.endswith("files/"):
        form["file"] = a_picture()
    return client.post(address, form)


class _Undo(Exception):
    """Take back what a question did."""


def _without_trace(ask: Any) -> HttpResponse:
    answers = []
    try:
        with transaction.atomic():
            answers.append(ask())
            raise _Undo
    except _Undo:
        return answers[0]


def _plain(answer: HttpResponse) -> tuple[int, str]:
    """Give what an asker can compare: status and body without one-time tokens."""
    body = answer.content.decode(errors="replace")
    body = re.sub(r"(queues|categories)(/|%2F)(of|lines)(/|%2F)[\w.-]+", "ID", body)
    body = re.sub(r'(nonce|value|csrf-token" content)="[^"]*"', "", body)
    return answer.status_code, re.sub(r"\b[a-z]{2,9}_[a-z2-7]{26}\b", "ID", body)


def _wrong(door: str, row: Row, role: str, own: HttpResponse) -> str:
    status = own.status_code
    if role in row.who:
        if status < 500 and status not in (NOT_SIGNED_IN, *REFUSED):
            return ""
    elif status in REFUSED:
        return ""
    return f"{door} as {role}: {status} {own.content[:120]!r}"


@pytest.mark.slow
@ON_ANY_DATABASE
@pytest.mark.parametrize("part", range(PARTS))
def test_the_api_answers_each_role_as_the_table_says(bank: Side, insurer: Side, part: int) -> None:
    wrong: list[str] = []
    nobodys = random_refs()
    for door, row in list(API.items())[part::PARTS]:
        # Strangers may ask only so often a minute, which is no matter of this table.
        cache.clear()
        stranger = _without_trace(lambda: _asked_api(door, row, bank.refs, bank.refs, {}))  # noqa: B023 (called at once)
        if stranger.status_code != NOT_SIGNED_IN:
            wrong.append(f"{door} as nobody: {stranger.status_code}")
        for role in ROLES:
            key = bearer(bank.keys[role])

            def ask(about: Mapping[str, str]) -> HttpResponse:
                return _without_trace(
                    lambda: _asked_api(door, row, about, bank.refs, key)  # noqa: B023 (called at once)
                )

            wrong.append(_wrong(door, row, role, ask(bank.refs)))
            if row.about:
                theirs, random = ask(insurer.refs), ask(nobodys)
                if _plain(theirs) != _plain(random) or theirs.status_code not in REFUSED:
                    wrong.append(
                        f"{door} as {role}: theirs {_plain(theirs)}, none {_plain(random)}"
                    )
    assert "\n".join(line for line in wrong if line) == ""


@pytest.mark.slow
@ON_ANY_DATABASE
@pytest.mark.parametrize("part", range(PARTS))
def test_pages_answer_each_role_as_the_table_says(bank: Side, insurer: Side, part: int) -> None:
    wrong: list[str] = []
    nobodys = random_refs()
    browsers = {role: browser(bank.people[role]) for role in ROLES}
    for door, row in list(PAGES.items())[part::PARTS]:
        stranger = _without_trace(lambda: _asked_page(browser(), door, row, bank.refs, bank.refs))  # noqa: B023 (called at once)
        led_away = stranger.status_code == 302 and "/accounts/login/" in stranger["Location"]
        if not led_away and stranger.status_code != NOT_SIGNED_IN:
            wrong.append(f"{door} as nobody: {stranger.status_code}")
        for role in ROLES:
            client = browsers[role]

            def ask(about: Mapping[str, str]) -> HttpResponse:
                return _without_trace(
                    lambda: _asked_page(client, door, row, about, bank.refs)  # noqa: B023 (called at once)
                )

            wrong.append(_wrong(door, row, role, ask(bank.refs)))
            if row.about:
                theirs, random = ask(insurer.refs), ask(nobodys)
                if _plain(theirs) != _plain(random) or theirs.status_code not in REFUSED:
                    wrong.append(
                        f"{door} as {role}: theirs {theirs.status_code}, none {random.status_code}"
                    )
    assert "\n".join(line for line in wrong if line) == ""


def _asked_by(role: str, door: str, row: Row, bank: Side) -> HttpResponse:
    if door in API:
        return _asked_api(door, row, bank.refs, bank.refs, bearer(bank.keys[role]))
    return _asked_page(browser(bank.people[role]), door, row, bank.refs, bank.refs)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_door_opens_to_one_who_may(bank: Side, insurer: Side, part: int) -> None:
    wrong: list[str] = []
    for door, row in [*API.items(), *PAGES.items()][part::PARTS]:
        role = next((role for role in ROLES if role in row.who), "")
        if not role:
            continue
        cache.clear()
        own = _without_trace(lambda: _asked_by(role, door, row, bank))  # noqa: B023 (called at once)
        wrong.append(_wrong(door, row, role, own))
    assert "\n".join(line for line in wrong if line) == ""


def test_the_staffs_line_carries_what_the_table_says(bank: Side, insurer: Side) -> None:
    wrong = []
    for topic, who in table.TOPICS.items():
        for role in ROLES:
            actor = acting(bank.people[role])
            mine = live.may_follow(actor, _filled(topic, bank.refs))
            if mine != (role in who):
                wrong.append(f"{topic} as {role}: {mine}")
            for refs in (insurer.refs, random_refs()):
                if live.may_follow(actor, _filled(topic, refs)):
                    wrong.append(f"{topic} as {role}: follows what is not theirs")
    assert wrong == []


SIDE_PARAMETERS = [
    ("POST /cases", "", {"customer": "{customer}"}),
    ("POST /cases", "", {"contact": "{contact}"}),
    ("POST /cases", "", {"unit": "{unit}"}),
    ("POST /cases", "", {"owner": "{person}"}),
    ("POST /cases", "", {"category": "{category}"}),
    ("POST /cases/{ref}/classify", "case", {"category": "{category}"}),
    ("POST /cases/{ref}/assign", "case", {"handler": "{person}"}),
    ("POST /cases/{ref}/customer", "case", {"customer": "{customer}"}),
    ("POST /cases/{ref}/tasks", "worked", {"unit": "{other}"}),
    ("POST /cases/{ref}/tasks", "worked", {"person": "{outsider}"}),
    ("POST /cases/{ref}/links", "case", {"other": "{answered}"}),
    ("POST /cases/{ref}/unlink", "case", {"other": "{answered}"}),
    ("GET /tasks", "", {"cursor": "{task}"}),
    ("POST /contacts", "", {"customer": "{customer}"}),
    ("POST /desk/contacts/{ref}/case", "active", {"category": "{category}"}),
    ("POST /desk/contacts/{ref}/case", "active", {"unit": "{unit}"}),
    ("POST /desk/contacts/{ref}/notes", "active", {"mentions": ["{person}"]}),
    ("POST /desk/contacts/{ref}/transfer", "active", {"person": "{person}", "queue": ""}),
    ("GET /cases", "", {"cursor": "{case}"}),
    ("GET /cases", "", {"handler": "{person}"}),
    ("GET /cases", "", {"category": "{category}"}),
    ("GET /contacts", "", {"cursor": "{contact}"}),
    ("POST /campaigns", "", {"unit": "{unit}"}),
    ("GET /customers", "", {"cursor": "{customer}"}),
    ("POST /customers/{public_id}/merge", "customer", {"other": "{double}"}),
    ("GET /knowledge", "", {"cursor": "{article}"}),
    ("GET /knowledge-versions", "", {"article": "{article}"}),
    ("GET /knowledge-versions", "", {"cursor": "{kver}"}),
    ("GET /scripts", "", {"cursor": "{script}"}),
    ("GET /scripts", "", {"unit": "{unit}"}),
    ("POST /scripts", "", {"unit": "{unit}"}),
]


def _with_side(bank: Side, door: str, about: str, side: dict[str, str]) -> HttpResponse:
    method, _, path = door.partition(" ")
    path = re.sub(r"\{\w+\}", bank.refs.get(about, ""), path)
    row = API[door]
    headers = {**row.headers, **bearer(bank.keys["lead"])}
    if method == "GET":
        return browser().get(f"/api/v1{path}", side, headers=headers)
    body = {**_filled(row.body or {}, bank.refs), **side}
    return browser().post(f"/api/v1{path}", body, content_type="application/json", headers=headers)


def _wrong_side(bank: Side, insurer: Side, door: str, about: str, side: dict[str, str]) -> str:
    theirs = _without_trace(lambda: _with_side(bank, door, about, _filled(side, insurer.refs)))
    none = _without_trace(lambda: _with_side(bank, door, about, _filled(side, random_refs())))
    if _plain(theirs) != _plain(none):
        return f"theirs {_plain(theirs)}, none {_plain(none)}"
    if door.startswith("GET"):
        found = json.loads(theirs.content).get("items", [])
        if theirs.status_code in (200, 404, 422) and found == []:
            return ""
        return f"theirs {theirs.status_code} {found}"
    mine = _without_trace(lambda: _with_side(bank, door, about, _filled(side, bank.refs)))
    if theirs.status_code in (404, 422) and (mine.status_code < 300 or mine.status_code == 409):
        return ""
    return f"theirs {theirs.status_code}, mine {_plain(mine)}"


def test_a_side_parameter_of_another_institution_is_as_one_that_is_not_there(
    bank: Side, insurer: Side
) -> None:
    wrong = {
        f"{door} {side}": _wrong_side(bank, insurer, door, about, side)
        for door, about, side in SIDE_PARAMETERS
    }
    assert {door: answer for door, answer in wrong.items() if answer} == {}


def test_a_page_form_does_not_take_another_institutions_id(bank: Side, insurer: Side) -> None:
    lead = browser(bank.people["lead"])
    contact, case = bank.refs["active"], bank.refs["case"]
    doors = [
        (f"/desk/contacts/{contact}/customer/", {"customer": insurer.refs["customer"]}),
        (
            f"/desk/contacts/{contact}/case/",
            {
                "category": insurer.refs["category"],
                "description": table.TEXT,
                "client_key": "side-1",
            },
        ),
        (f"/cases/{case}/do/assign/", {"handler": insurer.refs["person"]}),
        (f"/cases/{case}/do/classify/", {"category": insurer.refs["category"]}),
        (f"/cases/{case}/do/customer/", {"customer": insurer.customer.number + "9"}),
    ]
    answers = {address: lead.post(address, form).status_code for address, form in doors}
    assert set(answers.values()) <= {404, 422}, answers
