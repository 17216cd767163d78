"""Asking by the form: looked over with its dates, sent once, followed by its number."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwen.front.portal.tests.conftest import EnterAs, at
from shouwen.ground.policy import defaults
from shouwen.ground.policy.models import Clock
from shouwen.people.customers import actions as customers
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import FOUNDER, MONDAY_9AM, Bank, a_bank, later

FORM = {
    "kind": "COMPLAINT",
    "area": "account",
    "title": "账户被冻结",
    "text": "昨天起无法转账，电话13800001234打不通。",
    "wish": "尽快解冻",
    "name": "韩梅",
    "phone": "13911112222",
    "reply_by": "PHONE",
}
PATH = "/ask/?institution=bank"


@pytest.fixture
def ruled(bank: Bank) -> Bank:
    """The bank with its rule packs."""
    defaults.adopt_as_insurer(
        bank.institution.pk,
        actor=FOUNDER,
        approver=staff.acting(bank.lead),
        at=MONDAY_9AM,
    )
    return bank


def ask(client: Client, step: str, key: str = "key-1", **changed: str) -> tuple[int, str, str]:
    with at(3):
        answer = client.post(
            PATH,
            {**FORM, "step": step, "idempotency_key": key, **changed},
            headers={"accept-language": "en"},
        )
    return answer.status_code, answer.headers.get("Location", ""), answer.content.decode()


def test_a_stranger_asks_and_follows_by_the_same_browser(ruled: Bank) -> None:
    client = Client()
    status, _where, page = ask(client, "check")
    assert (status, Case.objects.count()) == (200, 0)
    status, where, _page = ask(client, "send")
    assert (status, where) == (302, "/progress/asked")
    case = Case.objects.get()
    assert (case.customer, case.owner, case.channel, case.kind) == (None, None, "WEB", "COMPLAINT")
    for told in ("诉求：尽快解冻", "韩梅", "13911112222"):
        assert told in case.description.plain
    with at(3.1):
        after = client.get(where, headers={"accept-language": "en"}).content.decode()
        assert case.number in after
        assert case.number in client.get("/progress/").content.decode()
        assert case.number not in Client().get("/progress/asked").content.decode()
    # The dates shown before are those of the clocks that run after.
    promised = cases.promised_to(ruled.institution.pk, "COMPLAINT", None, later(hours=3))
    running = Clock.objects.filter(subject_ref=case.public_id).order_by("due_at", "event")
    assert [(p.event, p.due_at, p.hard) for p in promised] == [
        (clock.event, clock.due_at, clock.hard) for clock in running
    ]
    hard = [promise for promise in promised if promise.hard]
    assert hard
    assert all(promise.clause in page and promise.clause in after for promise in hard)


def test_one_form_makes_one_case(ruled: Bank) -> None:
    client = Client()
    assert ask(client, "send")[0] == ask(client, "send")[0] == 302
    assert Case.objects.count() == 1
    assert ask(client, "send", title="另一件事")[0] == 409
    assert ask(client, "send", key="key-2", title="另一件事")[0] == 302
    assert ask(client, "send", key="", title="第三件事")[0] == 422
    assert Case.objects.count() == 2


def test_a_customer_who_is_in_asks_as_themselves(bank: Bank, enter_as: EnterAs) -> None:
    client = enter_as(bank.customer)
    with at(3):
        form = client.get(PATH, headers={"accept-language": "en"}).content.decode()
    assert ("You ask as 林**" in form, 'name="phone"' in form) == (True, False)
    status, where, _page = ask(client, "send", name="冒充", phone="")
    case = Case.objects.get()
    assert (status, where) == (302, f"/me/cases/{case.public_id}/asked")
    assert (case.customer, "冒充" in case.description.plain) == (bank.customer, False)
    with at(3.1):
        assert case.number in client.get(where).content.decode()
        assert case.number in client.get("/me/").content.decode()


def test_at_another_institution_a_customer_is_a_stranger(bank: Bank, enter_as: EnterAs) -> None:
    other = a_bank("insurer")
    client = enter_as(other.customer)
    assert ask(client, "send")[1] == "/progress/asked"
    case = Case.objects.get()
    assert (case.customer, case.institution) == (None, bank.institution)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "NONE"),
        ("area", "account.abnormal"),
        ("area", "' OR 1=1"),
        ("title", " "),
        ("title", "长" * 121),
        ("text", ""),
        ("text", "长" * 2001),
        ("wish", "长" * 201),
        ("name", ""),
        ("phone", "12345"),
        ("reply_by", "CHAT"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_stays(
    bank: Bank, field: str, value: str
) -> None:
    status, _where, page = ask(Client(), "send", **{field: value})
    assert (status, Case.objects.count()) == (422, 0)
    assert "Some entries need correcting" in page
    assert (FORM["text"] in page) is (field != "text")


def test_changing_goes_back_with_everything(bank: Bank) -> None:
    status, _where, page = ask(Client(), "change")
    assert (status, FORM["text"] in page, FORM["wish"] in page) == (200, True, True)


def test_a_network_asks_only_so_often(bank: Bank) -> None:
    customers.set_self_service(
        bank.institution,
        {"asks_per_source": 2},
        actor=staff.acting(staff.a_person(bank.cards, "risk")),
        at=MONDAY_9AM,
    )
    results = [ask(Client(), "send", key=f"key-{n}")[0] for n in range(3)]
    assert (results, Case.objects.count()) == ([302, 302, 429], 2)


def test_staff_find_it_among_what_nobody_owns(bank: Bank) -> None:
    ask(Client(), "send")
    page = cases.ledger(bank.me, cases.Filters(), at=later(hours=4))
    assert [row.case.title for row in page.rows] == ["账户被冻结"]
