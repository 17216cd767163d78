"""The customer's pages: a link works once, one case is seen, confirmed, objected to, rated."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from shouwen.assurance.satisfaction.models import Rating
from shouwen.contact.channels.chat import access as chat_access
from shouwen.contact.channels.chat import actions as chat
from shouwen.contact.channels.chat.actions import Caller
from shouwen.front.portal import queries
from shouwen.front.portal.tests.conftest import at
from shouwen.service.cases import actions
from shouwen.service.cases.actions import links
from shouwen.service.cases.models import Case, State
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, later


@pytest.fixture
def told(bank: Bank) -> Case:
    """A case whose result was told."""
    return a_case_in("FEEDBACK_SENT", bank)


def open_link(client: Client, case: Case, hours: float = 3) -> Any:
    token = links.issue(case, later(hours=hours))
    with at(hours):
        return client.post(f"/c/{token}")


def page(client: Client, path: str = "/progress/", hours: float = 3.1) -> str:
    with at(hours):
        answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_looking_at_a_link_does_not_spend_it(client: Client, told: Case) -> None:
    token = links.issue(told, later(hours=3))
    with at(3):
        for _scanner in range(3):
            looked = client.get(f"/c/{token}")
            assert (looked.status_code, told.number in looked.content.decode()) == (200, False)
        assert client.post(f"/c/{token}").headers["Location"] == "/progress/"
    assert told.number in page(client)


def test_a_link_works_once_and_says_what_to_do_then(client: Client, told: Case) -> None:
    token = links.issue(told, later(hours=3))
    with at(3):
        client.post(f"/c/{token}")
        stranger = Client()
        again = stranger.post(f"/c/{token}", headers={"accept-language": "en"})
    assert again.status_code == 410
    assert "Ask for a new link" in again.content.decode()
    assert told.number not in page(stranger)


@pytest.mark.parametrize("token", ["a" * 43, "_" * 100])
def test_an_unknown_link_answers_as_a_spent_one(client: Client, bank: Bank, token: str) -> None:
    assert client.post(f"/c/{token}").status_code == 410


def test_an_expired_link_is_spent(client: Client, told: Case) -> None:
    token = links.issue(told, later(hours=3))
    with at(24 * 16):
        assert client.post(f"/c/{token}").status_code == 410


def test_the_page_forgets_after_two_hours_and_on_leaving(client: Client, told: Case) -> None:
    open_link(client, told)
    assert told.number in page(client, hours=4.9)
    assert told.number not in page(client, hours=5.1)
    open_link(client, told, 6)
    with at(6):
        client.post("/progress/leave")
    assert told.number not in page(client, hours=6)


def test_the_customer_sees_steps_result_and_owner_but_no_colleagues_notes(
    client: Client, told: Case
) -> None:
    open_link(client, told)
    text = page(client)
    for wanted in ("Classification", "Solution", "Follow-up", "Result", "已换发新卡", "林晓"):
        assert wanted in text
    assert "卡号泄露" not in text


def test_the_customer_reads_the_promised_time_and_that_it_changed(
    client: Client, bank: Bank
) -> None:
    case = a_case_in("IN_PROGRESS", bank)

    def promise(days: float, hours: float) -> str:
        actions.record_opinion(
            case,
            cause="卡号泄露",
            solution="换卡",
            expected_at=later(days=days),
            actor=bank.me,
            at=later(hours=hours),
        )
        return page(client)

    open_link(client, case)
    first = promise(1, 1)
    assert "tomorrow 09:00" in first
    assert "We told you by when you hear the result" in first
    assert "before that we said by" not in first
    second = promise(2, 2)
    assert "before that we said by tomorrow 09:00" in second
    assert "By 2026-06-17 09:00, not by 2026-06-16 09:00" in second
    assert "卡号泄露" not in second


def test_confirming_is_kept_and_invites_to_rate(client: Client, told: Case) -> None:
    open_link(client, told)
    with at(3.2):
        assert client.post("/progress/confirm").status_code == 302
        again = client.post("/progress/confirm")
    assert again.status_code == 409
    told.refresh_from_db()
    assert told.customer_confirmed_at == later(hours=3.2)
    assert "How was our service?" in page(client, hours=3.3)


def test_objecting_needs_words_and_brings_the_case_back_to_work(client: Client, told: Case) -> None:
    open_link(client, told)
    with at(3.2):
        assert client.post("/progress/object", {"reason": " "}).status_code == 422
        assert client.post("/progress/object", {"reason": "款项没有到账"}).status_code == 302
    told.refresh_from_db()
    assert told.state == "IN_PROGRESS"
    assert "款项没有到账" in page(client, hours=3.3)


def test_a_session_of_one_case_opens_no_other(client: Client, bank: Bank, told: Case) -> None:
    other = a_case_in("FEEDBACK_SENT", bank)
    open_link(client, told)
    assert other.number not in page(client)
    with at(3.1):
        client.post("/progress/confirm", {"case": other.public_id, "ref": other.public_id})
    other.refresh_from_db()
    assert other.customer_confirmed_at is None


@pytest.mark.parametrize("path", ["/progress/confirm", "/progress/object"])
def test_without_a_link_nothing_is_done(client: Client, told: Case, path: str) -> None:
    assert client.post(path, {"reason": "x"}).status_code == 404
    told.refresh_from_db()
    assert (told.customer_confirmed_at, told.customer_objected_at) == (None, None)


def test_forms_of_other_sites_are_refused(told: Case) -> None:
    client = Client(enforce_csrf_checks=True)
    token = links.issue(told, later(hours=3))
    with at(3):
        assert client.post(f"/c/{token}").status_code == 403
        assert links.redeem(token, later(hours=3)) == told


def test_a_closed_case_is_rated_once_with_its_sides(client: Client, bank: Bank) -> None:
    case = a_case_in("CLOSED", bank)
    open_link(client, case, 5)
    assert "Are you satisfied" in page(client, "/rate/case/", 5)
    with at(5):
        empty = client.post("/rate/case/", {"comment": "x"})
        assert (empty.status_code, Rating.objects.count()) == (422, 0)
        answers = {"score": "5", "attitude": "5", "speed": "4", "solved": "YES", "comment": "好"}
        assert client.post("/rate/case/", answers).status_code == 302
        assert client.post("/rate/case/", {**answers, "score": "1"}).status_code == 409
    kept = Rating.objects.get()
    assert (kept.score, kept.attitude, kept.speed, kept.solution) == (5, 5, 4, None)
    assert "Thank you" in page(client, "/rate/case/", 5)


def test_an_open_case_is_not_rated_yet(client: Client, told: Case) -> None:
    open_link(client, told)
    with at(3):
        assert client.get("/rate/case/").headers["Location"] == "/progress/"


def _visitor(bank: Bank) -> tuple[str, Caller]:
    token = chat_access.new_token("bank")
    digest = chat_access.token_digest(token, "bank")
    return token, Caller(bank.institution.pk, digest, "zh-hans")


def _rate_chat(client: Client, token: str, **body: Any) -> Any:
    return client.post(
        "/chat/bank/rating",
        json.dumps(body),
        content_type="application/json",
        headers={"x-visit-token": token},
    )


def test_a_visitor_rates_their_own_ended_conversation(client: Client, bank: Bank) -> None:
    token, visitor = _visitor(bank)
    kept = chat.say(visitor, key="key-00001", text="在吗", at=later())
    early = _rate_chat(client, token, contact=kept.contact_ref, score=5)
    assert (early.status_code, early.json()["code"]) == (409, "not-over-yet")
    chat.end(visitor, at=later(minutes=1))
    stranger, _caller = _visitor(bank)
    assert _rate_chat(client, stranger, contact=kept.contact_ref, score=1).status_code == 404
    assert _rate_chat(client, token, contact=kept.contact_ref, score="x").status_code == 422
    assert _rate_chat(client, token, contact=kept.contact_ref, score=5).status_code == 200
    assert _rate_chat(client, token, contact=kept.contact_ref, score=1).status_code == 409
    assert Rating.objects.get().score == 5


def test_home_shows_the_institution_asked_for(client: Client, bank: Bank) -> None:
    other = a_bank("insurer")
    type(other.institution).objects.filter(pk=other.institution.pk).update(name_zh="安岭保险")
    assert "示范银行" in client.get("/").content.decode()
    assert "安岭保险" in client.get("/?institution=insurer").content.decode()
    assert client.get("/?institution=nowhere").status_code == 404


def test_only_named_sites_may_frame_the_chat_and_nothing_else(
    client: Client, bank: Bank, settings: Any
) -> None:
    settings.WIDGET_ORIGINS = ["https://bank.example"]
    framed = client.get("/chat/bank/?framed=1")
    assert "frame-ancestors 'self' https://bank.example" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    home = client.get("/")
    assert "frame-ancestors 'none'" in home["Content-Security-Policy"]
    assert home["X-Frame-Options"] == "DENY"


def test_the_widget_is_a_script_any_site_may_load(client: Client) -> None:
    script = client.get("/widget.js?institution=bank")
    assert script["Content-Type"].startswith("text/javascript")
    assert script["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/demo/embed/").status_code == 404


def test_every_state_and_step_has_its_words() -> None:
    assert set(queries.STATE_WORDS) == set(State.values)
    assert len(queries.STEP_WORDS) == len(queries.STEP_NOTES) == 4


@pytest.mark.parametrize(
    ("since", "until", "now", "used"),
    [(0, 10, 5, 50), (0, 10, 20, 100), (0, 10, -1, 0), (0, None, 5, None), (5, 5, 5, None)],
)
def test_used_time_stays_within_its_bar(
    since: int, until: int | None, now: int, used: int | None
) -> None:
    due = None if until is None else later(hours=until)
    assert queries.used_percent(later(hours=since), due, later(hours=now)) == used
