"""Many rows at once: each is done or refused by itself, and says so."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import acting
from shouwen.service.cases import actions, queries
from shouwen.service.cases.actions import Outcome
from shouwen.service.cases.models import Case, CaseEntry
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case, a_case_in, later

AT = later(days=1)


@pytest.fixture
def lead(bank: Bank) -> Person:
    """Who acts on many rows."""
    return staff.a_person(bank.cards, "lead")


def _again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_each_row_is_assigned_by_itself_and_a_refused_one_named(bank: Bank, lead: Person) -> None:
    ready, also = (a_case_in("CLASSIFIED", bank) for _ in range(2))
    unready = a_case(bank)
    foreign = a_case(a_bank("insurer"))
    refs = [ready.public_id, unready.public_id, foreign.public_id, also.public_id, ready.public_id]

    done = actions.assign_many(refs, bank.agent.public_id, actor=acting(lead), at=AT)

    assert [outcome.ref for outcome in done] == refs[:4]
    assert [bool(outcome.problem) for outcome in done] == [False, True, True, False]
    assert done[1].number == unready.number
    # Of another institution not even the number is told.
    assert done[2].number == foreign.public_id
    assert [_again(c).handler_id for c in (ready, also)] == [bank.agent.pk] * 2
    assert _again(unready).handler_id != bank.agent.pk
    assert AuditRow.objects.filter(act="case.assign", actor_ref=lead.public_id).count() == 2


def test_a_reminder_stands_until_the_handler_acts(bank: Bank, lead: Person) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    handler = case.handler
    assert handler is not None
    done = actions.remind_many([case.public_id], "请今天答复客户", actor=acting(lead), at=AT)
    assert done == [Outcome(case.public_id, case.number)]
    assert _again(case).reminded_at == AT
    entry = CaseEntry.objects.filter(case=case, act="remind").get()
    assert (entry.text.plain if entry.text else "") == "请今天答复客户"
    assert AuditRow.objects.filter(act="case.reminded").count() == 1

    fresh = queries.case_for(acting(handler), case.public_id)
    actions.wait_outside(fresh, reason="等清算", actor=acting(handler), at=AT)
    assert _again(case).reminded_at is None


def test_a_reminder_does_not_make_the_handlers_act_fail(bank: Bank, lead: Person) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    assert case.handler is not None
    held = queries.case_for(acting(case.handler), case.public_id)
    actions.remind_many([case.public_id], "请尽快", actor=acting(lead), at=AT)
    actions.wait_outside(held, reason="等清算", actor=acting(case.handler), at=AT)


def test_nobody_reminds_themselves_nor_of_a_closed_case(bank: Bank, lead: Person) -> None:
    mine = a_case_in("IN_PROGRESS", bank)
    assert mine.handler is not None
    closed = a_case_in("CLOSED", bank)
    nobodys = a_case(bank)
    with pytest.raises(actions.NobodyElseToRemind):
        actions.remind_handler(mine, "x", actor=acting(mine.handler), at=AT)
    refs = [closed.public_id, nobodys.public_id]
    done = actions.remind_many(refs, "请尽快", actor=acting(lead), at=AT)
    assert all(outcome.problem for outcome in done)


def test_badly_asked(bank: Bank, lead: Person) -> None:
    case, boss = a_case(bank), acting(lead)
    for field, refs, words in (
        ("ref", [], "请尽快"),
        ("ref", [f"case_{n}" for n in range(101)], "请尽快"),
        ("text", [case.public_id], " "),
        ("text", [case.public_id], "x" * 501),
    ):
        with pytest.raises(Invalid) as wrong:
            actions.remind_many(refs, words, actor=boss, at=AT)
        assert list(wrong.value.fields) == [field]
    with pytest.raises(Invalid) as nobody:
        actions.assign_many([case.public_id], "pers_nobody", actor=boss, at=AT)
    assert list(nobody.value.fields) == ["handler"]
    inspector = staff.a_person(bank.cards, "inspector")
    with pytest.raises(NotAllowed):
        actions.remind_many([case.public_id], "x", actor=acting(inspector), at=AT)


def test_the_page_says_what_became_of_each_row(bank: Bank, lead: Person) -> None:
    ready, unready = a_case_in("CLASSIFIED", bank), a_case(bank)
    client = Client()
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    ledger = client.get("/cases/?view=all").content.decode()
    assert f'value="{ready.public_id}"' in ledger
    asked = {"ref": [ready.public_id, unready.public_id]}
    assert "2件" in client.get("/cases/bulk/assign/", asked).content.decode()
    wrong = client.post("/cases/bulk/assign/", asked | {"handler": "nobody"})
    assert wrong.status_code == 422
    form = asked | {"handler": bank.agent.public_id, "idempotency_key": "one-press"}
    done = client.post("/cases/bulk/assign/", form)
    assert unready.number in done.content.decode()
    assert "sw-unselect" in done["HX-Trigger"]
    again = client.post("/cases/bulk/assign/", form)
    assert unready.number not in again.content.decode()
    assert AuditRow.objects.filter(act="case.assign", actor_ref=lead.public_id).count() == 1
    told = client.post("/cases/bulk/remind/", {"ref": [ready.public_id], "text": "请今天答复"})
    assert told.status_code == 200
    assert "已催办" in client.get("/cases/?view=all").content.decode()
