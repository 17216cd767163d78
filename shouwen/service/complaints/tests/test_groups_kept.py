"""What groups leave alone: ended leads, matters one keeps out of, numbers out of reach."""

from __future__ import annotations

import pytest

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case, CaseEntry
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh
from shouwen.service.complaints.tests.test_groups import a_group, a_strangers, join, name

TOLD = {"words": "已停止发送。", "channel": "SMS"}
KEPT = ("is_major", "major_people", "group_size", "is_representative", "version")


def _kept(one: Complaint) -> list[object]:
    found = fresh(one)
    return [getattr(found, field) for field in KEPT]


def _marked(lead: Complaint) -> None:
    """Let a group of twenty have made its lead a major complaint."""
    marked = {"is_major": True, "major_reason": "PEOPLE", "major_people": 20}
    Complaint.objects.filter(pk=lead.pk).update(**marked)


def _withdraw(office: Office, one: Complaint, hours: float) -> None:
    at = later(hours=hours)
    said = {"reason": "不再投诉", "channel": "PHONE"}
    actions.withdraw(fresh(one), **said, actor=office.acceptor, at=at)


def _complained_of(person: Person, *complaints: Complaint) -> None:
    """Say who is complained of, as it was found after they were joined."""
    chosen = Complaint.objects.filter(pk__in=[one.pk for one in complaints])
    chosen.update(concerned_person=person)


def test_a_lead_that_has_ended_stays_as_it_ended_when_one_leaves(office: Office) -> None:
    lead = a_complaint_in("CALLBACK_DONE", office)
    members = [a_strangers(office, f"投诉人{place}") for place in range(2)]
    for one in members:
        join(office, one, lead, minutes=600)
    _marked(lead)
    actions.close(fresh(lead), actor=office.supervisor, at=later(hours=11))
    before = _kept(lead)
    gone = fresh(members[0])
    actions.leave_group(gone, reason="另一事项", actor=office.acceptor, at=later(hours=12))
    assert fresh(gone).group_lead is None
    assert _kept(lead) == before
    group = queries.group_of(office.acceptor, fresh(lead))
    assert group is not None
    assert (group.size, len(group.members), group.more) == (3, 2, 0)
    # Worked again it is counted anew: two are not enough.
    case = fresh(lead).case
    cases.reopen(case, reason="客户来电", actor=office.supervisor, at=later(hours=13))
    again = fresh(lead)
    assert (again.is_major, again.group_size, again.is_representative) == (False, 2, True)


def test_a_group_is_weighed_again_when_one_is_taken_back_or_worked_again(office: Office) -> None:
    lead, members = a_group(office, 20)
    assert fresh(lead).major_people == 21
    _withdraw(office, members[0], 1)
    assert (fresh(lead).is_major, fresh(lead).major_people) == (True, 20)
    _withdraw(office, members[1], 2)
    assert (fresh(lead).is_major, fresh(lead).major_people) == (False, None)
    case = fresh(members[1]).case
    cases.reopen(case, reason="客户来电", actor=office.supervisor, at=later(hours=3))
    assert fresh(members[1]).is_open
    assert (fresh(lead).is_major, fresh(lead).major_people) == (True, 20)


def test_a_lead_taken_back_keeps_its_mark(office: Office) -> None:
    lead, _members = a_group(office, 1)
    _marked(lead)
    _withdraw(office, lead, 1)
    assert (fresh(lead).is_major, fresh(lead).major_people) == (True, 20)


def test_nobody_tells_a_group_in_which_they_are_complained_of(office: Office) -> None:
    lead, (one, other) = a_group(office, 2)
    name(office, lead, one, other)
    me = acting(office.worker)
    for concerned in (other, lead):
        Complaint.objects.update(concerned_person=None)
        _complained_of(office.worker, concerned)
        with pytest.raises(actions.RecusedHere):
            actions.tell_group(fresh(one), **TOLD, actor=me, at=later(hours=1))
    assert not CaseEntry.objects.filter(act="complaint_group_told").exists()
    Complaint.objects.update(concerned_person=None)
    assert actions.tell_group(fresh(one), **TOLD, actor=me, at=later(hours=1)) == 2


def test_who_is_complained_of_in_a_group_names_and_takes_out_nobody(office: Office) -> None:
    lead, (one, other) = a_group(office, 2)
    me = acting(office.worker)
    _complained_of(office.worker, other)
    with pytest.raises(actions.RecusedHere):
        actions.name_representatives(fresh(lead), [fresh(one)], actor=me, at=later(hours=1))
    _complained_of(office.worker, lead)
    with pytest.raises(actions.RecusedHere):
        actions.leave_group(fresh(one), reason="误并", actor=me, at=later(hours=1))
    assert fresh(one).group_lead == lead
    assert queries.representatives_of(fresh(lead)) == [fresh(lead)]


def test_the_lead_of_another_group_is_named_only_within_reach(office: Office) -> None:
    lead, (one,) = a_group(office, 1)
    bank = office.bank
    bound = acting(a_person(bank.loans, "complaints", over=bank.loans))
    alone = a_strangers(office)
    Case.objects.filter(pk__in=[one.case_id, alone.case_id]).update(unit=bank.loans)

    def refused(actor: Actor) -> str:
        with pytest.raises(actions.LeadIsAMember) as error:
            actions.join_group(fresh(alone), fresh(one), actor=actor, at=later(hours=1))
        return str(error.value)

    assert lead.case.number in refused(office.acceptor)
    words = refused(bound)
    assert (one.case.number in words, lead.case.number in words) == (True, False)
