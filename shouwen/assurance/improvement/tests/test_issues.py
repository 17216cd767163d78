"""Issues: reported, rectified with a report, accepted by another, judged later, reopened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shouwen.assurance.improvement import actions, queries
from shouwen.assurance.improvement.actions import Found
from shouwen.assurance.improvement.models import Issue, IssueAct, IssueEntry, IssueState
from shouwen.assurance.improvement.rules import issues as rules
from shouwen.assurance.improvement.rules.issues import Act, State
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office

DAY = MONDAY_9AM.date()
EFFECT_ON = DAY + timedelta(days=30)
REPORT = "模板已下线，外包短信逐条抽检。"


@pytest.fixture
def office(db: None) -> Office:
    """A bank where every pack counts."""
    return an_office(ruled=True)


def an_issue(office: Office, **more: Any) -> Issue:
    """Record what was found."""
    said = {"title": "催收短信模板未抽检", "description": "外包模板上线前无人抽检。", **more}
    return actions.raise_issue(Found(**said), actor=office.handler, at=MONDAY_9AM)


def days(number: float) -> datetime:
    """Give a moment so many days on."""
    return MONDAY_9AM + timedelta(days=number)


def steps(office: Office, one: Issue) -> dict[str, Callable[[], None]]:
    """Give each act as whose it is does it, in order."""
    judge = acting(office.bank.inspector)
    return {
        "REPORTED": lambda: actions.report_issue(
            one, words="报合规部负责人", actor=office.handler, at=days(0.1)
        ),
        "RECTIFYING": lambda: assign(office, one),
        "RECTIFIED": lambda: actions.rectify_issue(
            one, report=REPORT, actor=office.handler, at=days(1)
        ),
        "ACCEPTED": lambda: actions.accept_issue(
            one, words="抽查20条均合格", effect_on=EFFECT_ON, actor=judge, at=days(2)
        ),
        "EVALUATED": lambda: actions.evaluate_issue(
            one, is_effective=True, words="30日内无同类投诉", actor=judge, at=days(31)
        ),
        "CLOSED": lambda: actions.close_issue(one, actor=judge, at=days(32)),
    }


def assign(office: Office, one: Issue, owner: Person | None = None) -> None:
    """Say whose it is."""
    actions.assign_issue(
        one,
        unit=office.bank.cards,
        owner=owner or office.worker,
        standard="模板全部抽检",
        acceptance="质检抽查20条",
        actor=office.supervisor,
        at=days(0.2),
    )


def an_issue_in(state: str, office: Office) -> Issue:
    """Bring an issue as far as a state."""
    one = an_issue(office)
    for name, step in steps(office, one).items():
        if one.state == state:
            break
        step()
        assert one.state == name
    return one


def clocks_of(one: Issue) -> dict[str, Clock]:
    """Give the newest clock of each limit."""
    rows = Clock.objects.filter(subject_kind="issue", subject_ref=one.public_id).order_by("pk")
    return {row.event: row for row in rows}


def test_rules_and_tables_say_the_same_words() -> None:
    assert set(IssueState.values) == {str(state) for state in State}
    assert set(IssueAct.values) == {str(act) for act in Act}
    assert set(rules.STEPS) == rules.JUDGING | rules.WORKING


def test_the_limits_to_report_and_to_rectify_run_from_the_finding(office: Office) -> None:
    one = an_issue(office)
    found = clocks_of(one)
    told = {event: (row.clause, row.state) for event, row in found.items()}
    assert told == {
        "issue.report": ("HB-4.3-03", "RUNNING"),
        "issue.rectify": ("HB-4.3-04", "RUNNING"),
    }
    steps(office, one)["REPORTED"]()
    assert clocks_of(one)["issue.report"].state == "STOPPED"
    assign(office, one)
    steps(office, one)["RECTIFIED"]()
    assert clocks_of(one)["issue.rectify"].state == "STOPPED"
    assert clocks_of(one)["issue.rectify"].breached_at is None


def test_a_report_after_the_limit_is_a_breach(office: Office) -> None:
    one = an_issue(office)
    actions.report_issue(one, words="迟报", actor=office.handler, at=days(10))
    assert clocks_of(one)["issue.report"].breached_at is not None


def test_an_issue_is_carried_to_its_end_and_its_story_tells_each_act(office: Office) -> None:
    one = an_issue_in("CLOSED", office)
    kept = Issue.objects.get(pk=one.pk)
    assert (kept.state, kept.report, kept.closed_at) == ("CLOSED", REPORT, days(32))
    acts = IssueEntry.objects.filter(issue=one).order_by("sequence").values_list("act", flat=True)
    assert list(acts) == [
        "RAISE",
        "REPORT",
        "ASSIGN",
        "RECTIFY",
        "ACCEPT",
        "EVALUATE",
        "CLOSE",
    ]
    assert AuditRow.objects.filter(act__startswith="issue.").count() == 7


@pytest.mark.parametrize("state", IssueState.values)
def test_an_act_out_of_turn_is_refused_and_changes_nothing(office: Office, state: str) -> None:
    one = an_issue_in(state, office)
    judge: Actor = acting(office.bank.inspector)
    pressed: dict[Act, Callable[[], None]] = {
        Act.REPORT: steps(office, one)["REPORTED"],
        Act.ASSIGN: lambda: assign(office, one),
        Act.RECTIFY: steps(office, one)["RECTIFIED"],
        Act.ACCEPT: steps(office, one)["ACCEPTED"],
        Act.SEND_BACK: lambda: actions.send_back_issue(
            one, reason="缺抽检记录", actor=judge, at=days(2)
        ),
        Act.EVALUATE: steps(office, one)["EVALUATED"],
        Act.CLOSE: steps(office, one)["CLOSED"],
        Act.REOPEN: lambda: actions.reopen_issue(one, reason="复发", actor=judge, at=days(40)),
    }
    before = (one.state, one.version)
    for act, press in pressed.items():
        if not rules.fits(act, State(state)):
            with pytest.raises((actions.IssueMovedOn, actions.ReportMissing)):
                press()
    kept = Issue.objects.get(pk=one.pk)
    assert (kept.state, kept.version) == before
    assert IssueEntry.objects.filter(issue=one).count() == kept.version


@pytest.mark.parametrize("state", ["FOUND", "REPORTED", "RECTIFYING"])
def test_nothing_is_closed_without_the_rectification_report(office: Office, state: str) -> None:
    one = an_issue_in(state, office)
    with pytest.raises(actions.ReportMissing):
        actions.close_issue(one, actor=office.supervisor, at=days(32))
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=one.pk).update(
            state="CLOSED", is_effective=True, closed_at=days(32)
        )


def test_who_rectified_neither_accepts_nor_judges_it(office: Office) -> None:
    """The lead holds both rights, and still judges nothing of their own."""
    one = an_issue(office)
    steps(office, one)["REPORTED"]()
    assign(office, one, office.head)
    head = office.supervisor
    with pytest.raises(actions.OwnersReport):
        actions.rectify_issue(one, report=REPORT, actor=office.handler, at=days(1))
    actions.rectify_issue(one, report=REPORT, actor=head, at=days(1))
    with pytest.raises(actions.JudgedByAnother):
        actions.accept_issue(one, words="合格", effect_on=EFFECT_ON, actor=head, at=days(2))
    with pytest.raises(actions.JudgedByAnother):
        actions.send_back_issue(one, reason="不合格", actor=head, at=days(2))
    steps(office, one)["ACCEPTED"]()
    with pytest.raises(actions.JudgedByAnother):
        actions.evaluate_issue(one, is_effective=True, words="好", actor=head, at=days(31))
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=one.pk).update(accepted_by=office.head)
    assert Issue.objects.get(pk=one.pk).accepted_by == office.bank.inspector


def test_what_is_sent_back_needs_a_new_report_within_a_new_limit(office: Office) -> None:
    one = an_issue_in("RECTIFIED", office)
    judge = acting(office.bank.inspector)
    actions.send_back_issue(one, reason="缺抽检记录", actor=judge, at=days(2))
    assert (one.state, one.report, one.rectified_by) == ("RECTIFYING", "", None)
    again = clocks_of(one)["issue.rectify"]
    assert (again.state, again.started_at) == ("RUNNING", days(2))
    actions.rectify_issue(one, report="已补记录", actor=office.handler, at=days(3))
    assert clocks_of(one)["issue.rectify"].state == "STOPPED"


def test_the_effect_is_judged_later_and_what_returned_is_reopened(office: Office) -> None:
    one = an_issue_in("ACCEPTED", office)
    judge = acting(office.bank.inspector)
    with pytest.raises(actions.EffectTooEarly):
        actions.evaluate_issue(one, is_effective=True, words="好", actor=judge, at=days(29))
    actions.evaluate_issue(one, is_effective=False, words="又有3件", actor=judge, at=days(31))
    with pytest.raises(actions.NotEffective):
        actions.close_issue(one, actor=judge, at=days(31))
    actions.reopen_issue(one, reason="同类投诉3件", actor=judge, at=days(31))
    kept = Issue.objects.get(pk=one.pk)
    assert (kept.state, kept.round, kept.report, kept.is_effective) == ("FOUND", 2, "", None)
    running = clocks_of(one)
    assert {row.started_at for row in running.values()} == {days(31)}
    assert {row.state for row in running.values()} == {"RUNNING"}
    told = IssueEntry.objects.filter(issue=one, round=1, act="RECTIFY").values_list("words")
    assert list(told) == [(REPORT,)]


def test_a_closed_issue_that_returns_is_opened_again(office: Office) -> None:
    one = an_issue_in("CLOSED", office)
    actions.reopen_issue(one, reason="复发", actor=acting(office.bank.inspector), at=days(60))
    assert (one.state, one.round, one.closed_at) == ("FOUND", 2, None)


def test_two_who_press_at_once_get_one_result_and_one_message(office: Office) -> None:
    one = an_issue_in("RECTIFIED", office)
    other = queries.issue_for(office.supervisor, one.public_id)
    steps(office, one)["ACCEPTED"]()
    with pytest.raises(actions.IssueMovedOn):
        actions.send_back_issue(other, reason="不合格", actor=office.supervisor, at=days(2))
    assert Issue.objects.get(pk=one.pk).state == "ACCEPTED"
    assert clocks_of(one)["issue.rectify"].state == "STOPPED"
    assert IssueEntry.objects.filter(issue=one, act="SEND_BACK").count() == 0


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"description": ""}, "description"),
        ({"description": "a\x00b"}, "description"),
        ({"scope": "ELSEWHERE"}, "scope"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_recorded(
    office: Office, more: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        an_issue(office, **more)
    assert set(refused.value.fields) == {field}
    assert not Issue.objects.exists()
    assert not Clock.objects.filter(subject_kind="issue").exists()


@pytest.mark.parametrize("day", [DAY, DAY + timedelta(days=2), date(2190, 1, 1)])
def test_the_effect_is_judged_on_a_later_day_within_a_year(office: Office, day: date) -> None:
    one = an_issue_in("RECTIFIED", office)
    judge = acting(office.bank.inspector)
    with pytest.raises(Invalid) as refused:
        actions.accept_issue(one, words="合格", effect_on=day, actor=judge, at=days(2))
    assert set(refused.value.fields) == {"effect_on"}
    assert Issue.objects.get(pk=one.pk).state == "RECTIFIED"


def test_it_is_assigned_to_people_of_the_house_who_work_on_issues(office: Office) -> None:
    one = an_issue_in("REPORTED", office)
    stranger = an_office("insurer")
    for owner in (office.bank.agent, stranger.worker):
        with pytest.raises(Invalid) as refused:
            assign(office, one, owner)
        assert set(refused.value.fields) == {"owner"}
    assert Issue.objects.get(pk=one.pk).owner is None


def test_texts_keep_no_numbers_of_customers(office: Office) -> None:
    one = an_issue(office, description="客户 13800001234 来电。")
    assert "13800001234" not in one.description
    assert IssueEntry.objects.get(issue=one).words == one.description


def test_each_role_does_its_own_part_and_other_houses_see_nothing(office: Office) -> None:
    one = an_issue_in("RECTIFIED", office)
    auditor = acting(a_person(office.bank.cards, "auditor"))
    assert queries.issue_for(auditor, one.public_id) == one
    with pytest.raises(NotAllowed):
        actions.accept_issue(
            one, words="合格", effect_on=EFFECT_ON, actor=office.acceptor, at=later(hours=60)
        )
    for actor in (auditor, acting(office.bank.inspector), acting(office.bank.agent)):
        with pytest.raises(NotAllowed):
            actions.raise_issue(Found(title="x", description="y"), actor=actor, at=MONDAY_9AM)
    with pytest.raises(NotAllowed):
        queries.issues_of(acting(office.bank.agent), at=MONDAY_9AM)
    stranger = an_office("insurer")
    with pytest.raises(NotThere):
        queries.issue_for(stranger.supervisor, one.public_id)
    assert queries.issues_of(stranger.supervisor, at=MONDAY_9AM).lines == []
    away = a_complaint_in("CLOSED", stranger)
    with pytest.raises(NotThere):
        an_issue(office, complaint=away)


def test_a_lead_of_one_unit_does_not_see_what_another_puts_right(office: Office) -> None:
    one = an_issue_in("RECTIFYING", office)
    bound = acting(a_person(office.bank.loans, "lead", over=office.bank.loans))
    with pytest.raises(NotThere):
        queries.issue_for(bound, one.public_id)
    fresh = an_issue(office)
    assert [li.issue for li in queries.issues_of(bound, at=MONDAY_9AM).lines] == [fresh]


def test_a_list_costs_the_same_for_any_number(
    office: Office, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        an_issue(office)
    reader = office.supervisor
    queries.issues_of(reader, at=MONDAY_9AM)
    with django_assert_num_queries(2):
        page = queries.issues_of(reader, at=MONDAY_9AM)
    assert [len(line.clocks) for line in page.lines] == [2, 2, 2]
