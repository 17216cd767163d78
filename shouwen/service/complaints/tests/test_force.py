"""The task force of a major complaint: who names whom, what they read, what is recorded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import CaseEntry
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.actions import force as forces
from shouwen.service.complaints.models import Complaint, ForceMember
from shouwen.service.complaints.rules import force
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office, fresh


def a_major(office: Office, state: str = "GRADED") -> tuple[Complaint, Person]:
    """Bring a complaint so far, marked as major under an executive of another team."""
    one = a_complaint_in(state, office)
    leader = a_person(office.bank.loans, "risk", over=office.bank.loans)
    actions.mark_major(
        fresh(one), reason="SAFETY", executive=leader, actor=office.acceptor, at=later(minutes=5)
    )
    return fresh(one), leader


def name(one: Complaint, person: Person, function: str, by: Person, minutes: int = 10) -> Any:
    """Name somebody to the task force."""
    actor = acting(by)
    return forces.appoint_member(
        fresh(one), person, function, actor=actor, at=later(minutes=minutes)
    )


def told_on(one: Complaint) -> list[tuple[str, str]]:
    """Give what stands in the case's story about the task force."""
    rows = CaseEntry.objects.filter(case=one.case, act__startswith="complaint_force")
    return list(rows.order_by("pk").values_list("act", "subject_name"))


@pytest.mark.parametrize(
    ("held", "lacks"),
    [
        ([], ["TECHNOLOGY", "OPERATIONS", "ACCOUNT"]),
        (["OTHER", "TECHNOLOGY"], ["OPERATIONS", "ACCOUNT"]),
        (["ACCOUNT", "TECHNOLOGY", "OPERATIONS", "OPERATIONS"], []),
    ],
)
def test_the_three_functions_of_the_clause_are_needed(held: list[str], lacks: list[str]) -> None:
    """HB-4.2-07 names technology, operations and account managers, under an executive."""
    assert [each.value for each in force.lacking(held)] == lacks
    assert force.is_complete(held, has_executive=True) == (not lacks)
    assert not force.is_complete(held, has_executive=False)


def test_the_executive_names_members_until_it_is_complete(office: Office) -> None:
    one, leader = a_major(office)
    bank = office.bank
    for function, person in (
        ("TECHNOLOGY", bank.outsider),
        ("OPERATIONS", bank.lead),
        ("ACCOUNT", bank.colleague),
    ):
        assert not queries.force_of(fresh(one)).is_complete
        name(one, person, function, leader)
    found = queries.force_of(fresh(one))
    assert found.is_complete
    assert fresh(one).has_force
    assert [row.person for row in found.members] == [bank.outsider, bank.lead, bank.colleague]
    assert told_on(one) == [
        ("complaint_force_join", f"TECHNOLOGY {bank.outsider.name}"),
        ("complaint_force_join", f"OPERATIONS {bank.lead.name}"),
        ("complaint_force_join", f"ACCOUNT {bank.colleague.name}"),
    ]
    rows = AuditRow.objects.filter(act="complaint.force_appointed", object_ref=one.public_id)
    assert [row.actor_ref for row in rows.order_by("pk")] == [leader.public_id] * 3


def test_a_member_reads_complaint_and_case_and_is_told_so(office: Office) -> None:
    one, _leader = a_major(office)
    stranger = office.bank.outsider
    client = signed_in(stranger)
    address = f"/complaints/{one.public_id}/together/"
    with time.frozen(later(hours=1)):
        assert client.get(address).status_code == 404
        assert client.get(f"/cases/{one.case.public_id}/").status_code == 404
        name(one, stranger, "TECHNOLOGY", office.clerk)
        (summons,) = queries.summons_of(acting(stranger))
        assert (summons.number, summons.is_new) == (one.case.number, True)
        tasks = client.get("/cases/tasks/").content.decode()
        assert address in tasks
        assert "重大投诉专项工作组：技术" in tasks
        page = client.get(address)
        assert page.status_code == 200
        assert one.demand.plain in page.content.decode()
        assert client.get(f"/cases/{one.case.public_id}/").status_code == 200
    (summons,) = queries.summons_of(acting(stranger))
    assert not summons.is_new
    assert cases.may_follow(acting(stranger), one.case.public_id)
    # Reading is not working: no step is theirs, on the complaint or on its case.
    with pytest.raises(NotThere):
        actions.accept(fresh(one), actor=acting(stranger), at=later(hours=2))
    with pytest.raises(NotThere):
        queries.complaint_for(acting(stranger), one.public_id)


