"""Whatever a program sends, the answer is a problem with a name, and never an accident of ours."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from shouwen.people.customers.models import Customer
from shouwen.people.staff.tests import factories
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests import factories as cases
from tests.api.askers import a_key, bearer, browser, program_of
from tests.api.world import Side

PROBLEM_JSON = "application/problem+json"
CASE = {"title": "转账未到账", "description": "昨天转的，今天还没到。"}
BIG = 10**400


@pytest.fixture
def keys(db: None) -> Callable[[str], str]:
    """Make keys of persons in an institution that has nothing yet."""
    bank = cases.a_bank("bank")
    return lambda role: a_key(bank, role, factories.a_person(bank.cards, role))


@pytest.fixture
def program(keys: Callable[[str], str]) -> Client:
    """Give a program with a lead's key."""
    return program_of(keys("lead"))


def problem_of(answer: HttpResponse, *statuses: int) -> dict[str, Any]:
    """Check the form of a refusal and give it."""
    assert answer.status_code in statuses, answer.content[:300]
    assert answer["Content-Type"] == PROBLEM_JSON
    told: dict[str, Any] = json.loads(answer.content)
    assert told["status"] == answer.status_code
    assert told["type"] == f"urn:shouwen:problem:{told['code']}"
    assert told["title"]
    assert "Traceback" not in answer.content.decode()
    return told


def fields_of(told: dict[str, Any]) -> set[str]:
    """Give the names of the wrong fields."""
    return {entry["field"] for entry in told.get("errors", [])}


def send(program: Client, path: str, body: Any, method: str = "POST", **options: Any) -> Any:
    """Send a body as it is, or as JSON."""
    raw = body if isinstance(body, bytes | str) else json.dumps(body)
    options.setdefault("content_type", "application/json")
    return program.generic(method, f"/api/v1{path}", raw, **options)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'"text"',
        b"1",
        b"[" * 20_000,
        b'{"a":' * 20_000,
        b'{"title": NaN, "description": "x"}',
        b'{"title": 1e999, "description": "x"}',
        b'{"title": "a", "title": "b", "description": "x"}',
        b'{"title": ' + b"9" * 5000 + b"}",
        b'{"title": "\\ud800", "description": "x"}',
        b'{"title": "a\\u0000b", "description": "x"}',
        b'{"a\\u0000": 1}',
        json.dumps({"title": {"a": {"b": [[[[[]]]]]}}, "description": 1}).encode(),
    ],
)
def test_a_body_that_cannot_be_read_is_told_so(program: Client, body: bytes) -> None:
    problem_of(send(program, "/cases", body), 400, 422)
    assert not Case.objects.filter(title__in=["a", "b"]).exists()


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "text/xml", "multipart/form-data"]
)
def test_what_is_not_json_is_refused(program: Client, kind: str) -> None:
    problem_of(send(program, "/cases", CASE, content_type=kind), 415)


