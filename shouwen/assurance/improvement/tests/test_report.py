"""The analysis of complaints: counted once, led back to the complaints, frozen for good."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shouwen.assurance.improvement import actions, files, queries
from shouwen.assurance.improvement.actions import ReturnChanged
from shouwen.assurance.improvement.models import ComplaintReturn
from shouwen.assurance.improvement.queries import Report
from shouwen.assurance.improvement.rules.figures import DEFINITIONS, Line
from shouwen.assurance.monitoring import periods
from shouwen.assurance.monitoring.periods import Period
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy import words as policy
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, a_unit, acting, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints import actions as complaints
from shouwen.service.complaints import queries as ledger
from shouwen.service.complaints.actions import Share
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint,
    a_complaint_in,
    an_office,
    fresh,
    told_again,
)
from shouwen.service.complaints.tests.held import find, shares

AT = later(hours=9)
DAY = MONDAY_9AM.date()


@pytest.fixture
def office(db: None) -> Office:
    """A bank with the three posts of a complaint."""
    return an_office(ruled=True)


@pytest.fixture
def officer(office: Office) -> Person:
    """Who answers for what is reported."""
    return a_person(office.bank.cards, "complaints")


def _period(days: int = 0) -> Period:
    return periods.between(DAY, DAY + timedelta(days=days), AT)


def _report(actor: Actor) -> Report:
    return queries.report(actor, _period(), at=AT)


def _told(found: Report, *codes: str) -> dict[tuple[str, str], tuple[int, int | None]]:
    return {(li.code, li.key): (li.count, li.of) for li in found.lines if li.code in codes}


def test_the_ledgers_month_tells_what_the_report_of_that_month_tells(
    office: Office, officer: Person
) -> None:
    for state in ("CLOSED", "HANDLED", "GRADED", "RECEIVED"):
        a_complaint_in(state, office)
    gone = a_complaint_in("CLOSED", office)
    Complaint.objects.filter(pk=gone.pk).update(withdrawn_at=AT)
    complaints.tally_complaints(AT)
    trend = ledger.trend(acting(officer), at=AT)
    assert trend is not None
    month = periods.between(trend.month.first, DAY, AT)
    found = queries.report(acting(officer), month, at=AT)
    shares = (found.line("resolved"), found.line("repeats"))
    assert [line and line.value for line in shares] == [
        trend.month.resolved_share,
        trend.month.repeated_share,
    ]
    assert trend.month.resolved_share == 0.5


def test_the_report_counts_what_was_received_and_how_far_it_came(
    office: Office, officer: Person
) -> None:
    one = a_complaint_in("CLOSED", office)
    a_complaint_in("GRADED", office)
    a_complaint(an_office("insurer"))
    found = _report(acting(officer))
    assert _told(found, "received", "resolved", "closed", "major", "repeats", "partners") == {
        ("received", ""): (2, None),
        ("resolved", ""): (1, 2),
        ("closed", ""): (1, 2),
        ("major", ""): (0, 2),
        ("repeats", ""): (1, 2),
        ("partners", ""): (1, 1),
    }
    assert _told(found, "outcome") == {("outcome", "YES"): (1, 1)}
    assert _told(found, "type", "grade", "responsible", "category") == {
        ("type", "SERVICE"): (2, 2),
        ("grade", "G2"): (2, 2),
        ("responsible", "PARTNER"): (1, 1),
        ("category", office.bank.frozen.code): (2, 2),
    }
    assert one.pk


def test_whether_demands_are_met_is_told_by_the_newest_notice(
    office: Office, officer: Person
) -> None:
    again = a_complaint_in("FEEDBACK_SENT", office)
    a_complaint_in("CLOSED", office)
    told_again(office, again, solved="NO")
    # A notice that is issued and not told yet, and a matter that was taken up again.
    a_complaint_in("HANDLED", office)
    reopened = a_complaint_in("FEEDBACK_SENT", office)
    cases.object_by_customer(
        fresh(reopened).case, reason="没有收到", actor=office.bank.caller, at=later(hours=6)
    )
    found = _report(acting(officer))
    assert _told(found, "outcome") == {("outcome", "YES"): (1, 2), ("outcome", "NO"): (1, 2)}
    behind = queries.behind(acting(officer), _period(), "outcome", "NO", at=AT)
    assert [one.pk for one in behind.rows] == [again.pk]
    table = files.write(found, "csv", title="投诉分析", who="测试", at=AT).decode("utf-8-sig")
    rows = {row["分项"]: row for row in csv.DictReader(io.StringIO(table))}
    told = [rows["诉求未予支持"][name] for name in ("指标", "计数", "总数", "条款")]
    assert told == ["诉求解决情况", "1", "2", "HB-4.2-06"]


def test_a_partner_who_shares_the_responsibility_counts_once(
    office: Office, officer: Person
) -> None:
    a_complaint_in("CLOSED", office)
    credit = a_unit(office.bank.institution, "消费信贷部")
    shared, alone, anew = (a_complaint_in("ANALYSED", office) for _ in range(3))
    partner, other = shares(credit)[1], Share(kind="SYSTEM", percent=20)
    both = (partner, replace(partner, partner="另一家外包", percent=50), other)
    find(office, shared, *both)
    find(office, alone, Share(kind="UNIT", unit=credit))
    find(office, anew, *shares(credit))
    # What a finding held before it was replaced counts no more.
    person = a_person(credit, "agent")
    parts = (replace(shares(credit)[0], percent=60), Share(kind="STAFF", person=person, percent=40))
    find(office, anew, *parts, at=later(hours=3))
    found = _report(acting(officer))
    assert _told(found, "partners") == {("partners", ""): (2, 4)}
    assert _told(found, "responsible")["responsible", "PARTNER"] == (1, 4)


def test_limits_are_told_by_what_they_are_of_and_late_ones_apart(
    office: Office, officer: Person
) -> None:
    a_complaint_in("ACCEPTED", office)
    soon = _told(_report(acting(officer)), "clock_met", "clock_late")
    assert soon["clock_met", "complaint.accept"] == (1, 1)
    assert soon["clock_late", "complaint.accept"] == (0, 1)
    # What runs in time counts neither way.
    assert ("clock_met", "complaint.resolve") not in soon
    far = queries.report(acting(officer), _period(), at=later(days=90))
    assert _told(far, "clock_late")["clock_late", "complaint.resolve"] == (1, 1)


def test_a_share_of_nothing_has_no_value(office: Office, officer: Person) -> None:
    found = _report(acting(officer))
    shares = [li for li in found.lines if li.of is not None or li.mean is not None]
    assert {li.value for li in shares} == {None}
    received = found.line("received")
    assert received is not None
    assert received.value == 0


def test_the_four_dimensions_are_means_of_what_complainants_said(
    office: Office, officer: Person
) -> None:
    one = a_complaint_in("FEEDBACK_SENT", office)
    scores = {"timeliness": 5, "effect": 2, "communication": 4, "follow_up": 3}
    complaints.record_rating(one, scores, channel="PHONE", actor=acting(officer), at=later(hours=5))
    found = _report(acting(officer))
    told = {
        li.code: li.value
        for li in found.lines
        if li.code in ("timeliness", "effect", "communication", "follow_up", "rated")
    }
    assert told == {
        "rated": 1,
        "timeliness": 5,
        "effect": 2,
        "communication": 4,
        "follow_up": 3,
    }


def test_a_complaint_that_was_rated_again_counts_once_by_its_newest_rating(
    office: Office, officer: Person
) -> None:
    one = a_complaint_in("FEEDBACK_SENT", office)
    for hours, score in ((5, 1), (30, 4)):
        scores = dict.fromkeys(("timeliness", "effect", "communication", "follow_up"), score)
        complaints.rate_by_complainant(
            fresh(one), scores, actor=office.bank.caller, at=later(hours=hours)
        )
        if score == 1:
            told_again(office, one)
    found = _report(acting(officer))
    told = {li.code: li.value for li in found.lines if li.code in ("received", "rated", "effect")}
    assert told == {"received": 1, "rated": 1, "effect": 4}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_report_costs_the_same_for_any_number(
    office: Office, officer: Person, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        a_complaint_in("GRADED", office)
    reader = acting(officer)
    with django_assert_num_queries(15):
        _report(reader)


def test_behind_each_figure_stand_as_many_complaints_as_it_counts(
    office: Office, officer: Person
) -> None:
    a_complaint_in("CLOSED", office)
    a_complaint_in("ACCEPTED", office)
    reader = acting(officer)
    for line in _report(reader).lines:
        found = queries.behind(reader, _period(), line.code, line.key, at=AT)
        assert (line.code, line.key, len(found.rows)) == (line.code, line.key, line.count)
    with pytest.raises(Invalid):
        queries.behind(reader, _period(), "nonsense", "", at=AT)


def test_every_figure_names_a_clause_of_the_register() -> None:
    assert [one.code for one in DEFINITIONS if not policy.clause_words(one.clause)] == []


def test_a_return_keeps_its_figures_whatever_happens_later(office: Office, officer: Person) -> None:
    one = a_complaint_in("FEEDBACK_SENT", office)
    who = acting(officer)
    first = actions.freeze_report(who, _period(), title="四月通报", at=AT)
    pdf = files.of_return(first, "pdf")
    complaints.call_back(
        one,
        is_satisfied=True,
        words="满意",
        channel="PHONE",
        actor=office.acceptor,
        at=later(hours=10),
    )
    complaints.close(one, actor=office.supervisor, at=later(hours=11))
    office.grades[1].name_zh = "改名"
    office.grades[1].save(update_fields=["name_zh"])
    second = actions.freeze_report(who, _period(), title="四月通报（更正）", at=later(hours=12))

    kept = queries.return_for(who, first.public_id)
    assert queries.is_unchanged(kept)
    assert files.of_return(kept, "pdf") == pdf
    assert _told(queries.report_of(kept), "closed") == {("closed", ""): (0, 1)}
    assert _told(queries.report_of(second), "closed") == {("closed", ""): (1, 1)}
    grade = queries.report_of(kept).line("grade", "G2")
    assert grade == Line("grade", 1, 1, None, "G2", "二级", "Second")
    assert [row.title for row in queries.returns_of(who).rows] == ["四月通报（更正）", "四月通报"]
    row = AuditRow.objects.filter(act="complaint_return.frozen").order_by("pk").first()
    assert row is not None
    assert first.digest in row.detail


def test_a_return_that_was_touched_is_shown_with_a_warning_and_not_handed_out(
    office: Office, officer: Person
) -> None:
    a_complaint(office)
    row = actions.freeze_report(acting(officer), _period(), title="通报", at=AT)
    lines = [{**line, "count": 99} for line in row.lines]
    ComplaintReturn.objects.filter(pk=row.pk).update(lines=lines)
    with pytest.raises(ReturnChanged):
        actions.take_return(acting(officer), row.public_id, at=AT)
    shown = _page(officer, "get", f"returns/{row.public_id}/")
    assert not shown.context["is_unchanged"]
    assert "不予提供" in shown.content.decode()
    assert _page(officer, "get", f"returns/{row.public_id}/file/pdf/").status_code == 409


def test_who_reads_may_not_freeze_and_other_houses_see_nothing(
    office: Office, officer: Person
) -> None:
    row = actions.freeze_report(acting(officer), _period(), title="通报", at=AT)
    for person in (office.head, office.bank.inspector):
        with pytest.raises(NotAllowed):
            actions.freeze_report(acting(person), _period(), title="通报", at=AT)
    assert queries.return_for(acting(office.head), row.public_id).pk == row.pk
    with pytest.raises(NotAllowed):
        queries.report(acting(office.bank.agent), _period(), at=AT)
    other = an_office("insurer")
    with pytest.raises(NotThere):
        queries.return_for(acting(other.head), row.public_id)
    with pytest.raises(Invalid):
        actions.freeze_report(acting(officer), _period(), title=" ", at=AT)
    coming = periods.between(DAY + timedelta(days=3), DAY + timedelta(days=4), AT)
    with pytest.raises(Invalid):
        actions.freeze_report(acting(officer), coming, title="通报", at=AT)
    assert ComplaintReturn.objects.count() == 1


def _page(who: Person, method: str, path: str, **said: str) -> Any:
    client = signed_in(who)
    with time.frozen(AT):
        return getattr(client, method)(f"/improvement/{path}", said)


def test_the_pages_show_figures_files_and_the_return(office: Office, officer: Person) -> None:
    a_complaint_in("CLOSED", office)
    days = {"from": str(DAY), "to": str(DAY)}
    page = _page(officer, "get", "", **days)
    assert "合作机构责任占比" in page.content.decode()
    assert "诉求已解决" in page.content.decode()
    assert _page(officer, "get", "", **{"from": "nonsense"}).status_code == 422
    table = _page(officer, "get", "file/csv/", **days)
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["计数"] for row in rows if row["指标"] == "收到投诉"] == ["1"]
    assert _page(officer, "get", "file/xlsx/", **days).content[:2] == b"PK"
    assert _page(officer, "get", "file/pdf/", **days).content[:5] == b"%PDF-"
    assert _page(officer, "get", "file/exe/", **days).status_code == 404
    listed = _page(officer, "get", "behind/", figure="grade", key="G2", **days)
    assert (len(listed.context["rows"]), listed.context["told_for"]) == (1, "二级")
    refused = _page(officer, "post", "freeze/", title="", **days)
    assert refused.status_code == 422
    frozen = _page(officer, "post", "freeze/", title="四月通报", **days)
    assert frozen.status_code == 302
    row = ComplaintReturn.objects.get()
    shown = _page(officer, "get", f"returns/{row.public_id}/")
    assert shown.context["is_unchanged"]
    assert _page(officer, "get", f"returns/{row.public_id}/file/xlsx/").content[:2] == b"PK"
    acts = AuditRow.objects.filter(act__in=("figure.exported", "figure.searched"))
    assert acts.count() == 4
