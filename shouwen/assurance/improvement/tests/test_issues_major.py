"""Major issues: the special meeting, its measures, near limits, leavers, mistakes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shouwen.assurance.improvement import actions, queries
from shouwen.assurance.improvement.actions import Met
from shouwen.assurance.improvement.handlers import remind_of_issue
from shouwen.assurance.improvement.models import (
    Issue,
    IssueEntry,
    IssueMeasure,
    IssueMeeting,
    Notice,
)
from shouwen.assurance.improvement.tests.test_issues import (
    DAY,
    REPORT,
    an_issue,
    an_issue_in,
    assign,
    days,
    steps,
)
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.policy.events import ClockWarned
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions as staff
from shouwen.people.staff.actions import Shares
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.complaints.tests.factories import Office, an_office

MET = Met(called_by="BRANCH", held_on=DAY, people="分行行长、合规部、卡部", plan="三日内下线模板")


@pytest.fixture
def office(db: None) -> Office:
    """A bank where every pack counts."""
    return an_office(ruled=True)


def a_major(office: Office, state: str = "RECTIFYING") -> Issue:
    """Bring an issue to a state and mark it as major."""
    one = an_issue_in(state, office)
    actions.mark_major(one, reason="涉及上千客户", actor=office.supervisor, at=days(0.3))
    return one


def meet(office: Office, one: Issue) -> None:
    """Record its special meeting."""
    actions.record_meeting(one, MET, actor=office.supervisor, at=days(0.4))


def measure(office: Office, one: Issue, owner: Person | None = None) -> None:
    """Put a measure into somebody's name."""
    actions.add_measure(
        one,
        what="下线模板",
        owner=owner or office.worker,
        due_on=DAY + timedelta(days=3),
        actor=office.supervisor,
        at=days(0.5),
    )


def rectify(office: Office, one: Issue) -> None:
    """Hand the report in."""
    actions.rectify_issue(one, report=REPORT, actor=office.handler, at=days(1))


def test_a_major_issue_is_handed_in_after_its_meeting_with_a_measure_in_somebody_s_name(
    office: Office,
) -> None:
    """HB-4.3-06: a special meeting sets the plan and names the owners."""
    one = a_major(office)
    with pytest.raises(actions.MeetingMissing):
        rectify(office, one)
    with pytest.raises(actions.MeetingFirst):
        measure(office, one)
    meet(office, one)
    with pytest.raises(actions.MeetingMissing):
        rectify(office, one)
    measure(office, one)
    rectify(office, one)
    steps(office, one)["ACCEPTED"]()
    held = IssueMeeting.objects.get()
    assert (held.called_by, held.held_on, held.people, held.plan) == (
        "BRANCH",
        DAY,
        MET.people,
        MET.plan,
    )
    acts = IssueEntry.objects.filter(issue=one).order_by("sequence").values_list("act", flat=True)
    assert list(acts)[3:] == ["MAJOR", "MEET", "MEASURE", "RECTIFY", "ACCEPT"]
    told = AuditRow.objects.filter(act__startswith="issue.m").order_by("pk")
    assert [row.act for row in told] == ["issue.marked_major", "issue.met", "issue.measure_added"]


def test_an_ordinary_issue_needs_no_meeting(office: Office) -> None:
    one = an_issue_in("RECTIFYING", office)
    with pytest.raises(actions.NotMajor):
        meet(office, one)
    rectify(office, one)
    with pytest.raises(actions.IssueMovedOn):
        actions.mark_major(one, reason="晚了", actor=office.supervisor, at=days(2))


def test_the_database_holds_that_no_major_issue_passes_without_its_meeting(office: Office) -> None:
    one = an_issue_in("RECTIFIED", office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=one.pk).update(is_major=True)


def test_a_major_issue_that_returns_meets_anew(office: Office) -> None:
    one = a_major(office)
    meet(office, one)
    measure(office, one)
    rectify(office, one)
    for state in ("ACCEPTED", "EVALUATED", "CLOSED"):
        steps(office, one)[state]()
    actions.reopen_issue(one, reason="复发", actor=acting(office.bank.inspector), at=days(60))
    assert (one.round, one.met_on, one.is_major) == (2, None, True)
    assert list(queries.measures_of(one)) == []
    actions.report_issue(one, words="再报", actor=office.handler, at=days(60))
    assign(office, one)
    with pytest.raises(actions.MeetingMissing):
        actions.rectify_issue(one, report=REPORT, actor=office.handler, at=days(61))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"called_by": "NOBODY"}, "called_by"),
        ({"held_on": DAY - timedelta(days=1)}, "held_on"),
        ({"held_on": DAY + timedelta(days=1)}, "held_on"),
        ({"people": " "}, "people"),
        ({"plan": ""}, "plan"),
    ],
)
def test_a_wrong_meeting_is_named_and_not_recorded(
    office: Office, more: dict[str, Any], field: str
) -> None:
    one = a_major(office)
    said = {"called_by": "BRANCH", "held_on": DAY, "people": "行长", "plan": "整改", **more}
    with pytest.raises(Invalid) as refused:
        actions.record_meeting(one, Met(**said), actor=office.supervisor, at=days(0.4))
    assert set(refused.value.fields) == {field}
    kept = Issue.objects.get(pk=one.pk)
    assert (kept.met_on, kept.version) == (None, one.version)
    assert not IssueMeeting.objects.exists()


