"""The survey's page: opened by a link that looking does not spend, answered once, then thanked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from shouwen.assurance.satisfaction import actions as satisfaction
from shouwen.assurance.satisfaction import queries
from shouwen.assurance.satisfaction.models import Invitation, Rating
from shouwen.assurance.satisfaction.tests.factories import a_survey
from shouwen.contact.channels.chat import access as chat_access
from shouwen.contact.channels.chat import actions as chat
from shouwen.contact.channels.chat import ports
from shouwen.contact.channels.chat import queries as frames
from shouwen.contact.channels.chat.actions import Caller
from shouwen.contact.conversations.models import Contact
from shouwen.front.portal.tests.conftest import at
from shouwen.ground.kernel.actor import Actor
from shouwen.service.cases.actions import links
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import Bank, a_case_in, later

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def closed(bank: Bank) -> Case:
    a_survey(bank.institution, "CASE")
    return a_case_in("CLOSED", bank)


def link_of(case: Case) -> str:
    asked = satisfaction.ask_by_survey(
        queries.about_case(case),
        way="LINK",
        actor=Actor.system("tests", case.institution_id),
        at=later(hours=6),
    )
    return f"/s/{asked.token}/"


def test_looking_spends_nothing_and_answers_are_taken_once(client: Client, closed: Case) -> None:
    link = link_of(closed)
    with at(7):
        for _scanner in range(2):
            assert "Overall, how satisfied" in client.get(link, headers=ENGLISH).content.decode()
        assert "总体来说，您满意吗？" in client.get(link).content.decode()
        open_still = client.post(link, {"q2": "1"}, headers=ENGLISH)
        assert open_still.status_code == 422
        assert "This one has to be answered" in open_still.content.decode()
        done = client.post(link, {"q1": "5", "q2": "1"}, headers=ENGLISH)
        assert done.headers["Location"] == link
        assert "Thank you for your answers" in client.get(link, headers=ENGLISH).content.decode()
        again = client.post(link, {"q1": "1"}, headers=ENGLISH)
    assert "Thank you for your answers" in again.content.decode()
    assert Rating.objects.get().score == 5


@pytest.mark.parametrize("token", ["x", "a" * 43, "é" * 20, "a" * 300])
def test_an_unknown_link_says_so(client: Client, closed: Case, token: str) -> None:
    with at(7):
        answer = client.get(f"/s/{token}/", headers=ENGLISH)
    assert answer.status_code == 410
    assert "This survey link does not work" in answer.content.decode()


def test_a_link_is_over_with_its_window(client: Client, closed: Case) -> None:
    link = link_of(closed)
    with at(24 * 5):
        answers = [client.get(link, headers=ENGLISH), client.post(link, {"q1": "5"})]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert "The time for answering is over" in answers[0].content.decode()
    assert not Rating.objects.exists()


def test_the_page_of_ones_own_case_asks_by_the_survey(client: Client, closed: Case) -> None:
    token = links.issue(closed, later(hours=6))
    with at(6):
        client.post(f"/c/{token}")
        assert 'name="q1"' in client.get("/rate/case/").content.decode()
        assert not Invitation.objects.exists()
        assert client.post("/rate/case/", {"q1": "9"}).status_code == 422
        client.post("/rate/case/", {"q1": "4", "q3": "2"})
        assert (
            "Thank you for your rating"
            in client.get("/rate/case/", headers=ENGLISH).content.decode()
        )
    assert Rating.objects.get().score == 4
    assert Invitation.objects.get().answered_at == later(hours=6)


def test_after_its_window_the_five_faces_ask(client: Client, closed: Case) -> None:
    token = links.issue(closed, later(days=5))
    with at(24 * 5):
        client.post(f"/c/{token}")
        assert 'name="score"' in client.get("/rate/case/").content.decode()


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports.plugged, "was_rated", queries.is_not_to_rate)
    monkeypatch.setattr(ports.plugged, "invites_by", queries.invites_by)


def _ended_chat(bank: Bank) -> tuple[str, Caller, Contact]:
    token = chat_access.new_token("bank")
    digest = chat_access.token_digest(token, "bank")
    visitor = Caller(bank.institution.pk, digest, "zh-hans")
    kept = chat.say(visitor, key="key-00001", text="在吗", at=later())
    contact = Contact.objects.get(public_id=kept.contact_ref)
    # Somebody has answered it.
    Contact.objects.filter(pk=contact.pk).update(owner=bank.agent)
    chat.end(visitor, at=later(minutes=1))
    contact.refresh_from_db()
    return token, visitor, contact


def _survey_of(client: Client, token: str, ref: str) -> Any:
    return client.post(
        "/chat/bank/survey",
        json.dumps({"contact": ref}),
        content_type="application/json",
        headers={"x-visit-token": token},
    )


@pytest.mark.usefixtures("wired")
def test_the_chat_leads_to_the_survey_of_its_own_conversation(client: Client, bank: Bank) -> None:
    token, _visitor, contact = _ended_chat(bank)
    assert frames._ended(contact, later(minutes=2)) == {
        "type": "ended",
        "contact": contact.public_id,
        "may_rate": True,
        "has_survey": False,
    }
    assert _survey_of(client, token, contact.public_id).status_code == 409
    a_survey(bank.institution)
    ended = frames._ended(contact, later(minutes=2))
    assert ended is not None
    assert (ended["may_rate"], ended["has_survey"]) == (True, True)
    with at(1):
        stranger = chat_access.new_token("bank")
        assert _survey_of(client, stranger, contact.public_id).status_code in (401, 404)
        link = _survey_of(client, token, contact.public_id).json()["address"]
        client.post(link, {"q1": "3"})
        assert _survey_of(client, token, contact.public_id).status_code == 409
    assert Rating.objects.get(subject_ref=contact.public_id).score == 3
    after = frames._ended(contact, later(hours=2))
    assert after is not None
    assert (after["may_rate"], after["has_survey"]) == (False, False)


@pytest.mark.usefixtures("wired")
def test_who_was_asked_enough_sees_neither_survey_nor_stars(bank: Bank) -> None:
    a_survey(bank.institution)
    satisfaction.set_survey_limit(bank.institution, 1, 30, seen=0, actor=bank.boss, at=later())
    _token, _visitor, contact = _ended_chat(bank)
    version = queries.in_force(bank.institution.pk, "CONTACT", later())
    assert version is not None
    other = Invitation.objects.create(
        institution=bank.institution,
        version=version,
        subject_kind="contact",
        subject_ref="cont_other",
        asked_ref=contact.visitor_ref,
        way="CHAT",
        digest="0" * 64,
        asked_at=later(),
        expires_at=later(hours=1),
    )
    ended = frames._ended(contact, later(minutes=2))
    assert ended is not None
    assert ended["may_rate"] is False
    Invitation.objects.filter(pk=other.pk).delete()
    asked = frames._ended(contact, later(minutes=2))
    assert asked is not None
    assert asked["has_survey"] is True
