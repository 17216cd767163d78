"""The tree of root causes, and what caused an upheld complaint."""

from __future__ import annotations

from typing import Any

import pytest

from shouwen.assurance.improvement import actions, queries
from shouwen.assurance.improvement.actions import CauseGivenMeanwhile, CauseNotUpheld
from shouwen.assurance.improvement.models import Cause, ComplaintCause
from shouwen.assurance.monitoring import periods
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints.actions.refusals import RecusedHere
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office

AT = later(hours=9)


@pytest.fixture
def office(db: None) -> Office:
    """A bank with the three posts of a complaint."""
    return an_office()


@pytest.fixture
def officer(office: Office) -> Person:
    """Who answers for what complaints teach."""
    return a_person(office.bank.cards, "complaints")


def a_cause(office: Office, who: Person, name: str = "流程", parent: Cause | None = None) -> Cause:
    """Word a cause."""
    return actions.add_cause(
        office.bank.institution, name_zh=name, parent=parent, actor=acting(who), at=MONDAY_9AM
    )


def test_causes_stand_below_one_another_and_count_what_is_below(
    office: Office, officer: Person
) -> None:
    top = a_cause(office, officer)
    a_cause(office, officer, "培训")
    below = a_cause(office, officer, "外包抽检", top)
    one = a_complaint_in("RESPONSIBILITY_ASSIGNED", office)
    actions.give_cause(one, below, actor=acting(officer), at=AT)
    told = [
        (line.cause.name_zh, line.count, line.below)
        for line in queries.cause_lines(acting(officer))
    ]
    assert told == [("流程", 0, 1), ("外包抽检", 1, 1), ("培训", 0, 0)]


def test_a_name_is_there_once_below_its_parent_and_three_levels_are_the_most(
    office: Office, officer: Person
) -> None:
    top = a_cause(office, officer)
    second = a_cause(office, officer, "抽检", top)
    third = a_cause(office, officer, "抽检", second)
    for parent, name in ((None, "流程"), (top, "抽检"), (third, "更细"), (None, " ")):
        with pytest.raises(Invalid):
            a_cause(office, officer, name, parent)
    with pytest.raises(Invalid):
        actions.change_cause(
            a_cause(office, officer, "系统"),
            name_zh="流程",
            is_retired=False,
            actor=acting(officer),
            at=AT,
        )
    assert Cause.objects.count() == 4


def test_a_retired_cause_is_given_no_more_and_stays_where_it_was_given(
    office: Office, officer: Person
) -> None:
    cause, who = a_cause(office, officer), acting(officer)
    one = a_complaint_in("CLOSED", office)
    actions.give_cause(one, cause, actor=who, at=AT)
    retired = actions.change_cause(cause, name_zh="旧流程", is_retired=True, actor=who, at=AT)
    assert queries.cause_of(one) == retired
    with pytest.raises(Invalid):
        actions.give_cause(a_complaint_in("CLOSED", office), retired, actor=who, at=AT)
    with pytest.raises(Invalid):
        a_cause(office, officer, "下级", retired)


def test_only_what_the_institution_answers_for_has_a_cause(office: Office, officer: Person) -> None:
    cause, who = a_cause(office, officer), acting(officer)
    early = a_complaint_in("ANALYSED", office)
    with pytest.raises(CauseNotUpheld):
        actions.give_cause(early, cause, actor=who, at=AT)
    theirs = a_complaint_in("CLOSED", office)
    Complaint.objects.filter(pk=theirs.pk).update(responsible="CUSTOMER")
    theirs.refresh_from_db()
    with pytest.raises(CauseNotUpheld):
        actions.give_cause(theirs, cause, actor=who, at=AT)
    assert queries.complaints_caused(who, None, at=AT) == []


def test_who_gives_a_second_cause_names_the_first(office: Office, officer: Person) -> None:
    first, other = a_cause(office, officer), a_cause(office, officer, "系统")
    one, who = a_complaint_in("CLOSED", office), acting(officer)
    assert [row.complaint for row in queries.complaints_caused(who, None, at=AT)] == [one]
    actions.give_cause(one, first, actor=who, at=AT)
    for before in ("", other.public_id):
        with pytest.raises(CauseGivenMeanwhile):
            actions.give_cause(one, other, instead_of=before, actor=who, at=AT)
    actions.give_cause(one, other, instead_of=first.public_id, actor=who, at=AT)
    assert ComplaintCause.objects.get().cause == other
    assert AuditRow.objects.filter(act="complaint.cause_given").count() == 2
    assert queries.complaints_caused(who, None, at=AT) == []
    assert [row.complaint for row in queries.complaints_caused(who, other, at=AT)] == [one]


