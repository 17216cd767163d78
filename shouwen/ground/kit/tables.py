"""Tables from outside: a CSV file as spreadsheet programs write it, read line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.errors import Words
from shouwen.ground.kit.sheets import FORMULA_STARTS

T = TypeVar("T")
MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5000
# Beyond this a cell is no entry; it bounds what one line can cost.
CELL_MAX_CHARACTERS = 400
# Why a file as a whole is none; a room adds its own for the columns it needs.
REFUSALS: dict[str, Words] = {
    "too-large": _("The file is larger than 2 MB. Split it."),
    "too-many-rows": _("The file has more than 5,000 lines. Split it."),
    "not-text": _("This is no CSV file. Save the table as CSV (UTF-8)."),
    "broken-quotes": _("A quotation mark is not closed. Save the table as CSV again."),
    "empty": _("The file has no lines below its headings."),
    "unknown-column": _("A heading is not known. Use the sample's headings."),
    "column-twice": _("A column stands in the file twice."),
}


class NotATable(Exception):
    """The file as a whole cannot be read; `code` says why."""

    def __init__(self, code: str) -> None:
        """Take the reason's code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one line; `code` says what, `other` names another line or nothing."""

    line: int
    column: str
    code: str
    other: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """How large a file, how long its table and each of its cells may be."""

    most_bytes: int = MOST_BYTES
    most_rows: int = MOST_ROWS
    # Columns whose cells may be longer than others, and how long.
    longer: Mapping[str, int] = field(default_factory=dict)

    def most_characters(self, column: str) -> int:
        """How many characters a cell of this column may have."""
        return self.longer.get(column, CELL_MAX_CHARACTERS)


USUAL = Measure()


@dataclass(slots=True)
class Table(Generic[T]):
    """What a file holds: lines that may be taken, and what is wrong with the others."""

    rows: list[T] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0

    @property
    def bad_lines(self) -> int:
        """How many lines are not taken."""
        return len({fault.line for fault in self.faults})


def read_table(
    data: bytes,
    headings: Mapping[str, tuple[str, ...]],
    *,
    needed: Mapping[str, str],
    read: Callable[[int, dict[str, str]], tuple[T | None, list[Fault]]],
    key: Callable[[T], Hashable],
    key_column: str = "",
    measure: Measure = USUAL,
) -> Table[T]:
    """Read a whole file by the room's way to `read` a line.

    Every wrong line is named with its column and reason; of two lines about the same, by `key`,
    the later one is wrong, in `key_column`. Raises NotATable.
    """
    table: Table[T] = Table()
    seen: dict[Hashable, int] = {}
    for line, said in _lines_of(data, headings, needed, measure):
        table.lines += 1
        faults = _too_long(line, said, measure)
        row = None
        if not faults:
            row, faults = read(line, said)
        if row is not None and not faults:
            earlier = seen.setdefault(key(row), line)
            if earlier == line:
                table.rows.append(row)
                continue
            faults = [Fault(line, key_column, "repeats", earlier)]
        table.faults += faults
    return table


def text_of(data: bytes, most_bytes: int = MOST_BYTES) -> str:
    """Give the text of a file as spreadsheet programs write it. Raises NotATable."""
    if len(data) > most_bytes:
        raise NotATable("too-large")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise NotATable("not-text")
        return text
    raise NotATable("not-text")


def _lines_of(
    data: bytes,
    headings: Mapping[str, tuple[str, ...]],
    needed: Mapping[str, str],
    measure: Measure,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each line that is not empty: its number in the file, and its cells by column.

    `headings` names each column by the words it may stand under, `needed` the columns that must be
    there and the code where one is not. Raises NotATable, also at the line where the file breaks.
    """
    lines = _lines(text_of(data, measure.most_bytes))
    first = next(lines, None)
    if first is None:
        raise NotATable("empty")
    columns = _columns(first[1], headings, needed)
    count = 0
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > measure.most_rows:
            raise NotATable("too-many-rows")
        yield (
            line,
            {
                name: _plain(cells[place]) if place < len(cells) else ""
                for name, place in columns.items()
            },
        )
    if not count:
        raise NotATable("empty")


def _plain(cell: str) -> str:
    """Give what a cell says: without the mark by which tables keep a text from being a formula."""
    text = cell.strip()
    said = text[1:].strip()
    return said if text.startswith("'") and said.startswith(FORMULA_STARTS) else text


def _too_long(line: int, said: Mapping[str, str], measure: Measure) -> list[Fault]:
    """Give the cells of a line that are no entries for their length alone."""
    long = (name for name, text in said.items() if len(text) > measure.most_characters(name))
    return [Fault(line, name, "too-long") for name in long]


def _columns(
    heading: list[str], headings: Mapping[str, tuple[str, ...]], needed: Mapping[str, str]
) -> dict[str, int]:
    known = {word: name for name, words in headings.items() for word in words}
    found: dict[str, int] = {}
    for place, cell in enumerate(heading):
        name = known.get(cell.strip().lower())
        if name is None:
            if cell.strip():
                raise NotATable("unknown-column")
            continue
        if name in found:
            raise NotATable("column-twice")
        found[name] = place
    for name, code in needed.items():
        if name not in found:
            raise NotATable(code)
    return found


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise NotATable("broken-quotes") from None
        # A quoted cell may hold line breaks; a row is named by the line it begins on.
        yield before + 1, cells
        before = reader.line_num
