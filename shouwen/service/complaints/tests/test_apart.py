"""Three posts, three people; nobody in their own matter; major ones under an executive."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shouwen.ground.kernel.errors import Invalid
from shouwen.people.staff.ports import Heir
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import Complaint, ComplaintRating
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh

SCORES = {"timeliness": 4, "effect": 3, "communication": 5, "follow_up": 2}


def test_three_people_accept_handle_and_supervise(office: Office) -> None:
    one = a_complaint_in("GRADED", office)
    clerk, worker, head = office.clerk, office.worker, office.head
    for handler, supervisor in ((clerk, head), (worker, clerk), (worker, worker)):
        with pytest.raises(actions.RolesMustBeThree):
            actions.assign(
                one,
                handler=handler,
                supervisor=supervisor,
                actor=office.acceptor,
                at=later(minutes=4),
            )
    with pytest.raises(actions.PeopleNeeded):
        actions.start(one, actor=office.handler, at=later(minutes=5))
    actions.assign(one, handler=worker, supervisor=head, actor=office.acceptor, at=later(minutes=5))
    for actor in (office.acceptor, office.supervisor):
        with pytest.raises(actions.RolesMustBeThree):
            actions.start(one, actor=actor, at=later(minutes=6))
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=one.pk).update(supervisor=clerk)
    done = a_complaint_in("CALLBACK_DONE", office)
    with pytest.raises(actions.OnlyTheSupervisorCloses):
        actions.close(done, actor=office.handler, at=later(hours=6))


def test_a_leavers_heir_takes_no_second_post(office: Office) -> None:
    one = a_complaint_in("STARTED", office)
    bank = office.bank
    for heir, error in (
        (office.head, actions.RolesMustBeThree),
        (office.clerk, actions.RolesMustBeThree),
        (bank.colleague, Invalid),
    ):
        given = Heir(heir.unit, heir)
        with pytest.raises(error):
            cases.hand_over_case(
                office.worker, one.case.public_id, given, "离职", bank.key, later(hours=1)
            )
    assert fresh(one).case.handler == office.worker


def test_nobody_works_on_a_complaint_about_themselves(office: Office) -> None:
    bank = office.bank
    one = a_complaint_in("ACCEPTED", office)
    facets = Facets(cg_type="SERVICE", person=office.worker)
    actions.classify(one, bank.frozen, facets, actor=office.acceptor, at=later(minutes=2))
    actions.grade(one, office.grades[0], actor=office.acceptor, at=later(minutes=3))
    with pytest.raises(actions.RecusedHere):
        actions.assign(
            one,
            handler=office.worker,
            supervisor=office.head,
            actor=office.acceptor,
            at=later(minutes=4),
        )
    with pytest.raises(actions.RecusedHere):
        actions.grade(one, office.grades[1], actor=office.handler, at=later(minutes=5))
    # Said of somebody who has a post already, it waits until another has it.
    worked = a_complaint_in("STARTED", office)
    for facets in (
        Facets(cg_type="SERVICE", person=office.worker),
        Facets(cg_type="PRODUCT", seller=office.head),
        Facets(cg_type="SERVICE", unit=bank.cards),
    ):
        with pytest.raises(actions.RecusedHere):
            actions.classify(worked, bank.frozen, facets, actor=bank.key, at=later(hours=1))


def test_an_acceptor_who_is_complained_of_gives_way(office: Office) -> None:
    one, bank = a_complaint_in("ACCEPTED", office), office.bank
    facets = Facets(cg_type="SERVICE", person=office.clerk)
    with pytest.raises(actions.RecusedHere):
        # Nobody says it of themselves and goes on; a colleague classifies.
        actions.classify(one, bank.frozen, facets, actor=office.acceptor, at=later(minutes=2))
    assert fresh(one).state == "ACCEPTED"
    actions.classify(one, bank.frozen, facets, actor=office.handler, at=later(minutes=3))
    one = fresh(one)
    assert (one.acceptor, one.concerned_person) == (office.worker, office.clerk)
    started = a_complaint_in("STARTED", office)
    with pytest.raises(actions.RolesMustBeThree):
        # The handler cannot stand for the acceptance as well.
        actions.classify(started, bank.frozen, facets, actor=office.handler, at=later(hours=1))


def test_a_major_complaint_needs_its_crowd_and_its_executive(office: Office) -> None:
    one = a_complaint_in("GRADED", office)
    boss = office.acceptor
    with pytest.raises(Invalid) as refused:
        actions.mark_major(one, reason="PEOPLE", people=19, actor=boss, at=later(minutes=4))
    assert set(refused.value.fields) == {"people"}
    actions.mark_major(one, reason="PEOPLE", people=20, actor=boss, at=later(minutes=4))
    actions.assign(
        one, handler=office.worker, supervisor=office.head, actor=boss, at=later(minutes=5)
    )
    with pytest.raises(actions.ExecutiveNeeded):
        actions.start(one, actor=office.handler, at=later(minutes=6))
    actions.mark_major(
        one,
        reason="PEOPLE",
        people=23,
        executive=office.bank.admin,
        actor=boss,
        at=later(minutes=7),
    )
    actions.start(one, actor=office.handler, at=later(minutes=8))
    one = fresh(one)
    assert (one.is_major, one.major_people, one.executive, one.major_by) == (
        True,
        23,
        office.bank.admin,
        office.clerk,
    )


def test_nobody_enters_what_is_said_of_their_own_work(office: Office) -> None:
    one = fresh(a_complaint_in("FEEDBACK_SENT", office))
    cards = office.bank.cards
    later_handler = a_person(cards, "complaints")
    Case.objects.filter(pk=one.case.pk).update(handler=later_handler)
    stranger = acting(a_person(cards, "complaints"))
    deputy = replace(stranger, stands_in_for=frozenset({office.head.public_id}))
    said: dict[str, Any] = {"channel": "PHONE", "at": later(hours=5)}
    barred = {
        "acceptor": office.acceptor,
        "supervisor": office.supervisor,
        "former handler": office.handler,
        "handler": acting(later_handler),
        "deputy": deputy,
    }
    for post, actor in barred.items():
        with pytest.raises(actions.RolesMustBeThree):
            actions.record_rating(fresh(one), SCORES, actor=actor, **said)
        assert not ComplaintRating.objects.exists(), post
    actions.record_rating(fresh(one), SCORES, actor=stranger, **said)
    assert ComplaintRating.objects.count() == 1
