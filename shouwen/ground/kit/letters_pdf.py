"""A letter as PDF: letterhead, title, number, paragraphs, signature, numbered pages, on A4.

The same letter gives the same bytes. Without `SHOUWEN_PDF_FONT` the reader's own Song face is named
and no font lies in the file; with it that face is embedded, as archives ask (decision 0010).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.textsplit import ALL_CANNOT_START
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    HRFlowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    paragraph,
)

from shouwen.ground.kit.letters import Letter

# The library's list of signs that begin no line lacks the wide ones of Chinese.
vars(paragraph)["ALL_CANNOT_START"] = ALL_CANNOT_START + "，；：？！”’…"

NAMED_FONT, EMBEDDED_FONT = "STSong-Light", "ShouwenLetter"
INK, RULE = HexColor("#1a1d23"), HexColor("#9a1f24")
PALE, FAINT, FOOT_SIZE = HexColor("#5b6270"), HexColor("#d5d9e0"), 8.5
SIDE, TOP, BOTTOM = 28 * mm, 22 * mm, 24 * mm
SIZE, LEADING = 11.5, 20
# Where the text begins: the frame keeps six points off its margin.
EDGE = SIDE + 6


@cache
def face(path: str) -> str:
    """Register the face and give its name. Raises ImproperlyConfigured for a file that is none."""
    if not path:
        pdfmetrics.registerFont(UnicodeCIDFont(NAMED_FONT))
        return NAMED_FONT
    try:
        pdfmetrics.registerFont(TTFont(EMBEDDED_FONT, path))
    except (TTFError, OSError) as error:
        raise ImproperlyConfigured(
            f"SHOUWEN_PDF_FONT={path} is no TrueType font (.ttf or .ttc with TrueType outlines)."
        ) from error
    return EMBEDDED_FONT


def _style(font: str, name: str, **more: Any) -> ParagraphStyle:
    plain = {"fontName": font, "fontSize": SIZE, "leading": LEADING, "textColor": INK}
    return ParagraphStyle(name, wordWrap="CJK", **{**plain, **more})


def _flow(letter: Letter, font: str) -> list[Flowable]:
    body = _style(font, "body", firstLineIndent=2 * SIZE, spaceAfter=2)
    head = _style(font, "head", fontSize=20, leading=28, alignment=TA_CENTER, textColor=RULE)
    title = _style(font, "title", fontSize=16, leading=24, alignment=TA_CENTER, spaceBefore=8)
    number = _style(font, "number", fontSize=10, leading=16, alignment=TA_RIGHT, spaceAfter=8)
    heading = _style(font, "heading", fontSize=12.5, spaceBefore=8, spaceAfter=2)
    signed = _style(font, "signed", alignment=TA_RIGHT)
    flush = _style(font, "flush", spaceAfter=4)

    def lines(texts: tuple[str, ...], style: ParagraphStyle) -> list[Flowable]:
        said = [line.strip() for text in texts for line in text.splitlines()]
        return [Paragraph(escape(line), style) for line in said if line]

    flow: list[Flowable] = [
        Paragraph(escape(letter.head), head),
        Spacer(1, 3 * mm),
        HRFlowable(width="100%", thickness=1.6, color=RULE, spaceAfter=0.8 * mm),
        HRFlowable(width="100%", thickness=0.5, color=RULE, spaceAfter=2 * mm),
        Paragraph(escape(letter.title), title),
        Paragraph(escape(letter.number), number),
        Paragraph(escape(letter.salutation), flush),
        *lines(letter.opening, body),
    ]
    for section in letter.sections:
        # A heading stays with the first lines of what it heads.
        flow += [CondPageBreak(3 * LEADING), Paragraph(escape(section.heading), heading)]
        flow += lines(section.paragraphs, body)
    flow += [Spacer(1, 4 * mm), *lines(letter.closing, body), Spacer(1, 10 * mm)]
    return [*flow, KeepTogether(lines(letter.signed, signed))]


def _draw(letters: Sequence[Letter], font: str, count: int) -> tuple[bytes, int]:
    """Draw the letters whose pages are `count`; give the file and how many pages it has.

    The foot is that of the first.
    """
    letter = letters[0]
    kept = io.BytesIO()
    page = SimpleDocTemplate(
        kept,
        pagesize=A4,
        leftMargin=SIDE,
        rightMargin=SIDE,
        topMargin=TOP,
        bottomMargin=BOTTOM,
        title=f"{letter.title} {letter.number}",
        author=letter.head,
        lang="zh-CN",
        # No clock and no chance in the file.
        invariant=1,
    )

    def foot(canvas: Canvas, drawn: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(font, FOOT_SIZE)
        canvas.setFillColor(PALE)
        canvas.setStrokeColor(FAINT)
        canvas.line(EDGE, BOTTOM - 6 * mm, A4[0] - EDGE, BOTTOM - 6 * mm)
        canvas.drawString(EDGE, BOTTOM - 11 * mm, letter.foot)
        number = f"第 {drawn.page} 页 共 {count} 页"
        canvas.drawRightString(A4[0] - EDGE, BOTTOM - 11 * mm, number)
        canvas.restoreState()

    flow = _flow(letter, font)
    for other in letters[1:]:
        flow += [PageBreak(), *_flow(other, font)]
    page.build(flow, onFirstPage=foot, onLaterPages=foot)
    return kept.getvalue(), page.page


def as_pdf(letter: Letter, *more: Letter) -> bytes:
    """Give a letter as PDF, and others on pages after it.

    Raises ImproperlyConfigured for a font that cannot be embedded.
    """
    font = face(settings.PDF_FONT)
    # Every foot names the number of all pages, which is known once they are drawn.
    _file, count = _draw((letter, *more), font, 0)
    return _draw((letter, *more), font, count)[0]
