"""Opening a masked value: by whom, for what, how often, and always on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import override_settings

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotSignedIn, NotThere
from shouwen.ground.vault import actions, scopes, views
from shouwen.ground.vault.models import AuditRow
from shouwen.ground.vault.tests.letters import Letter

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 16, 2, 38, tzinfo=UTC)
KIND = "vault_letters.letter"


def person(*roles: str, ref: str = "person_a") -> Actor:
    return Actor(ActorKind.PERSON, ref, "林晓棠", 1, frozenset(roles))


AGENT = person("agent")


@pytest.fixture
def letter() -> Letter:
    row = Letter.objects.create(name="陈晓", phone="13812346027")
    return Letter.objects.get(pk=row.pk)


@pytest.fixture(autouse=True)
def _scope() -> Iterator[None]:
    def load(actor: Actor, ref: str) -> Letter:
        if actor.institution_id != 1:
            raise NotThere
        return Letter.objects.get(public_id=ref)

    scopes.register(KIND, load)
    with override_settings(ROOT_URLCONF="shouwen.ground.vault.tests.addresses"), time.frozen(AT):
        yield


def trail() -> list[tuple[str, str, str, str]]:
    return list(AuditRow.objects.order_by("pk").values_list("act", "result", "fields", "purpose"))


def test_an_agent_opens_one_value_with_a_reason(letter: Letter) -> None:
    plain = actions.reveal(letter, "phone", actor=AGENT, at=AT, reason="回访")
    assert plain == "13812346027"
    assert trail() == [("value.revealed", "done", "phone", "回访")]
    assert AuditRow.objects.get().object_ref == letter.public_id


@pytest.mark.parametrize("role", ["auditor", "admin", "trainer", "editor", "inspector"])
def test_other_roles_work_with_the_mask(role: str, letter: Letter) -> None:
    with pytest.raises(NotAllowed):
        actions.reveal(letter, "phone", actor=person(role), at=AT, reason="回访")
    assert trail() == [("value.revealed", "not_allowed", "phone", "回访")]


def test_programs_and_customers_do_not_reveal(letter: Letter) -> None:
    for kind in (ActorKind.KEY, ActorKind.CUSTOMER, ActorKind.SYSTEM):
        actor = Actor(kind, "x", "x", 1, frozenset({"lead"}))
        with pytest.raises(NotAllowed):
            actions.reveal(letter, "phone", actor=actor, at=AT, reason="回访")


@pytest.mark.parametrize("reason", ["", "  ", "x", "x" * 201])
def test_a_reason_is_required(reason: str, letter: Letter) -> None:
    with pytest.raises(Invalid) as caught:
        actions.reveal(letter, "phone", actor=AGENT, at=AT, reason=reason)
    assert list(caught.value.fields) == ["reason"]
    assert trail() == []


def test_only_sealed_fields_with_a_value_open(letter: Letter) -> None:
    for field in ("state", "public_id", "nothing"):
        with pytest.raises(NotThere):
            actions.reveal(letter, field, actor=AGENT, at=AT, reason="回访")
    letter.phone = None
    with pytest.raises(NotThere):
        actions.reveal(letter, "phone", actor=AGENT, at=AT, reason="回访")
    assert trail() == []


def test_the_quota_counts_any_24_hours(letter: Letter) -> None:
    for n in range(actions.REVEALS_PER_DAY):
        at = AT + timedelta(minutes=n)
        actions.reveal(letter, "phone", actor=AGENT, at=at, reason="回访")
    late = AT + timedelta(hours=23)
    assert actions.reveals_used(AGENT, late) == actions.REVEALS_PER_DAY
    with pytest.raises(actions.RevealQuotaSpent):
        actions.reveal(letter, "phone", actor=AGENT, at=late, reason="回访")
    assert trail()[-1][1] == "quota_spent"
    actions.reveal(letter, "phone", actor=person("lead", ref="person_b"), at=late, reason="回访")
    # One leaves the window, one may enter.
    later = AT + timedelta(hours=24)
    actions.reveal(letter, "phone", actor=AGENT, at=later, reason="回访")
    with pytest.raises(actions.RevealQuotaSpent):
        actions.reveal(letter, "phone", actor=AGENT, at=later, reason="回访")


def ask(path: str, actor: Actor | None, data: dict[str, str] | None = None) -> Any:
    factory = RequestFactory()
    request = factory.get(path) if data is None else factory.post(path, data)
    request.actor = actor  # type: ignore[attr-defined]  # set by a middleware
    return request


def test_the_page_shows_a_value_for_half_a_minute(letter: Letter) -> None:
    place = (KIND, letter.public_id, "phone")
    dialog = views.ask(ask("/", AGENT), *place).content.decode()
    assert "13812346027" not in dialog
    assert "50" in dialog
    assert "contact-customer" in dialog

    data = dict(zip(("kind", "ref", "field"), place, strict=True))
    response = views.reveal(ask("/", AGENT, {**data, "reason": "contact-customer"}))
    text = response.content.decode()
    assert "13812346027" in text
    assert 'data-hides-in="30"' in text
    assert "no-store" in response["Cache-Control"]
    assert "sw-close" in response["HX-Trigger"]
    assert trail()[-1] == ("value.revealed", "done", "phone", "contact-customer")

    again = views.masked(ask("/", AGENT), *place).content.decode()
    assert "13812346027" not in again
    assert "138****6027" in again


def test_the_page_refuses_what_the_action_would_not_get(letter: Letter) -> None:
    data = {"kind": KIND, "ref": letter.public_id, "field": "phone", "reason": "contact-customer"}
    other = Actor(ActorKind.PERSON, "person_x", "x", 2, frozenset({"lead"}))
    for actor, changed, problem in (
        (None, {}, NotSignedIn),
        (person("auditor"), {}, NotAllowed),
        (other, {}, NotThere),
        (AGENT, {"kind": "auth.user"}, NotThere),
        (AGENT, {"field": "state"}, NotThere),
        (AGENT, {"reason": "because"}, Invalid),
        (AGENT, {"reason": ""}, Invalid),
    ):
        with pytest.raises(problem):
            views.reveal(ask("/", actor, {**data, **changed}))
    assert trail() == []
    assert views.reveal(ask("/", AGENT)).status_code == 405


@pytest.mark.parametrize(("role", "eye"), [("agent", True), ("auditor", False)])
def test_the_tag_shows_the_mask_and_the_eye_to_those_who_may(
    role: str, eye: bool, letter: Letter
) -> None:
    template = Template('{% load vault %}{% masked row "phone" %}')
    html = template.render(Context({"row": letter, "request": ask("/", person(role))}))
    assert "138****6027" in html
    assert "13812346027" not in html
    assert ("<button" in html) is eye


def test_an_erased_value_says_so(letter: Letter) -> None:
    assert actions.destroy_key("customer:cust_a", actor=Actor.system("test", 1), at=AT)
    letter = Letter.objects.get(pk=letter.pk)
    html = Template('{% load vault %}{% masked row "phone" %}').render(Context({"row": letter}))
    assert "13812346027" not in html
    assert "138" not in html
