"""A table of complaints is read, and every wrong line is named with its column and reason."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shouwen.ground.kit import sheets
from shouwen.ground.kit.tables import Fault, NotATable
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import import_words
from shouwen.service.complaints.actions.importing import REFUSALS
from shouwen.service.complaints.rules import importing as rules
from shouwen.service.complaints.tests.tables import GOOD, TRANSFER, a_table

NOON = later(hours=3)


def read(*lines: dict[str, str], at: datetime = NOON) -> list[Fault]:
    return rules.read_table(a_table(*lines), at).faults


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ({"外部编号": ""}, "outside_ref", "missing"),
        ({"外部编号": "长" * 61}, "outside_ref", "too-long"),
        ({"收到时间": ""}, "received", "missing"),
        ({"收到时间": "昨天"}, "received", "wrong"),
        ({"收到时间": "2026-02-30"}, "received", "wrong"),
        ({"收到时间": "2026-06-15 12:01"}, "received", "future"),
        ({"收到时间": "2026-06-16"}, "received", "future"),
        ({"收到时间": "1999-12-31"}, "received", "too-old"),
        ({"事由": " "}, "title", "missing"),
        ({"事由": "长" * 121}, "title", "too-long"),
        ({"投诉内容": ""}, "description", "missing"),
        ({"投诉内容": "长" * 5001}, "description", "too-long"),
        ({"诉求": ""}, "demand", "missing"),
        ({"诉求": "长" * 2001}, "demand", "too-long"),
        ({"投诉人": ""}, "complainant", "missing"),
        ({"联系方式": ""}, "reachable_at", "missing"),
        ({"客户号码": "韩梅"}, "customer", "wrong"),
        ({"来源渠道": "飞鸽"}, "channel", "unknown"),
        ({"来源": "系统"}, "origin", "unknown"),
        ({"来源": "监管转办", "监管收到日期": "2026-06-10"}, "source_ref", "missing"),
        ({"监管转送编号": "ZS-1"}, "regulator_on", "missing"),
        ({"监管收到日期": "2026-06-10"}, "source_ref", "missing"),
        ({**TRANSFER, "监管收到日期": "10 June"}, "regulator_on", "wrong"),
        ({**TRANSFER, "监管收到日期": "2026-06-13"}, "regulator_on", "after-receipt"),
    ],
)
def test_a_wrong_line_is_named_with_its_column_and_reason(
    line: dict[str, str], column: str, code: str
) -> None:
    assert read(GOOD, {"外部编号": "TS-2", **line}) == [Fault(3, column, code)]
    assert import_words.fault_words(column, code, 0)


def test_every_fault_of_every_line_is_named() -> None:
    faults = read(
        {"收到时间": "2027-01-01", "诉求": "", "来源渠道": "飞鸽"},
        {"外部编号": "TS-2", **TRANSFER},
        {"外部编号": "TS-2"},
        {"外部编号": "TS-3", **TRANSFER},
        {"外部编号": "TS-5", "投诉内容": "长" * 5001, "事由": ""},
    )
    assert faults == [
        Fault(2, "received", "future"),
        Fault(2, "demand", "missing"),
        Fault(2, "channel", "unknown"),
        Fault(4, "outside_ref", "repeats", 3),
        Fault(5, "source_ref", "repeats", 3),
        Fault(6, "description", "too-long"),
        Fault(6, "title", "missing"),
    ]


def test_a_line_repeats_also_one_that_is_wrong_itself() -> None:
    wrong = {"诉求": ""}
    assert read(wrong, GOOD) == [
        Fault(2, "demand", "missing"),
        Fault(3, "outside_ref", "repeats", 2),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        ("外部编号,诉求\n1,退款\n".encode(), "columns-missing"),
        (a_table({"星座": "狮子"}), "unknown-column"),
        (b"\xff\xfe\xff", "not-text"),
        (b"x" * (rules.MEASURE.most_bytes + 1), "too-large"),
        (a_table(GOOD) + b"1,2\r\n" * rules.MEASURE.most_rows, "too-many-rows"),
    ],
)
def test_a_file_that_is_no_table_says_why(data: bytes, code: str) -> None:
    with pytest.raises(NotATable) as error:
        rules.read_table(data, NOON)
    assert error.value.code == code
    assert code in REFUSALS


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("外部编号,诉求\n1,退款\n".encode(), "缺少以下列：收到时间, 事由, 投诉内容。"),
        (a_table({"星座": "狮子"}), "无法识别列名“星座”"),
        (a_table(GOOD) + b'TS-9,"x\r\n', "文件自第3行起引号不成对"),
        ("外部编号;收到时间\n1;2\n".encode(), "各列未以逗号分隔"),
        ("外部编号,原系统编号\n1,2\n".encode(), "“外部编号”列重复"),
        (a_table(GOOD).decode().encode("utf-16"), "请另存为CSV（UTF-8）"),
        (b"PK\x03\x04\x14\x00\x06\x00", "请另存为CSV（UTF-8）"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_by_name(data: bytes, words: str) -> None:
    with translation.override("zh-hans"), pytest.raises(NotATable) as error:
        rules.read_table(data, NOON)
    with translation.override("zh-hans"):
        assert words in str(error.value.words(REFUSALS))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_columns_that_faults_name_are_headings_that_are_read(language: str) -> None:
    with translation.override(language):
        named = import_words.column_words()
    assert [
        name for name in rules.HEADINGS if named[name].lower() not in rules.HEADINGS[name]
    ] == []


@given(st.text(max_size=200))
def test_any_line_is_a_complaint_or_a_fault(text: str) -> None:
    try:
        data = a_table({"收到时间": text, "客户号码": text}, {"外部编号": text}) + text.encode()
        table = rules.read_table(data, NOON)
    except (NotATable, UnicodeEncodeError):
        return
    assert len(table.rows) + table.bad_lines == table.lines
    for fault in table.faults:
        assert import_words.fault_words(fault.column, fault.code, fault.other)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_tables_of_any_spreadsheet_are_read(encoding: str) -> None:
    data = a_table({"收到时间": "2026/6/5"}).decode().encode(encoding)
    table = rules.read_table(data, NOON)
    assert [(row.title, row.received_at) for row in table.rows] == [
        ("重复扣收年费", "2026-06-05T00:00:00+08:00")
    ]


def test_what_a_table_guards_from_being_a_formula_comes_in_as_it_was() -> None:
    said = "=HYPERLINK(1)"
    assert sheets.safe(said) != said
    row = rules.read_table(a_table({"诉求": sheets.safe(said), "事由": "'引号"}), NOON).rows[0]
    assert (row.demand, row.title) == (said, "'引号")


def test_entries_of_one_line_hold_no_break_and_texts_keep_theirs() -> None:
    line = {"事由": "重复\n扣收", "投诉人": "许\u3000远", "诉求": "退还。\n道歉。"}
    row = rules.read_table(a_table(line), NOON).rows[0]
    assert (row.title, row.complainant, row.demand) == ("重复 扣收", "许 远", "退还。\n道歉。")