def test_more_than_a_megabyte_is_refused(program: Client) -> None:
    big = json.dumps({**CASE, "description": "长" * 1_100_000})
    told = problem_of(send(program, "/cases", big), 413)
    assert told["code"] == "too-large"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/cases", {**CASE, "titel": "x"}, "titel"),
        ("/cases", {**CASE, "state": "CLOSED"}, "state"),
        ("/cases", {"title": "x"}, "description"),
        ("/cases", {**CASE, "title": "x" * 121}, "title"),
        ("/cases", {**CASE, "title": 7}, "title"),
        ("/cases", {**CASE, "title": None}, "title"),
        ("/cases", {**CASE, "title": ["x"]}, "title"),
        ("/cases", {**CASE, "kind": "BRIBE"}, "kind"),
        ("/cases", {**CASE, "expected_at": "2026-06-16T10:00:00"}, "expected_at"),
        ("/cases", {**CASE, "expected_at": BIG}, "expected_at"),
        ("/cases", {**CASE, "category": "no.such"}, "category"),
        ("/cases", {**CASE, "customer": "cust_" + "a" * 26}, "customer"),
        ("/contacts", {"message": "x", "owner": "pers_1"}, "owner"),
        ("/contacts", {"message": ""}, "message"),
        ("/customers", {"name": "韩梅", "number": "C1"}, "number"),
        ("/customers", {"name": "韩梅", "risk": "NONE"}, "risk"),
        ("/desk/presence", {"state": "ASLEEP"}, "state"),
        ("/policy/preview", {"event": "complaint.resolve", "start": "yesterday"}, "start"),
        ("/policy/preview", {"event": "x" * 61, "start": "2026-06-16T10:46:00Z"}, "event"),
        (
            "/policy/preview",
            {"event": "x", "start": "2026-06-16T10:46:00Z", "facts": {"moon": "full"}},
            "facts.moon",
        ),
    ],
)
def test_the_wrong_field_is_named(
    program: Client, path: str, body: dict[str, Any], field: str
) -> None:
    headers = {"Idempotency-Key": "named"}
    told = problem_of(send(program, path, body, headers=headers), 422)
    assert fields_of(told) == {field}


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/cases?limit=-1", "limit"),
        ("/cases?limit=0", "limit"),
        ("/cases?limit=101", "limit"),
        (f"/cases?limit={BIG}", "limit"),
        ("/cases?limit=many", "limit"),
        ("/cases?cursor=nonsense", "cursor"),
        ("/cases?cursor=case_aaaaaaaaaaaaaaaaaaaaaaaaaa", "cursor"),
        ("/cases?view=everything", "view"),
        ("/cases?since=2026-06-16", "since"),
        ("/cases?q=13800001234", "q"),
        ("/contacts?limit=-1", "limit"),
        ("/contacts?cursor=nonsense", "cursor"),
        ("/contacts?state=LOST", "state"),
        ("/customers?limit=-1", "limit"),
        ("/customers?cursor=nonsense", "cursor"),
        ("/cases?nonsense=1", "nonsense"),
        ("/contacts?nonsense=1", "nonsense"),
        ("/customers?nonsense=1", "nonsense"),
        ("/metrics/live?nonsense=1", "nonsense"),
        ("/desk/contacts?nonsense=1", "nonsense"),
    ],
)
def test_the_wrong_parameter_is_named(program: Client, address: str, field: str) -> None:
    answer = program.get(f"/api/v1{address}", headers={"Purpose": "tests"})
    assert fields_of(problem_of(answer, 422)) == {field}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=-1", "limit"),
        ("cursor=nonsense", "cursor"),
        ("since=0001-01-01T00:00:00%2B14:00", "since"),
        ("since=2026-06-16", "since"),
        ("nonsense=1", "nonsense"),
        ("cursor=" + "9" * 18, ""),
        ("cursor=" + "9" * 40, "cursor"),
    ],
)
def test_the_trail_names_what_is_wrong(keys: Callable[[str], str], query: str, field: str) -> None:
    answer = program_of(keys("auditor")).get(f"/api/v1/audit?{query}")
    if field:
        assert fields_of(problem_of(answer, 422)) == {field}
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/cases/%00",
        "/cases?q=%00",
        "/cases?cursor=%00",
        "/contacts/%00/end",
        "/customers/a%00b",
        "/cases/" + "x" * 3000,
        "/cases/%ff%fe",
        "/cases/..%2f..%2fetc",
        "/cases?since=0001-01-01T00:00:00%2B14:00",
        "/cases?until=9999-12-31T23:59:59-14:00",
        "/contacts?since=0001-01-01T00:00:00%2B14:00",
        "/cases?category=%F0%9F%92%A9&handler='%20OR%201=1--",
        "/desk/contacts/cont_" + "a" * 26 + "/messages?after=" + "9" * 4000,
        "/no/such/door",
        "/",
    ],
)
def test_no_address_makes_the_centre_fall(program: Client, address: str) -> None:
    answer = program.get(f"/api/v1{address}")
    if answer.status_code >= 400:
        problem_of(answer, 400, 404, 405, 422)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "TRACE", "FOO"])
def test_a_wrong_method_is_told_with_the_right_ones(program: Client, method: str) -> None:
    answer = program.generic(method, "/api/v1/metrics/live")
    problem_of(answer, 405)
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer sw_x_y", "Basic YTpi", "bearer sw__", "Bearer " + "k" * 9000],
)
@pytest.mark.django_db
def test_an_unknown_key_is_no_key(header: str) -> None:
    answer = browser().get("/api/v1/cases", headers={"Authorization": header} if header else {})
    problem_of(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_writes_only_with_its_csrf_token(bank: Side) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bank.people["lead"], backend="django.contrib.auth.backends.ModelBackend")
    problem_of(send(client, "/cases", CASE), 403)
    assert client.get("/api/v1/cases").status_code == 200


