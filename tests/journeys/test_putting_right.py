"""What complaints teach is put right: causes, issues, who judges them, early warning, look-back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from shouwen.ground.kernel.time import SHANGHAI
from tests.journeys.conftest import NewPage
from tests.journeys.looks import OF_AXE, look_at, look_in_both_lights

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
Staff = Callable[[str, str], Page]


def _today() -> date:
    """Give the day the centre has."""
    return datetime.now(tz=SHANGHAI).date()


def test_a_cause_is_given_and_an_issue_is_put_right(
    new_page: NewPage, sign_in: SignIn, staff: Staff
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    officer, lead, inspector = new_page(), new_page(), new_page()
    sign_in(officer, "complaints")
    officer.goto("/improvement/")
    officer.get_by_role("link", name="根因").click()
    officer.locator("section", has_text="原因树").locator("input[name=name_zh]").first.fill("流程")
    officer.get_by_role("button", name="新增原因").click()
    expect(officer.locator("tbody th[scope=row]")).to_have_text("流程")
    waiting = officer.locator("section", has=officer.locator("#complaints-head"))
    number = waiting.locator("tbody tr td a").first.inner_text()
    row = waiting.locator("tbody tr", has_text=number)
    row.locator("select").select_option(label="流程")
    look_in_both_lights(officer, "causes", language="zh-CN", faults=faults)
    row.get_by_role("button", name="保存").click()
    officer.locator("tbody th[scope=row] a").click()
    expect(officer.locator("#complaints-head")).to_have_text("该原因的投诉：流程")
    officer.get_by_role("link", name="登记问题").click()

    officer.locator("#is-title").fill("外包短信模板未抽检")
    officer.locator("#is-description").fill("外包模板上线前无人抽检。")
    expect(officer.locator("#is-complaint")).to_have_value(number)
    officer.get_by_role("button", name="登记问题").click()
    issue = officer.url
    officer.locator("#ia-report").fill("报合规部负责人")
    look_in_both_lights(officer, "issue", language="zh-CN", faults=faults)
    officer.get_by_role("button", name="上报").click()

    sign_in(lead, "lead")
    lead.goto(issue)
    lead.locator("#ia-owner").select_option(label="裴若溪")
    lead.locator("#ia-standard").fill("模板全部抽检")
    lead.locator("#ia-acceptance").fill("质检抽查20条")
    lead.get_by_role("button", name="指派").click()
    expect(lead.locator("dl.sw-im-facts")).to_contain_text("裴若溪")

    officer.reload()
    officer.locator("#ia-rectify").fill("模板已下线，逐条抽检。")
    officer.get_by_role("button", name="提交整改报告").click()
    # Who rectified judges nothing of it.
    expect(officer.locator("#ia-accept")).to_have_count(0)

    sign_in(inspector, "inspector")
    inspector.goto(issue)
    inspector.locator("#ia-accept").fill("抽查20条均合格")
    inspector.locator("#ia-effect").fill((_today() + timedelta(days=30)).isoformat())
    inspector.get_by_role("button", name="验收通过").click()
    expect(inspector.locator("body")).to_contain_text("已验收")
    expect(inspector.locator("#ia-evaluate")).to_have_count(0)
    inspector.goto("/improvement/issues/")
    look_at(inspector, "issues", language="zh-CN", dark=False, faults=faults)

    reader = staff("complaints", "en")
    reader.goto(issue)
    look_at(reader, "issue", language="en", dark=False, faults=faults)
    reader.goto("/improvement/causes/")
    look_at(reader, "causes", language="en", dark=False, faults=faults)
    reader.goto("/improvement/issues/")
    look_at(reader, "issues", language="en", dark=True, faults=faults)
    assert not faults, "\n".join(faults)


def test_a_major_issue_has_its_special_meeting(
    new_page: NewPage, sign_in: SignIn, staff: Staff
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    lead, today = new_page(), _today().isoformat()
    sign_in(lead, "lead")
    lead.goto("/improvement/issues/")
    lead.locator("#is-title").fill("批量误扣年费")
    lead.locator("#is-description").fill("系统升级后误扣年费，涉及上千客户。")
    lead.get_by_role("button", name="登记问题").click()
    issue = lead.url
    lead.locator("form[action$='/major/'] input[name=reason]").fill("涉及上千客户")
    lead.get_by_role("button", name="标记为重大").click()
    lead.locator("#ia-held").fill(today)
    lead.locator("#ia-people").fill("分行行长、合规部、卡部")
    lead.locator("#ia-plan").fill("三日内退费，一周内复核全部账户。")
    lead.get_by_role("button", name="登记专项会").click()
    expect(lead.locator("section", has=lead.locator("#plan-head"))).to_contain_text("三日内退费")
    lead.locator("#ia-what").fill("退还误扣年费")
    lead.locator("#ia-due").fill(today)
    lead.get_by_role("button", name="添加措施").click()
    expect(lead.locator("section", has=lead.locator("#plan-head"))).to_contain_text("退还误扣年费")
    look_in_both_lights(lead, "major-issue", language="zh-CN", faults=faults)
    entry = lead.locator("tbody tr", has_text="措施落实到人")
    entry.locator("input[name=reason]").fill("责任人有误")
    entry.get_by_role("button", name="撤回").click()
    expect(lead.locator("tbody tr", has_text="措施落实到人")).to_contain_text("已撤回")

    reader = staff("complaints", "en")
    reader.goto(issue)
    look_at(reader, "major-issue", language="en", dark=False, faults=faults)
    assert not faults, "\n".join(faults)


def test_a_threshold_warns_and_somebody_takes_note(
    new_page: NewPage, sign_in: SignIn, staff: Staff
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    officer, lead = new_page(), new_page()
    sign_in(officer, "complaints")
    officer.goto("/improvement/")
    officer.get_by_role("link", name="投诉预警").click()
    officer.locator("#th-subject").select_option("type|")
    officer.locator("#th-most").fill("1")
    officer.get_by_role("button", name="设置阈值").click()
    waiting = officer.locator("section", has=officer.locator("#waiting-head"))
    expect(waiting.locator("tbody tr").first).to_contain_text("投诉类型")
    officer.locator("#wa-address").fill("warnings@bank.example")
    officer.get_by_role("button", name="设置地址").click()
    told = officer.locator("section", has=officer.locator("#addresses-head"))
    expect(told.locator("tbody tr")).to_contain_text("w****@bank.example")
    look_in_both_lights(officer, "warnings", language="zh-CN", faults=faults)

    sign_in(lead, "lead")
    lead.goto("/improvement/notices/")
    expect(lead.locator("tbody tr").first).to_contain_text("未阅")
    look_in_both_lights(lead, "notices", language="zh-CN", faults=faults)
    lead.get_by_role("button", name="全部已阅").click()
    expect(lead.locator("tbody tr").first).to_contain_text("已阅")
    lead.goto("/improvement/warnings/")
    row = lead.locator("section", has=lead.locator("#waiting-head")).locator("tbody tr").first
    row.locator("input[name=plan]").fill("已准备话术，联系相关部门核查。")
    row.get_by_role("button", name="处置").click()
    noted = lead.locator("section", has=lead.locator("#noted-head"))
    expect(noted.locator("tbody tr").first).to_contain_text("已准备话术")
    expect(lead.locator("#th-subject")).to_have_count(0)

    reader = staff("complaints", "en")
    reader.goto("/improvement/warnings/")
    look_at(reader, "warnings", language="en", dark=False, faults=faults)
    assert not faults, "\n".join(faults)


def test_a_sample_of_closed_complaints_is_asked_again(
    new_page: NewPage, sign_in: SignIn, staff: Staff
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    officer = new_page()
    sign_in(officer, "complaints")
    officer.goto("/improvement/")
    officer.get_by_role("link", name="回头看").click()
    officer.locator("#look-from").fill((_today() - timedelta(days=30)).isoformat())
    officer.locator("#look-to").fill(_today().isoformat())
    officer.locator("#look-percent").fill("100")
    officer.get_by_role("button", name="抽取").click()
    waiting = officer.locator("section", has=officer.locator("#waiting-head"))
    row = waiting.locator("tbody tr").first
    expect(row).to_contain_text("抽取的已结投诉")
    look_in_both_lights(officer, "look-back", language="zh-CN", faults=faults)
    row.get_by_role("link", name="回访").click()
    officer.get_by_role("button", name="无人接听，稍后再拨").click()
    expect(officer.locator("#waiting-head")).to_be_visible()
    row.get_by_role("link", name="回访").click()
    officer.get_by_role("checkbox").first.check()
    officer.get_by_role("checkbox").last.check()
    officer.locator("#fu-answer").select_option(label="已解决")
    officer.locator("#fu-score").select_option(label="满意")
    officer.locator("#fu-words").fill("客户确认已解决。")
    look_in_both_lights(officer, "look-back-one", language="zh-CN", faults=faults)
    officer.get_by_role("button", name="登记", exact=True).click()
    done = officer.locator("section", has=officer.locator("#done-head"))
    expect(done.locator("tbody tr").first).to_contain_text("客户确认已解决。")

    reader = staff("complaints", "en")
    reader.goto("/improvement/look-back/")
    look_in_both_lights(reader, "look-back", language="en", faults=faults)
    reader.get_by_role("link", name="Open", exact=True).first.click()
    look_in_both_lights(reader, "look-back-one", language="en", faults=faults)
    assert not faults, "\n".join(faults)


def test_from_an_upheld_complaint_to_who_else_was_hit(
    new_page: NewPage, sign_in: SignIn, staff: Staff
) -> None:
    new_page.expect(OF_AXE)
    faults: list[str] = []
    officer = new_page()
    sign_in(officer, "complaints")
    officer.goto("/improvement/causes/")
    officer.locator("section", has_text="原因树").locator("input[name=name_zh]").first.fill("系统")
    officer.get_by_role("button", name="新增原因").click()
    waiting = officer.locator("section", has=officer.locator("#complaints-head"))
    for _time in range(2):
        number = waiting.locator("tbody tr td a").first.inner_text()
        row = waiting.locator("tbody tr", has_text=number)
        row.locator("select").select_option(label="系统")
        row.get_by_role("button", name="保存").click()
        expect(row).to_have_count(0)
    officer.locator("tbody th[scope=row] a", has_text="系统").click()
    officer.get_by_role("link", name="查找受影响客户").first.click()
    expect(officer.locator("#hit-head")).to_be_visible()
    look_in_both_lights(officer, "hit", language="zh-CN", faults=faults)
    source = officer.url
    officer.locator("input[name=cases]").first.check()
    officer.get_by_role("button", name="安排回访").click()
    asked = officer.locator("section", has=officer.locator("#waiting-head"))
    expect(asked.locator("tbody tr").first).to_contain_text("受同一根因影响")

    reader = staff("complaints", "en")
    reader.goto(source)
    look_in_both_lights(reader, "hit", language="en", faults=faults)
    assert not faults, "\n".join(faults)
