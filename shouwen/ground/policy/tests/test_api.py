"""The deadline calculator's door."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, JsonResponse
from ninja import NinjaAPI
from ninja.testing import TestClient

from shouwen.ground.kernel.errors import Problem
from shouwen.ground.policy import api

pytestmark = pytest.mark.django_db
doors = NinjaAPI(urls_namespace="policy-test")
doors.add_router("", api.router)


@doors.exception_handler(Problem)
def say(request: HttpRequest, problem: Problem) -> JsonResponse:
    """Answer a problem as the centre's API does."""
    fields = {name: str(words) for name, words in problem.fields.items()}
    return JsonResponse({"code": problem.code, "fields": fields}, status=problem.status)


client = TestClient(doors)
BODY = {
    "event": "complaint.resolve",
    "start": "2026-06-16T10:46:00+08:00",
    "facts": {"kind": "complaint", "channel": "app", "urgency": "repeat", "complexity": "general"},
    "packs": ["CG", "CBIRC-2020-3"],
}


def post(**changes: Any) -> tuple[int, Any]:
    """Send the body with some fields changed."""
    answer = client.post("/policy/preview", json={**BODY, **changes})
    return answer.status_code, answer.json()


def test_every_candidate_the_chosen_one_and_the_working() -> None:
    status, answer = post()
    assert status == 200
    keys = ("clause", "within", "due_at", "hard", "applies")
    assert [tuple(c[key] for key in keys) for c in answer["candidates"]] == [
        ("CG-3.2-04", "7wd", "2026-06-26T18:00:00+08:00", True, True),
        ("CBIRC-2020-3-20", "15d", "2026-07-02T00:00:00+08:00", True, True),
        ("CG-5.2-02", "72h", "2026-06-19T10:46:00+08:00", False, False),
        ("CG-3.2-05", "15wd", "2026-07-08T18:00:00+08:00", False, False),
        ("CBIRC-2020-3-20-2", "30d", "2026-07-17T00:00:00+08:00", False, False),
    ]  # fmt: skip
    assert answer["chosen"]["clause"] == "CG-3.2-04"
    assert answer["working"]


def test_without_packs_every_installed_one_is_asked() -> None:
    status, answer = post(packs=None)
    assert status == 200
    assert {c["pack"] for c in answer["candidates"]} == {"HB", "CG", "OM", "CBIRC-2020-3"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"start": "2026-06-16T10:46:00"}, "start"),
        ({"start": "yesterday"}, "start"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start"),
        ({"start": "9999-12-31T23:59:59Z"}, "start"),
        ({"event": "nothing"}, "event"),
        ({"packs": ["XX"]}, "packs"),
        ({"facts": {"kind": "complaint", "mood": "bad"}}, "mood"),
        ({"extra": 1}, "extra"),
    ],
)
def test_wrong_input_is_refused_and_the_field_named(changes: dict[str, Any], field: str) -> None:
    status, answer = post(**changes)
    assert status == 422
    assert field in str(answer)
