"""What complaints of each type sound like, made up, so that the demo can suggest types."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

from config.demo.founding import Founded
from shouwen.service.complaints import actions
from shouwen.service.complaints.rules import kinds
from shouwen.service.complaints.rules.kinds import Example

HOURS_AGO = 80
# Of each type: what it is about, and what happened.
SOUNDS = {
    "BUSINESS": (
        ("信用卡年费", "跨行转账", "工资账户", "征信记录", "贷款还款"),
        (
            "被重复扣收，要求退还多收的费用。",
            "办理被拒，没有说明原因。",
            "突然冻结，资金无法支取。",
            "显示逾期，与事实不符，要求更正。",
            "手续繁琐，多次补交材料。",
        ),
    ),
    "SERVICE": (
        ("网点柜员", "客服热线", "客户经理", "大堂经理", "催收人员"),
        (
            "态度生硬，要求道歉。",
            "让我等候超过一个小时。",
            "推卸责任，不予答复。",
            "说话难听，中途挂断电话。",
            "把催收短信发给我的联系人，要求书面致歉。",
        ),
    ),
    "PRODUCT": (
        ("理财产品", "保险产品", "基金定投", "提前还款违约金", "结构性存款"),
        (
            "到期收益与宣传不符，要求补足差额。",
            "没有提示风险，推荐给老年客户。",
            "告知不清，签约时没有说明。",
            "本金亏损，销售时承诺保本。",
            "合同条款与口头承诺不符。",
        ),
    ),
    "TECHNICAL": (
        ("手机银行App", "网上银行", "自助机", "短信验证码", "电子账单"),
        (
            "升级后无法登录。",
            "页面闪退，反复报错。",
            "系统故障，一直打不开。",
            "延迟到账或收不到，操作失败。",
            "显示异常，无法查看历史账单。",
        ),
    ),
    "OTHER": (
        ("网点周边", "营业大厅", "宣传活动", "合作商户", "停车场"),
        (
            "噪音扰民，要求整改。",
            "环境脏乱，无人清理。",
            "停车收费不合理。",
            "赠送的礼品没有兑现。",
            "无障碍设施损坏，轮椅进不去。",
        ),
    ),
}


def examples() -> list[Example]:
    """Give every subject with everything that may have happened, each by another person."""
    said = [
        (f"{subject}{happened}", kind)
        for kind, (subjects, happenings) in SOUNDS.items()
        for subject, happened in product(subjects, happenings)
    ]
    return [
        Example(kinds.words_in(text), kind, f"demo {number}")
        for number, (text, kind) in enumerate(said)
    ]


def furnish(founded: Founded, now: datetime) -> None:
    """Let the institution suggest types before its first complaint comes."""
    at = now - timedelta(hours=HOURS_AGO)
    home, actor = founded.institution, founded.actor
    actions.learn_types(home, examples=examples(), actor=actor, at=at)