def test_a_measure_is_in_the_name_of_somebody_here_until_a_day_to_come(office: Office) -> None:
    one = a_major(office)
    meet(office, one)
    stranger = an_office("insurer").worker
    for owner, day, field in (
        (stranger, DAY, "owner"),
        (office.worker, DAY - timedelta(days=1), "due_on"),
        (office.worker, DAY + timedelta(days=400), "due_on"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.add_measure(
                one, what="下线", owner=owner, due_on=day, actor=office.supervisor, at=days(0.5)
            )
        assert set(refused.value.fields) == {field}
    assert not IssueMeasure.objects.exists()


def test_what_was_recorded_by_mistake_is_taken_back_and_the_story_keeps_both(
    office: Office,
) -> None:
    one = a_major(office)
    meet(office, one)
    measure(office, one)
    wrong = IssueEntry.objects.get(issue=one, act="MEASURE")
    who: dict[str, Any] = {"actor": office.supervisor, "at": days(0.6)}
    with pytest.raises(Invalid):
        actions.take_back(one, wrong.sequence, reason=" ", **who)
    actions.take_back(one, wrong.sequence, reason="记错责任人", **who)
    with pytest.raises(actions.NotTakenBack):
        actions.take_back(one, wrong.sequence, reason="再次", **who)
    with pytest.raises(actions.MeetingMissing):
        rectify(office, one)
    back = IssueEntry.objects.get(issue=one, act="RETRACT")
    assert (back.takes_back, back.words) == (wrong, "记错责任人")
    assert IssueMeasure.objects.get().retracted_at == days(0.6)
    assert AuditRow.objects.filter(act="issue.taken_back").count() == 1
    # What needs an act of its own is not undone by a stroke.
    report = IssueEntry.objects.get(issue=one, act="REPORT")
    with pytest.raises(actions.NotTakenBack):
        actions.take_back(one, report.sequence, reason="误报", **who)


def test_a_meeting_taken_back_takes_its_measures_and_another_is_recorded(office: Office) -> None:
    one = a_major(office)
    meet(office, one)
    measure(office, one)
    held = IssueEntry.objects.get(issue=one, act="MEET")
    who: dict[str, Any] = {"actor": office.supervisor, "at": days(0.6)}
    actions.take_back(one, held.sequence, reason="记在别的问题下", **who)
    assert (one.met_on, list(queries.measures_of(one))) == (None, [])
    can_go = queries.retractable(one).values_list("act", flat=True)
    assert list(can_go) == ["MAJOR"]
    meet(office, one)
    measure(office, one)
    rectify(office, one)


def test_a_mark_taken_back_leaves_an_ordinary_issue(office: Office) -> None:
    one = a_major(office)
    mark = IssueEntry.objects.get(issue=one, act="MAJOR")
    actions.take_back(one, mark.sequence, reason="误标", actor=office.supervisor, at=days(0.6))
    rectify(office, one)
    assert Issue.objects.get(pk=one.pk).is_major is False


def test_two_who_record_the_meeting_at_once_get_one(office: Office) -> None:
    one = a_major(office)
    other = queries.issue_for(office.supervisor, one.public_id)
    meet(office, one)
    with pytest.raises(actions.IssueMovedOn):
        meet(office, other)
    assert IssueMeeting.objects.count() == 1


def test_other_houses_reach_no_plan(office: Office) -> None:
    one = a_major(office)
    with pytest.raises(NotThere):
        actions.record_meeting(one, MET, actor=an_office("insurer").supervisor, at=days(0.4))


def warned(one: Issue, event: str) -> ClockWarned:
    """Give the fact that a limit of an issue is near."""
    clock = Clock.objects.filter(subject_ref=one.public_id, event=event).latest("pk")
    return ClockWarned(
        institution_id=one.institution_id,
        occurred_at=days(1),
        clock_id=clock.pk,
        clock_public_id=clock.public_id,
        event=event,
        subject_kind="issue",
        subject_ref=one.public_id,
        clause=clock.clause,
        due_at=clock.due_at,
        hard=clock.hard,
    )


def told() -> list[tuple[str, int]]:
    """Give which limits were told to whom."""
    return list(Notice.objects.order_by("pk").values_list("event", "person_id"))


def test_who_is_in_charge_is_told_once_that_a_limit_is_near(office: Office) -> None:
    one = an_issue(office)
    assert one.found_by is not None
    for _again in range(2):
        remind_of_issue(warned(one, "issue.report"))
    assert told() == [("issue.report", one.found_by_id)]
    steps(office, one)["REPORTED"]()
    assign(office, one, office.head)
    remind_of_issue(warned(one, "issue.rectify"))
    assert told()[1:] == [("issue.rectify", office.head.pk)]
    assert queries.unseen_count(office.supervisor) == 1
    shown = signed_in(office.head).get("/improvement/notices/").content.decode()
    assert one.title in shown


def test_where_they_have_left_those_who_work_on_issues_are_told(office: Office) -> None:
    one = an_issue(office)
    Person.objects.filter(pk=one.found_by_id).update(is_active=False)
    remind_of_issue(warned(one, "issue.report"))
    people = {person for _event, person in told()}
    assert office.head.pk in people
    assert one.found_by_id not in people


def test_the_clock_itself_warns_before_the_limit_ends(office: Office) -> None:
    one = an_issue(office)
    clock = Clock.objects.get(subject_ref=one.public_id, event="issue.report")
    assert clock.next_at is not None
    assert clock.next_at < clock.due_at


def test_what_a_leaver_has_to_rectify_goes_to_the_heir(office: Office) -> None:
    one = a_major(office)
    meet(office, one)
    measure(office, one)
    heir = a_person(office.bank.cards, "complaints")
    listed = [item.name for item in queries.open_issues_of(office.worker)]
    assert listed == [one.title]
    shares = Shares(by_kind={"issue": heir.public_id})
    who: dict[str, Any] = {"reason": "离职交接", "actor": office.supervisor, "at": days(0.7)}
    agent = a_person(office.bank.cards, "agent")
    with pytest.raises(Invalid) as refused:
        staff.hand_over_work(office.worker, Shares(by_kind={"issue": agent.public_id}), **who)
    assert set(refused.value.fields) == {"issue"}
    done = staff.hand_over_work(office.worker, shares, **who)
    assert done["issue"] == 1
    kept = Issue.objects.get(pk=one.pk)
    assert (kept.owner, IssueMeasure.objects.get().owner) == (heir, heir)
    assert queries.open_issues_of(office.worker) == []
    last = IssueEntry.objects.filter(issue=one).latest("sequence")
    assert (last.act, heir.name in last.words) == ("HAND_OVER", True)
    assert AuditRow.objects.filter(act="issue.handed_over").count() == 1
    actions.rectify_issue(kept, report=REPORT, actor=acting(heir), at=days(1))


def _page(who: Person, method: str, path: str, **said: Any) -> Any:
    client = signed_in(who)
    with time.frozen(days(0.6)):
        return getattr(client, method)(f"/improvement/issues/{path}", said)


def test_the_page_marks_meets_measures_and_takes_back(office: Office) -> None:
    one = an_issue_in("RECTIFYING", office)
    ref, head = one.public_id, office.head

    def press(name: str, **said: Any) -> int:
        return int(_page(head, "post", f"{ref}/{name}/", **said).status_code)

    met = {"called_by": "HEAD_OFFICE", "people": "总行", "plan": "整改方案"}
    day = DAY.isoformat()
    assert press("meet", **met, held_on=day) == 409
    assert press("major", reason="") == 422
    assert press("major", reason="涉众") == 302
    assert press("major", reason="涉众") == 409
    assert press("meet", **met) == 422
    assert press("measure", what="x", owner=office.worker.public_id, due_on=day) == 409
    assert press("meet", **met, held_on=day) == 302
    assert press("measure", what="x", owner="pers_none", due_on=day) == 422
    assert press("measure", what="下线", owner=office.worker.public_id, due_on=day) == 302
    shown = _page(head, "get", f"{ref}/")
    text = shown.content.decode()
    assert "整改方案" in text
    assert {"MEASURE", "RETRACT"} <= set(shown.context["acts"])
    assert "MEET" not in shown.context["acts"]
    wrong = IssueEntry.objects.get(issue=one, act="MEASURE").sequence
    assert press("take-back", entry=wrong, reason="记错") == 302
    assert press("take-back", entry=wrong, reason="记错") == 409
    assert "已撤回" in _page(head, "get", f"{ref}/").content.decode()
    assert "重大" in _page(head, "get", "").content.decode()


def test_a_program_carries_a_major_issue(office: Office) -> None:
    one = an_issue_in("RECTIFYING", office)
    client = signed_in(office.head)

    def post(path: str, said: dict[str, Any]) -> Any:
        with time.frozen(days(0.6)):
            return client.post(
                f"/api/v1/complaint-issues/{one.public_id}/{path}",
                json.dumps(said),
                content_type="application/json",
            )

    assert post("major", {"reason": "涉众"}).json()["is_major"] is True
    met = {"called_by": "BRANCH", "held_on": DAY.isoformat(), "people": "行长", "plan": "整改"}
    assert post("meet", met).json()["meeting"] == met
    said = {"what": "下线", "owner": office.worker.public_id, "due_on": DAY.isoformat()}
    added = post("measure", said).json()
    assert [row["owner"] for row in added["measures"]] == [office.worker.public_id]
    sequence = added["entries"][-1]["sequence"]
    back = post("take-back", {"entry": sequence, "reason": "记错"}).json()
    assert back["measures"] == []
    assert [e["is_taken_back"] for e in back["entries"]][-2:] == [True, False]
    again = post("take-back", {"entry": sequence, "reason": "记错"})
    assert (again.status_code, again.json()["code"]) == (409, "not-taken-back")
