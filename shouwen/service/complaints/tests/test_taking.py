"""What is taken from the ledger of complaints: totals, kept views, tables."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.kit import sheets
from shouwen.ground.policy import figures, packs
from shouwen.ground.policy.figures import Figure
from shouwen.ground.policy.models import Clock
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.models import Approval
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, a_unit, acting, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.models import CaseExport, ExportState, SavedView
from shouwen.service.cases.tests.factories import MONDAY_9AM, a_case, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import ComplaintRedress
from shouwen.service.complaints.queries import Filters
from shouwen.service.complaints.queries import totals as totals_of
from shouwen.service.complaints.queries.tables import TAKEN
from shouwen.service.complaints.queries.wanted import CLOCKS
from shouwen.service.complaints.tests.extending import Desk
from shouwen.service.complaints.tests.factories import (
    DEMAND,
    Office,
    a_complaint,
    a_complaint_in,
    a_statement,
    an_office,
    fresh,
    told_again,
)
from shouwen.service.complaints.tests.redress import a_till
from shouwen.service.complaints.tests.test_api import Line
from shouwen.service.complaints.tests.test_outside import refer

AT = later(hours=9)
ALL = Filters(view="all")
# What HB-4.2-06 means by the result, and what stands beside it.
RESULT = ("处理方案", "投诉人对方案的意见", "办结时间", "处理结果", "告知内容", "告知时间")
BESIDE = ("补偿金额（元）", "补偿及支付情况", "延期至", "提出异议时间", "申诉与核查")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house in which more than two rows need a second person."""
    known = dict(figures.figures())
    known["export-alone"] = Figure("export-alone", 2, "rows", "PV-11-02", "", "")
    monkeypatch.setattr(figures, "figures", lambda: known)


def _ask(who: Person, filters: Filters = ALL, **more: Any) -> CaseExport:
    values: dict[str, Any] = {"kind": "csv", "reason": "季度通报", "language": "zh-hans"}
    plain = queries.plain_of(filters, TAKEN)
    return cases.ask_table(queries.TABLE, plain, **(values | more), actor=acting(who), at=AT)


def _table(who: Person, export: CaseExport, at: datetime = AT) -> list[dict[str, str]]:
    cases.write_waiting(at)
    found = cases.download(export.public_id, actor=acting(who), at=at)
    assert found.name.startswith("complaints-")
    lines = found.data.decode("utf-8-sig").split("\r\n\r\n")[0]
    return list(csv.DictReader(io.StringIO(lines)))


def a_redress_paid(office: Office) -> ComplaintRedress:
    """Have an amount approved and paid."""
    till = a_till(office)
    one = till.granted()
    till.result(one)
    return one


def test_the_table_holds_demand_process_result_and_every_clock(ruled: Office) -> None:
    one = a_complaint_in("CLOSED", ruled)
    [row] = _table(ruled.head, _ask(ruled.head))
    told = {
        name: row[name]
        for name in ("投诉编号", "诉求", "等级", "责任认定", "投诉类型", "状态", *RESULT)
    }
    assert told == {
        "投诉编号": one.case.number,
        "诉求": DEMAND,
        "等级": "二级",
        "责任认定": "合作机构",
        "投诉类型": "服务类",
        "状态": "已结案",
        "处理方案": "停止联系第三人，书面致歉。",
        "投诉人对方案的意见": "同意",
        "办结时间": sheets.moment_text(later(hours=3)),
        "处理结果": "诉求已解决",
        "告知内容": "已停止联系第三人，并书面致歉。",
        "告知时间": sheets.moment_text(later(hours=4)),
    }
    assert row["投诉人"] == ruled.bank.customer.name.masked
    assert row["核查事实"] == "短信发至非债务人2人。"
    assert "按时完成" in row["投诉受理"]
    assert "应于" in row["投诉办结"]


