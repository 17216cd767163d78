"""A case from the first question to the archive."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions as customers
from shouwen.service.cases import actions, queries
from shouwen.service.cases.access import NotYourCase
from shouwen.service.cases.models import Case, CaseEntry, CaseTerm, EntryKind, State
from shouwen.service.cases.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_bank,
    a_case,
    a_case_in,
    a_question,
    later,
)


def clocks_of(case: Case) -> dict[str, str]:
    rows = Clock.objects.filter(subject_kind="case", subject_ref=case.public_id)
    return {row.event: row.state for row in rows.order_by("event")}


def test_a_case_goes_all_the_way(bank: Bank) -> None:
    case = a_case_in("ARCHIVED", bank)
    case.refresh_from_db()
    assert (case.state, case.is_open, case.owner, case.handler) == (
        State.ARCHIVED,
        False,
        bank.agent,
        bank.agent,
    )
    entries = CaseEntry.objects.filter(case=case).order_by("id")
    assert [(e.act, e.to_state) for e in entries] == [
        ("open", "NEW"),
        ("accept", "ACCEPTED"),
        ("classify", "CLASSIFIED"),
        ("assign", "ASSIGNED"),
        ("start", "IN_PROGRESS"),
        ("resolve", "RESOLVED"),
        ("feedback", "FEEDBACK_SENT"),
        ("confirm_by_agent", "FEEDBACK_SENT"),
        ("confirm_by_customer", "FEEDBACK_SENT"),
        ("close", "CLOSED"),
        ("archive", "ARCHIVED"),
    ]
    assert all(
        before.to_state == after.from_state
        for before, after in zip(entries, list(entries)[1:], strict=False)
    )
    acts = AuditRow.objects.filter(object_ref=case.public_id, act__startswith="case.")
    assert {"case.opened", "case.resolve", "case.close", "case.archive"} <= set(
        acts.values_list("act", flat=True)
    )
    # The work's clocks are over; the rating (OM-4.3-03) and the callback (HB-2.4-01) begin.
    still = {event for event, state in clocks_of(case).items() if state in ("RUNNING", "PAUSED")}
    assert still == {"csat.evaluate", "followup.callback"}
    assert case.due_at is None


def test_numbers_count_by_shanghai_day_and_institution(bank: Bank) -> None:
    first = a_case(bank)
    second = a_case(bank)
    before_midnight = actions.open_case(a_question(), actor=bank.me, at=later(hours=14.9))
    after_midnight = actions.open_case(a_question(), actor=bank.me, at=later(hours=15.1))
    other = a_case(a_bank("insurer"))
    assert [c.number for c in (first, second, before_midnight, after_midnight, other)] == [
        "GD20260615-00001",
        "GD20260615-00002",
        "GD20260615-00003",
        "GD20260616-00001",
        "GD20260615-00001",
    ]


def test_personal_data_stays_out_of_the_clear(bank: Bank) -> None:
    case = a_case(bank, title="手机13912345678被换绑")
    assert case.title == "手机139****5678被换绑"
    assert not CaseTerm.objects.filter(case=case, term__contains="12345678").exists()
    stored = Case.objects.filter(pk=case.pk).extra(select={"raw": "description"}).values("raw")
    assert "境外" not in str(stored.get()["raw"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"kind": "TALK"}, "kind"),
        ({"urgency": "NOW"}, "urgency"),
        ({"place": "处" * 81}, "place"),
    ],
)
def test_a_wrong_question_names_its_field(bank: Bank, change: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        actions.open_case(a_question(**change), actor=bank.me, at=MONDAY_9AM)
    assert set(caught.value.fields) == {field}


def test_nothing_of_another_institution_is_taken(bank: Bank) -> None:
    other = a_bank("insurer")
    for field, thing in (
        ("customer", other.customer),
        ("unit", other.cards),
        ("owner", other.agent),
    ):
        with pytest.raises(Invalid) as caught:
            actions.open_case(a_question(), **{field: thing}, actor=bank.me, at=MONDAY_9AM)  # type: ignore[arg-type]  # one of three
        assert set(caught.value.fields) == {field}
    case = a_case_in("ACCEPTED", bank)
    with pytest.raises(Invalid):
        actions.classify(case, other.frozen, actor=bank.me, at=later(minutes=2))
    with pytest.raises(NotThere):
        actions.accept(case, actor=other.me, at=later(minutes=2))


def test_the_first_person_stays_owner(bank: Bank) -> None:
    case = a_case_in("CLASSIFIED", bank)
    actions.assign(case, bank.colleague, actor=bank.me, at=later(minutes=3))
    actions.assign(case, bank.lead, reason="需要复核", actor=bank.boss, at=later(minutes=4))
    case.refresh_from_db()
    assert (case.owner, case.handler, case.assigned_at) == (
        bank.agent,
        bank.lead,
        later(minutes=3),
    )
    with pytest.raises(actions.AlreadyTheirs):
        actions.assign(case, bank.lead, actor=bank.boss, at=later(minutes=5))


def test_a_case_of_a_program_gets_its_owner_on_acceptance(bank: Bank) -> None:
    case = actions.open_case(a_question(), actor=bank.key, at=MONDAY_9AM)
    assert case.owner is None
    actions.accept(case, actor=bank.me, at=later(minutes=1))
    assert case.owner_id == bank.agent.pk
    assert case.unit_id == bank.cards.pk


def test_the_second_to_press_hears_who_was_first(bank: Bank) -> None:
    case = a_case(bank)
    stale = queries.case_for(bank.acting(bank.colleague), case.public_id)
    actions.accept(case, actor=bank.me, at=later(minutes=1))
    with pytest.raises(actions.CaseAlreadyAccepted) as caught:
        actions.accept(stale, actor=bank.acting(bank.colleague), at=later(minutes=1))
    assert bank.agent.name in str(caught.value)
    assert "09:01" in str(caught.value)
    with pytest.raises(actions.CaseAlreadyAccepted):
        actions.accept(case, actor=bank.me, at=later(minutes=2))
    assert CaseEntry.objects.filter(case=case, act="accept").count() == 1


def test_a_case_closes_only_when_both_sides_agree(bank: Bank) -> None:  # HB-2.3-01
    case = a_case_in("FEEDBACK_SENT", bank)
    with pytest.raises(actions.AgentHasNotConfirmed):
        actions.close(case, actor=bank.me, at=later(hours=3))
    actions.confirm_by_agent(case, actor=bank.me, at=later(hours=3))
    with pytest.raises(actions.CustomerHasNotConfirmed):
        actions.close(case, actor=bank.me, at=later(days=90))  # silence is not a yes
    actions.confirm_by_customer(case, actor=bank.caller, at=later(days=90))
    with pytest.raises(actions.AlreadyConfirmed):
        actions.confirm_by_customer(case, actor=bank.caller, at=later(days=90))
    actions.close(case, actor=bank.me, at=later(days=91))
    assert case.state == State.CLOSED
    with pytest.raises(actions.CaseAlreadyClosed):
        actions.close(case, actor=bank.me, at=later(days=92))


def test_the_database_itself_refuses_a_case_closed_by_one_side(bank: Bank) -> None:
    case = a_case_in("FEEDBACK_SENT", bank)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="CLOSED", is_open=False)


def test_an_objection_reopens_the_case_and_its_time(bank: Bank) -> None:
    case = a_case_in("FEEDBACK_SENT", bank)
    actions.confirm_by_agent(case, actor=bank.me, at=later(hours=3))
    actions.object_by_customer(case, reason="款项没有到账", actor=bank.caller, at=later(days=3))
    case.refresh_from_db()
    assert (case.state, case.agent_confirmed_at, case.customer_objected_at) == (
        State.IN_PROGRESS,
        None,
        later(days=3),
    )
    with pytest.raises(actions.AlreadyObjected):
        actions.object_by_customer(case, reason="款项没有到账", actor=bank.caller, at=later(days=3))
    running = Clock.objects.get(
        subject_ref=case.public_id, event="ticket.resolve", state=Clock.State.RUNNING
    )
    assert running.due_at == later(days=3) + timedelta(hours=72)  # HB-2.1-07
    actions.resolve(case, solution="补记到账", actor=bank.me, at=later(days=3, hours=1))
    actions.send_feedback(case, "已到账", "SMS", actor=bank.me, at=later(days=3, hours=2))
    actions.confirm_by_agent(case, actor=bank.me, at=later(days=3, hours=3))
    actions.confirm_by_customer(case, actor=bank.caller, at=later(days=3, hours=3))
    actions.close(case, actor=bank.me, at=later(days=3, hours=4))
    assert case.state == State.CLOSED


def test_what_a_customer_says_on_the_phone_is_recorded_with_words(bank: Bank) -> None:
    case = a_case_in("FEEDBACK_SENT", bank)
    with pytest.raises(Invalid):
        actions.record_confirmation(
            case, words=" ", channel="PHONE", actor=bank.me, at=later(days=1)
        )
    actions.record_confirmation(
        case, words="钱收到了，没有问题", channel="PHONE", actor=bank.me, at=later(days=1)
    )
    entry = CaseEntry.objects.get(case=case, act="confirm_by_customer")
    assert (entry.actor_name, entry.subject_name, entry.kind) == (
        bank.agent.name,
        "PHONE",
        EntryKind.CUSTOMER,
    )
    assert entry.text is not None
    assert entry.text.plain == "钱收到了，没有问题"


def test_waiting_for_the_customer_holds_the_clocks(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    due = (
        case.due_at or Clock.objects.get(subject_ref=case.public_id, event="ticket.resolve").due_at
    )
    actions.wait_for_customer(case, reason="补签交易声明书", actor=bank.me, at=later(hours=2))
    assert clocks_of(case)["ticket.resolve"] == "PAUSED"
    actions.carry_on(case, note="声明书已收到", actor=bank.me, at=later(hours=5))
    clock = Clock.objects.get(subject_ref=case.public_id, event="ticket.resolve")
    assert (clock.state, clock.due_at) == ("RUNNING", later(minutes=3, hours=75))
    assert due == later(minutes=3, hours=72)
    assert case.waits_for == ""


def test_waiting_outside_lets_the_clocks_run(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    actions.wait_outside(case, reason="卡组织调单", actor=bank.me, at=later(hours=2))
    assert clocks_of(case)["ticket.resolve"] == "RUNNING"
    assert (case.state, case.waits_for) == (State.WAITING_EXTERNAL, "卡组织调单")


def test_the_opinion_stops_its_clock_once(bank: Bank) -> None:  # HB-2.1-06
    case = a_case_in("IN_PROGRESS", bank)
    actions.record_opinion(
        case,
        cause="卡号泄露",
        solution="换卡",
        expected_at=later(days=1),
        actor=bank.me,
        at=later(hours=1),
    )
    actions.record_opinion(
        case, cause="卡号泄露", solution="换卡并垫付", actor=bank.me, at=later(hours=2)
    )
    case.refresh_from_db()
    assert (case.opinion_at, case.expected_at) == (later(hours=1), later(days=1))
    assert case.solution is not None
    assert case.solution.plain == "换卡并垫付"
    assert clocks_of(case)["ticket.initial_opinion"] == "STOPPED"


def test_a_case_is_not_resolved_without_a_solution(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    with pytest.raises(actions.SolutionNeeded):
        actions.resolve(case, actor=bank.me, at=later(hours=1))


def test_the_archive_wants_a_complete_file(bank: Bank) -> None:  # HB-2.3-05
    case = actions.open_case(a_question(), actor=bank.me, at=MONDAY_9AM)
    actions.accept(case, actor=bank.me, at=MONDAY_9AM)
    actions.classify(case, bank.frozen, actor=bank.me, at=MONDAY_9AM)
    actions.assign(case, bank.agent, actor=bank.me, at=MONDAY_9AM)
    actions.start_work(case, actor=bank.me, at=MONDAY_9AM)
    actions.resolve(case, solution="已解冻", actor=bank.me, at=later(hours=1))
    actions.send_feedback(case, "已解冻", "PHONE", actor=bank.me, at=later(hours=1))
    actions.confirm_by_agent(case, actor=bank.me, at=later(hours=1))
    by_link = Actor.customer(case.public_id, bank.institution.pk)
    actions.confirm_by_customer(case, actor=by_link, at=later(hours=1))
    actions.close(case, actor=bank.me, at=later(hours=1))
    with pytest.raises(actions.ArchiveFieldsMissing) as caught:
        actions.archive(case, actor=bank.boss, at=later(hours=2))
    assert list(caught.value.fields) == ["name", "contact"]
    actions.link_customer(case, bank.customer, actor=bank.boss, at=later(hours=2))
    with pytest.raises(actions.CustomerAlreadyLinked):
        actions.link_customer(case, bank.customer, actor=bank.boss, at=later(hours=2))
    actions.archive(case, actor=bank.boss, at=later(hours=3))
    case.refresh_from_db()
    assert case.state == State.ARCHIVED
    assert case.description.plain.startswith("客户称")  # sealed before the customer was known


def test_only_the_archivist_archives_and_only_the_handler_works(bank: Bank) -> None:
    closed = a_case_in("CLOSED", bank)
    with pytest.raises(NotYourCase):
        actions.archive(closed, actor=bank.me, at=later(hours=5))
    case = a_case_in("ASSIGNED", bank)
    with pytest.raises(NotYourCase):
        actions.start_work(case, actor=bank.acting(bank.colleague), at=later(hours=1))
    with pytest.raises(NotThere):
        actions.start_work(case, actor=bank.acting(bank.outsider), at=later(hours=1))
    with pytest.raises(NotAllowed):
        actions.start_work(case, actor=bank.acting(bank.auditor), at=later(hours=1))
    actions.start_work(case, actor=bank.boss, at=later(hours=1))


def test_only_the_customer_speaks_for_the_customer(bank: Bank) -> None:
    case = a_case_in("FEEDBACK_SENT", bank)
    stranger = customers.register_customer(
        bank.institution, name="王某", actor=Actor.system("t", bank.institution.pk), at=MONDAY_9AM
    )
    for actor in (
        bank.me,
        Actor.customer(stranger.public_id, bank.institution.pk),
        Actor.customer(bank.customer.public_id, bank.institution.pk + 1),
        Actor.customer("", bank.institution.pk),
    ):
        with pytest.raises(NotThere):
            actions.confirm_by_customer(case, actor=actor, at=later(hours=3))


def test_classifying_anew_keeps_the_state_and_changes_the_index(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    with pytest.raises(actions.CaseAlreadyClassified):
        actions.classify(case, bank.frozen, actor=bank.me, at=later(hours=1))
    actions.classify(case, bank.locked, urgency="URGENT", actor=bank.me, at=later(hours=1))
    case.refresh_from_db()
    assert (case.state, case.category, case.urgency) == (State.IN_PROGRESS, bank.locked, "URGENT")
    terms = set(CaseTerm.objects.filter(case=case).values_list("term", flat=True))
    assert "密码" in terms
    assert "冻结" not in terms


def test_a_missed_limit_is_entered_once(bank: Bank) -> None:
    case = a_case_in("IN_PROGRESS", bank)
    for _again in range(2):
        actions.note_breach(
            case.public_id, event="ticket.resolve", clause="HB-2.1-07", at=later(days=3)
        )
    entries = CaseEntry.objects.filter(case=case, act="breach")
    assert [(e.kind, e.clause, e.at) for e in entries] == [
        (EntryKind.SYSTEM, "HB-2.1-07", later(days=3))
    ]
