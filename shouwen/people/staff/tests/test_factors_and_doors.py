"""Second factors, sessions that close at once, and the doors that ask for them."""

from __future__ import annotations

import time as wall

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from asgiref.typing import Scope
from django.conf import settings as django_settings
from django.contrib.auth import get_user
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from shouwen.ground.kernel import time
from shouwen.ground.kernel.aio import in_thread
from shouwen.people.staff import actions, queries
from shouwen.people.staff.models import BrowserSession, FactorUse, Person
from shouwen.people.staff.signing_in.adapters import open_secret
from shouwen.people.staff.tests.entering import LOGIN, acts, is_in, sign_in
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    PASSWORD,
    a_person,
    a_unit,
    an_institution,
)
from shouwen.people.staff.web import (
    ActorMiddleware,
    ActorSocketMiddleware,
    StaffRequest,
    actor_again,
    staff_required,
)

pytestmark = pytest.mark.django_db
# Threads see only what is committed.
committed = pytest.mark.django_db(transaction=True)
ENROL = "/accounts/2fa/totp/activate/"
TOO_MANY = 429


# ---- second factor ----


@pytest.fixture
def factor_required(settings: Settings) -> None:
    settings.MFA_REQUIRED = True


def _code(secret: str, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(wall.time()) // 30 + steps)))


def _enrol(client: Client) -> str:
    secret = client.get(ENROL).context["form"].secret
    assert client.post(ENROL, {"code": _code(secret)}).status_code == 302
    return str(secret)


def _spent_steps_ago(person: Person, steps: int) -> None:
    """Let time pass for the person's codes, so that a test need not wait 30 seconds."""
    before = int(wall.time()) // 30 - steps
    FactorUse.objects.filter(person=person).update(last_step=before)
    # The library's own note of used codes, which another process would not have.
    cache.clear()


@pytest.mark.usefixtures("factor_required")
def test_without_an_app_a_person_is_led_to_enrol_and_has_no_actor(
    person: Person, client: Client, rf: RequestFactory
) -> None:
    sign_in(client, "agent", PASSWORD)
    request = _request(rf, client)
    assert [request.actor] == [None]
    page = staff_required("case.read")(_fine)(request)
    assert (page.status_code, page.headers["Location"]) == (302, ENROL)
    _enrol(client)
    assert _request(rf, client).actor == queries.actor_of(person)
    assert "person.factor_enrolled" in acts()


@pytest.mark.usefixtures("factor_required")
def test_the_secret_is_nowhere_in_clear(person: Person, client: Client) -> None:
    sign_in(client, "agent", PASSWORD)
    secret = client.get(ENROL).context["form"].secret
    session = BrowserSession.objects.get(session_key=client.session.session_key)
    assert secret not in str(session.get_decoded())
    client.post(ENROL, {"code": _code(secret)})
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP).data["secret"]
    assert open_secret(kept) == secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mfa_authenticator")
        stored = str(cursor.fetchall())
    assert stored
    assert secret not in stored


@pytest.mark.usefixtures("factor_required")
def test_signing_in_takes_the_code_and_each_code_once(person: Person) -> None:
    first = Client()
    sign_in(first, "agent", PASSWORD)
    secret = _enrol(first)
    # The code that enrolled the app is spent.
    second = Client()
    assert sign_in(second, "agent", PASSWORD).headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(second)
    cache.clear()
    second.post("/accounts/2fa/authenticate/", {"code": _code(secret)})
    assert not is_in(second)
    _spent_steps_ago(person, 1)
    code = _code(secret)
    second.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_in(second)
    # Replayed from another process, which shares no cache.
    cache.clear()
    third = Client()
    sign_in(third, "agent", PASSWORD)
    page = third.post("/accounts/2fa/authenticate/", {"code": code})
    assert page.status_code == 200
    assert not is_in(third)
    # A code of the step before or after does not count either.
    _spent_steps_ago(person, 5)
    for steps in (-1, 1):
        third.post("/accounts/2fa/authenticate/", {"code": _code(secret, steps)})
        assert not is_in(third)


@pytest.mark.usefixtures("factor_required")
def test_five_wrong_codes_lock_the_factor(person: Person) -> None:
    first = Client()
    sign_in(first, "agent", PASSWORD)
    secret = _enrol(first)
    _spent_steps_ago(person, 5)
    guesser = Client()
    sign_in(guesser, "agent", PASSWORD)
    for _ in range(5):
        guesser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    guesser.post("/accounts/2fa/authenticate/", {"code": _code(secret)})
    assert not is_in(guesser)
    assert acts().count("person.code_failed") == 5


@pytest.mark.usefixtures("factor_required")
def test_a_session_at_one_factor_stays_there_when_another_enrols(
    person: Person, rf: RequestFactory
) -> None:
    thief, owner = Client(), Client()
    sign_in(thief, "agent", PASSWORD)
    sign_in(owner, "agent", PASSWORD)
    _enrol(owner)
    assert _request(rf, thief).actor is None
    assert _request(rf, owner).actor is not None


