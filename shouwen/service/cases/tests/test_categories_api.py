"""The tree of questions for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from shouwen.people.staff import actions as staff
from shouwen.service.cases.tests.factories import FOUNDER, Bank, later

HOME = "/api/v1/categories"


@pytest.fixture
def ask(bank: Bank, client: Client) -> Any:
    """Send one request with an administrator's key."""
    _row, token = staff.create_api_key(
        bank.institution, role="admin", name="setup", actor=FOUNDER, at=later()
    )

    def send(method: str, path: str = "", body: Any = None, **headers: str) -> Any:
        return client.generic(
            method,
            f"{HOME}{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", **headers},
        )

    return send


def test_a_program_sets_up_a_branch_and_changes_it(ask: Any) -> None:
    made = ask("POST", "", {"code": "loan", "name_zh": "贷款", "name_en": "Loans"})
    assert made.status_code == 201
    body = {"code": "loan-home", "name_zh": "房贷", "parent": "loan"}
    key = {"Idempotency-Key": "one"}
    assert [ask("POST", "", body, **key).status_code for _ in range(2)] == [201, 201]
    assert ask("POST", "", body).status_code == 409
    assert ask("POST", "/loan/move", {"way": "up"}).status_code == 200
    renamed = ask("PUT", "/loan-home", {"name_zh": "住房贷款", "name_en": "Home loans"}).json()
    assert renamed["name_en"] == "Home loans"
    retired = ask("POST", "/loan/retire").json()
    assert (retired["is_active"], retired["is_live"]) == (False, False)
    tree = {one["code"]: one for one in ask("GET", "/tree").json()["items"]}
    assert list(tree)[:2] == ["loan", "loan-home"]
    assert (tree["loan-home"]["is_active"], tree["loan-home"]["is_live"]) == (True, False)
    assert ask("POST", "/loan/reinstate", {}).json()["is_live"] is True


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "", {"code": "x"}, 422),
        ("POST", "", {"code": "x", "name_zh": "新", "parent": "nowhere"}, 422),
        ("POST", "", {"code": "x", "name_zh": "新", "level": 1}, 422),
        ("PUT", "/nowhere", {"name_zh": "新"}, 404),
        ("PUT", "/%00", {"name_zh": "新"}, 400),
        ("POST", "/account/move", {"way": "left"}, 422),
        ("POST", "/account/reinstate", {}, 409),
        ("DELETE", "/account", None, 405),
    ],
)
def test_what_is_wrong_is_refused(ask: Any, method: str, path: str, body: Any, status: int) -> None:
    assert ask(method, path, body).status_code == status
