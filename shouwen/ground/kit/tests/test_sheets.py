"""A table opens in any spreadsheet, says who took it, and runs nothing."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest
from defusedxml import ElementTree

from shouwen.ground.kit import sheets
from shouwen.ground.kit.sheets import Cell, Column, Format, Mark, Shape

AT = datetime(2026, 6, 16, 2, 46, tzinfo=UTC)
MARK = Mark("工单台账", "exp_1", "林晓 80001", AT, "月度复盘 & 汇报")
COLUMNS = (
    Column("单号"),
    Column("办理", Shape.LONG),
    Column("时间", Shape.MOMENT),
    Column("件数", Shape.NUMBER),
    Column("金额", Shape.AMOUNT),
)
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "　=1", "\x00=1", "=HYPERLINK(1)"]


def _cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("evil", EVIL)
def test_no_cell_begins_a_formula(evil: str) -> None:
    row: list[Cell] = [evil, "平常", AT, 3, 238600]
    data, count = sheets.write(Format.CSV, COLUMNS, [row], MARK)
    assert count == 1
    written = _cells(data)[1]
    assert written[0].startswith("'")
    assert written[1:] == ["平常", "2026-06-16 10:46", "3", "2386.0"]


def test_a_sheet_holds_texts_and_numbers_and_no_formula() -> None:
    data, count = sheets.write(Format.XLSX, COLUMNS, [[e, e, AT, 1, 100] for e in EVIL], MARK)
    assert count == len(EVIL)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = book.namelist()
        table = book.read("xl/worksheets/sheet1.xml").decode()
        ElementTree.fromstring(table)
        assert "<f>" not in table
        assert "exp_1" in table, "the header and footer of every printed page"
        assert "月度复盘 &amp;&amp; 汇报" in table
        assert "xl/worksheets/sheet2.xml" in names
        assert not [name for name in names if "external" in name.lower()]
        assert book.read("xl/worksheets/sheet2.xml").decode().count("<row") == 7


def test_sums_come_without_a_mark_and_a_negative_number_is_no_formula() -> None:
    data, _count = sheets.write(
        Format.CSV, [Column("差额", Shape.DECIMAL)], [[-1.5]], Mark("指标", "", "林晓", AT)
    )
    assert _cells(data) == [["差额"], ["-1.5"]]


def test_the_mark_stands_below_the_rows_of_a_csv() -> None:
    data, _count = sheets.write(Format.CSV, COLUMNS, [], MARK)
    cells = _cells(data)
    assert cells[0] == ["单号", "办理", "时间", "件数", "金额"]
    assert ["导出编号", "exp_1"] in cells
    assert ["取用人", "林晓 80001"] in cells


def test_an_empty_cell_stays_empty_and_a_long_one_is_cut() -> None:
    row: list[Cell] = [None, "长" * 40_000, None, None, None]
    data, _count = sheets.write(Format.CSV, COLUMNS, [row], MARK)
    assert [len(cell) for cell in _cells(data)[1]] == [0, sheets.CELL_MAX_CHARACTERS, 0, 0, 0]
