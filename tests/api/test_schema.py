"""The OpenAPI document is whole, and the API keeps to it whatever is sent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from config.api import api
from tests.api.askers import bearer
from tests.api.world import Side

PROBLEM_JSON = "application/problem+json"
EXAMPLES = 8
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]
# Which thing of the world an address speaks of, by its first words.
ABOUT = (
    ("/api/v1/campaigns/runs/", "run"),
    ("/api/v1/campaigns/", "campaign"),
    ("/api/v1/cases/", "case"),
    ("/api/v1/complaints/", "complaint"),
    ("/api/v1/contacts/", "active"),
    ("/api/v1/customers/", "customer"),
    ("/api/v1/desk/offers/", "offer"),
    ("/api/v1/desk/contacts/", "active"),
    ("/api/v1/knowledge-versions/", "kver"),
    ("/api/v1/scripts/", "script"),
    ("/api/v1/webhooks/", "webhook"),
)


@cache
def _document() -> dict[str, Any]:
    """Give the document; to make it takes seconds."""
    return dict(api.get_openapi_schema())


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in _document()["paths"].items():
        for method, operation in operations.items():
            yield method, path, operation


def test_the_document_is_of_openapi_3_1() -> None:
    document = _document()
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["license"]["name"] == "Apache-2.0"
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_every_operation_says_what_it_does_who_may_and_how_it_refuses() -> None:
    lacking = []
    for method, path, operation in _operations():
        name = f"{method} {path}"
        if not operation.get("summary") or not operation.get("description"):
            lacking.append(f"{name}: words")
        if operation.get("security") != [{"key": []}]:
            lacking.append(f"{name}: security")
        for status in (401, 403, 404, 422):
            if list(operation["responses"][status]["content"]) != [PROBLEM_JSON]:
                lacking.append(f"{name}: problem {status}")
    assert lacking == []


def test_operation_names_are_unique() -> None:
    names = [operation["operationId"] for _method, _path, operation in _operations()]
    assert len(names) == len(set(names))


def test_two_rooms_do_not_share_a_name_for_different_shapes() -> None:
    schemas = _document()["components"]["schemas"]
    assert "clocks" in schemas["CasesCaseDetailOut"]["properties"]
    assert set(schemas["DeskCaseOut"]["properties"]) == {
        "id",
        "number",
        "state",
        "due_at",
        "complaint",
    }
    assert "ProblemOut" not in "".join(schemas)


def _objects(shape: Any, schemas: dict[str, Any], seen: set[str]) -> Iterator[tuple[str, Any]]:
    """Walk every object that a body can hold."""
    if isinstance(shape, list):
        for part in shape:
            yield from _objects(part, schemas, seen)
    elif isinstance(shape, dict):
        name = str(shape.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            yield name, schemas[name]
            yield from _objects(schemas[name], schemas, seen)
        for key, part in shape.items():
            if key != "$ref":
                yield from _objects(part, schemas, seen)


def test_every_body_refuses_what_it_does_not_know() -> None:
    schemas = _document()["components"]["schemas"]
    open_ended = {
        name
        for _method, _path, operation in _operations()
        for name, shape in _objects(operation.get("requestBody"), schemas, set())
        if shape.get("type") == "object" and shape.get("additionalProperties") is not False
    }
    assert open_ended == set()


@pytest.fixture
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the test's own connection open, which the end of a request would close."""
    monkeypatch.setattr(request_finished, "send", lambda **_named: [])
    monkeypatch.setattr(request_started, "send", lambda **_named: [])


class _Undo(Exception):
    """Take back what an example did."""


ON_ANY_DATABASE = pytest.mark.any_database(
    "the same is sent whoever asks: the role says which doors open, and the values that a database "
    "may choke on are proved on every one by the role for whom most do"
)


@pytest.mark.slow
@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize(
    ("role", "acts_as_person"),
    [
        ("lead", True),
        pytest.param("auditor", False, marks=ON_ANY_DATABASE),
        pytest.param("agent", False, marks=ON_ANY_DATABASE),
    ],
)
def test_the_api_keeps_to_its_document(bank: Side, role: str, acts_as_person: bool) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    token = (bank.keys if acts_as_person else bank.bare_keys)[role]
    turns = count()
    asked: set[str] = set()
    broken: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def keeps_to_it(case: Case) -> None:
            about = next((ref for start, ref in ABOUT if case.path.startswith(start)), "")
            if about and next(turns) % 2:
                # Half of the questions are about something that is there.
                for part in case.path_parameters:
                    case.path_parameters[part] = bank.refs[about]
            try:
                with transaction.atomic():
                    case.call_and_validate(headers=bearer(token), checks=CHECKS)
                    raise _Undo
            except _Undo:
                asked.add(case.operation.label)

        try:
            keeps_to_it()
        except FailureGroup as group:
            told = [f"{type(one).__name__}: {str(one)[:500]}" for one in group.exceptions]
            broken.append(f"{operation.label}\n" + "\n".join(told))
    if broken:
        pytest.fail("\n\n".join(broken), pytrace=False)
    assert len(asked) == len(list(_operations()))
