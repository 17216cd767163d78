"""What one unit asks of another for a case: its clock, its answer, and who may do what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy import ticker
from shouwen.ground.policy.events import ClockBreached, ClockWarned
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import access, actions, handlers, queries
from shouwen.service.cases.models import Case, CaseEntry, CaseTask
from shouwen.service.cases.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_bank,
    a_case,
    a_case_in,
    a_task,
    later,
)
from shouwen.service.cases.tests.test_api import Program
from shouwen.service.cases.tests.test_pages import page_of
from shouwen.service.cases.tests.test_racing import THREADS, at_once

TEXT = "已核对，无授信。"


@pytest.fixture
def case(bank: Bank) -> Case:
    """A case that is being worked."""
    return a_case_in("IN_PROGRESS", bank)


def _clock(task: CaseTask) -> Clock:
    return Clock.objects.get(subject_kind="task", subject_ref=task.public_id)


def _story(case: Case) -> list[str]:
    acts = CaseEntry.objects.filter(case=case, act__startswith="task_").order_by("pk")
    return list(acts.values_list("act", flat=True))


def test_a_task_runs_to_the_moment_the_asker_named(bank: Bank, case: Case) -> None:
    task = a_task(bank, case)
    clock = _clock(task)
    assert (task.due_at, clock.due_at, clock.clause, clock.hard) == (
        *(later(hours=24), later(hours=24)),
        "",
        True,
    )
    row = queries.tasks_of(bank.me, case, later(minutes=11))[0]
    assert row.clock is not None
    assert row.clock.state == "safe"
    assert row.clock.working  # says that it was set by hand
    case.refresh_from_db()
    assert case.due_at != task.due_at  # the case's own clocks are another matter
    assert AuditRow.objects.filter(act="task.asked").count() == 1


def test_the_asked_unit_answers(bank: Bank, case: Case) -> None:
    task = a_task(bank, case)
    actions.answer_task(task, TEXT, actor=bank.acting(bank.outsider), at=later(hours=1))
    task = CaseTask.objects.get(pk=task.pk)
    assert task.answer is not None
    assert (task.state, task.answer.plain, task.ended_at) == ("DONE", TEXT, later(hours=1))
    assert _clock(task).state == "STOPPED"
    assert _story(case) == ["task_ask", "task_answer"]


def test_a_declined_task_says_why_and_a_withdrawn_one_cancels_its_clock(
    bank: Bank, case: Case
) -> None:
    declined, withdrawn = a_task(bank, case), a_task(bank, case)
    other = bank.acting(bank.outsider)
    with pytest.raises(Invalid):
        actions.decline_task(declined, " ", actor=other, at=later(hours=1))
    actions.decline_task(declined, "不归我组", actor=other, at=later(hours=1))
    actions.withdraw_task(withdrawn, "不需要了", actor=bank.me, at=later(hours=1))
    assert (_clock(declined).state, _clock(withdrawn).state) == ("STOPPED", "CANCELLED")
    assert _story(case)[2:] == ["task_decline", "task_withdraw"]


def test_a_case_is_not_resolved_while_a_task_is_open(bank: Bank, case: Case) -> None:
    task = a_task(bank, case)
    with pytest.raises(actions.TasksStillOpen, match="消费信贷组"):
        actions.resolve(case, solution="已办", actor=bank.me, at=later(hours=1))
    actions.answer_task(task, TEXT, actor=bank.acting(bank.outsider), at=later(hours=1))
    case.refresh_from_db()
    actions.resolve(case, solution="已办", actor=bank.me, at=later(hours=2))
    assert case.state == "RESOLVED"


def test_who_resolves_while_another_asks_looks_again(bank: Bank, case: Case) -> None:
    stale = queries.case_for(bank.me, case.public_id)
    task = a_task(bank, case)
    actions.withdraw_task(task, "误发", actor=bank.me, at=later(minutes=20))
    with pytest.raises(actions.CaseMovedOn):
        actions.resolve(stale, solution="已办", actor=bank.me, at=later(hours=1))
    resolved = queries.case_for(bank.me, case.public_id)
    actions.resolve(resolved, solution="已办", actor=bank.me, at=later(hours=1))
    with pytest.raises(actions.CaseMovedOn):
        a_task(bank, case)


@pytest.mark.parametrize("state", ["NEW", "CLASSIFIED", "RESOLVED", "CLOSED"])
def test_only_a_case_that_is_worked_asks(bank: Bank, state: str) -> None:
    with pytest.raises(actions.CaseNotReady):
        a_task(bank, a_case_in(state, bank))


def test_what_is_wrong_is_named(bank: Bank, case: Case) -> None:
    other = a_bank("insurer")

    def fields(**more: object) -> set[str]:
        unit = more.pop("unit", bank.loans)
        asked = more.pop("asked", "请核对")
        values = {"due_at": later(hours=2), "actor": bank.me, "at": later(hours=1), **more}
        with pytest.raises(Invalid) as caught:
            actions.ask_unit(case, unit, asked, **values)  # type: ignore[arg-type]  # wrong on purpose
        return set(caught.value.fields)

    assert fields(asked="  ") == {"asked"}
    assert fields(asked="x" * 5001) == {"asked"}
    assert fields(due_at=None) == {"due_at"}  # no pack limits tasks, so the asker must
    assert fields(due_at=later(hours=1)) == {"due_at"}
    assert fields(unit=bank.cards) == {"unit"}
    assert fields(unit=other.loans) == {"unit"}
    assert fields(person=bank.colleague) == {"person"}
    assert fields(person=other.outsider) == {"person"}
    assert not CaseTask.objects.exists()
    assert not Clock.objects.filter(subject_kind="task").exists()


def test_who_may_see_answer_and_withdraw(bank: Bank, case: Case) -> None:
    task = a_task(bank, case)
    far = staff.a_unit(bank.institution, "第三组")
    stranger = staff.a_person(far, "agent", over=far)
    other = a_bank("insurer")

    def may(actor: Actor) -> tuple[bool, bool, bool]:
        return (
            access.may_see_task(actor, task),
            access.may_answer(actor, task),
            access.may_withdraw(actor, task),
        )

    assert {
        "asker": may(bank.me),
        "colleague": may(bank.acting(bank.colleague)),
        "lead": may(bank.boss),
        "asked": may(bank.acting(bank.outsider)),
        "auditor": may(bank.acting(bank.auditor)),
        "stranger": may(bank.acting(stranger)),
        "admin": may(bank.acting(bank.admin)),
        "customer": may(bank.caller),
        "program": may(bank.key),
        "elsewhere": may(other.boss),
        "their program": may(other.key),
    } == {
        "asker": (True, False, True),
        "colleague": (True, False, False),
        "lead": (True, False, True),
        "asked": (True, True, False),
        "auditor": (True, False, False),
        "stranger": (False, False, False),
        "admin": (False, False, False),
        "customer": (False, False, False),
        "program": (True, True, True),
        "elsewhere": (False, False, False),
        "their program": (False, False, False),
    }
    with pytest.raises(NotAllowed):
        actions.answer_task(task, TEXT, actor=bank.me, at=later(hours=1))
    with pytest.raises(NotThere):
        actions.answer_task(task, TEXT, actor=bank.acting(stranger), at=later(hours=1))
    # The asked unit sees the task; the case stays with those who work it.
    with pytest.raises(NotThere):
        queries.case_for(bank.acting(bank.outsider), case.public_id)


def test_a_person_who_is_named_answers_or_their_lead(bank: Bank, case: Case) -> None:
    named = staff.a_person(bank.loans, "agent", over=bank.loans)
    lead = staff.a_person(bank.loans, "lead", over=bank.loans)
    task = a_task(bank, case, person=named)
    may = [access.may_answer(bank.acting(p), task) for p in (named, lead, bank.outsider)]
    assert may == [True, True, False]


def test_nobody_answers_what_they_asked_themselves(bank: Bank, case: Case) -> None:
    wide = staff.a_person(bank.cards, "lead")
    task = a_task(bank, case, actor=bank.acting(wide))
    assert access.may_withdraw(bank.acting(wide), task)
    assert not access.may_answer(bank.acting(wide), task)


def test_the_asked_unit_is_reminded_and_a_missed_answer_is_on_the_story(
    bank: Bank, case: Case
) -> None:
    task = a_task(bank, case)
    clock = _clock(task)

    def fact(kind: type[ClockWarned | ClockBreached], **at: float) -> ClockWarned | ClockBreached:
        return kind(
            institution_id=bank.institution.pk,
            occurred_at=later(**at),
            clock_id=clock.pk,
            clock_public_id=clock.public_id,
            event=clock.event,
            subject_kind="task",
            subject_ref=task.public_id,
            clause="",
            due_at=clock.due_at,
            hard=True,
        )

    warned, missed = fact(ClockWarned, hours=23), fact(ClockBreached, hours=24)
    for _ in range(2):  # delivered at least once
        handlers.remind_of_task(warned)  # type: ignore[arg-type]  # made of that class above
        handlers.enter_breach(missed)  # type: ignore[arg-type]  # made of that class above
    assert _story(case) == ["task_ask", "task_soon", "task_late"]
    words = signed_in(bank.agent).get(page_of(case)).content.decode()
    assert "消费信贷组" in words
    while ticker.tick(later(hours=25)):
        pass
    assert _clock(task).breached_at is not None


def test_lists_of_tasks(bank: Bank, case: Case) -> None:
    late = a_task(bank, case, due_at=later(hours=9))
    soon = a_task(bank, case, due_at=later(hours=3))
    ended = a_task(bank, case)
    asked = bank.acting(bank.outsider)
    actions.decline_task(ended, "不归我组", actor=asked, at=later(hours=1))

    def listed(actor: Actor, view: str, **more: object) -> list[str]:
        page = queries.tasks_for(actor, view, at=later(hours=2), **more)  # type: ignore[arg-type]  # cursor and limit
        return [row.task.public_id for row in page.rows]

    assert listed(asked, "unit") == listed(asked, "reach") == [soon.public_id, late.public_id]
    assert listed(asked, "ended") == [ended.public_id]
    assert listed(bank.me, "unit") == listed(bank.me, "reach") == listed(asked, "asked") == []
    assert listed(bank.me, "asked") == [soon.public_id, late.public_id]
    assert listed(bank.key, "unit") == [soon.public_id, late.public_id]
    assert listed(a_bank("insurer").key, "reach") == []
    assert listed(asked, "unit", limit=1) == [soon.public_id]
    assert listed(asked, "unit", cursor=soon.public_id) == [late.public_id]
    for cursor in ("x", "\x00", "task_" + "a" * 60):
        with pytest.raises(Invalid):
            listed(asked, "unit", cursor=cursor)
    assert queries.task_count_words(asked) == "2"


def test_a_task_goes_its_way_on_the_pages(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    agent, asked = signed_in(bank.agent), signed_in(bank.outsider)
    dialog = agent.get(page_of(case, "ask", "ask_unit")).content.decode()
    assert bank.loans.public_id in dialog
    assert bank.cards.public_id not in dialog
    form = {"unit": bank.loans.public_id, "asked": "请核对授信", "due_at": "2190-01-01T09:00"}
    for wrong in ({"unit": "x"}, {"due_at": ""}, {"due_at": "soon"}, {"person": "\x00"}):
        answer = agent.post(page_of(case, "do", "ask_unit"), {**form, **wrong})
        assert answer.status_code == 422, wrong
        assert answer["HX-Retarget"] == "#sw-dialogs"
    form["idempotency_key"] = "pressed-once"
    for _ in range(2):
        assert agent.post(page_of(case, "do", "ask_unit"), form).status_code == 200
    task = CaseTask.objects.get()
    page = agent.get(page_of(case)).content.decode()
    assert f"/cases/tasks/{task.public_id}/withdraw/" in page
    assert f"/cases/tasks/{task.public_id}/answer/" not in page
    assert page_of(case, "do", "resolve") not in page
    lists = asked.get("/cases/tasks/").content.decode()
    assert "请核对授信" in lists
    assert page_of(case) not in lists
    address = f"/cases/tasks/{task.public_id}/answer/"
    assert "请核对授信" in asked.get(address, {"from": "unit"}).content.decode()
    assert asked.post(address, {"text": " ", "from": "unit"}).status_code == 422
    for view in ("x", "unit", "ended"):
        assert asked.get("/cases/tasks/", {"view": view}).status_code == 200
    assert asked.get("/cases/tasks/", {"after": "x"}).status_code == 422
    assert agent.post(address, {"text": TEXT}).status_code == 403
    first = asked.post(address, {"text": TEXT, "from": "unit"})
    assert first.status_code == 200
    assert "请核对授信" not in first.content.decode()  # the list of what is open
    second = asked.post(address, {"text": TEXT, "from": "unit"})
    assert bank.outsider.name in second.content.decode()  # says who was first
    withdraw = f"/cases/tasks/{task.public_id}/withdraw/"
    late = agent.post(withdraw, {"text": "不需要了", "from": "case"})
    assert (late.status_code, 'id="case-top"' in late.content.decode()) == (200, True)
    assert TEXT in agent.get(page_of(case)).content.decode()


def test_a_task_goes_its_way_by_programs(bank: Bank, case: Case) -> None:
    program, other = Program(bank), Program(a_bank("insurer"))
    at = f"/{case.public_id}/tasks"
    body = {
        "unit": bank.loans.public_id,
        "person": bank.outsider.public_id,
        "asked": "请核对授信",
        "due_at": "2190-01-01T09:00:00+08:00",
    }
    first, again = program.post(at, body, "k1"), program.post(at, body, "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    told = first.json()
    assert told == again.json()
    assert (told["state"], told["clock"]["event"], told["clock"]["clause"]) == (
        "OPEN",
        "task.answer",
        "",
    )
    for wrong in (
        {"unit": "unit_" + "a" * 26},
        {"person": "pers_" + "a" * 26},
        {"person": bank.colleague.public_id},
        {"asked": ""},
        {"due_at": None},
        {"due_at": "2020-01-01T00:00:00Z"},
        {"due_at": "2026-01-01T00:00:00"},
        {"more": 1},
    ):
        assert program.post(at, {**body, **wrong}).status_code == 422, wrong
    assert [item["id"] for item in program.get(at).json()["items"]] == [told["id"]]
    assert other.get(at).status_code == 404
    end = f"{at}/{told['id']}"
    assert other.post(f"{end}/answer", {"text": TEXT}).status_code == 404
    elsewhere = a_case(bank).public_id
    wrong_case = program.post(f"/{elsewhere}/tasks/{told['id']}/answer", {"text": TEXT})
    assert wrong_case.status_code == 404
    assert program.post(f"/{case.public_id}/resolve", {"solution": "已办"}).status_code == 409
    ended = program.post(f"{end}/answer", {"text": TEXT}, "k2")
    assert (ended.status_code, ended.json()["state"], ended.json()["answer"]) == (200, "DONE", TEXT)
    assert program.post(f"{end}/answer", {"text": TEXT}, "k2").json() == ended.json()
    refused = program.post(f"{end}/decline", {"text": TEXT})
    assert (refused.status_code, refused.json()["code"]) == (409, "task-already-ended")


def test_pages_cost_the_same_for_any_number_of_tasks(bank: Bank, case: Case) -> None:
    a_task(bank, case)
    doors = {
        "case": (signed_in(bank.agent), page_of(case)),
        "list": (signed_in(bank.outsider), "/cases/tasks/"),
    }

    def cost(door: str) -> int:
        client, address = doors[door]
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len([q for q in captured if "SAVEPOINT" not in q["sql"]])

    for door in doors:
        cost(door)  # what is read once: policy, keys, session
    before = {door: cost(door) for door in doors}
    for number in range(3):
        a_task(bank, case, at=MONDAY_9AM + timedelta(minutes=20 + number))
    assert {door: cost(door) for door in doors} == before
    assert max(before.values()) <= 32


@pytest.mark.django_db(transaction=True)
def test_a_task_ends_once() -> None:
    bank = a_bank()
    task = a_task(bank, a_case_in("IN_PROGRESS", bank))
    asked, me = bank.acting(bank.outsider), bank.me
    ways = [
        lambda t: actions.answer_task(t, TEXT, actor=asked, at=later(hours=1)),
        lambda t: actions.withdraw_task(t, "不需要了", actor=me, at=later(hours=1)),
    ] * (THREADS // 2)
    copies = [queries.task_for(me, task.public_id) for _ in range(THREADS)]
    results = at_once(lambda: ways.pop()(copies.pop()))
    assert results.count(None) == 1
    assert all(isinstance(r, actions.TaskAlreadyEnded) for r in results if r is not None)
    assert _clock(task).entry_count == 2