def test_the_table_tells_whom_it_was_about_and_what_the_newest_notice_says(ruled: Office) -> None:
    told, waits = (a_complaint_in(state, ruled) for state in ("FEEDBACK_SENT", "STARTED"))
    unit, seller = a_unit(ruled.bank.institution, "理财部"), a_person(ruled.bank.cards, "agent")
    facets = Facets(cg_type="SERVICE", unit=unit, seller=seller)
    actions.classify(waits, ruled.bank.frozen, facets, actor=ruled.acceptor, at=later(hours=1))
    told_again(ruled, told, solved="PARTLY")
    rows = {row["投诉编号"]: row for row in _table(ruled.head, _ask(ruled.head), later(days=2))}
    again, open_yet = rows[told.case.number], rows[waits.case.number]
    assert (again["处理结果"], again["告知内容"]) == ("诉求部分解决", "已补发。")
    assert again["提出异议时间"] == sheets.moment_text(later(hours=24))
    assert (open_yet["被投诉部门"], open_yet["销售人员"]) == ("理财部", seller.name)
    assert {open_yet[name] for name in (*RESULT, *BESIDE)} == {""}


def test_the_table_tells_what_was_paid_put_off_and_contested(desk: Desk) -> None:
    office = desk.office
    till = a_till(office, "CLOSED")
    paid = a_redress_paid(office)
    desk.ask(later(days=10))
    desk.approve(later(days=11))
    until = desk.tell(later(days=12)).until
    said = {"words": "赔偿没有计算利息。", "channel": "PHONE"}
    actions.contest(till.one, "REVIEW", **said, actor=office.acceptor, at=later(days=2))
    rows = {row["投诉编号"]: row for row in _table(office.head, _ask(office.head), later(days=13))}
    money = rows[paid.complaint.case.number]
    assert (money["补偿金额（元）"], money["补偿及支付情况"]) == ("300.0", "300.00元 · 已支付")
    more = rows[desk.one.case.number]["延期至"]
    assert more == f"{sheets.moment_text(until)} · CBIRC-2020-3-20-2"
    asked = sheets.moment_text(later(days=2))
    assert rows[till.one.case.number]["申诉与核查"] == f"上级核查 {asked} · 待决定"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_table_costs_the_same_for_any_number(
    ruled: Office, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        a_complaint_in("CLOSED", ruled)
    reader = acting(ruled.head)
    list(queries.TABLE.rows(reader, {"view": "all"}, rows, at=AT))
    with django_assert_num_queries(10):
        assert len(list(queries.TABLE.rows(reader, {"view": "all"}, rows, at=AT))) == rows


def test_formulas_and_numbers_in_a_demand_do_no_harm(office: Office) -> None:
    said = a_statement(demand="=HYPERLINK(1) 请回电13800001234")
    who = office.bank
    actions.file_complaint(said, customer=who.customer, actor=who.me, at=MONDAY_9AM)
    [row] = _table(office.head, _ask(office.head))
    assert row["诉求"].startswith("'=HYPERLINK")
    assert "13800001234" not in row["诉求"]


def test_more_rows_need_a_second_person_and_what_came_later_stays_out(
    office: Office, small: None
) -> None:
    for _ in range(3):
        a_complaint(office)
    export = _ask(office.head)
    assert export.state == ExportState.ASKED
    approval = Approval.objects.get()
    assert (approval.kind, "3件投诉" in approval.words) == ("complaint.export", True)
    risk = a_person(office.bank.cards, "risk")
    approvals.approve(approval, "用途合理", actor=acting(risk), at=AT)
    a_complaint(office)
    assert len(_table(office.head, export)) == 3


def test_only_what_fits_and_is_of_the_house_is_taken(office: Office) -> None:
    other = an_office("insurer")
    a_complaint(other)
    a_case(office.bank)
    mine = a_complaint_in("ACCEPTED", office)
    a_complaint(office)
    [row] = _table(office.head, _ask(office.head, Filters(view="all", state="ACCEPTED")))
    assert row["投诉编号"] == mine.case.number
    with pytest.raises(Invalid):
        _ask(office.head, Filters(view="all", state="ARCHIVED"))
    with pytest.raises(Invalid):
        _ask(office.head, reason=" ")
    with pytest.raises(NotAllowed):
        _ask(office.bank.agent)
    # A judge reads complaints and takes none along.
    with pytest.raises(NotAllowed):
        _ask(office.bank.inspector)


def test_exports_of_both_ledgers_stand_in_one_list(office: Office) -> None:
    a_complaint(office)
    _ask(office.head)
    whole = case_queries.Filters()
    cases.ask_export(
        whole, kind="csv", reason="复盘", language="zh-hans", actor=acting(office.head), at=AT
    )
    said = [row.words for row in case_queries.exports_of(acting(office.head), at=AT).rows]
    assert said == ["全部", "投诉台账 · 全部"]


def test_totals_add_up_each_way_and_follow_the_filters(
    office: Office, django_assert_num_queries: Any
) -> None:
    a_complaint_in("GRADED", office)
    a_complaint_in("ACCEPTED", office)
    a_complaint(office)
    reader = acting(office.head)
    found = totals_of(reader, ALL, at=AT)
    told = {
        "state": {one.code: one.count for one in found.by_state},
        "type": {one.code: one.count for one in found.by_type},
        "grade": {one.code: one.count for one in found.by_grade},
    }
    assert told == {
        "state": {"RECEIVED": 1, "ACCEPTED": 1, "GRADED": 1},
        "type": {"SERVICE": 1, "": 2},
        "grade": {"G2": 1, "": 2},
    }
    assert (found.count, found.is_whole) == (3, True)
    assert totals_of(reader, Filters(view="all", grade="G2"), at=AT).count == 1
    with django_assert_num_queries(3):
        totals_of(reader, ALL, at=AT)


def test_totals_of_very_many_say_that_they_are_the_newest(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shouwen.service.complaints.queries.counting.COUNTED_TO", 2)
    for _ in range(3):
        a_complaint(office)
    found = totals_of(acting(office.head), ALL, at=AT)
    assert (found.is_whole, found.count) == (False, 2)
    assert sum(one.count for one in found.by_state) == 2


def test_days_of_receipt_are_those_of_shanghai(office: Office) -> None:
    one = a_complaint(office)
    day = MONDAY_9AM.date()
    reader = acting(office.head)

    def seen(since: date | None, until: date | None) -> list[str]:
        filters = Filters(view="all", since=since, until=until)
        rows = queries.ledger(reader, filters, at=AT).rows
        return [row.complaint.public_id for row in rows]

    assert seen(day, day) == [one.public_id]
    assert seen(day + timedelta(days=1), None) == []
    assert seen(None, day - timedelta(days=1)) == []


def _page(who: Person, method: str, path: str, **said: str) -> Any:
    client = signed_in(who)
    with time.frozen(AT):
        return getattr(client, method)(f"/complaints/{path}", said)


def test_a_view_of_complaints_is_kept_apart_from_those_of_cases(office: Office) -> None:
    a_complaint(office)
    made = _page(
        office.head, "post", "views/new/", name="服务类", cg_type="SERVICE", since="2025-04-01"
    )
    assert made.status_code == 200
    saved = SavedView.objects.get()
    assert (saved.ledger, saved.filters) == (
        "complaints",
        {"view": "open", "cg_type": "SERVICE", "since": "2025-04-01"},
    )
    assert case_queries.views_of(acting(office.head)) == []
    shown = _page(office.head, "get", f"?cg_type=SERVICE&since=2025-04-01&saved={saved.public_id}")
    assert [kept.row.saved.name for kept in shown.context["kept_views"]] == ["服务类"]
    assert not shown.context["kept_changed"]
    again = _page(office.head, "post", "views/new/", name="服务类")
    assert again.status_code == 409
    assert _page(office.clerk, "get", f"views/{saved.public_id}/").status_code == 404
    assert _page(office.head, "post", f"views/{saved.public_id}/remove/").status_code == 200
    assert not SavedView.objects.exists()


def test_the_dialog_says_how_many_and_whether_two_are_needed(office: Office, small: None) -> None:
    for _ in range(3):
        a_complaint(office)
    shown = _page(office.head, "get", "exports/new/?view=all")
    assert "3件投诉" in shown.content.decode()
    assert "第二人" in shown.content.decode()
    wrong = _page(office.head, "post", "exports/new/", view="all", format="csv", reason="")
    assert wrong.status_code == 422
    assert not CaseExport.objects.exists()
    done = _page(office.head, "post", "exports/new/", view="all", format="csv", reason="通报")
    assert done.status_code == 302
    assert CaseExport.objects.get().ledger == "complaints"


@pytest.mark.parametrize("asked", ["until=9999-12-31", "since=0001-01-01", "since=yesterday"])
def test_a_day_that_is_none_is_named_and_nothing_is_taken_or_kept(
    office: Office, asked: str
) -> None:
    one = a_complaint(office)
    client, (name, value) = signed_in(office.head), asked.split("=")
    with time.frozen(AT):
        page = client.get(f"/complaints/?view=all&{asked}")
        assert (page.status_code, "日期" in page.content.decode()) == (422, True)
        assert one.case.number in page.content.decode()
        for door in ("exports/new", "views/new"):
            assert client.get(f"/complaints/{door}/?{asked}").status_code == 422
            said = {name: value, "name": "我的视图", "reason": "季度通报", "format": "csv"}
            assert client.post(f"/complaints/{door}/", said).status_code == 422
    assert not CaseExport.objects.exists()
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("day", [{"until": "9999-12-31"}, {"since": "0001-01-01"}])
def test_programs_are_told_which_days_there_are(office: Office, day: dict[str, str]) -> None:
    a_complaint(office)
    line = Line(office, "lead", office.head)
    filters, taken = {"view": "all", **day}, {"reason": "季度通报", **day}
    key = {"Authorization": f"Bearer {line.key}"}
    ledger = "/api/v1/complaint-ledger"
    with time.frozen(AT):
        told = [
            line.client.get(f"{ledger}/totals", day, headers=key),
            *(
                line.client.post(
                    f"{ledger}/{door}", body, content_type="application/json", headers=key
                )
                for door, body in (
                    ("views", {"name": "x", "filters": filters}),
                    ("exports", taken),
                )
            ),
        ]
    assert [one.status_code for one in told] == [422, 422, 422]
    assert all("2199" in one.content.decode() for one in told)


@pytest.mark.parametrize("day", [{"until": "9999-12-31"}, {"since": "0001-01-01"}])
def test_a_view_that_was_kept_with_such_a_day_is_shown(office: Office, day: dict[str, str]) -> None:
    one = a_complaint(office)
    me = acting(office.head)
    saved = cases.save_view("全部", {"view": "all", **day}, ledger=queries.LEDGER, actor=me, at=AT)
    with time.frozen(AT):
        page = signed_in(office.head).get(f"/complaints/?view=all&saved={saved.public_id}")
    assert (page.status_code, one.case.number in page.content.decode()) == (200, True)
    assert queries.filters_kept(saved.filters) == ALL
    assert queries.TABLE.count(me, saved.filters, 10, at=AT) == 1
    assert queries.TABLE.say(office.bank.institution.pk, saved.filters)


def test_the_table_has_every_limit_of_a_complaint_and_says_which_stand_still(
    ruled: Office,
) -> None:
    held = a_complaint_in("STARTED", ruled)
    refer(held, ruled.handler, later(hours=5))
    Clock.objects.filter(subject_ref=held.case.public_id, event="complaint.resolve").update(
        state=Clock.State.PAUSED
    )
    told = a_complaint_in("CLOSED", ruled)
    said = {"words": "不服", "channel": "PHONE"}
    actions.contest(fresh(told), "REVIEW", **said, actor=ruled.acceptor, at=later(hours=8))
    rows = {row["投诉编号"]: row for row in _table(ruled.head, _ask(ruled.head))}
    assert {"验证投诉答复", "投诉人申请核查", "核查决定"} <= set(rows[told.case.number])
    assert "暂停计时" in rows[held.case.number]["投诉办结"]
    assert "暂停计时" not in rows[held.case.number]["投诉受理"]
    assert "已行使" in rows[told.case.number]["投诉人申请核查"]
    assert "应于" in rows[told.case.number]["核查决定"]
    assert set(CLOCKS) >= {event for event in packs.events() if event.startswith("complaint.")}
