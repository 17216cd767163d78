"""Cases when two files of a customer become one, and are parted again."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import defaults
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import Customer
from shouwen.people.staff.tests.factories import acting
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries.clocks import clocks_running
from shouwen.service.cases.rules.states import State
from shouwen.service.cases.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    Bank,
    a_case,
    a_question,
    later,
)
from shouwen.service.cases.tests.test_by_customer import PNG

WHY = "同名同号，客户来电确认"


def owner_of(case: Case) -> Customer | None:
    return Case.objects.select_related("customer").get(pk=case.pk).customer


def test_parting_customers_after_their_cases_were_merged_lets_each_case_go_on(
    bank: Bank,
) -> None:
    """Each case goes back with its customer and its files, and is worked by itself again."""
    lead = acting(bank.lead)
    other = customers.register_customer(
        bank.institution, name="林晓棠", actor=FOUNDER, at=MONDAY_9AM
    )
    ours = a_case(bank)
    theirs = actions.open_case(a_question(), customer=other, actor=bank.me, at=MONDAY_9AM)
    upload = actions.Upload("invoice.png", PNG)
    caller = Actor.customer(other.public_id, bank.institution.pk)
    actions.add_material(theirs, files=[upload], actor=caller, at=later(minutes=10))
    merge = customers.merge_customers(
        bank.customer, other, reason=WHY, actor=lead, at=later(hours=1)
    )
    theirs.refresh_from_db()
    assert owner_of(theirs) == bank.customer
    actions.merge_cases(ours, [theirs], reason=WHY, actor=bank.me, at=later(hours=2))
    ours.refresh_from_db()
    assert [file.case for file in queries.files_of(ours)] == [theirs]

    customers.undo_merge(merge, reason="并非同一人", actor=lead, at=later(hours=3))

    ours, theirs = (Case.objects.get(pk=case.pk) for case in (ours, theirs))
    assert (owner_of(ours), owner_of(theirs)) == (bank.customer, other)
    assert (State(theirs.state), theirs.merged_into_id, theirs.round) == (State.NEW, None, 2)
    assert theirs.owner == ours.owner
    assert queries.files_of(ours) == []
    assert [file.case for file in queries.files_of(theirs)] == [theirs]
    again = customers.merge_customers(
        bank.customer, other, reason=WHY, actor=lead, at=later(hours=4)
    )
    assert again.moved["case"] == [theirs.pk]


def test_a_case_that_goes_on_after_a_parting_has_its_limits_and_tells_its_story(bank: Bank) -> None:
    home = bank.institution.pk
    defaults.adopt_as_insurer(home, actor=FOUNDER, approver=bank.key, at=MONDAY_9AM)
    lead = acting(bank.lead)
    other = customers.register_customer(
        bank.institution, name="林晓棠", actor=FOUNDER, at=MONDAY_9AM
    )
    ours = a_case(bank)
    theirs = actions.open_case(a_question(), customer=other, actor=bank.me, at=MONDAY_9AM)
    merge = customers.merge_customers(
        bank.customer, other, reason=WHY, actor=lead, at=later(hours=1)
    )
    for case in (ours, theirs):
        case.refresh_from_db()
    # The one that goes on is the other customer's this time.
    actions.merge_cases(theirs, [ours], reason=WHY, actor=bank.me, at=later(hours=2))
    customers.undo_merge(merge, reason="并非同一人", actor=lead, at=later(hours=3))
    ours, theirs = (Case.objects.get(pk=case.pk) for case in (ours, theirs))
    assert (owner_of(ours), ours.is_open, ours.reopened_at) == (
        bank.customer,
        True,
        later(hours=3),
    )
    running = clocks_running(ours)
    assert {clock.state for clock in running} == {"RUNNING"}
    assert ours.due_at == running[0].due_at
    assert all(clock.due_at > later(hours=3) for clock in running)
    mine = queries.portal_view(ours)
    told = [(entry.act, entry.text) for entry in mine.entries if entry.act in ("merge", "part")]
    assert told == [("part", ""), ("merge", "")]
    story = queries.timeline(theirs)
    assert [entry.subject_name for entry in story if entry.act == "part_out"] == [ours.number]
    kept = AuditRow.objects.filter(act__in=("case.part", "case.parted_from")).order_by("pk")
    assert list(kept.values_list("act", "object_ref", "actor_ref")) == [
        ("case.part", ours.public_id, lead.ref),
        ("case.parted_from", theirs.public_id, lead.ref),
    ]


def test_a_case_merged_into_one_of_the_same_customer_stays_merged(bank: Bank) -> None:
    lead = acting(bank.lead)
    other = customers.register_customer(
        bank.institution, name="林晓棠", actor=FOUNDER, at=MONDAY_9AM
    )
    main, second = a_case(bank), a_case(bank)
    actions.merge_cases(main, [second], reason=WHY, actor=bank.me, at=later(hours=1))
    merge = customers.merge_customers(
        bank.customer, other, reason=WHY, actor=lead, at=later(hours=2)
    )
    customers.undo_merge(merge, reason="并非同一人", actor=lead, at=later(hours=3))
    second.refresh_from_db()
    assert (State(second.state), second.merged_into_id) == (State.MERGED, main.pk)
