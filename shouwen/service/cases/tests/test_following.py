"""Cases when two files of a customer become one, and are parted again."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import Customer
from shouwen.people.staff.tests.factories import acting
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case
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


def test_parting_customers_after_their_cases_were_merged_shows_neither_the_others_papers(
    bank: Bank,
) -> None:
    """Each case goes back with its customer; what is merged stays merged, and its files with it."""
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
    assert (State(theirs.state), theirs.merged_into_id) == (State.MERGED, ours.pk)
    assert queries.files_of(ours) == []
    assert [file.case for file in queries.files_of(theirs)] == [theirs]
    again = customers.merge_customers(
        bank.customer, other, reason=WHY, actor=lead, at=later(hours=4)
    )
    assert again.moved["case"] == [theirs.pk]
    assert [file.case for file in queries.files_of(Case.objects.get(pk=ours.pk))] == [theirs]
