"""Tables of complaints as the tests write them."""

from __future__ import annotations

import csv
import io

# Good as it stands; a test changes what it is about.
GOOD = {
    "外部编号": "TS-1",
    "收到时间": "2026-06-12 10:30",
    "事由": "重复扣收年费",
    "投诉内容": "年费被扣收两次。",
    "诉求": "退还年费。",
    "投诉人": "许远",
    "联系方式": "13800004409",
}
TRANSFER = {"监管转送编号": "ZS-1", "监管收到日期": "2026-06-10"}


def a_table(*lines: dict[str, str]) -> bytes:
    """Write a table, each line as it differs from a good one."""
    rows = [{**GOOD, **line} for line in lines]
    heads = list(dict.fromkeys(head for row in rows for head in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, heads, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
