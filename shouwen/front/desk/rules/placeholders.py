"""Placeholders in scripts: filled where the value is known, left standing where a person must type.

Serves OM-2.2-02 (业务名称, 信息类型, 操作类型, 金融客服中心).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

PATTERN = re.compile(r"\{([^{}\n]{1,24})\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One place in a script, by its key and by the name it bears in each language."""

    key: str
    zh: str
    en: str


BUSINESS = Placeholder("business", "业务名称", "business")
INFORMATION = Placeholder("information", "信息类型", "information")
OPERATION = Placeholder("operation", "操作类型", "operation")
DEPARTMENT = Placeholder("department", "部门名称", "department")
CUSTOMER = Placeholder("customer", "客户称呼", "customer")
STAFF_NO = Placeholder("staff_no", "工号", "staff no")
ALL = (BUSINESS, INFORMATION, OPERATION, DEPARTMENT, CUSTOMER, STAFF_NO)
_BY_NAME = {name: place for place in ALL for name in (place.zh, place.en)}


def fill(body: str, values: Mapping[str, str]) -> str:
    """Put each known value (by placeholder key) in its place; leave the others as they are.

    A value may be empty: then nothing is said there, and nothing waits to be typed.
    """

    def value_of(match: re.Match[str]) -> str:
        place = _BY_NAME.get(match.group(1))
        return values.get(place.key, match.group(0)) if place else match.group(0)

    return PATTERN.sub(value_of, body)


def left_in(text: str) -> list[str]:
    """Give the names of our placeholders that still stand in a text, in order of appearance."""
    return [name for name in PATTERN.findall(text) if name in _BY_NAME]


def unknown_in(body: str) -> list[str]:
    """Give the names in braces that are none of ours, so that a script can be refused."""
    return [name for name in PATTERN.findall(body) if name not in _BY_NAME]
