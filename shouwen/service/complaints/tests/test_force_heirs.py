"""Whoever leaves gives their places on task forces to others; who is away is stood in for."""

from __future__ import annotations

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions as staff
from shouwen.people.staff import queries as staff_queries
from shouwen.people.staff.actions import Shares, WorkStillOpen
from shouwen.people.staff.models import Person
from shouwen.people.staff.ports import Heir
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.models import CaseEntry
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import Complaint, ForceMember
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh
from shouwen.service.complaints.tests.test_force import a_major, name

WHY = "八月离职"


def hand(leaver: Person, to: Person | None, office: Office, ref: str = "") -> dict[str, int]:
    """Hand a leaver's places over, all of them or the one named, by the administrator."""
    heir = to.public_id if to else ""
    shares = Shares({} if ref else {"force": heir}, {("force", ref): heir} if ref else {})
    return staff.hand_over_work(
        leaver, shares, reason=WHY, actor=acting(office.bank.admin), at=later(hours=2)
    )


def places(one: Complaint) -> list[tuple[str, str]]:
    """Give who is on a task force now and for what."""
    return [(row.person.name, row.function) for row in queries.members_of_force(one)]


def test_a_leavers_place_goes_to_a_colleague_with_its_function(office: Office) -> None:
    one, leader = a_major(office)
    bank = office.bank
    for function, person in (
        ("TECHNOLOGY", bank.outsider),
        ("OPERATIONS", bank.lead),
        ("ACCOUNT", office.clerk),
    ):
        name(one, person, function, leader)
    (line,) = [row for row in staff_queries.open_work(bank.outsider) if row.kind.code == "force"]
    assert [item.name for item in line.items] == [one.case.number]
    with pytest.raises(WorkStillOpen):
        staff.disable_person(bank.outsider, actor=acting(bank.admin), at=later(hours=1))

    assert hand(bank.outsider, bank.colleague, office) == {"force": 1}

    assert places(one) == [
        (bank.lead.name, "OPERATIONS"),
        (office.clerk.name, "ACCOUNT"),
        (bank.colleague.name, "TECHNOLOGY"),
    ]
    assert fresh(one).has_force
    old = ForceMember.objects.get(person=bank.outsider)
    assert (old.left_at, old.left_by) == (later(hours=2), bank.admin)
    told = CaseEntry.objects.get(case=one.case, act="complaint_force_heir")
    assert (told.subject_name, told.clause) == (
        f"TECHNOLOGY {bank.colleague.name}",
        "HB-1.2-03",
    )
    row = AuditRow.objects.get(act="complaint.force_handed_over", object_ref=one.public_id)
    assert (row.actor_ref, row.purpose) == (bank.admin.public_id, WHY)
    # The heir reads it from now on and is told so; the leaver does not, and may go.
    (summons,) = queries.summons_of(acting(bank.colleague))
    assert (summons.number, summons.is_new) == (one.case.number, True)
    with pytest.raises(NotThere):
        queries.together_for(acting(bank.outsider), one.public_id)
    staff.disable_person(bank.outsider, actor=acting(bank.admin), at=later(hours=3))


def test_the_executives_place_goes_on_too(office: Office) -> None:
    one, leader = a_major(office)
    hand(leader, bank_lead := office.bank.lead, office)
    assert fresh(one).executive == bank_lead
    told = CaseEntry.objects.get(case=one.case, act="complaint_force_heir")
    assert told.subject_name == f"EXECUTIVE {bank_lead.name}"
    name(one, office.bank.colleague, "TECHNOLOGY", bank_lead, 200)
    with time.frozen(later(hours=4)):
        page = signed_in(bank_lead).get(f"/complaints/{one.public_id}/").content.decode()
    assert f"{bank_lead.name} · 牵头的分管领导" in page


def test_nobody_complained_of_gets_a_place_nor_settles_it(office: Office) -> None:
    one, leader = a_major(office, "CLASSIFIED")
    bank = office.bank
    name(one, bank.outsider, "TECHNOLOGY", leader)
    for person in (bank.colleague, bank.admin):
        actions.classify(
            fresh(one),
            bank.frozen,
            Facets(cg_type="SERVICE", person=person),
            actor=office.acceptor,
            at=later(minutes=20),
        )
        with pytest.raises(Invalid) as refused:
            hand(bank.outsider, bank.colleague, office)
        assert person.name in str(refused.value.fields["force"])
    assert places(one) == [(bank.outsider.name, "TECHNOLOGY")]
    assert not CaseEntry.objects.filter(act="complaint_force_heir").exists()


def test_who_has_another_function_there_does_not_get_a_second(office: Office) -> None:
    one, leader = a_major(office)
    bank = office.bank
    name(one, bank.outsider, "TECHNOLOGY", leader)
    member = name(one, bank.colleague, "OPERATIONS", leader)
    with pytest.raises(Invalid) as refused:
        hand(bank.outsider, bank.colleague, office)
    assert "运营" in str(refused.value.fields["force"])
    # With the same function there is nothing to add: the leaver's place ends.
    same = a_person(bank.cards, "agent")
    name(one, same, "OPERATIONS", leader)
    hand(bank.colleague, same, office, member.public_id)
    assert places(one) == [(bank.outsider.name, "TECHNOLOGY"), (same.name, "OPERATIONS")]


def test_a_second_press_a_closed_complaint_and_a_stranger_move_nothing(office: Office) -> None:
    one, leader = a_major(office)
    bank = office.bank
    member = name(one, bank.outsider, "TECHNOLOGY", leader)
    heir = Heir(bank.cards, bank.colleague)
    actor, at = acting(bank.admin), later(hours=2)

    def press(ref: str) -> bool:
        return actions.hand_over_force(bank.outsider, ref, heir, WHY, actor, at)

    assert not press("cfm_nobody")
    other = a_complaint_in("GRADED", office)
    assert not press(other.public_id)
    with pytest.raises(Invalid):
        actions.hand_over_force(
            bank.outsider,
            member.public_id,
            Heir(bank.cards, a_person(bank.cards, "trainer")),
            WHY,
            actor,
            at,
        )
    assert press(member.public_id)
    assert not press(member.public_id)
    assert places(one) == [(bank.colleague.name, "TECHNOLOGY")]
    Complaint.objects.filter(pk=one.pk).update(
        state="CLOSED", is_open=False, withdrawn_at=later(hours=1)
    )
    assert queries.places_in_name(bank.colleague) == []


def test_who_stands_in_for_a_member_away_reads_along(office: Office) -> None:
    one, leader = a_major(office)
    bank = office.bank
    with time.frozen(later(minutes=30)):
        member = name(one, bank.colleague, "OPERATIONS", leader)
        deputy = a_person(bank.loans, "agent")
        today = later().date()
        with pytest.raises(NotThere):
            queries.together_for(acting(deputy), one.public_id)
        staff.note_absence(
            bank.colleague, "LEAVE", today, today, actor=acting(bank.admin), at=later()
        )
        staff.name_deputy(
            bank.colleague, deputy, today, today, actor=acting(bank.admin), at=later(minutes=30)
        )
        actor = staff_queries.actor_of(deputy)
        found = queries.together_for(actor, one.public_id)
        assert (found.member, found.way) == (member, queries.Way.FORCE)
        assert [row.number for row in queries.summons_of(actor)] == [one.case.number]
        # Leaving, and having seen that one was named, stay the member's own.
        page = signed_in(deputy).get(f"/complaints/{one.public_id}/together/").content.decode()
        assert "/do/leave/" not in page
    member.refresh_from_db()
    assert member.seen_at is None
