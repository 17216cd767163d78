"""What people complain of, made up for the tests: a few ways to begin and to say each type."""

from __future__ import annotations

from itertools import product

from shouwen.service.complaints.rules import kinds
from shouwen.service.complaints.rules.kinds import Example

BEGINNINGS = (
    "上周去办业务，",
    "我想投诉，",
    "昨天下午，",
    "打了三次电话都没有结果，",
    "作为老客户，",
)
MATTERS = {
    "SERVICE": (
        "柜员态度生硬，让我等候一个多小时。",
        "客服态度很差，直接挂断电话。",
        "大堂排队等候太久，没有人引导。",
        "客户经理态度恶劣，还推卸责任。",
    ),
    "TECHNICAL": (
        "手机银行升级后闪退，登录不上。",
        "网银页面报错，系统一直登录不上。",
        "软件更新后闪退，账单页面打不开。",
        "系统故障，登录后页面空白。",
    ),
    "PRODUCT": (
        "理财产品收益与宣传不符，亏了本金。",
        "这款理财的预期收益没有兑现。",
        "产品说明没有提示风险，本金亏损。",
        "保险产品宣传的收益与合同不符。",
    ),
}
SERVICE_TEXT = "柜员态度生硬，等候两个小时。"
UNKNOWN_TEXT = "啊？"


def spoken() -> list[tuple[str, str]]:
    """Give sixty texts, each with its type."""
    return [
        (f"{beginning}{matter}", kind)
        for kind, matters in MATTERS.items()
        for beginning, matter in product(BEGINNINGS, matters)
    ]


def examples() -> list[Example]:
    """Give the same as somebody would learn from them, each by another person."""
    return [
        Example(kinds.words_in(text), kind, f"person {number}")
        for number, (text, kind) in enumerate(spoken())
    ]
