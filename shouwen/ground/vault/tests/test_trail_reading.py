"""Reading the trail: the auditor alone, by cursor, and on the trail itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.testing import TestClient

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, NotAllowed, Problem
from shouwen.ground.vault import api, audit, classes, queries, sequencer
from shouwen.ground.vault.models import AuditRow

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 16, 2, 38, tzinfo=UTC)


def person(role: str, institution_id: int | None = 1) -> Actor:
    return Actor(ActorKind.PERSON, f"person_{role}", "x", institution_id, frozenset({role}))


AUDITOR = person("auditor")


def write(count: int, act: str = "case.opened", actor: Actor | None = None) -> None:
    with transaction.atomic():
        for n in range(count):
            at = AT + timedelta(minutes=n)
            audit.record(actor or person("agent"), act, ("cases.case", f"case_{n}"), at=at)
    sequencer.sequence_pending(AT + timedelta(hours=1))


def test_pages_follow_each_other_without_gap_or_overlap() -> None:
    write(7)
    seen: list[int] = []
    cursor = ""
    while True:
        page = queries.audit_rows(AUDITOR, at=AT, cursor=cursor, limit=3)
        seen += [line.sequence for line in page.lines]
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_filters_narrow_and_other_institutions_stay_out() -> None:
    write(3)
    write(2, "customer.viewed")
    write(2, actor=person("agent", 2))

    def found(**filters: Any) -> list[int]:
        return [x.sequence for x in queries.audit_rows(AUDITOR, at=AT, **filters).lines]

    assert found() == [5, 4, 3, 2, 1]
    assert found(act="customer.") == [5, 4]
    assert found(act="customer.viewed", object_ref="case_1") == [5]
    assert found(actor_ref="person_agent", object_kind="cases.case") == [5, 4, 3, 2, 1]
    assert found(since=AT + timedelta(minutes=1), until=AT + timedelta(minutes=2)) == [5, 2]
    assert [x.sequence for x in queries.audit_rows(person("auditor", 2), at=AT).lines] == [7, 6]


def test_reading_is_on_the_trail() -> None:
    write(1)
    queries.audit_rows(AUDITOR.for_purpose("quarterly check"), at=AT, act="case.")
    row = AuditRow.objects.order_by("pk").last()
    assert row is not None
    assert (row.act, row.actor_ref, row.purpose) == (
        "audit.read",
        "person_auditor",
        "quarterly check",
    )
    assert row.detail == '{"act":"case.","lines":1}'


@pytest.mark.parametrize("role", ["agent", "lead", "complaints", "risk", "admin", "trainer"])
def test_the_auditor_alone_reads(role: str) -> None:
    with pytest.raises(NotAllowed):
        queries.audit_rows(person(role), at=AT)
    assert not AuditRow.objects.exists()


@pytest.mark.parametrize(
    "filters",
    [{"act": "a b"}, {"actor_ref": "x\x00"}, {"cursor": "-1"}, {"cursor": "1" * 19}],
)
def test_a_filter_of_another_form_is_named(filters: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        queries.audit_rows(AUDITOR, at=AT, **filters)  # type: ignore[arg-type]  # text filters only
    assert list(caught.value.fields) == list(filters)


@pytest.fixture(scope="module")
def door() -> TestClient:
    made = NinjaAPI(urls_namespace="vault-tests")
    made.add_router("", api.router)

    @made.exception_handler(Problem)
    def _problem(request: HttpRequest, error: Problem) -> Any:
        body = {"code": error.code, "fields": sorted(error.fields)}
        return made.create_response(request, body, status=error.status)

    return TestClient(made)


def test_the_api_gives_lines_by_cursor(door: TestClient) -> None:
    write(3)
    with time.frozen(AT):
        first = door.get("/audit?limit=2", actor=AUDITOR)
        body = first.json()
        assert first.status_code == 200
        assert [x["sequence"] for x in body["items"]] == [3, 2]
        assert body["items"][0]["fields"] == []
        assert body["items"][0]["id"].startswith("audit_")
        assert body["items"][0]["actor_roles"] == ["agent"]
        last = door.get(f"/audit?limit=2&cursor={body['next_cursor']}", actor=AUDITOR).json()
        assert ([x["sequence"] for x in last["items"]], last["next_cursor"]) == ([1], None)


@pytest.mark.parametrize(
    ("query", "actor", "status", "fields"),
    [
        ("", None, 401, []),
        ("", person("admin"), 403, []),
        ("?act=%00", AUDITOR, 422, ["act"]),
        ("?since=2026-06-16T00:00:00", AUDITOR, 422, ["since"]),
        ("?until=0001-01-01T00:00:00%2B14:00", AUDITOR, 422, ["until"]),
        ("?cursor=abc", AUDITOR, 422, ["cursor"]),
    ],
)
def test_the_api_refuses_by_name(
    query: str, actor: Actor | None, status: int, fields: list[str], door: TestClient
) -> None:
    answer = door.get(f"/audit{query}", actor=actor)
    assert (answer.status_code, answer.json()["fields"]) == (status, fields)


def test_every_text_field_of_the_vault_is_classed() -> None:
    ours = [name for name in classes.unclassified({}) if name.startswith("vault.")]
    assert ours == []
