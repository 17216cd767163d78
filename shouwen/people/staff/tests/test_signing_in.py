"""Signing in: counted guesses, and one answer for every mistake."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client, RequestFactory
from pytest_django import Settings

from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions, loops
from shouwen.people.staff.models import BrowserSession, GuessCount, Person
from shouwen.people.staff.signing_in import guesses
from shouwen.people.staff.signing_in.backends import client_address
from shouwen.people.staff.tests.entering import LOGIN, acts, is_in, sign_in
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    PASSWORD,
    a_person,
    an_institution,
)

pytestmark = pytest.mark.django_db
# Threads see only what is committed.
committed = pytest.mark.django_db(transaction=True)
ENROL = "/accounts/2fa/totp/activate/"
TOO_MANY = 429


def test_the_right_password_signs_in_with_a_new_session_id(person: Person, client: Client) -> None:
    client.get(LOGIN)
    client.session["mark"] = 1
    session = client.session
    session.save()
    before = session.session_key
    assert sign_in(client, "agent", PASSWORD).status_code == 302
    assert is_in(client)
    assert client.session.session_key != before
    assert BrowserSession.objects.get(session_key=client.session.session_key).person_id == person.pk
    assert "person.signed_in" in acts()


def test_unknown_name_wrong_password_and_disabled_person_get_the_same_answer(
    person: Person, client: Client
) -> None:
    gone = a_person(person.unit, username="gone", password=PASSWORD)
    actions.disable_person(gone, actor=FOUNDER, at=time.now())
    answers = set()
    for username, password in (("agent", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD)):
        page = sign_in(Client(), username, password)
        # Only what was typed, and one-time tokens, may differ.
        form = page.context["form"]
        answers.add((page.status_code, page.templates[0].name, str(form.errors)))
    assert len(answers) == 1


def test_five_wrong_guesses_lock_the_name_from_that_address_only(person: Person) -> None:
    statuses = [sign_in(Client(), "agent", f"wrong{n}").status_code for n in range(5)]
    assert statuses == [200, 200, 200, 200, TOO_MANY]
    locked = Client()
    assert sign_in(locked, "agent", PASSWORD).status_code == TOO_MANY
    assert not is_in(locked)
    # A colleague at the same address, and the person from another one, are not shut out.
    a_person(person.unit, "agent", username="mate", password=PASSWORD)
    mate, elsewhere = Client(), Client()
    assert sign_in(mate, "mate", PASSWORD).status_code == 302
    assert sign_in(elsewhere, "agent", PASSWORD, source="10.0.0.2").status_code == 302
    assert {"person.sign_in_failed", "person.locked_out"} <= set(acts())


def test_an_unknown_name_is_locked_just_the_same() -> None:
    an_institution()
    statuses = [sign_in(Client(), "nobody", "x").status_code for _ in range(6)]
    assert statuses == [200, 200, 200, 200, TOO_MANY, TOO_MANY]


def test_a_name_is_locked_from_everywhere_after_fifteen(person: Person) -> None:
    for source in range(5):
        for guess in range(3):
            sign_in(Client(), "agent", f"wrong{guess}", source=f"10.1.0.{source}")
    stranger = Client()
    assert sign_in(stranger, "agent", PASSWORD, source="10.2.0.1").status_code == TOO_MANY
    assert not is_in(stranger)


def test_the_lock_opens_after_thirty_minutes(person: Person) -> None:
    at = time.now()
    lock = guesses.name_and_source("agent", "10.0.0.1")
    assert [guesses.take(lock, at=at) for _ in range(6)] == [True] * 5 + [False]
    assert not guesses.take(lock, at=at + timedelta(minutes=29))
    assert guesses.take(lock, at=at + timedelta(minutes=30))
    assert guesses.is_shut(lock, at=at + timedelta(minutes=31)) is False


def test_what_counts_no_more_is_dropped(person: Person) -> None:
    at = time.now()
    client = Client()
    sign_in(client, "agent", PASSWORD)
    sign_in(Client(), "agent", "wrong")
    assert loops.turn(at + timedelta(minutes=1)) == 0
    assert is_in(client)
    assert loops.turn(at + timedelta(hours=9)) >= 2
    assert not is_in(client)
    assert GuessCount.objects.count() == 0


def test_a_new_password_opens_every_lock(person: Person) -> None:
    for _ in range(5):
        sign_in(Client(), "agent", "wrong")
    actions.set_password(person, PASSWORD + "2", actor=FOUNDER, at=time.now())
    assert sign_in(Client(), "agent", PASSWORD + "2").status_code == 302


def test_signing_in_opens_the_lock_again(person: Person) -> None:
    for _ in range(4):
        sign_in(Client(), "agent", "wrong")
    assert sign_in(Client(), "agent", PASSWORD).status_code == 302
    assert not GuessCount.objects.exists()


def test_giving_the_password_again_and_again_locks_nobody_out(
    person: Person, client: Client
) -> None:
    sign_in(client, "agent", PASSWORD)
    for _ in range(6):
        page = client.post(
            "/accounts/reauthenticate/", {"password": PASSWORD}, REMOTE_ADDR="10.0.0.1"
        )
        assert page.status_code == 302
    for _ in range(5):
        page = client.post("/accounts/reauthenticate/", {"password": "x"}, REMOTE_ADDR="10.0.0.1")
    assert page.status_code == TOO_MANY


def test_a_forged_source_opens_no_new_lock(person: Person) -> None:
    statuses = [
        Client()
        .post(
            LOGIN,
            {"login": "agent", "password": "x"},
            REMOTE_ADDR="10.0.0.1",
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        )
        .status_code
        for n in range(5)
    ]
    assert statuses[-1] == TOO_MANY


@pytest.mark.parametrize(
    ("proxies", "forwarded", "source"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1"),
    ],
)
def test_the_source_is_what_our_own_proxies_say(
    proxies: int, forwarded: str, source: str, rf: RequestFactory, settings: Settings
) -> None:
    settings.AXES_IPWARE_PROXY_COUNT = proxies
    request = rf.get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == source


@committed
def test_two_hundred_guesses_at_once_let_five_through() -> None:
    at = time.now()
    lock = guesses.name_and_source("agent", "10.0.0.1")
    start = Barrier(8)

    def guess(_thread: int) -> int:
        start.wait()
        try:
            return sum(guesses.take(lock, at=at) for _ in range(25))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(8))) == 5


@committed
def test_parallel_guesses_at_the_door_see_no_more_than_five_answers(person: Person) -> None:
    start = Barrier(8)

    def guess(number: int) -> list[int]:
        start.wait()
        try:
            return [sign_in(Client(), "agent", f"w{number}{n}").status_code for n in range(3)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for part in pool.map(guess, range(8)) for status in part]
    looked_at = AuditRow.objects.filter(act="person.sign_in_failed").count()
    assert set(statuses) <= {200, TOO_MANY}
    assert statuses.count(200) <= 5
    assert looked_at == 24
    assert GuessCount.objects.order_by("-guesses").first().guesses == 5  # type: ignore[union-attr]  # there is one


def test_names_typed_at_the_door_are_not_kept_in_the_trail() -> None:
    an_institution()
    sign_in(Client(), "my-secret-password", "x")
    row = AuditRow.objects.get(act="person.sign_in_failed")
    assert (row.object_ref, row.institution_id) == ("unknown", None)
    assert "my-secret-password" not in row.detail


def test_there_is_no_signing_up_and_no_mail() -> None:
    for address in ("signup", "email", "password/reset", "password/set", "email/confirm"):
        assert Client().get(f"/accounts/{address}/").status_code == 404
        assert Client().post(f"/accounts/{address}/", {}).status_code == 404


def test_a_trial_in_moved_time_closes_nobodys_session(
    settings: Settings, tmp_path: Path, client: Client
) -> None:
    session = client.session
    session["mark"] = 1
    session.save()
    settings.CLOCK_FILE = str(tmp_path / "ahead")
    Path(settings.CLOCK_FILE).write_text(str(timedelta(days=30).total_seconds()))
    assert actions.drop_sessions_over(time.now()) == 0
    assert client.session["mark"] == 1
    Path(settings.CLOCK_FILE).unlink()
    assert actions.drop_sessions_over(time.now() + timedelta(days=30)) == 1
