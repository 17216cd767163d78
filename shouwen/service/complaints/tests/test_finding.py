"""Responsibility with shares: who is told, what they say, who decides, and what follows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shouwen.ground.kernel import hearers
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Finding, Share
from shouwen.service.complaints.events import ResponsibilityAssigned
from shouwen.service.complaints.models import Complaint, FindingPart
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh
from shouwen.service.complaints.tests.held import (
    EVIDENCE,
    SAID,
    contest,
    decide,
    find,
    part,
    shares,
)


def test_shares_stand_in_the_finding_and_the_units_lead_is_told(
    shared: Complaint, chief: Person, credit: Unit
) -> None:
    rows = queries.finding_of(shared)
    assert [(row.name, row.percent, row.ground.plain) for row in rows] == [
        (credit.name, 70, "未按季抽检"),
        ("衡信外包服务", 30, ""),
    ]
    assert [[told.person for told in row.notices.all()] for row in rows] == [[chief], []]
    chief.refresh_from_db()
    assert chief.unread_notices == 1
    assert rows[0].contest_until == later(hours=2 + 5 * 24)


@pytest.mark.parametrize(
    ("percents", "field"),
    [((70, 20), "shares"), ((100, 0), "shares"), ((100,), "shares"), ((), "shares")],
)
def test_shares_that_make_no_hundred_are_refused(
    office: Office, credit: Unit, percents: tuple[int, ...], field: str
) -> None:
    one = a_complaint_in("ANALYSED", office)
    kinds = [Share(kind="UNIT", unit=credit), Share(kind="SYSTEM")]
    parts = [
        Share(kind=k.kind, unit=k.unit, percent=n) for k, n in zip(kinds, percents, strict=False)
    ]
    with pytest.raises(Invalid) as refused:
        actions.assign_responsibility(
            one,
            responsible="SHARED",
            evidence=EVIDENCE,
            shares=parts,
            actor=office.handler,
            at=later(hours=2),
        )
    assert set(refused.value.fields) == {field}
    assert not FindingPart.objects.exists()
    assert fresh(one).state == "ANALYSED"


def test_nobody_is_named_twice_and_no_stranger(office: Office, credit: Unit) -> None:
    one = a_complaint_in("ANALYSED", office)
    half = Share(kind="UNIT", unit=credit, percent=50)
    with pytest.raises(Invalid) as refused:
        find(office, one, half, half)
    assert set(refused.value.fields) == {"shares"}
    with pytest.raises(Invalid) as refused:
        find(office, one, half, Share(kind="STAFF", percent=50))
    assert set(refused.value.fields) == {"held_2"}


def test_nobody_finds_on_themselves_or_their_unit(office: Office, credit: Unit) -> None:
    one = a_complaint_in("ANALYSED", office)
    for own in (
        Share(kind="STAFF", percent=50, person=office.worker),
        Share(kind="UNIT", percent=50, unit=office.worker.unit),
    ):
        with pytest.raises(actions.RecusedHere):
            find(office, one, own, Share(kind="SYSTEM", percent=50))


def test_a_person_held_responsible_is_told_and_states_once(office: Office, credit: Unit) -> None:
    clerk = a_person(credit, "agent")
    one = a_complaint_in("ANALYSED", office)
    find(office, one, Share(kind="STAFF", person=clerk))
    ref = part(one, "STAFF").public_id
    seen = actions.view_finding(acting(clerk), ref, at=later(hours=3))
    clerk.refresh_from_db()
    assert clerk.unread_notices == 0
    actions.view_finding(acting(clerk), ref, at=later(hours=3))
    said: dict[str, Any] = {"words": "我按脚本回复，客户电话13800138000。", "actor": acting(clerk)}
    with pytest.raises(Invalid) as refused:
        actions.state_on_finding(seen, position="MAYBE", at=later(hours=4), **said)
    assert set(refused.value.fields) == {"position"}
    actions.state_on_finding(seen, position="DISAGREES", at=later(hours=4), **said)
    held = part(one, "STAFF")
    assert held.statement is not None
    assert "13800138000" not in held.statement.plain
    assert (held.position, held.stated_by) == ("DISAGREES", clerk)
    with pytest.raises(actions.StatedAlready):
        actions.state_on_finding(seen, position="AGREES", at=later(hours=5), **said)
    story = [entry.act for entry in case_queries.timeline(one.case)]
    assert "complaint_stated" in story
    acts = AuditRow.objects.filter(object_ref=one.public_id, at__gte=later(hours=3))
    assert list(acts.order_by("pk").values_list("act", flat=True)) == [
        "complaint.finding_viewed",
        "complaint.finding_viewed",
        "complaint.finding_stated",
    ]


def test_only_who_is_told_speaks(office: Office, shared: Complaint, chief: Person) -> None:
    held = part(shared, "UNIT")
    with pytest.raises(NotThere):
        queries.own_part(acting(a_person(office.bank.cards, "agent")), held.public_id)
    for who, error in ((office.worker, NotAllowed), (office.bank.agent, NotThere)):
        with pytest.raises(error):
            actions.contest_finding(held, words=SAID, actor=acting(who), at=later(hours=5))
    # A partner has no page here: who handles the complaint records what they say.
    partner = part(shared, "PARTNER")
    with pytest.raises(NotThere):
        actions.state_on_finding(
            partner,
            position="AGREES",
            words="认可",
            actor=acting(office.bank.agent),
            at=later(hours=5),
        )
    actions.state_on_finding(
        partner, position="AGREES", words="认可", actor=office.handler, at=later(hours=5)
    )
    assert part(shared, "PARTNER").position == "AGREES"


def test_a_finding_is_contested_once_and_in_time(
    office: Office, credit: Unit, chief: Person
) -> None:
    one = a_complaint_in("ANALYSED", office)
    find(office, one, *shares(credit))
    with pytest.raises(Invalid):
        actions.contest_finding(
            part(one, "UNIT"), words=" ", actor=acting(chief), at=later(hours=3)
        )
    with pytest.raises(actions.TimeToContestOver):
        contest(one, chief, at=later(hours=2 + 5 * 24))
    contest(one, chief)
    with pytest.raises(actions.FindingContestedAlready):
        contest(one, chief)
    # While it is contested nobody sets another; both pressing at once leaves one.
    with pytest.raises(actions.FindingContested):
        find(office, one, Share(kind="SYSTEM"), at=later(hours=6))


def test_another_decides_that_it_stands(
    office: Office, shared: Complaint, chief: Person, credit: Unit
) -> None:
    contest(shared, chief)
    deputy = a_person(credit, "lead")
    for who in (office.worker, chief, deputy):
        with pytest.raises((actions.FindingDecidedOneself, NotThere)):
            decide(shared, who)
    with pytest.raises(NotThere):
        decide(shared, office.bank.agent)
    decide(shared, office.head)
    held = part(shared, "UNIT")
    assert (held.state, held.decided_by) == ("UPHELD", office.head)
    with pytest.raises(actions.NotContested):
        decide(shared, office.head)
    with pytest.raises(actions.FindingContestedAlready):
        contest(shared, chief, at=later(hours=7))
    # It stands against the handler until something new comes.
    with pytest.raises(actions.FindingDecided):
        find(office, shared, Share(kind="SYSTEM"), at=later(hours=8))
    actions.take_new_facts(
        fresh(shared), words="另有录音", channel="PHONE", actor=office.handler, at=later(hours=9)
    )
    find(office, shared, Share(kind="SYSTEM"), at=later(hours=10))
    assert fresh(shared).responsible == "SYSTEM"


def test_whoever_contested_is_told_what_was_decided(
    office: Office, shared: Complaint, chief: Person
) -> None:
    ref = part(shared, "UNIT").public_id
    actions.view_finding(acting(chief), ref, at=later(hours=3))
    contest(shared, chief)
    decide(shared, office.head, Finding("NONE", "查无责任。"))
    chief.refresh_from_db()
    assert chief.unread_notices == 1
    seen = actions.view_finding(acting(chief), ref, at=later(hours=7))
    assert seen.opinion is not None
    assert (seen.state, seen.opinion.plain) == ("CHANGED", "抽检记录缺第一季度。")
    chief.refresh_from_db()
    assert chief.unread_notices == 0


def test_who_is_complained_of_decides_nothing(
    office: Office, shared: Complaint, chief: Person
) -> None:
    contest(shared, chief)
    Complaint.objects.filter(pk=shared.pk).update(concerned_person=office.head)
    with pytest.raises(actions.RecusedHere):
        decide(shared, office.head)


def test_a_changed_finding_takes_its_place_and_is_announced_anew(
    office: Office, shared: Complaint, chief: Person, credit: Unit, monkeypatch: Any
) -> None:
    heard: list[ResponsibilityAssigned] = []
    monkeypatch.setitem(hearers._hearers, ResponsibilityAssigned, [heard.append])
    contest(shared, chief)
    changed = Finding("SHARED", "外包机构未经批准发送。", shares(credit, 40))
    decide(shared, office.head, changed)
    one = fresh(shared)
    assert one.evidence is not None
    assert (one.responsible, one.evidence.plain) == ("SHARED", "外包机构未经批准发送。")
    rows = [row for row in queries.finding_of(one) if row.is_current]
    assert [(row.finding, row.percent, row.set_by) for row in rows] == [
        (2, 40, office.head),
        (2, 60, office.head),
    ]
    former = [row for row in queries.finding_of(one) if not row.is_current]
    assert [(row.percent, row.state) for row in former] == [(70, "CHANGED")]
    # Who contested it once does not contest what came of it; the partner may.
    with pytest.raises(actions.TimeToContestOver):
        contest(one, chief, at=later(hours=7))
    actions.contest_finding(
        part(one, "PARTNER"), words="不认可", actor=office.handler, at=later(hours=7)
    )
    with pytest.raises(actions.FindingDecidedOneself):
        actions.decide_finding(
            one,
            part(one, "PARTNER").public_id,
            opinion="维持",
            changed=None,
            actor=office.supervisor,
            at=later(hours=8),
        )


def test_what_is_announced_says_whom_and_how_much(
    office: Office, shared: Complaint, chief: Person, credit: Unit
) -> None:
    contest(shared, chief)
    with transaction.atomic(), pytest.raises(Invalid) as refused:
        decide(shared, office.head, Finding("SHARED", EVIDENCE, shares(credit, 70)[:1]))
    assert set(refused.value.fields) == {"shares"}
    assert part(shared, "UNIT").is_contested
    decide(shared, office.head, Finding("NONE", "查无责任。"))
    assert fresh(shared).responsible == "NONE"
    assert not [row for row in queries.finding_of(shared) if row.is_current]


def test_a_closed_complaint_is_contested_and_decided_like_its_appeal(
    office: Office, credit: Unit, chief: Person
) -> None:
    one = a_complaint_in("ANALYSED", office)
    find(office, one, *shares(credit), at=later(hours=1))
    Complaint.objects.filter(pk=one.pk).update(state="CLOSED", is_open=False)
    contest(one, chief)
    decide(one, office.head, Finding("PARTNER", EVIDENCE))
    assert (fresh(one).state, fresh(one).responsible) == ("CLOSED", "PARTNER")


def test_the_database_lets_nobody_decide_on_their_own(shared: Complaint, office: Office) -> None:
    held = part(shared, "UNIT")
    values = {"state": "UPHELD", "decided_at": later(hours=6), "opinion": held.seal("opinion", "x")}
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingPart.objects.filter(pk=held.pk).update(decided_by=office.worker, **values)


def test_the_days_are_the_institutions_own(office: Office) -> None:
    home = office.bank.institution
    admin = acting(a_person(office.bank.cards, "admin"))
    for days in (0, 91):
        with pytest.raises(Invalid):
            actions.set_finding_days(home, days, actor=admin, at=MONDAY_9AM)
    with pytest.raises(NotAllowed):
        actions.set_finding_days(home, 7, actor=office.handler, at=MONDAY_9AM)
    assert queries.finding_days(home.pk) == 5
    actions.set_finding_days(home, 7, actor=admin, at=MONDAY_9AM)
    assert queries.finding_days(home.pk) == 7


def test_a_complainant_who_objects_opens_the_finding_anew(office: Office) -> None:
    one = a_complaint_in("FEEDBACK_SENT", office)
    assert part(one, "PARTNER").percent == 100
    cases.object_by_customer(
        fresh(one).case, reason="未解决", actor=office.bank.caller, at=later(hours=24)
    )
    find(office, one, Share(kind="SYSTEM"), at=later(hours=25))
    assert [row.kind for row in queries.finding_of(one)] == ["SYSTEM"]
