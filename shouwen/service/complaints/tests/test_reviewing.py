"""The ledger's view of reviews: whose 核查 waits for whom."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from shouwen.ground.kernel import time
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests.factories import a_person, a_unit, acting, signed_in
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint, ComplaintContest
from shouwen.service.complaints.queries import Filters, View
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh
from shouwen.service.complaints.tests.test_api import Line


@pytest.fixture
def judge(ruled: Office) -> Person:
    """Somebody of the unit above, without a hand in any complaint."""
    cards, home = ruled.bank.cards, ruled.bank.institution
    above = a_unit(home, "总行消费者权益保护部")
    under = f"{above.path}{cards.pk}/"
    Unit.objects.filter(pk=cards.pk).update(parent=above, path=under, depth=above.depth + 1)
    return a_person(above, "complaints")


def asked(state: str, office: Office, kind: str = "REVIEW") -> Complaint:
    """Bring a complaint so far and let its complainant contest the decision."""
    one = a_complaint_in(state, office)
    said = {"words": "不服", "channel": "PHONE"}
    actions.contest(fresh(one), kind, **said, actor=office.acceptor, at=later(days=1))
    return one


def waiting(person: Person) -> list[str]:
    """Give what waits for this person to decide; count and totals say as many."""
    actor, at = acting(person), later(days=2)
    found = queries.ledger(actor, Filters(view=View.REVIEWS), at=at)
    numbers = [row.complaint.case.number for row in found.rows]
    assert queries.counts(actor, at=at)["reviews"] == len(numbers)
    assert queries.totals(actor, Filters(view=View.REVIEWS), at=at).count == len(numbers)
    return numbers


def test_what_waits_is_seen_by_the_unit_above_until_it_is_decided(
    ruled: Office, judge: Person
) -> None:
    told, closed = asked("FEEDBACK_SENT", ruled), asked("CLOSED", ruled)
    asked("FEEDBACK_SENT", ruled, "APPEAL")
    a_complaint_in("CLOSED", ruled)
    assert waiting(judge) == [closed.case.number, told.case.number]
    # Nobody of the unit that decided, whether they had a hand in it or not.
    stranger = a_person(ruled.bank.cards, "complaints")
    assert [waiting(who) for who in (ruled.worker, ruled.head, stranger)] == [[], [], []]
    decision = {"outcome": "UPHELD", "opinion": "维持", "channel": "PHONE"}
    actions.decide_contest(fresh(told), "REVIEW", **decision, actor=acting(judge), at=later(days=2))
    assert waiting(judge) == [closed.case.number]


def test_at_the_top_another_of_the_unit_sees_it(ruled: Office) -> None:
    one = asked("CLOSED", ruled)
    fresh_eye = a_person(ruled.bank.cards, "complaints")
    assert waiting(fresh_eye) == [one.case.number]
    # Handler and supervisor had a hand in it; who accepted it had none.
    assert [waiting(who) for who in (ruled.worker, ruled.head)] == [[], []]
    assert waiting(ruled.clerk) == [one.case.number]
    # An inspector reads complaints and decides none.
    assert waiting(a_person(ruled.bank.cards, "inspector")) == []


@pytest.mark.parametrize("hand", ["notice", "appeal"])
def test_who_had_a_hand_in_it_in_another_way_does_not_see_it(
    ruled: Office, judge: Person, hand: str
) -> None:
    if hand == "notice":
        one = a_complaint_in("CLOSED", ruled)
        one.notices.update(issued_by=judge)
    else:
        one = asked("CLOSED", ruled, "APPEAL")
        decision = {"outcome": "UPHELD", "opinion": "维持", "channel": "PHONE"}
        actions.decide_contest(
            fresh(one), "APPEAL", **decision, actor=acting(judge), at=later(days=1)
        )
    said = {"words": "不服", "channel": "PHONE"}
    actions.contest(fresh(one), "REVIEW", **said, actor=ruled.acceptor, at=later(days=1))
    assert waiting(judge) == []
    assert waiting(a_person(judge.unit, "complaints")) == [one.case.number]


def test_page_and_program_show_the_view(ruled: Office, judge: Person) -> None:
    one = asked("CLOSED", ruled)
    with time.frozen(later(days=2)):
        page = signed_in(judge).get("/complaints/?view=reviews").content.decode()
        listed = Line(ruled, "complaints", judge).read("", view="reviews").json()
    assert "待我核查" in page
    assert one.case.number in page
    assert "核查决定" in page
    assert [row["number"] for row in listed["items"]] == [one.case.number]


@pytest.mark.parametrize("moved", ["up", "down"])
def test_where_the_handler_works_later_changes_nothing_of_who_decides(
    ruled: Office, judge: Person, moved: str
) -> None:
    cards = ruled.bank.cards
    told, closed = asked("FEEDBACK_SENT", ruled), a_complaint_in("CLOSED", ruled)
    under = a_unit(ruled.bank.institution, "专营组")
    Unit.objects.filter(pk=under.pk).update(
        parent=cards, path=f"{cards.path}{under.pk}/", depth=cards.depth + 1
    )
    unit = judge.unit if moved == "up" else Unit.objects.get(pk=under.pk)
    Person.objects.filter(pk=ruled.worker.pk).update(unit=unit)
    # Contested after the move, decided before it.
    said = {"words": "不服", "channel": "PHONE"}
    actions.contest(fresh(closed), "REVIEW", **said, actor=ruled.acceptor, at=later(days=1))
    assert waiting(judge) == [closed.case.number, told.case.number]
    colleague = a_person(Unit.objects.get(pk=cards.pk), "complaints")
    assert waiting(colleague) == []
    decision = {"outcome": "UPHELD", "opinion": "维持", "channel": "PHONE"}
    for one in (told, closed):
        with pytest.raises(actions.UnitAboveDecides):
            actions.decide_contest(
                fresh(one), "REVIEW", **decision, actor=acting(colleague), at=later(days=2)
            )
        decided = actions.decide_contest(
            fresh(one), "REVIEW", **decision, actor=acting(judge), at=later(days=2)
        )
        assert decided.decided_in == cards


def test_what_was_contested_before_is_filled_with_the_unit_it_was_judged_by(
    ruled: Office, judge: Person
) -> None:
    one, never = asked("CLOSED", ruled), a_complaint_in("STARTED", ruled)
    Complaint.objects.update(told_in=None)
    ComplaintContest.objects.update(decided_in=None)
    filled = import_module("shouwen.service.complaints.migrations.0014_deciding_unit_filled")
    filled.as_it_stands(apps, None)
    assert (fresh(one).told_in, fresh(never).told_in) == (ruled.bank.cards, None)
    assert ComplaintContest.objects.get().decided_in == ruled.bank.cards
