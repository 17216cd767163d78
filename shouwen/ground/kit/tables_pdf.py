"""A document of tables as PDF: title, lines below it, sections of rows, numbered pages, on A4.

The same document gives the same bytes, in the face of letters (decision 0010).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from shouwen.ground.kit.letters_pdf import face

INK, PALE, LINE, HEAD = (HexColor(c) for c in ("#1a1d23", "#5b6270", "#d5d9e0", "#eef1f6"))
SIDE, TOP, BOTTOM = 18 * mm, 18 * mm, 20 * mm
SIZE, LEADING = 9, 13
FOOT_SIZE = 8


@dataclass(frozen=True, slots=True)
class Part:
    """One section: its heading and its rows, each with as many cells as the document has heads."""

    heading: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Document:
    """What is drawn; `widths` are shares of the page, `foot` and the page's number are below."""

    title: str
    lines: Sequence[str]
    heads: Sequence[str]
    widths: Sequence[float]
    parts: Sequence[Part]
    foot: str
    page_words: str
    language: str


def _style(font: str, **more: Any) -> ParagraphStyle:
    plain = {"fontName": font, "fontSize": SIZE, "leading": LEADING, "textColor": INK}
    return ParagraphStyle("cell", wordWrap="CJK", **{**plain, **more})


def _flow(document: Document, font: str, width: float) -> list[Flowable]:
    cell, pale = _style(font), _style(font, textColor=PALE)
    title = _style(font, fontSize=17, leading=26, spaceAfter=4)
    heading = _style(font, fontSize=12, leading=18, spaceBefore=10, spaceAfter=4)
    look = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
            ("BACKGROUND", (0, 0), (-1, 0), HEAD),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ]
    )
    flow: list[Flowable] = [Paragraph(escape(document.title), title)]
    flow += [Paragraph(escape(line), pale) for line in document.lines]
    flow.append(Spacer(1, 3 * mm))
    for part in document.parts:
        head = [Paragraph(escape(text), pale) for text in document.heads]
        rows = [[Paragraph(escape(text), cell) for text in row] for row in part.rows]
        table = Table([head, *rows], colWidths=[width * w for w in document.widths], repeatRows=1)
        table.setStyle(look)
        flow += [Paragraph(escape(part.heading), heading), table]
    return flow


def as_pdf(document: Document) -> bytes:
    """Draw a document. Raises ImproperlyConfigured for a font that cannot be embedded."""
    font = face(settings.PDF_FONT)
    kept = io.BytesIO()
    page = SimpleDocTemplate(
        kept,
        pagesize=A4,
        leftMargin=SIDE,
        rightMargin=SIDE,
        topMargin=TOP,
        bottomMargin=BOTTOM,
        title=document.title,
        lang=document.language,
        # No clock and no chance in the file.
        invariant=1,
    )

    def foot(canvas: Canvas, drawn: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(font, FOOT_SIZE)
        canvas.setFillColor(PALE)
        canvas.drawString(SIDE + 6, BOTTOM - 10 * mm, document.foot)
        number = document.page_words % {"page": drawn.page}
        canvas.drawRightString(A4[0] - SIDE - 6, BOTTOM - 10 * mm, number)
        canvas.restoreState()

    page.build(_flow(document, font, page.width - 12), onFirstPage=foot, onLaterPages=foot)
    return kept.getvalue()
