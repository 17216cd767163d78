"""Group complaints: one lead, at most five who speak for all, and twenty make it major."""

from __future__ import annotations

from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.policy import figures
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.models import CaseEntry
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.queries import Filters
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint,
    a_complaint_in,
    a_statement,
    an_office,
    fresh,
)


def a_strangers(office: Office, name: str = "许远") -> Complaint:
    """File a complaint of somebody whose file is not here."""
    said = a_statement(complainant=name, reachable_at="13800001234")
    made = actions.file_complaint(said, actor=office.bank.me, at=MONDAY_9AM)
    return fresh(made)


def join(office: Office, one: Complaint, lead: Complaint, minutes: float = 1) -> None:
    """Join a complaint to a lead as they are now."""
    at = later(minutes=minutes)
    actions.join_group(fresh(one), fresh(lead), actor=office.acceptor, at=at)


def a_group(office: Office, members: int) -> tuple[Complaint, list[Complaint]]:
    """Join so many complaints of strangers to one of the bank's customer."""
    lead = a_complaint(office)
    found = [a_strangers(office, f"投诉人{place}") for place in range(members)]
    for one in found:
        join(office, one, lead)
    return fresh(lead), [fresh(one) for one in found]


def name(office: Office, lead: Complaint, *chosen: Complaint) -> None:
    """Say who speaks for the group, as the clerk."""
    rows = [fresh(one) for one in chosen]
    actions.name_representatives(fresh(lead), rows, actor=office.acceptor, at=later(minutes=2))


def said_on(one: Complaint) -> list[str]:
    """Give the acts of groups that stand in a complaint's story."""
    rows = CaseEntry.objects.filter(case=one.case, act__contains="group")
    return list(rows.order_by("pk").values_list("act", flat=True))


def test_the_figures_of_a_group_are_the_laws() -> None:
    most = figures.figure("complaint-representatives")
    assert (most.value, most.clause) == (5, "CBIRC-2020-3-group")
    assert figures.figure("complaint-major-people").value == 20


def test_a_joined_complaint_belongs_to_its_lead_who_speaks_at_first(office: Office) -> None:
    lead, (one, other) = a_group(office, 2)
    assert (lead.group_size, lead.group_lead, lead.is_representative) == (3, None, True)
    assert (one.group_lead, one.group_size, one.is_representative) == (lead, 0, False)
    assert said_on(lead) == ["complaint_group_grow", "complaint_group_grow"]
    assert said_on(one) == ["complaint_group_join"]
    row = AuditRow.objects.filter(act="complaint.group_joined").order_by("pk").last()
    assert row is not None
    assert lead.public_id in row.detail
    group = queries.group_of(office.acceptor, other)
    assert group is not None
    assert [each.complaint for each in group.members] == [lead, one, other]
    assert (group.size, group.people, group.most, group.more) == (3, 3, 5, 0)


def test_who_complains_twice_is_one_person(office: Office) -> None:
    lead, again = a_complaint(office), a_complaint(office)
    join(office, again, lead)
    join(office, a_strangers(office), lead)
    assert queries.group_people(fresh(again)) == 2


def test_what_cannot_be_joined_is_refused_by_name(office: Office) -> None:
    lead, (one, _other) = a_group(office, 2)
    alone, second = a_strangers(office), a_strangers(office)
    closed = a_complaint_in("CLOSED", office)
    with pytest.raises(Invalid) as itself:
        join(office, alone, alone)
    assert set(itself.value.fields) == {"lead"}
    with pytest.raises(actions.GroupedAlready):
        join(office, one, second)
    with pytest.raises(actions.LeadsAGroup):
        join(office, lead, second)
    with pytest.raises(actions.LeadIsAMember, match=lead.case.number):
        join(office, alone, one)
    with pytest.raises(actions.GroupIsOver):
        join(office, closed, lead)
    with pytest.raises(actions.GroupIsOver):
        join(office, alone, closed)
    elsewhere = a_complaint(an_office("insurer"))
    with pytest.raises(NotThere):
        join(office, elsewhere, lead)
    with pytest.raises(NotThere):
        join(office, alone, elsewhere)
    assert fresh(lead).group_size == 3
    assert [fresh(row).group_lead for row in (alone, second, closed)] == [None, None, None]


def test_of_two_who_join_at_once_one_is_told_that_it_moved_on(office: Office) -> None:
    lead, first, second = a_complaint(office), a_strangers(office), a_strangers(office)
    mine, yours = fresh(lead), fresh(lead)
    actions.join_group(first, mine, actor=office.acceptor, at=later(minutes=1))
    with pytest.raises(actions.ComplaintMovedOn):
        actions.join_group(second, yours, actor=office.acceptor, at=later(minutes=1))
    assert (fresh(lead).group_size, fresh(second).group_lead) == (2, None)
    # What was joined meanwhile leads nobody, though it was free when it was looked up.
    with pytest.raises(actions.ComplaintMovedOn):
        stale = Complaint.objects.select_related(*queries.RELATIONS).get(pk=second.pk)
        join(office, second, lead)
        actions.join_group(a_strangers(office), stale, actor=office.acceptor, at=later(minutes=2))


