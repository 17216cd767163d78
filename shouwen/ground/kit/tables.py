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
# A heading is told back this far.
HEADING_CHARACTERS = 40
# What divides columns where a table was saved as something else.
OTHER_DIVIDERS = frozenset(";\t|，；")
# Why a file as a whole is none; a room adds its own for the columns it needs.
REFUSALS: dict[str, Words] = {
    "too-large": _("The file is larger than 2 MB. Split it."),
    "too-many-rows": _("The file has more than 5,000 lines. Split it."),
    "not-text": _("This is no CSV file. Save the table as CSV (UTF-8)."),
    "broken-quotes": _(
        "A quotation mark is not closed in line %(about)s or after it. Save the table as CSV again."
    ),
    "empty": _("The file has no lines below its headings."),
    "no-commas": _("The columns are not divided by commas. Save the table as CSV (UTF-8)."),
    "unknown-column": _("The heading “%(about)s” is not known. Use the sample's headings."),
    "column-twice": _("The column “%(about)s” stands in the file twice."),
}


class NotATable(Exception):
    """The file as a whole cannot be read; `code` says why, `about` where or in which heading."""

    def __init__(self, code: str, about: str = "") -> None:
        """Take the reason's code, and what it is about."""
        super().__init__(code)
        self.code, self.about = code, about

    def words(self, refusals: Mapping[str, Words]) -> Words:
        """Say it in the room's words."""
        words = refusals[self.code]
        return words % {"about": self.about} if self.about else words


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
        long = [name for name, text in said.items() if len(text) > measure.most_characters(name)]
        for name in long:
            # Read on, so that what else is wrong with the line is named too, but at no more cost.
            said[name] = said[name][: measure.most_characters(name)]
        row, found = read(line, said)
        faults = [Fault(line, name, "too-long") for name in long]
        faults += [fault for fault in found if fault.column not in long]
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


def _columns(
    heading: list[str], headings: Mapping[str, tuple[str, ...]], needed: Mapping[str, str]
) -> dict[str, int]:
    known = {word: name for name, words in headings.items() for word in words}
    found: dict[str, int] = {}
    for place, cell in enumerate(heading):
        name = known.get(cell.strip().lower())
        if name is None:
            if cell.strip():
                raise NotATable(*_unknown(cell, is_alone=len(heading) == 1))
            continue
        if name in found:
            raise NotATable("column-twice", headings[name][0])
        found[name] = place
    missing = [name for name in needed if name not in found]
    if missing:
        raise NotATable(needed[missing[0]], ", ".join(headings[name][0] for name in missing))
    return found


def _unknown(cell: str, *, is_alone: bool) -> tuple[str, str]:
    """Say why a heading is none, and how it reads."""
    if is_alone and OTHER_DIVIDERS & set(cell):
        return "no-commas", ""
    shown = "".join(letter if letter.isprintable() else " " for letter in cell.strip())
    return "unknown-column", shown[:HEADING_CHARACTERS]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise NotATable("broken-quotes", str(before + 1)) from None
        # A quoted cell may hold line breaks; a row is named by the line it begins on.
        yield before + 1, cells
        before = reader.line_num