def test_whoever_leaves_reads_it_no_more_and_all_of_it_is_recorded(office: Office) -> None:
    one, leader = a_major(office)
    bank = office.bank
    name(one, bank.outsider, "TECHNOLOGY", leader)
    name(one, bank.outsider, "OPERATIONS", leader, minutes=11)
    with pytest.raises(forces.MemberAlready):
        name(one, bank.outsider, "OPERATIONS", leader, minutes=12)
    me = acting(bank.outsider)
    with pytest.raises(Invalid):
        forces.leave_force(fresh(one), reason=" ", actor=me, at=later(hours=1))
    forces.leave_force(fresh(one), reason="调往他处", actor=me, at=later(hours=1))
    with pytest.raises(NotThere):
        queries.together_for(me, one.public_id)
    with pytest.raises(forces.NotOfTheForce):
        forces.leave_force(fresh(one), reason="调往他处", actor=me, at=later(hours=2))
    assert [act for act, _name in told_on(one)] == [
        "complaint_force_join",
        "complaint_force_change",
        "complaint_force_leave",
    ]
    rows = ForceMember.objects.filter(complaint=one).order_by("pk")
    assert [(row.function, row.left_at, row.left_by) for row in rows] == [
        ("TECHNOLOGY", later(minutes=11), leader),
        ("OPERATIONS", later(hours=1), bank.outsider),
    ]


def test_a_complete_one_lacks_again_what_is_taken_off(office: Office) -> None:
    one, leader = a_major(office)
    bank = office.bank
    pairs = (("TECHNOLOGY", bank.outsider), ("OPERATIONS", bank.lead), ("ACCOUNT", bank.colleague))
    members = [name(one, person, function, leader) for function, person in pairs]
    assert fresh(one).has_force
    forces.release_member(
        fresh(one), members[1], reason="另有安排", actor=acting(leader), at=later(hours=1)
    )
    assert not fresh(one).has_force
    assert [each.value for each in queries.force_of(fresh(one)).lacks] == ["OPERATIONS"]
    with pytest.raises(forces.NotOfTheForce):
        forces.release_member(
            fresh(one), members[1], reason="另有安排", actor=acting(leader), at=later(hours=1)
        )


def test_who_is_complained_of_is_refused_by_name(office: Office) -> None:
    one, leader = a_major(office, "CLASSIFIED")
    bank = office.bank
    actions.classify(
        fresh(one),
        bank.frozen,
        Facets(cg_type="SERVICE", person=bank.outsider),
        actor=office.acceptor,
        at=later(minutes=6),
    )
    with pytest.raises(actions.RecusedHere, match=bank.outsider.name):
        name(one, bank.outsider, "TECHNOLOGY", leader)
    name(one, bank.colleague, "TECHNOLOGY", leader)
    with pytest.raises(actions.RecusedHere, match=bank.colleague.name):
        actions.classify(
            fresh(one),
            bank.frozen,
            Facets(cg_type="SERVICE", person=bank.colleague),
            actor=office.acceptor,
            at=later(minutes=20),
        )


