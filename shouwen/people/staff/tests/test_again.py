"""The people behind many open lines are looked up together, and any change is seen at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel import time
from shouwen.people.staff import actions, again, queries
from shouwen.people.staff.models import BrowserSession, Institution, Person, RoleGrant
from shouwen.people.staff.sessions import SessionStore
from shouwen.people.staff.tests.entering import sign_in
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    PASSWORD,
    a_person,
    a_unit,
    an_institution,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "_kept", {})


@pytest.fixture
def bank() -> Institution:
    return an_institution()


def signed_in(bank: Institution, name: str) -> tuple[Person, str]:
    person = a_person(a_unit(bank, name), "agent", username=name, password=PASSWORD)
    client = Client()
    sign_in(client, name, PASSWORD)
    return person, client.session.session_key or ""


@pytest.mark.parametrize("people", [1, 4])
def test_however_many_ask_it_costs_four_queries(
    bank: Institution, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sessions = [signed_in(bank, f"agent{number}") for number in range(people)]
    keys = [key for _person, key in sessions]
    first = again.people_again([*keys, "no-such-session"])
    assert first == {key: (person.pk, queries.actor_of(person)) for person, key in sessions}
    with django_assert_num_queries(4):
        assert again.people_again(keys) == first


def test_whoever_is_disabled_or_signed_out_is_seen_at_once(bank: Institution) -> None:
    (one, first), (_other, second) = signed_in(bank, "one"), signed_in(bank, "other")
    again.people_again([first, second])
    actions.disable_person(one, actor=FOUNDER, at=time.now())
    BrowserSession.objects.filter(pk=second).delete()
    found = again.people_again([first, second])
    assert found.get(first, again.NOBODY) == again.NOBODY
    assert second not in found


def test_another_role_or_name_is_seen_at_once(bank: Institution) -> None:
    person, key = signed_in(bank, "one")
    again.people_again([key])
    RoleGrant.objects.create(person=person, role="lead", granted_at=time.now())
    Person.objects.filter(pk=person.pk).update(name="新名")
    _pk, actor = again.people_again([key])[key]
    assert actor is not None
    assert (actor.name, "lead" in actor.roles) == ("新名", True)


def test_a_session_that_ran_out_lets_nobody_in(bank: Institution) -> None:
    _person, key = signed_in(bank, "one")
    again.people_again([key])
    BrowserSession.objects.filter(pk=key).update(expire_date=time.now() - timedelta(seconds=1))
    assert again.people_again([key]) == {}


def test_what_hangs_on_units_is_seen_within_half_a_minute(bank: Institution) -> None:
    unit = a_unit(bank)
    person = a_person(unit, "lead", username="lead", password=PASSWORD)
    client = Client()
    sign_in(client, "lead", PASSWORD)
    key = client.session.session_key or ""
    at = time.now()
    with time.frozen(at):
        again.people_again([key])
        below = a_unit(bank, "分部", parent=unit)
    with time.frozen(at + again.KEPT):
        _pk, actor = again.people_again([key])[key]
    assert actor == queries.actor_of(person)
    assert actor is not None
    assert actor.all_units or below.pk in actor.unit_ids


def test_of_many_who_are_due_a_few_are_looked_up_whole_each_time(
    bank: Institution,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(again, "RENEWED_AT_ONCE", 1)
    keys = [signed_in(bank, f"agent{number}")[1] for number in range(3)]
    at = time.now()
    looked_up: list[str] = []
    with time.frozen(at):
        first = again.people_again(keys)
    whole = again.of_session

    def noted(session: SessionStore) -> again.Found:
        looked_up.append(session.session_key or "")
        return whole(session)

    monkeypatch.setattr(again, "of_session", noted)
    with time.frozen(at + again.KEPT):
        for _round in range(3):
            assert again.people_again(keys) == first
        assert sorted(looked_up) == sorted(keys)
        with django_assert_num_queries(4):
            again.people_again(keys)
