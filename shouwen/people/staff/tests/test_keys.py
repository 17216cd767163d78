"""Keys of programs: who makes them, how far they reach, until when, and what is noted of them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions, queries
from shouwen.people.staff.models import ApiKey, Institution, Person
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = date(2026, 6, 15)


@pytest.fixture
def bank() -> Institution:
    """One institution."""
    return an_institution()


@pytest.fixture
def admin(bank: Institution) -> Person:
    """Who sets it up."""
    return a_person(a_unit(bank), "admin")


def a_key(
    bank: Institution,
    name: str = "BI",
    *,
    person: Person | None = None,
    per_minute: int | None = None,
    expires_on: date | None = None,
) -> tuple[ApiKey, str]:
    """Make a key as the system does."""
    return actions.create_api_key(
        bank,
        role="lead",
        name=name,
        person=person,
        per_minute=per_minute,
        expires_on=expires_on,
        actor=FOUNDER,
        at=MONDAY_9AM,
    )


def test_a_key_opens_through_its_last_day_in_shanghai(bank: Institution) -> None:
    key, token = a_key(bank, expires_on=TODAY)
    # Monday 23:59 in Shanghai is 15:59 of the same day in UTC.
    last = MONDAY_9AM.replace(hour=15, minute=59)
    assert queries.actor_of_key(token, last) is not None
    assert queries.actor_of_key(token, last + timedelta(minutes=1)) is None
    states = [queries.key_line(key, at).state for at in (last, last + timedelta(minutes=1))]
    assert states == ["OPEN", "EXPIRED"]


def test_limits_change_and_the_trail_has_both(bank: Institution, admin: Person) -> None:
    key, token = a_key(bank, per_minute=60)
    actor = acting(admin)
    change: dict[str, Any] = {"per_minute": 90, "expires_on": TODAY + DAY}
    for _again in range(2):
        actions.change_api_key(key, **change, actor=actor, at=MONDAY_9AM)
    holder = queries.holder_of_key(token, MONDAY_9AM)
    assert holder is not None
    assert holder.per_minute == 90
    (row,) = AuditRow.objects.filter(act="apikey.changed")
    assert json.loads(row.detail) == {
        "per_minute_before": 60,
        "per_minute": 90,
        "expires_on_before": None,
        "expires_on": "2026-06-16",
    }


def test_a_day_that_has_passed_stays_while_the_other_limit_changes(
    bank: Institution, admin: Person
) -> None:
    key, _token = a_key(bank, expires_on=TODAY)
    later, actor = MONDAY_9AM + 3 * DAY, acting(admin)
    actions.change_api_key(key, per_minute=5, expires_on=TODAY, actor=actor, at=later)
    with pytest.raises(Invalid) as wrong:
        actions.change_api_key(key, per_minute=0, expires_on=TODAY + DAY, actor=actor, at=later)
    assert sorted(wrong.value.fields) == ["expires_on", "per_minute"]
    assert (key.per_minute, key.expires_on) == (5, TODAY)


def test_a_revoked_key_is_not_changed(bank: Institution, admin: Person) -> None:
    key, _token = a_key(bank)
    actions.revoke_api_key(key, actor=acting(admin), at=MONDAY_9AM)
    with pytest.raises(actions.KeyIsRevoked):
        actions.change_api_key(
            key, per_minute=5, expires_on=None, actor=acting(admin), at=MONDAY_9AM
        )


def test_use_is_noted_to_the_minute(
    bank: Institution, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key, token = a_key(bank)
    for second, writes in ((0, 1), (59, 0), (60, 1)):
        at = MONDAY_9AM + timedelta(seconds=second)
        holder = queries.holder_of_key(token, at)
        assert holder is not None
        with django_assert_num_queries(writes):
            actions.note_key_use(holder, at)
    key.refresh_from_db()
    assert key.last_used_at == MONDAY_9AM + timedelta(seconds=60)


def test_only_an_administrator_who_reaches_a_key_touches_it(
    bank: Institution, admin: Person
) -> None:
    other = an_institution("insurer")
    team = a_unit(bank, "一组")
    narrow = a_person(team, "admin", over=team)
    whole, _token = a_key(bank)
    own, _token = a_key(bank, "own", person=a_person(team, "lead"))
    away, _token = a_key(other)
    change: dict[str, Any] = {"per_minute": 5, "expires_on": None, "at": MONDAY_9AM}

    def seen(person: Person) -> list[ApiKey]:
        page = queries.keys_page(acting(person), "open", at=MONDAY_9AM)
        return [line.key for line in page.lines]

    assert seen(admin) == [own, whole]
    assert seen(narrow) == [own]
    for person, key in ((narrow, whole), (narrow, away), (admin, away)):
        with pytest.raises(NotThere):
            queries.key_for(acting(person), key.public_id)
        with pytest.raises(NotThere):
            actions.change_api_key(key, **change, actor=acting(person))
        with pytest.raises(NotThere):
            actions.revoke_api_key(key, actor=acting(person), at=MONDAY_9AM)
    actions.change_api_key(own, **change, actor=acting(narrow))
    # A key without a person reaches the whole institution, which this administrator does not.
    with pytest.raises(NotAllowed):
        actions.create_api_key(bank, role="lead", name="x", actor=acting(narrow), at=MONDAY_9AM)
    for role in ("lead", "auditor", "risk"):
        actor = acting(a_person(team, role))
        with pytest.raises(NotAllowed):
            actions.change_api_key(own, **change, actor=actor)
        with pytest.raises(NotAllowed):
            queries.keys_page(actor, "open", at=MONDAY_9AM)


def test_the_list_goes_on_by_pages_and_tells_the_ended_apart(
    bank: Institution, admin: Person
) -> None:
    gone = a_person(a_unit(bank, "一组"), "lead")
    keys = [a_key(bank, f"k{n}")[0] for n in range(32)]
    a_key(bank, "short", expires_on=TODAY)
    a_key(bank, "gone", person=gone)
    actions.disable_person(gone, actor=FOUNDER, at=MONDAY_9AM)
    actions.revoke_api_key(keys[0], actor=acting(admin), at=MONDAY_9AM)
    actor, at = acting(admin), MONDAY_9AM + DAY
    first = queries.keys_page(actor, "open", at=at)
    rest = queries.keys_page(actor, "open", at=at, after=first.next)
    assert [line.key.name for line in [*first.lines, *rest.lines]] == [
        f"k{n}" for n in range(31, 0, -1)
    ]
    ended = queries.keys_page(actor, "ended", at=at)
    assert [(line.key.name, line.state.value) for line in ended.lines] == [
        ("gone", "PERSON_GONE"),
        ("short", "EXPIRED"),
        ("k0", "REVOKED"),
    ]
    for wrong in ({"view": "all"}, {"view": "open", "after": "key_none"}):
        with pytest.raises(Invalid):
            queries.keys_page(actor, **wrong, at=at)
