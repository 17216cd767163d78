"""Tables for spreadsheets: CSV and XLSX with text that no program takes for a formula.

Whoever exports gives columns, rows one by one and a mark that says who took the table, when and
why; the rows are written as they come and never held together.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import xlsxwriter
from django.utils.translation import pgettext

from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.kit.words import Words

# What a spreadsheet program reads as the beginning of a formula, and what it strips before one.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
CELL_MAX_CHARACTERS = 32_000
HEADER_MAX_CHARACTERS = 200
WIDTHS = {
    "TEXT": 18,
    "LONG": 48,
    "MOMENT": 17,
    "NUMBER": 10,
    "DECIMAL": 12,
    "SHARE": 10,
    "AMOUNT": 14,
}
Cell = str | int | float | datetime | date | None


class Format(StrEnum):
    """The kinds of files that are written."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def content_type(self) -> str:
        """The type a browser is told."""
        if self is Format.CSV:
            return "text/csv; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Shape(StrEnum):
    """How a column is written: its width and the form of its numbers.

    Amounts are in fen, shares from 0 to 1.
    """

    TEXT = "TEXT"
    LONG = "LONG"
    MOMENT = "MOMENT"
    NUMBER = "NUMBER"
    DECIMAL = "DECIMAL"
    SHARE = "SHARE"
    AMOUNT = "AMOUNT"


@dataclass(frozen=True, slots=True)
class Column:
    """One column with its heading."""

    title: Words
    shape: Shape = Shape.TEXT


@dataclass(frozen=True, slots=True)
class Mark:
    """Who took a table, when, why and under which number; it stands on every printed page.

    What needs no approval has neither number nor reason.
    """

    title: Words
    number: str
    who: str
    at: datetime
    why: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """Give the mark as names and values, in the reader's language."""
        named = [
            (pgettext("table", "Table"), str(self.title)),
            (pgettext("table", "Export number"), self.number),
            (pgettext("table", "Taken by"), self.who),
            (pgettext("table", "Taken at"), moment_text(self.at)),
            (pgettext("table", "Reason"), self.why),
            (
                pgettext("table", "Use"),
                pgettext("table", "Internal. Every download is on the trail. Delete it when done."),
            ),
        ]
        return [(name, value) for name, value in named if value]

    def line(self) -> str:
        """Give the mark in one line."""
        parts = (self.number, self.who, moment_text(self.at), self.why)
        return " · ".join(part for part in parts if part)


def moment_text(at: datetime) -> str:
    """Write a moment as a spreadsheet shows it, in Shanghai."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def safe(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula, without what cannot be shown."""
    plain = "".join(c for c in text if c in "\t\r\n" or c.isprintable())[:CELL_MAX_CHARACTERS]
    # Programs skip blanks before the sign that makes a formula.
    return f"'{plain}" if plain.lstrip(" \u3000\xa0").startswith(FORMULA_STARTS) else plain


def _plain(cell: Cell, shape: Shape) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return moment_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return safe(cell)
    return cell / 100 if shape is Shape.AMOUNT else cell


def write(
    kind: Format, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], mark: Mark
) -> tuple[bytes, int]:
    """Write a table; give its bytes and how many rows it has.

    Below the rows of a CSV the mark stands only with a number: sums are read by programs.
    The memory needed grows with the bytes of the finished file, not with the rows behind it.
    """
    return (_csv if kind is Format.CSV else _xlsx)(columns, rows, mark)


def _csv(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]], mark: Mark
) -> tuple[bytes, int]:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe(str(column.title)) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_plain(cell, c.shape) for cell, c in zip(row, columns, strict=True)])
        count += 1
    if mark.number:
        # Below the table, so that its first line stays the headings.
        writer.writerow([])
        writer.writerows([safe(name), safe(value)] for name, value in mark.lines())
    # With the mark by which spreadsheet programs know UTF-8.
    return out.getvalue().encode("utf-8-sig"), count


def _xlsx(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]], mark: Mark
) -> tuple[bytes, int]:
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": str(mark.title), "comments": mark.line()})
        heading = book.add_format({"bold": True, "bottom": 1})
        shapes = {
            Shape.AMOUNT: book.add_format({"num_format": "#,##0.00"}),
            Shape.NUMBER: book.add_format({"num_format": "0"}),
            Shape.DECIMAL: book.add_format({"num_format": "0.0"}),
            Shape.SHARE: book.add_format({"num_format": "0.0%"}),
        }
        sheet = book.add_worksheet(pgettext("table", "Rows"))
        sheet.freeze_panes(1, 0)
        # `&` begins a code in headers and footers.
        line = mark.line().replace("&", "&&")[:HEADER_MAX_CHARACTERS]
        sheet.set_header(f"&L{line}")
        sheet.set_footer(f"&L{line}&R&P / &N")
        sheet.set_landscape()
        for place, column in enumerate(columns):
            sheet.set_column(place, place, WIDTHS[column.shape])
            sheet.write_string(0, place, safe(str(column.title)), heading)
        count = 0
        for row in rows:
            count += 1
            for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
                value = _plain(cell, column.shape)
                if isinstance(value, str):
                    sheet.write_string(count, place, value)
                else:
                    sheet.write_number(count, place, value, shapes.get(column.shape))
        about = book.add_worksheet(pgettext("table", "About this table"))
        about.set_column(0, 0, WIDTHS["TEXT"])
        about.set_column(1, 1, WIDTHS["LONG"])
        for place, (name, value) in enumerate(
            [*mark.lines(), (pgettext("table", "Rows"), str(count))]
        ):
            about.write_string(place, 0, safe(name), heading)
            about.write_string(place, 1, safe(value))
    return out.getvalue(), count