def test_who_may_not_name_is_told_and_who_may_not_see_finds_nothing(office: Office) -> None:
    one, _leader = a_major(office)
    bank = office.bank
    with pytest.raises(NotAllowed):
        name(one, bank.colleague, "TECHNOLOGY", bank.inspector)
    with pytest.raises(NotThere):
        name(one, bank.colleague, "TECHNOLOGY", bank.outsider)
    name(one, bank.outsider, "TECHNOLOGY", office.clerk)
    with pytest.raises(NotAllowed):
        name(one, bank.colleague, "TECHNOLOGY", bank.outsider)
    with pytest.raises(Invalid) as wrong:
        name(one, bank.colleague, "MAGIC", office.clerk)
    assert set(wrong.value.fields) == {"function"}
    # The administrator sees no customer, and so no case.
    with pytest.raises(Invalid) as wrong:
        name(one, bank.admin, "TECHNOLOGY", office.clerk)
    assert set(wrong.value.fields) == {"person"}
    other = an_office("other")
    with pytest.raises(Invalid):
        name(one, other.clerk, "TECHNOLOGY", office.clerk)


def test_only_an_open_major_complaint_has_one(office: Office) -> None:
    plain = a_complaint_in("GRADED", office)
    with pytest.raises(forces.NotMajor):
        name(plain, office.bank.colleague, "TECHNOLOGY", office.clerk)
    one, _leader = a_major(office)
    member = name(one, office.bank.colleague, "TECHNOLOGY", office.clerk)
    Complaint.objects.filter(pk=one.pk).update(
        state="CLOSED", is_open=False, withdrawn_at=later(hours=1)
    )
    actor = office.acceptor
    for act in (
        lambda: name(one, office.bank.lead, "OPERATIONS", office.clerk),
        lambda: forces.release_member(
            fresh(one), member, reason="结束", actor=actor, at=later(hours=1)
        ),
        lambda: forces.leave_force(
            fresh(one), reason="结束", actor=acting(office.bank.colleague), at=later(hours=1)
        ),
    ):
        with pytest.raises(forces.ForceIsOver):
            act()
    assert len(queries.force_of(fresh(one)).members) == 1


def test_the_pages_show_it_and_the_ledger_says_what_lacks(office: Office) -> None:
    one, leader = a_major(office)
    client = signed_in(office.clerk)
    with time.frozen(later(hours=1)):
        assert "专项工作组未齐备" in client.get("/complaints/?view=major").content.decode()
        page = client.get(f"/complaints/{one.public_id}/").content.decode()
        assert "尚缺职能：技术 / 运营 / 客户经理" in page
        address = f"/complaints/{one.public_id}/together/"
        said = {"person": office.bank.colleague.staff_no, "function": "TECHNOLOGY"}
        assert client.post(f"{address}do/appoint/", said).status_code == 302
        wrong = client.post(f"{address}do/appoint/", {**said, "person": "none"})
        assert wrong.status_code == 422
        assert "没有此工号的在岗同事" in wrong.content.decode()
        twice = client.post(f"{address}do/appoint/", said)
        assert twice.status_code == 409
        (member,) = queries.members_of_force(one)
        shown = signed_in(leader).get(address).content.decode()
        assert office.bank.colleague.name in shown
        gone = client.post(
            f"{address}do/release/", {"member": member.public_id, "reason": "另有安排"}
        )
        assert gone.status_code == 302
        assert client.post(f"{address}do/magic/").status_code == 404
    assert queries.members_of_force(one) == []


def test_programs_read_and_set_it(office: Office) -> None:
    one, _leader = a_major(office)
    client = signed_in(office.clerk)
    base = f"/api/v1/complaints/{one.public_id}"
    body = {"person": office.bank.colleague.public_id, "function": "ACCOUNT"}
    with time.frozen(later(hours=1)):
        made = client.post(f"{base}/task-force", json.dumps(body), "application/json")
        assert made.status_code == 200, made.content
        read = client.get(f"{base}/task-force").json()
        assert read["lacks"] == ["TECHNOLOGY", "OPERATIONS"]
        (member,) = read["members"]
        assert member["person"]["id"] == office.bank.colleague.public_id
        off = {"member": member["id"], "reason": "另有安排"}
        gone = client.post(f"{base}/task-force/release", json.dumps(off), "application/json")
        assert gone.json()["members"] == []
        assert [row["left_at"] is None for row in gone.json()["former"]] == [False]
        none = client.post(f"{base}/task-force/release", json.dumps(off), "application/json")
        assert none.status_code == 409