def _odd_values() -> Iterator[Any]:
    yield from (None, True, -1, BIG, 1.5, [], {}, [None], {"a": 1}, "", " ", "\u202e", "x" * 6000)
    yield from ("'; DROP TABLE cases_case;--", "<script>alert(1)</script>", "{{7*7}}", "%s%n", "🦊")


def _sent_as(kind: str, field: str, value: Any) -> dict[str, Any]:
    """One field as the document says that a door takes it: JSON, or a form with files."""
    if kind == "multipart/form-data":
        form = encode_multipart(BOUNDARY, {field: str(value)})
        return {"data": form, "content_type": MULTIPART_CONTENT}
    return {"data": json.dumps({field: value}), "content_type": kind}


def test_odd_values_in_any_field_never_make_the_centre_fall(bank: Side) -> None:
    program = program_of(bank.keys["lead"])
    document = program.get("/api/v1/openapi.json").json()
    schemas = document["components"]["schemas"]
    fell = []
    for path, operations in document["paths"].items():
        body = operations.get("post", {}).get("requestBody")
        if body is None:
            continue
        kind, content = next(iter(body["content"].items()))
        shape = content["schema"]
        name = next((part for part in json.dumps(shape).split('"') if part.endswith("In")), "")
        name = name.rpartition("/")[2]
        fields = schemas[name]["properties"] if name else shape["properties"]
        address = path.replace("{ref}", bank.refs["case"])
        address = address.replace("{public_id}", bank.refs["active"])
        for field in fields:
            for number, value in enumerate(_odd_values()):
                answer = program.generic(
                    "POST",
                    address,
                    **_sent_as(kind, field, value),
                    headers={"Idempotency-Key": f"odd-{name or path}-{field}-{number}"},
                )
                if answer.status_code >= 500:
                    fell.append(f"{path} {field}={value!r:.40}")
    assert fell == []


@pytest.mark.parametrize(
    ("path", "body", "other"),
    [
        ("/cases", CASE, {**CASE, "title": "另一件事"}),
        ("/contacts", {"message": "在吗"}, {"message": "还在吗"}),
        ("/customers", {"name": "韩梅"}, {"name": "韩雪"}),
    ],
)
def test_a_key_has_its_effect_once(
    bank: Side, path: str, body: dict[str, Any], other: dict[str, Any]
) -> None:
    program = program_of(bank.keys["lead"])
    headers = {"Idempotency-Key": "once-1"}
    first = send(program, path, body, headers=headers)
    again = send(program, path, body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    told = problem_of(send(program, path, other, headers=headers), 409)
    assert told["code"] == "key-reused"
    fresh = send(program, path, other, headers={"Idempotency-Key": "once-2"})
    assert fresh.json()["id"] != first.json()["id"]


def test_a_key_belongs_to_its_caller(bank: Side, insurer: Side) -> None:
    made = set()
    for token in (bank.keys["lead"], insurer.keys["lead"], bank.bare_keys["lead"]):
        headers = {**bearer(token), "Idempotency-Key": "same"}
        made.add(send(browser(), "/cases", CASE, headers=headers).json()["id"])
    assert len(made) == 3


@pytest.mark.parametrize("key", ["k" * 129, "ключ"])
def test_a_key_of_the_wrong_form_is_refused(program: Client, key: str) -> None:
    answer = send(program, "/cases", CASE, headers={"Idempotency-Key": key})
    if answer.status_code != 201:
        assert fields_of(problem_of(answer, 422)) == {"Idempotency-Key"}


def test_a_key_is_needed_where_a_repeat_would_double(program: Client) -> None:
    problem_of(send(program, "/customers", {"name": "韩梅"}), 422)


@pytest.mark.django_db(transaction=True)
def test_the_same_request_at_once_makes_one_thing() -> None:
    bank = Side("bank")
    before = Customer.objects.count()
    start = threading.Barrier(6)
    answers: list[tuple[int, str]] = []

    def ask() -> None:
        headers = {**bearer(bank.keys["lead"]), "Idempotency-Key": "at-once"}
        client = browser()
        start.wait()
        try:
            answer = send(client, "/customers", {"name": "韩梅"}, headers=headers)
            answers.append((answer.status_code, answer.json().get("id", "")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 6
    assert {status for status, _ref in answers} <= {201, 409}, connection.vendor
    assert len({ref for status, ref in answers if status == 201}) == 1
    assert Customer.objects.count() == before + 1
