"""How often programs may call, as they see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from config.caching import PassingCache
from shouwen.ground.kernel import rates, time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.policy import figures
from shouwen.people.staff import actions
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    an_institution,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    """Hold the clock: a slow machine is no reason to be let in."""
    with time.frozen(MONDAY_9AM):
        yield


def asked(key: str = "", **more: Any) -> Any:
    """Call the API once."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Client().get("/api/v1/cases", headers=headers, **more)


def a_key(per_minute: int | None = None, code: str = "bank") -> str:
    """Make a key."""
    _row, token = actions.create_api_key(
        an_institution(code),
        role="lead",
        name="tests",
        per_minute=per_minute,
        actor=FOUNDER,
        at=MONDAY_9AM,
    )
    return token


def test_a_key_is_told_what_is_left_and_when_to_come_again() -> None:
    key, other = a_key(2), a_key(code="insurer")
    first, second, third = (asked(key) for _time in range(3))
    assert [each.status_code for each in (first, second, third)] == [200, 200, 429]
    assert first["RateLimit-Policy"] == '"calls";q=2;w=60'
    assert first["RateLimit"] == '"calls";r=1;t=60'
    assert third["Content-Type"] == "application/problem+json"
    assert third.json()["code"] == "too-many"
    wait = int(third["Retry-After"])
    assert third["RateLimit"] == f'"calls";r=0;t={wait}'
    # One key's haste is no other's.
    usual = figures.figure("api-per-minute").value
    assert asked(other)["RateLimit"] == f'"calls";r={usual - 1};t=60'


def test_strangers_are_counted_by_address_and_a_valid_key_is_not_in_their_way() -> None:
    most = figures.figure("api-strangers-per-minute").value
    tried = [asked(key).status_code for key in ("", "sw_aaaa_guess") * (most // 2)]
    assert set(tried) == {401}
    assert asked("sw_aaaa_guess").status_code == 429
    assert asked(a_key()).status_code == 200
    assert asked(REMOTE_ADDR="192.0.2.7").status_code == 401


def test_people_at_their_pages_are_not_counted() -> None:
    client = Client()
    client.force_login(a_person(a_unit(an_institution()), "lead"))
    answer = client.get("/api/v1/cases")
    assert answer.status_code == 200
    assert "RateLimit" not in answer


@pytest.mark.parametrize("per_minute", [0, -1, 1_000_001])
def test_a_limit_that_is_none_is_refused(per_minute: int) -> None:
    with pytest.raises(Invalid) as wrong:
        a_key(per_minute)
    assert set(wrong.value.fields) == {"per_minute"}


def test_without_the_cache_everybody_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    away: Any = PassingCache("redis://127.0.0.1:1/0", {})
    monkeypatch.setattr(rates, "cache", away)
    assert not any(rates.take("a", 1, MONDAY_9AM).is_over for _time in range(5))
