"""Letters: the same bytes for the same letter, every page numbered, a font that may be set."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from shouwen.ground.kit import letters, letters_pdf
from shouwen.ground.kit.letters import Letter, Section

LETTER = Letter(
    head="首问示范银行股份有限公司",
    title="告知书",
    number="编号：TS1",
    salutation="尊敬的许远先生：",
    opening=("您好。<b>不是标记</b> & 也不是",),
    sections=(Section("一、事实", ("第一段。\n第二段。",)),),
    closing=("感谢。",),
    signed=("首问示范银行股份有限公司", "2026年6月19日"),
    foot="TS1",
)


def pages(data: bytes) -> int:
    return data.count(b"/Type /Page\n") + data.count(b"/Type /Page ")


def test_the_same_letter_gives_the_same_bytes() -> None:
    first = letters_pdf.as_pdf(LETTER)
    assert first.startswith(b"%PDF")
    assert letters_pdf.as_pdf(LETTER) == first
    other = dataclasses.replace(LETTER, number="编号：TS2")
    assert letters_pdf.as_pdf(other) != first


def test_no_font_lies_in_the_file_unless_one_is_set() -> None:
    drawn = letters_pdf.as_pdf(LETTER)
    assert b"STSong-Light" in drawn
    assert b"FontFile" not in drawn


def test_a_long_letter_goes_on_over_pages() -> None:
    long = Section("二、经过", tuple(f"第{n}段：" + "情况说明。" * 40 for n in range(40)))
    drawn = letters_pdf.as_pdf(dataclasses.replace(LETTER, sections=(long,)))
    assert pages(letters_pdf.as_pdf(LETTER)) == 1
    assert pages(drawn) > 3


def test_the_text_holds_what_the_letter_holds_in_its_order() -> None:
    assert letters.as_text(LETTER).splitlines() == [
        "首问示范银行股份有限公司",
        "告知书",
        "编号：TS1",
        "",
        "尊敬的许远先生：",
        "",
        "您好。<b>不是标记</b> & 也不是",
        "",
        "一、事实",
        "第一段。",
        "第二段。",
        "",
        "感谢。",
        "",
        "首问示范银行股份有限公司",
        "2026年6月19日",
    ]


def test_a_font_that_cannot_be_embedded_is_refused_by_name(settings: Any, tmp_path: Path) -> None:
    settings.PDF_FONT = str(tmp_path / "none.ttf")
    with pytest.raises(ImproperlyConfigured, match=r"none\.ttf"):
        letters_pdf.as_pdf(LETTER)


def test_a_font_that_is_set_is_embedded(settings: Any) -> None:
    # The library's own small face: what is tested is that glyphs go into the file.
    settings.PDF_FONT = "Vera.ttf"
    drawn = letters_pdf.as_pdf(LETTER)
    assert b"FontFile2" in drawn
    assert drawn == letters_pdf.as_pdf(LETTER)


def test_another_letter_follows_on_a_page_of_its_own() -> None:
    other = dataclasses.replace(LETTER, title="Notice", number="No. TS1")
    both = letters_pdf.as_pdf(LETTER, other)
    assert pages(both) == pages(letters_pdf.as_pdf(LETTER)) + 1
    text = letters.as_text(LETTER, other)
    assert text.startswith(letters.as_text(LETTER))
    assert text.endswith(letters.as_text(other))
