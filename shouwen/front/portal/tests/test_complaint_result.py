"""The result of a complaint on its complainant's page: the written notice, and the rating."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client

from shouwen.front.portal.tests.conftest import EnterAs, at
from shouwen.service.cases.actions import links
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.models import ComplaintRating, ResultNotice
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office, fresh
from shouwen.service.complaints.tests.redress import a_till

SCORES = {"timeliness": "4", "effect": "5", "communication": "3", "follow_up": "4"}


@pytest.fixture
def office(db: None) -> Office:
    """A bank with its rule packs and the three posts of a complaint."""
    return an_office(ruled=True)


def opened(office: Office, state: str) -> Client:
    """Open the link of a complaint in this state."""
    one = fresh(a_complaint_in(state, office))
    client = Client(headers={"accept-language": "en"})
    with at(5):
        client.post(f"/c/{links.issue(one.case, later(hours=5))}")
    return client


def test_the_notice_is_downloaded_as_it_was_issued(office: Office) -> None:
    client = opened(office, "FEEDBACK_SENT")
    notice = ResultNotice.objects.get()
    with at(5.1):
        page = client.get("/progress/").content.decode()
        assert notice.number in page
        for form, digest in (("pdf", notice.pdf_sha256), ("text", notice.text_sha256)):
            path = f"/progress/notices/{notice.public_id}/{form}"
            assert path in page
            answer = client.get(path)
            assert answer.status_code == 200
            assert "no-store" in answer.headers["Cache-Control"]
            assert hashlib.sha256(answer.content).hexdigest() == digest
        assert client.get(f"/progress/notices/{notice.public_id}/exe").status_code == 404


def test_nobody_opens_it_without_the_proof_the_page_asks_for(office: Office) -> None:
    opened(office, "FEEDBACK_SENT")
    notice = ResultNotice.objects.get()
    path = f"/progress/notices/{notice.public_id}/pdf"
    with at(5.1):
        assert Client().get(path).status_code == 404
        # Whose link opens another complaint sees nothing of this one.
        other = opened(office, "HANDLED")
        assert other.get("/progress/").status_code == 200
        assert other.get(path).status_code == 404


def test_who_is_in_by_a_code_finds_it_among_their_own(office: Office, enter_as: EnterAs) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    client = enter_as(office.bank.customer)
    notice = ResultNotice.objects.get()
    base = f"/me/cases/{one.case.public_id}/"
    with at(3.1):
        assert f"{base}notices/{notice.public_id}/pdf" in client.get(base).content.decode()
        assert client.get(f"{base}notices/{notice.public_id}/pdf").status_code == 200


def test_before_it_is_told_there_is_nothing_to_open_or_rate(office: Office) -> None:
    client = opened(office, "HANDLED")
    with at(5.1):
        page = client.get("/progress/").content.decode()
        assert ("notices/" in page, "rate-handling" in page) == (False, False)
        assert client.post("/progress/rate-handling", SCORES).status_code == 409


def test_the_handling_is_rated_once_with_all_four_dimensions(office: Office) -> None:
    client = opened(office, "FEEDBACK_SENT")
    with at(5.1):
        assert "/progress/rate-handling" in client.get("/progress/").content.decode()
        asked = client.get("/progress/rate-handling").content.decode()
        assert [name in asked for name in SCORES] == [True] * 4
        short = client.post("/progress/rate-handling", {**SCORES, "effect": ""})
        assert (short.status_code, ComplaintRating.objects.count()) == (422, 0)
        assert "Choose one answer in each line" in short.content.decode()
        said = {**SCORES, "comment": "回复及时"}
        assert client.post("/progress/rate-handling", said).status_code == 302
        assert "Thank you" in client.get("/progress/rate-handling").content.decode()
        assert client.post("/progress/rate-handling", said).status_code == 409
        assert "rate-handling" not in client.get("/progress/").content.decode()
    row = complaints.rating_of(ResultNotice.objects.get().complaint)
    assert row is not None
    assert (row.timeliness, row.effect, row.channel) == (4, 5, "")


def test_without_a_session_rating_asks_for_the_link(office: Office) -> None:
    assert Client().get("/progress/rate-handling").status_code == 200
    answer = Client().get("/me/cases/case_x/rate-handling")
    assert answer.headers["Location"] == "/me/enter/"


def test_a_redress_is_told_once_approved_and_when_paid(office: Office) -> None:
    till = a_till(office, "HANDLED")
    client = Client(headers={"accept-language": "en"})
    one = till.propose(hours=3, amount="1280.50")
    with at(5):
        client.post(f"/c/{links.issue(till.one.case, later(hours=5))}")
    with at(5.1):
        assert "1,280.50" not in client.get("/progress/").content.decode()
        till.approve()
        page = client.get("/progress/").content.decode()
        assert "We granted you a redress" in page
        assert "1,280.50" in page
        till.result(one)
        assert "Your redress was paid" in client.get("/progress/").content.decode()
