"""The report as files: one table for spreadsheets, a document of tables as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import get_language, pgettext, pgettext_lazy

from shouwen.assurance.improvement import wording
from shouwen.assurance.improvement.models import ComplaintReturn
from shouwen.assurance.improvement.queries import Report, report_of
from shouwen.assurance.improvement.rules.figures import SECTION_WORDS, Kind, Line, Section, by_code
from shouwen.ground.kit import sheets, tables_pdf
from shouwen.ground.kit.sheets import Cell, Column, Format, Mark, Shape, moment_text
from shouwen.ground.kit.tables_pdf import Document, Part

PDF = "pdf"
KINDS = (PDF, Format.XLSX.value, Format.CSV.value)
COLUMNS = (
    Column(pgettext_lazy("complaint report", "Section")),
    Column(pgettext_lazy("complaint report", "Figure")),
    Column(pgettext_lazy("complaint report", "Told for"), Shape.LONG),
    Column(pgettext_lazy("complaint report", "Counted"), Shape.NUMBER),
    Column(pgettext_lazy("complaint report", "Out of"), Shape.NUMBER),
    Column(pgettext_lazy("complaint report", "Share"), Shape.SHARE),
    Column(pgettext_lazy("complaint report", "Mean"), Shape.DECIMAL),
    Column(pgettext_lazy("complaint report", "How it is counted"), Shape.LONG),
    Column(pgettext_lazy("complaint report", "Clause")),
)
WIDTHS = (0.22, 0.26, 0.13, 0.14, 0.25)


def content_type(kind: str) -> str:
    """Give the type a browser is told."""
    return "application/pdf" if kind == PDF else Format(kind).content_type


def _cells(line: Line) -> tuple[Cell, ...]:
    one = by_code()[line.code]
    return (
        str(SECTION_WORDS[one.section]),
        str(one.name),
        wording.name(line) if line.key else None,
        line.count,
        line.of,
        line.value if one.kind is Kind.SHARE else None,
        line.mean,
        str(one.formula),
        one.clause,
    )


def by_section(lines: Sequence[Line]) -> list[tuple[Section, list[Line]]]:
    """Give the lines of each section that has any, in the report's order."""
    found = ((part, [li for li in lines if by_code()[li.code].section is part]) for part in Section)
    return [(part, held) for part, held in found if held]


def span(found: Report) -> str:
    """Say which days are counted."""
    return pgettext("complaint report", "received %(first)s to %(last)s") % {
        "first": found.first,
        "last": found.last,
    }


def write(
    found: Report,
    kind: str,
    *,
    title: str,
    who: str,
    at: datetime,
    number: str = "",
    seal: str = "",
) -> bytes:
    """Write a report; `number` and `seal` are of a frozen return, and `at` when it was frozen."""
    if kind == PDF:
        return _pdf(found, title, who, at, number, seal)
    mark = Mark(f"{title} · {span(found)}", number, who, at, seal)
    return sheets.write(Format(kind), COLUMNS, (_cells(li) for li in found.lines), mark)[0]


def _pdf(found: Report, title: str, who: str, at: datetime, number: str, seal: str) -> bytes:
    when = moment_text(found.at)
    counted = pgettext("complaint report", "Counted as of %(when)s") % {"when": when}
    lines = [span(found), counted]
    if number:
        frozen = pgettext("complaint report", "Frozen by %(who)s at %(when)s as %(number)s")
        lines.append(frozen % {"who": who, "when": moment_text(at), "number": number})
        lines.append(pgettext("complaint report", "Digest %(digest)s") % {"digest": seal})
    else:
        taken = pgettext("complaint report", "Taken by %(who)s at %(when)s; not a frozen return")
        lines.append(taken % {"who": who, "when": moment_text(at)})
    parts = [
        Part(str(SECTION_WORDS[part]), [_row(line) for line in held])
        for part, held in by_section(found.lines)
    ]
    heads = (
        pgettext("complaint report", "Figure"),
        pgettext("complaint report", "Told for"),
        pgettext("complaint report", "Value"),
        pgettext("complaint report", "Counted from"),
        pgettext("complaint report", "Clause"),
    )
    document = Document(
        title,
        lines,
        heads,
        WIDTHS,
        parts,
        foot=f"{title} · {span(found)}",
        page_words=pgettext("complaint report", "page %(page)s"),
        language=get_language() or "zh-CN",
    )
    return tables_pdf.as_pdf(document)


def _row(line: Line) -> list[str]:
    one = by_code()[line.code]
    told = wording.name(line) if line.key else ""
    return [str(one.name), told, wording.value_or_none(line), wording.basis(line), one.clause]


def of_return(row: ComplaintReturn, kind: str) -> bytes:
    """Write a return as it was frozen: the same PDF each time."""
    return write(
        report_of(row),
        kind,
        title=row.title,
        who=row.frozen_by.name,
        at=row.frozen_at,
        number=row.public_id,
        seal=row.digest,
    )
