"""Customers by a code: their own questions, nobody else's, and no word about who is known."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shouwen.contact.conversations import actions as conversations
from shouwen.front.portal.queries import Letter
from shouwen.front.portal.tests.conftest import EnterAs, at
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers import actions as customers
from shouwen.people.customers import ports
from shouwen.people.customers.models import Customer
from shouwen.people.customers.tests.letterbox import Letters
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import links
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    Bank,
    a_bank,
    a_case_in,
    a_question,
    later,
)
from shouwen.service.cases.tests.test_by_customer import PNG


@pytest.fixture
def told(bank: Bank) -> Case:
    """A case whose result was told."""
    return a_case_in("FEEDBACK_SENT", bank)


@pytest.fixture
def neighbour(bank: Bank) -> Customer:
    """Another customer of the same bank."""
    return customers.register_customer(
        bank.institution, name="韩梅", phone="13700001111", actor=FOUNDER, at=MONDAY_9AM
    )


def text_of(client: Client, path: str, status: int = 200) -> str:
    with at(3.1):
        answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_customer_sees_their_own_questions_and_conversations(
    bank: Bank, told: Case, neighbour: Customer, enter_as: EnterAs
) -> None:
    theirs = cases.open_case(
        a_question("别人的问题"), customer=neighbour, actor=bank.me, at=MONDAY_9AM
    )
    talk = conversations.open_contact(
        institution=bank.institution,
        channel="chat",
        visitor_ref="visit_x",
        subject="信用卡年费",
        actor=Actor.customer("visit_x", bank.institution.pk),
        at=later(hours=1),
    )
    conversations.set_customer(talk, bank.customer, actor=FOUNDER, at=later(hours=1))
    page = text_of(enter_as(bank.customer), "/me/")
    assert (told.number in page, "Please confirm the result" in page) == (True, True)
    assert ("信用卡年费" in page, "In the queue" in page or "Just begun" in page) == (True, True)
    assert (theirs.number in page, theirs.title in page) == (False, False)
    other = text_of(enter_as(neighbour), "/me/")
    assert (theirs.number in other, told.number in other, "信用卡年费" in other) == (
        True,
        False,
        False,
    )


def test_a_case_is_confirmed_objected_and_rated_by_its_own_customer_alone(
    bank: Bank, told: Case, neighbour: Customer, enter_as: EnterAs
) -> None:
    away = a_bank("insurer")
    strangers = [enter_as(neighbour), enter_as(away.customer), Client()]
    base = f"/me/cases/{told.public_id}/"
    for stranger in strangers:
        with at(3.1):
            assert stranger.get(base).status_code in (302, 404)
            assert stranger.get(f"{base}rate").status_code in (302, 404)
            for act in ("confirm", "object"):
                assert stranger.post(f"{base}{act}", {"reason": "x"}).status_code == 404
    told.refresh_from_db()
    assert (told.customer_confirmed_at, told.customer_objected_at) == (None, None)
    owner = enter_as(bank.customer)
    assert "已换发新卡" in text_of(owner, base)
    with at(3.2):
        assert owner.post(f"{base}confirm").headers["Location"] == base
        assert owner.post(f"{base}confirm").status_code == 409
        rated = owner.post(f"{base}rate", {"score": "5", "solved": "YES"})
    assert rated.headers["Location"] == f"{base}rate"
    assert "Thank you" in text_of(owner, f"{base}rate")


def test_the_answer_is_the_same_for_a_number_nobody_has(bank: Bank, letters: Letters) -> None:
    pages = []
    for address in (bank.customer.points.get().value.plain, "13912345678"):
        client = Client(headers={"accept-language": "en"})
        with at(3):
            asked = client.post("/me/enter/", {"address": address})
            page = client.get("/me/code/").content.decode()
            wrong = client.post("/me/code/", {"code": "000 000"})
        pages.append((asked.status_code, asked["Location"], page, wrong.status_code))
    first, second = (
        (status, where, page.split("No code?", 1)[1].split("</main>")[0], wrong)
        for status, where, page, wrong in pages
    )
    assert first == second


def test_a_code_opens_nothing_in_another_browser(bank: Bank, letters: Letters) -> None:
    client, stranger = Client(), Client()
    with at(3):
        client.post("/me/enter/", {"address": bank.customer.points.get().value.plain})
        customers.send_codes(later(hours=3))
        assert stranger.post("/me/code/", {"code": letters.code})["Location"] == "/me/enter/"
        stranger.post("/me/enter/", {"address": "13912345678"})
        assert stranger.post("/me/code/", {"code": letters.code}).status_code == 422
        assert client.post("/me/code/", {"code": letters.code})["Location"] == "/me/"


def test_coming_in_makes_a_new_session_and_leaving_ends_it(bank: Bank, enter_as: EnterAs) -> None:
    client = enter_as(bank.customer)
    key = client.session.session_key
    assert key
    assert enter_as(bank.customer).session.session_key != key
    with at(3.1):
        client.post("/me/leave")
        assert client.get("/me/")["Location"] == "/me/enter/"


def test_the_session_is_over_after_the_minutes_set(bank: Bank, enter_as: EnterAs) -> None:
    client = enter_as(bank.customer)
    with at(4.99):
        assert client.get("/me/").status_code == 200
    with at(5.01):
        assert client.get("/me/?institution=bank")["Location"] == "/me/enter/?institution=bank"


def test_bad_input_is_told_beside_its_field(bank: Bank, letters: Letters) -> None:
    client = Client(headers={"accept-language": "en"})
    with at(3):
        answer = client.post("/me/enter/", {"address": "12"})
        assert (answer.status_code, "Enter your mobile number" in answer.content.decode()) == (
            422,
            True,
        )
        assert client.get("/me/code/")["Location"] == "/me/enter/"
        assert client.get("/me/enter/?institution=nowhere").status_code == 404
        for _n in range(3):
            client.post("/me/enter/", {"address": "13912345678"})
        assert client.post("/me/enter/", {"address": "13912345678"}).status_code == 429


def test_without_a_provider_the_page_says_so(bank: Bank) -> None:
    client, before = Client(headers={"accept-language": "en"}), ports.letterbox("EMAIL")
    ports.plug_letterbox(None)
    try:
        assert "No SMS or mail service" in client.get("/me/enter/").content.decode()
        assert client.post("/me/enter/", {"address": "13912345678"}).status_code == 409
    finally:
        ports.plug_letterbox(before)


@pytest.mark.parametrize("query", ["?cases=case_x", "?contacts=cont_x"])
def test_a_cursor_of_nobody_is_refused(bank: Bank, enter_as: EnterAs, query: str) -> None:
    client = enter_as(bank.customer)
    with at(3.1):
        assert client.get(f"/me/{query}").status_code in (404, 422)


@pytest.mark.parametrize("rows", [1, 25])
def test_the_page_costs_the_same_for_any_length(
    bank: Bank, enter_as: EnterAs, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(rows):
        cases.open_case(a_question(), customer=bank.customer, actor=bank.me, at=MONDAY_9AM)
    client = enter_as(bank.customer)
    with at(3.1), django_assert_num_queries(4):
        page = client.get("/me/").content.decode()
    assert ("Earlier questions" in page) is (rows > 20)
    if rows > 20:
        cursor = page.split("?cases=")[1].split('"')[0]
        assert text_of(client, f"/me/?cases={cursor}").count("/me/cases/case_") == 5


def test_the_inbox_is_the_demos_alone(client: Client) -> None:
    assert client.get("/demo/inbox/").status_code in (302, 404)


def test_urging_adding_and_withdrawing_through_the_pages(
    bank: Bank, neighbour: Customer, enter_as: EnterAs
) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    base = f"/me/cases/{case.public_id}/"
    stranger, owner = enter_as(neighbour), enter_as(bank.customer)
    picture = SimpleUploadedFile("小票.png", PNG, content_type="image/png")
    forms: dict[str, dict[str, object]] = {
        "urge": {},
        "add": {"text": "补充说明", "file": picture},
        "withdraw": {"reason": "已解决"},
    }
    with at(3.1):
        for act, form in forms.items():
            assert stranger.post(f"{base}{act}", form).status_code == 404
        picture.seek(0)
        assert owner.post(f"{base}urge").headers["Location"] == base
        again = owner.post(f"{base}urge")
        assert (again.status_code, "You can do so again" in again.content.decode()) == (409, True)
        assert owner.post(f"{base}add", {"text": " "}).status_code == 422
        wrong = SimpleUploadedFile("a.png", b"<html>")
        refused = owner.post(f"{base}add", {"text": "我的说明", "file": wrong})
        assert (refused.status_code, "我的说明" in refused.content.decode()) == (422, True)
        assert owner.post(f"{base}add", forms["add"]).headers["Location"] == base
        page = owner.get(base).content.decode()
        file = page.split(f"{base}files/")[1].split('"')[0]
        assert "小票.png" in page
        assert owner.get(f"{base}files/{file}").content == PNG
        assert stranger.get(f"{base}files/{file}").status_code == 404
        assert Client().get(f"{base}files/{file}").status_code == 404
        assert owner.post(f"{base}withdraw", {"reason": ""}).status_code == 422
        assert owner.post(f"{base}withdraw", forms["withdraw"]).headers["Location"] == base
        assert "you withdrew it" in owner.get(base).content.decode()
        assert owner.post(f"{base}withdraw", forms["withdraw"]).status_code == 409


def test_a_links_session_urges_and_adds_too(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    client = Client()
    token = links.issue(case, later(hours=3))
    with at(3):
        client.post(f"/c/{token}")
        assert client.post("/progress/urge").headers["Location"] == "/progress/"
        assert client.post("/progress/add", {"text": "补充"}).headers["Location"] == "/progress/"
    assert list(case.entries.order_by("-id").values_list("act", flat=True))[:2] == [
        "material",
        "urge",
    ]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("江澜银行：验证码 097456，2 分钟内有效。", "zh-Hans"),
        ("江澜银行: your code is 097456. Enter it on the page that asked for it.", "en"),
        ("请打开 https://centre.example/s/abcdefghijklmnopqrstuvwxyz0123456789 作答", "zh-Hans"),
        ("097456", "en"),
    ],
)
def test_a_letter_of_the_demo_inbox_is_read_out_in_its_own_language(
    words: str, language: str
) -> None:
    assert Letter("138****0000", words, time.now()).language == language