@pytest.mark.usefixtures("factor_required")
def test_a_required_factor_cannot_be_given_up_but_reset(person: Person, client: Client) -> None:
    sign_in(client, "agent", PASSWORD)
    _enrol(client)
    client.post("/accounts/2fa/totp/deactivate/", {})
    assert queries.has_factor(person)
    actions.reset_factor(person, actor=FOUNDER, at=time.now())
    assert not queries.has_factor(person)
    gone = is_in(client)
    assert not gone


# ---- doors ----


def _fine(request: StaffRequest) -> HttpResponse:
    return HttpResponse(request.actor.ref)


def _request(rf: RequestFactory, client: Client, **headers: str) -> StaffRequest:
    request = rf.get("/desk/", headers=headers)
    request.session = client.session
    request.user = get_user(request)
    ActorMiddleware(lambda _request: HttpResponse())(request)
    return request  # type: ignore[return-value]  # the middleware has made it one


def test_the_middleware_finds_the_actor_and_the_language(
    person: Person, client: Client, rf: RequestFactory
) -> None:
    actions.set_preferences(person, language="en", actor=queries.actor_of(person), at=time.now())
    sign_in(client, "agent", PASSWORD)
    request = _request(rf, client)
    assert (request.actor, request.person, request.LANGUAGE_CODE) == (
        queries.actor_of(person),
        person,
        "en",
    )
    nobody = _request(rf, Client())
    assert [nobody.actor, nobody.person] == [None, None]


def test_a_disabled_persons_session_is_dead_at_once(
    person: Person, client: Client, rf: RequestFactory
) -> None:
    sign_in(client, "agent", PASSWORD)
    assert _request(rf, client).actor is not None
    kept = client.session
    actions.disable_person(person, actor=FOUNDER, at=time.now())
    assert not BrowserSession.objects.filter(person_id=person.pk).exists()
    assert _request(rf, client).actor is None
    # Even a session that was read before the row went away, by a request still running.
    assert not queries.actor_of_session(Person.objects.get(pk=person.pk), kept)
    assert sign_in(Client(), "agent", PASSWORD).status_code == 200


def test_a_session_from_before_does_not_come_back_with_the_person(
    person: Person, client: Client
) -> None:
    sign_in(client, "agent", PASSWORD)
    kept = client.session
    actions.disable_person(person, actor=FOUNDER, at=time.now())
    actions.reinstate_person(person, actor=FOUNDER, at=time.now())
    assert queries.actor_of_session(person, kept) is None


def test_pages_ask_strangers_tosign_in(rf: RequestFactory) -> None:
    door = staff_required("case.read")(_fine)
    page = door(_request(rf, Client()))
    assert (page.status_code, page.headers["Location"]) == (302, f"{LOGIN}?next=/desk/")
    part = door(_request(rf, Client(), **{"HX-Request": "true"}))
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, LOGIN)


def test_pages_need_every_right_they_name(
    person: Person, client: Client, rf: RequestFactory
) -> None:
    sign_in(client, "agent", PASSWORD)
    request = _request(rf, client)
    assert staff_required("case.read", "case.work")(_fine)(request).status_code == 200
    assert staff_required("case.read", "audit.read")(_fine)(request).status_code == 403
    with pytest.raises(ValueError, match="case\\.reed"):
        staff_required("case.reed")


async def _socket_scope(cookie: str) -> dict[str, object]:
    seen: dict[str, object] = {}

    async def inner(scope: Scope, _receive: object, _send: object) -> None:
        seen.update(scope)

    async def nothing(*_message: object) -> None: ...

    scope = {
        "type": "websocket",
        "headers": [(b"cookie", f"{django_settings.SESSION_COOKIE_NAME}={cookie}".encode())],
    }
    await ActorSocketMiddleware(inner)(scope, nothing, nothing)  # type: ignore[arg-type]  # enough of a scope
    return seen


@committed
async def test_a_socket_knows_its_actor_until_the_session_is_closed() -> None:
    def prepare() -> tuple[Person, str]:
        person = a_person(a_unit(an_institution()), "agent", username="agent", password=PASSWORD)
        client = Client()
        sign_in(client, "agent", PASSWORD)
        return person, client.session.session_key or ""

    person, key = await in_thread(prepare)
    scope = await _socket_scope(key)
    actor = await in_thread(queries.actor_of, person)
    assert (scope["actor"], scope["person_id"]) == (actor, person.pk)
    assert await actor_again(scope) == actor
    await in_thread(actions.disable_person, person, actor=FOUNDER, at=time.now())
    assert await actor_again(scope) is None
    assert (await _socket_scope("no-such-session"))["actor"] is None


def test_a_made_up_request_has_no_next_page_of_another_site(client: Client, person: Person) -> None:
    page = client.post(
        f"{LOGIN}?next=https://evil.example/", {"login": "agent", "password": PASSWORD}
    )
    assert isinstance(page.wsgi_request, HttpRequest)
    assert "evil" not in page.headers["Location"]
