"""What is contested twice, decided while somebody outside helps, or ended with the complaint."""

from __future__ import annotations

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests.factories import a_person, a_unit, acting, signed_in
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Proof
from shouwen.service.complaints.models import Complaint, ComplaintContest, ComplaintReferral
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, findings, fresh
from shouwen.service.complaints.tests.test_contesting import ask, clock, decide
from shouwen.service.complaints.tests.test_new_facts import bring
from shouwen.service.complaints.tests.test_outside import end, refer


@pytest.fixture
def judge(ruled: Office) -> Person:
    """Somebody of the unit above, without a hand in the complaint."""
    cards, home = ruled.bank.cards, ruled.bank.institution
    above = a_unit(home, "总行消费者权益保护部")
    under = f"{above.path}{cards.pk}/"
    Unit.objects.filter(pk=cards.pk).update(parent=above, path=under, depth=above.depth + 1)
    return a_person(above, "complaints")


def tell_again(one: Complaint, office: Office, days: int) -> None:
    """Work a complaint with new facts to its second result, and tell that."""
    me, at = office.handler, later(days=days)
    actions.agree_plan(fresh(one), cause="复查", plan="补息", answer="AGREED", actor=me, at=at)
    actions.resolve(fresh(one), actor=me, at=at)
    actions.issue_notice(fresh(one), findings(outcome="补付利息。"), actor=me, at=at)
    proof = Proof("PHONE", said="已告知补息。")
    actions.send_feedback(fresh(one), text="已补息", proof=proof, actor=me, at=at)


def test_a_review_of_an_older_decision_takes_nobody_the_right_to_one_of_a_newer(
    ruled: Office, judge: Person
) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    first = ask(one, "REVIEW", ruled.acceptor, later(days=1))
    bring(one, ruled.acceptor, later(days=2))
    tell_again(one, ruled, days=3)
    assert queries.may_be_contested(fresh(one), "REVIEW", later(days=4))
    second = ask(one, "REVIEW", ruled.acceptor, later(days=4))
    with pytest.raises(actions.ContestedAlready):
        ask(one, "REVIEW", ruled.acceptor, later(days=4))
    # Both wait; the older is decided first, on its own time.
    assert clock(one, "review_decide").started_at == first.asked_at
    with time.frozen(later(days=5)):
        page = signed_in(judge).get(f"/complaints/{one.public_id}/").content.decode()
    assert page.count(f"/complaints/{one.public_id}/ask/decide/") == 1
    assert decide(one, "REVIEW", judge, later(days=5)).pk == first.pk
    # Then the newer, within thirty days of its own request and not of the answer to the other.
    running = clock(one, "review_decide")
    assert (running.state, running.started_at) == ("RUNNING", second.asked_at)
    other = a_person(judge.unit, "complaints")
    assert queries.counts(acting(other), at=later(days=6))["reviews"] == 1
    assert decide(one, "REVIEW", other, later(days=6)).pk == second.pk
    clocks = Clock.objects.filter(
        subject_ref=one.case.public_id, event="complaint.review_decide"
    ).order_by("pk")
    assert [row.state for row in clocks] == ["STOPPED", "STOPPED"]
    assert queries.counts(acting(other), at=later(days=7))["reviews"] == 0


def test_a_dialog_about_one_that_was_decided_meanwhile_decides_no_other(
    ruled: Office, judge: Person
) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    first = ask(one, "REVIEW", ruled.acceptor, later(days=1))
    bring(one, ruled.acceptor, later(days=2))
    tell_again(one, ruled, days=3)
    second = ask(one, "REVIEW", ruled.acceptor, later(days=4))
    other = a_person(judge.unit, "complaints")
    with time.frozen(later(days=5)):
        dialog = signed_in(other).get(f"/complaints/{one.public_id}/ask/decide/").content.decode()
    assert first.public_id in dialog
    decide(one, "REVIEW", judge, later(days=5))
    with pytest.raises(actions.ComplaintMovedOn):
        decide(one, "REVIEW", other, later(days=5), contest_ref=first.public_id)
    assert ComplaintContest.objects.get(pk=second.pk).is_open


@pytest.mark.parametrize("outcome", ["UPHELD", "CHANGED"])
def test_an_appeal_is_not_decided_while_somebody_outside_helps(
    ruled: Office, judge: Person, outcome: str
) -> None:
    one = a_complaint_in("CLOSED", ruled)
    ask(one, "APPEAL", ruled.acceptor, later(days=1))
    ask(one, "REVIEW", ruled.acceptor, later(days=1))
    refer(one, acting(judge), later(days=2), "MEDIATION")
    with pytest.raises(actions.ReferralGoingOn):
        decide(one, "APPEAL", ruled.clerk, later(days=3), outcome=outcome)
    assert (fresh(one).state, ComplaintReferral.objects.get().is_open) == ("CLOSED", True)
    end(one, acting(judge), later(days=4))
    assert decide(one, "APPEAL", ruled.clerk, later(days=5), outcome=outcome).state == outcome


def test_what_ends_with_a_complaint_taken_back_stands_on_the_trail_with_who_took_it(
    ruled: Office,
) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    contests = [ask(one, kind, ruled.acceptor, later(days=1)) for kind in ("APPEAL", "REVIEW")]
    bring(one, ruled.acceptor, later(days=2))
    referral = refer(one, ruled.handler, later(days=3))
    said = {"reason": "和解", "channel": "PHONE"}
    actions.withdraw(fresh(one), **said, actor=ruled.acceptor, at=later(days=4))
    rows = AuditRow.objects.filter(
        object_ref=one.public_id, act__in=["complaint.contest_ended", "complaint.referral_cut"]
    ).order_by("pk")
    assert [(row.act, row.actor_ref) for row in rows] == [
        ("complaint.contest_ended", ruled.acceptor.ref),
        ("complaint.contest_ended", ruled.acceptor.ref),
        ("complaint.referral_cut", ruled.acceptor.ref),
    ]
    for row, ended in zip(rows, [*contests, referral], strict=True):
        assert ended.public_id in row.detail
    assert {row.state for row in ComplaintContest.objects.all()} == {"TAKEN_BACK"}
    assert ComplaintReferral.objects.get().state == "CUT"