def test_who_is_complained_of_does_not_word_the_cause(office: Office, officer: Person) -> None:
    cause, one = a_cause(office, officer), a_complaint_in("CLOSED", office)
    Complaint.objects.filter(pk=one.pk).update(concerned_person=officer)
    one = Complaint.objects.get(pk=one.pk)
    with pytest.raises(RecusedHere):
        actions.give_cause(one, cause, actor=acting(officer), at=AT)
    assert queries.cause_of(one) is None


def test_causes_are_worded_by_those_who_answer_for_them_and_stay_in_their_house(
    office: Office, officer: Person
) -> None:
    cause = a_cause(office, officer)
    with pytest.raises(NotAllowed):
        a_cause(office, office.head, "系统")
    with pytest.raises(NotAllowed):
        queries.cause_lines(acting(office.bank.agent))
    stranger = acting(an_office("insurer").clerk)
    with pytest.raises(NotThere):
        queries.cause_for(stranger, cause.public_id)
    with pytest.raises(NotThere):
        actions.change_cause(cause, name_zh="x", is_retired=False, actor=stranger, at=AT)
    with pytest.raises(NotThere):
        one = a_complaint_in("CLOSED", office)
        actions.give_cause(one, cause, actor=stranger, at=AT)


def _page(who: Person, method: str, path: str, **said: str) -> Any:
    client = signed_in(who)
    with time.frozen(AT):
        return getattr(client, method)(f"/improvement/causes/{path}", said)


def test_the_page_shows_the_tree_and_gives_causes(office: Office, officer: Person) -> None:
    one = a_complaint_in("CLOSED", office)
    assert _page(officer, "post", "new/", name_zh="流程").status_code == 302
    cause = Cause.objects.get()
    refused = _page(officer, "post", "new/", name_zh="流程")
    assert (refused.status_code, "同名" in refused.content.decode()) == (422, True)
    shown = _page(officer, "get", "").content.decode()
    assert one.case.number in shown
    given = _page(officer, "post", f"of/{one.public_id}/", cause=cause.public_id)
    assert given.status_code == 302
    again = _page(officer, "post", f"of/{one.public_id}/", cause=cause.public_id)
    assert again.status_code == 409
    listed = _page(officer, "get", "", cause=cause.public_id)
    assert [row.complaint for row in listed.context["rows"]] == [one]
    changed = _page(officer, "post", f"{cause.public_id}/", name_zh="流程二", is_retired="on")
    cause.refresh_from_db()
    assert (changed.status_code, cause.name_zh, cause.is_retired) == (302, "流程二", True)
    assert _page(office.bank.inspector, "get", "").status_code == 200
    assert _page(office.bank.inspector, "post", "new/", name_zh="系统").status_code == 403


def test_the_report_tells_each_root_cause_and_leads_to_its_complaints(
    office: Office, officer: Person
) -> None:
    often, once = a_cause(office, officer, "模板未检"), a_cause(office, officer, "培训")
    given = [a_complaint_in("RESPONSIBILITY_ASSIGNED", office) for _ in range(3)]
    a_complaint_in("RESPONSIBILITY_ASSIGNED", office)
    for one, cause in zip(given, (often, once, often), strict=True):
        actions.give_cause(one, cause, actor=acting(officer), at=AT)
    period = periods.between(MONDAY_9AM.date(), MONDAY_9AM.date(), AT)
    found = queries.report(acting(officer), period, at=AT)
    told = [(line.zh, line.count, line.of) for line in found.lines if line.code == "cause"]
    assert told == [("模板未检", 2, 3), ("培训", 1, 3)]
    behind = queries.behind(acting(officer), period, "cause", often.public_id, at=AT)
    assert {row.pk for row in behind.rows} == {given[0].pk, given[2].pk}
    assert (behind.counted, behind.figure.zh) == (2, "模板未检")
