"""Who is held responsible for complaints, as figures of people and units count it (OM-1.3-04)."""

from __future__ import annotations

import pytest

from shouwen.assurance.monitoring import actions, forms, handlers, queries
from shouwen.assurance.monitoring.models import HeldShare, Rollup, counters_of
from shouwen.assurance.monitoring.rules import month_start
from shouwen.assurance.monitoring.tests.floors import NOW, hear_everything
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases.events import CaseReopened
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions as complaints
from shouwen.service.complaints.actions import Finding, Share
from shouwen.service.complaints.events import ResponsibilityAssigned
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office, fresh
from shouwen.service.complaints.tests.held import find, part

KPI = "agent_complaint_rate"


@pytest.fixture
def office(db: None) -> Office:
    """A bank with the people of its complaints; of the loans team others complain."""
    return an_office()


def by_two(person: Person, unit: Unit, first: int = 70) -> tuple[Share, ...]:
    return (
        Share(kind="STAFF", percent=first, person=person),
        Share(kind="UNIT", percent=100 - first, unit=unit),
    )


def found_on(office: Office, first: int = 70) -> Complaint:
    """Hold an agent of the loans team and that team responsible, and let it be counted."""
    one = a_complaint_in("ANALYSED", office)
    find(office, one, *by_two(office.bank.outsider, office.bank.loans, first))
    hear_everything()
    return fresh(one)


def counted(office: Office, **parts: str) -> float:
    """Give how many complaints are held against whom the question is about, today."""
    question = forms.question_of({"period": "today", "kpi": KPI, **parts}, NOW)
    boss = acting(a_person(office.bank.cards, "inspector"))
    return round(queries.history(boss, question, NOW).chosen.over, 9)


def rows() -> list[dict[str, object]]:
    """Give everything that is counted, without its keys."""
    names = ("grain", "of_person", "starts_at", "unit_id", "person_ref", "channel")
    found = Rollup.objects.filter(held_percent__gt=0)
    return sorted(found.values(*names, *counters_of(Rollup)), key=str)


def contested(one: Complaint, person: Person) -> None:
    """Let the person contest their part."""
    complaints.contest_finding(
        part(one, "STAFF"), words="不属实", actor=acting(person), at=later(hours=3)
    )


def decided(one: Complaint, office: Office, changed: Finding | None) -> None:
    """Let another person decide on it."""
    complaints.decide_finding(
        fresh(one),
        part(one, "STAFF").public_id,
        opinion="复核",
        changed=changed,
        # Whoever led the team when it was found was told of it, and does not decide.
        actor=acting(a_person(office.bank.cards, "lead")),
        at=later(hours=3.5),
    )
    hear_everything()


def test_a_finding_counts_for_person_and_unit_by_their_share(office: Office) -> None:
    one, agent, loans = found_on(office), office.bank.outsider, office.bank.loans
    assert counted(office) == 1
    assert counted(office, person=agent.public_id) == 0.7
    assert counted(office, unit=loans.public_id) == 1
    assert counted(office, unit=office.bank.cards.public_id) == 0
    assert counted(office, person=office.worker.public_id) == 0
    held = HeldShare.objects.order_by("pk").values_list("person_ref", "percent", "counted_at")
    assert list(held) == [(agent.public_id, 70, one.received_at), ("", 30, one.received_at)]


def test_it_is_set_against_the_contacts_the_person_ended(office: Office) -> None:
    found_on(office)
    agent = office.bank.outsider
    actions.fold(
        actions.Place(office.bank.institution.pk, later(), "online", "chat"),
        {agent.public_id: office.bank.loans.pk},
        ended=200,
    )
    question = forms.question_of(
        {"period": "today", "kpi": KPI, "person": agent.public_id, "by": "person"}, NOW
    )
    boss = acting(a_person(office.bank.cards, "inspector"))
    chosen = queries.history(boss, question, NOW).chosen
    assert chosen.value == pytest.approx(0.7 / 200)
    # OM-1.3-04 aims at half a percent.
    assert (chosen.kpi.clause, chosen.kpi.less_is_better) == ("OM-1.3-04", True)
    nobody = forms.question_of({"period": "yesterday", "kpi": KPI}, NOW)
    assert queries.history(boss, nobody, NOW).chosen.value is None


def test_a_changed_or_overturned_finding_is_stated_anew(office: Office) -> None:
    one, agent, loans = found_on(office), office.bank.outsider, office.bank.loans
    contested(one, agent)
    # Until somebody has decided on it the finding stands.
    assert counted(office, person=agent.public_id) == 0.7
    decided(one, office, Finding("SHARED", "复核：比例调整。", by_two(agent, loans, 20)))
    assert counted(office, person=agent.public_id) == 0.2
    assert counted(office, unit=loans.public_id) == 1
    assert HeldShare.objects.count() == 2


def test_who_is_found_free_of_it_is_counted_no_more(office: Office) -> None:
    one, agent = found_on(office), office.bank.outsider
    contested(one, agent)
    decided(one, office, Finding("NONE", "查无责任。"))
    assert (counted(office), counted(office, person=agent.public_id)) == (0, 0)
    assert not HeldShare.objects.exists()
    assert rows() == []


def test_a_complaint_taken_back_is_held_against_nobody(office: Office) -> None:
    one = found_on(office)
    complaints.withdraw(
        one, reason="已沟通", channel="PHONE", actor=office.acceptor, at=later(hours=3)
    )
    hear_everything()
    assert counted(office) == 0
    # Taken up again, what was found stands again.
    Complaint.objects.filter(pk=one.pk).update(withdrawn_at=None)
    again = CaseReopened(
        institution_id=one.institution_id,
        occurred_at=later(hours=3),
        case_id=one.case_id,
        round=2,
        was_archived=False,
    )
    handlers.look_again_at_held(again)
    assert counted(office) == 1


def test_heard_twice_late_or_out_of_order_it_counts_the_same(office: Office) -> None:
    one = found_on(office)
    before = rows()
    late = ResponsibilityAssigned(
        institution_id=one.institution_id,
        occurred_at=later(hours=2),
        complaint_id=one.pk,
        responsible="STAFF",
        person_id=office.worker.pk,
        unit_id=None,
        finding=0,
    )
    handlers.count_held(late)
    handlers.count_held(late)
    assert rows() == before


def test_a_rebuild_from_the_ledger_gives_the_same_figure(office: Office) -> None:
    one = found_on(office)
    found_on(office, 40)
    contested(one, office.bank.outsider)
    decided(one, office, Finding("SHARED", "x", by_two(office.bank.outsider, office.bank.loans, 5)))
    kept = rows()
    assert kept
    home = office.bank.institution.pk
    assert actions.recount_held(home) == 2
    assert rows() == kept
    # Nothing is left of what was counted, and all of it comes back.
    HeldShare.objects.all().delete()
    Rollup.objects.update(held_percent=0)
    actions.recount_held(home)
    actions.rebuild(home, month_start(NOW))
    assert rows() == kept