def test_at_most_five_of_the_group_speak_for_it(office: Office) -> None:
    lead, members = a_group(office, 6)
    with pytest.raises(actions.TooManyRepresentatives) as many:
        name(office, lead, *members)
    assert set(many.value.fields) == {"representatives"}
    with pytest.raises(Invalid):
        name(office, lead)
    with pytest.raises(Invalid):
        name(office, lead, a_strangers(office))
    with pytest.raises(actions.NotGrouped):
        name(office, members[0], members[0])
    assert queries.representatives_of(lead) == [lead]
    name(office, lead, *members[:5])
    assert queries.representatives_of(fresh(lead)) == members[:5]
    assert not fresh(lead).is_representative
    assert said_on(lead)[-1] == "complaint_group_silent"
    name(office, lead, members[0], lead)
    assert queries.representatives_of(fresh(lead)) == [lead, members[0]]


def test_of_two_who_name_at_once_one_is_told_that_it_moved_on(office: Office) -> None:
    lead, members = a_group(office, 6)
    mine, yours = fresh(lead), fresh(lead)
    actions.name_representatives(mine, members[:3], actor=office.acceptor, at=later(minutes=3))
    rest = [fresh(one) for one in members[3:]]
    with pytest.raises(actions.ComplaintMovedOn):
        actions.name_representatives(yours, rest, actor=office.acceptor, at=later(minutes=3))
    assert len(queries.representatives_of(fresh(lead))) == 3


def test_what_is_told_to_the_group_goes_to_its_representatives(office: Office) -> None:
    lead, (one, other, third) = a_group(office, 3)
    name(office, lead, one, other)
    told = {"words": "处理进展：已停止发送。", "channel": "SMS"}
    count = actions.tell_group(fresh(third), **told, actor=office.acceptor, at=later(hours=1))
    assert count == 2
    for spoken in (one, other):
        entry = CaseEntry.objects.get(case=spoken.case, act="complaint_group_told")
        assert entry.text is not None
        assert (entry.visible_to_customer, entry.text.plain) == (True, told["words"])
    assert said_on(lead)[-1] == "complaint_group_telling"
    assert said_on(third) == ["complaint_group_join"]
    with pytest.raises(Invalid):
        actions.tell_group(lead, words=" ", channel="SMS", actor=office.acceptor, at=later(hours=1))
    with pytest.raises(actions.NotGrouped):
        actions.tell_group(a_strangers(office), **told, actor=office.acceptor, at=later(hours=1))


def test_a_wrong_join_is_undone_and_somebody_always_speaks(office: Office) -> None:
    lead, (one, other) = a_group(office, 2)
    name(office, lead, one)
    with pytest.raises(Invalid):
        actions.leave_group(fresh(one), reason="", actor=office.acceptor, at=later(hours=1))
    actions.leave_group(fresh(one), reason="另一事项", actor=office.acceptor, at=later(hours=1))
    gone, rest = fresh(one), fresh(lead)
    assert (gone.group_lead, gone.is_representative) == (None, False)
    assert (rest.group_size, rest.is_representative) == (2, True)
    with pytest.raises(actions.LeadsAGroup):
        actions.leave_group(rest, reason="误并", actor=office.acceptor, at=later(hours=1))
    actions.leave_group(fresh(other), reason="误并", actor=office.acceptor, at=later(hours=2))
    assert (fresh(lead).group_size, fresh(lead).is_representative) == (0, False)
    with pytest.raises(actions.NotGrouped):
        actions.leave_group(fresh(other), reason="误并", actor=office.acceptor, at=later(hours=3))
    join(office, one, other)


def test_twenty_complainants_make_the_lead_major_and_fewer_take_it_back(office: Office) -> None:
    lead, members = a_group(office, 18)
    assert not lead.is_major
    last = a_strangers(office)
    join(office, last, lead)
    marked = fresh(lead)
    assert (marked.is_major, marked.major_reason, marked.major_people) == (True, "PEOPLE", 20)
    assert marked.major_by is None
    join(office, a_strangers(office), lead)
    assert fresh(lead).major_people == 21
    for one in (last, members[0]):
        actions.leave_group(fresh(one), reason="误并", actor=office.acceptor, at=later(hours=1))
    assert (fresh(lead).is_major, fresh(lead).major_people) == (False, None)
    assert AuditRow.objects.filter(act="complaint.major_lapsed").count() == 1


def test_a_persons_own_mark_stays_and_counts_the_group(office: Office) -> None:
    lead, members = a_group(office, 2)
    with pytest.raises(Invalid):
        actions.mark_major(lead, reason="PEOPLE", actor=office.acceptor, at=later(minutes=5))
    actions.mark_major(lead, reason="PEOPLE", people=25, actor=office.acceptor, at=later(minutes=5))
    actions.leave_group(members[0], reason="误并", actor=office.acceptor, at=later(hours=1))
    assert (fresh(lead).is_major, fresh(lead).major_people) == (True, 25)


def test_who_is_complained_of_joins_nothing(office: Office) -> None:
    lead, one = a_complaint_in("ACCEPTED", office), a_strangers(office)
    facets = Facets(cg_type="SERVICE", person=office.worker)
    bank, at = office.bank, later(minutes=3)
    actions.classify(lead, bank.frozen, facets, actor=office.acceptor, at=at)
    with pytest.raises(actions.RecusedHere):
        actions.join_group(one, fresh(lead), actor=acting(office.worker), at=at)


def test_the_ledger_shows_groups_and_one_group(office: Office) -> None:
    lead, members = a_group(office, 2)
    a_complaint(office)
    me = office.supervisor
    rows = queries.ledger(me, Filters(view="group"), at=later(hours=1)).rows
    assert {row.complaint for row in rows} == {lead, *members}
    actions.leave_group(members[0], reason="误并", actor=office.acceptor, at=later(hours=1))
    rows = queries.ledger(me, Filters(view="all", group=lead.public_id), at=later(hours=1)).rows
    assert {row.complaint for row in rows} == {lead, members[1]}
    assert queries.counts(me, at=later(hours=1))["group"] == 2


def _do(who: Person, one: Complaint, act: str, **said: str) -> Any:
    client = signed_in(who)
    with time.frozen(later(hours=9)):
        return client.post(f"/complaints/{one.public_id}/do/{act}/", said)


def test_a_group_is_made_named_told_and_undone_on_the_page(office: Office) -> None:
    lead, one, other = a_complaint(office), a_strangers(office), a_strangers(office)
    clerk = office.clerk
    wrong = _do(clerk, one, "group", lead="TS-0")
    assert (wrong.status_code, "没有该编号" in wrong.content.decode()) == (422, True)
    done = _do(clerk, one, "group", lead=lead.case.number.lower())
    assert lead.case.number in done.content.decode()
    assert _do(clerk, other, "group", lead=lead.case.number).status_code == 200
    chain = _do(clerk, a_strangers(office), "group", lead=one.case.number)
    assert f"请将本投诉并入{lead.case.number}" in chain.content.decode()
    asked = signed_in(clerk).get(f"/complaints/{lead.public_id}/ask/speakers/").content.decode()
    assert ("speaker_5" in asked, "speaker_6" in asked) == (True, False)
    named = _do(clerk, lead, "speakers", speaker_1=one.public_id, speaker_2=other.public_id)
    assert named.context["group"].members[1].complaint.is_representative
    refused = _do(clerk, lead, "speakers", speaker_1=a_strangers(office).public_id)
    assert refused.status_code == 422
    told = _do(clerk, lead, "tell_group", words="已停止发送。", channel="PHONE")
    assert "2名代表人" in told.content.decode()
    page = signed_in(clerk).get(f"/complaints/{one.public_id}/").content.decode()
    assert "群体投诉" in page
    assert "已告知群体投诉代表人" in page
    ledger = signed_in(clerk).get("/complaints/?view=group").content.decode()
    assert "群体3件" in ledger
    assert _do(clerk, other, "ungroup", reason="另一事项").context["group"] is None


def test_a_member_out_of_reach_is_known_by_its_number(office: Office) -> None:
    lead, (one,) = a_group(office, 1)
    bank = office.bank
    bound = a_person(bank.loans, "complaints", over=bank.loans)
    case = one.case
    type(case).objects.filter(pk=case.pk).update(unit=bank.loans)
    group = queries.group_of(acting(bound), fresh(one))
    assert group is not None
    assert [row.within_reach for row in group.members] == [False, True]
    text = signed_in(bound).get(f"/complaints/{one.public_id}/").content.decode()
    assert lead.case.number in text
    assert lead.public_id not in text


@pytest.mark.parametrize("members", [1, 6])
def test_a_group_costs_the_page_the_same_for_any_size(
    office: Office, members: int, django_assert_max_num_queries: Any
) -> None:
    lead, _members = a_group(office, members)
    client = signed_in(office.clerk)
    address = f"/complaints/{lead.public_id}/"
    client.get(address)
    with django_assert_max_num_queries(42):
        client.get(address)
