"""What a case is found by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.service.cases.rules import terms


def test_chinese_is_cut_in_pairs_and_latin_in_words() -> None:
    assert terms.terms_of("账户冻结,ATM吞卡") == ("账户", "户冻", "冻结", "atm", "吞卡")


def test_a_case_is_found_by_number_title_and_category() -> None:
    assert terms.case_terms("吞卡", "GD20260616-00318", "账户服务") == (
        "gd20260616-00318",
        "00318",
        "吞卡",
        "账户",
        "户服",
        "服务",
    )


@given(st.text("账户冻结转失败", min_size=2, max_size=12), st.data())
def test_any_part_of_a_title_finds_it(title: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(title) - 2))
    part = title[begin : data.draw(st.integers(begin + 2, len(title)))]
    assert set(terms.query_terms(part)) <= set(terms.case_terms(title, "GD20260616-00001"))


@given(st.text(max_size=400))
def test_no_text_makes_long_or_many_terms(text: str) -> None:
    found = terms.case_terms(text, "GD20260616-00001")
    assert len(found) <= terms.TERMS_PER_CASE
    assert all(0 < len(term) <= 32 for term in found)


@pytest.mark.parametrize(
    ("text", "phone", "identity"),
    [
        ("13800001234", True, False),
        ("138 0000 1234", True, False),
        ("+8613800001234", True, False),
        ("11010519491231002X", False, True),
        ("GD20260616-00318", False, False),
        ("00318", False, False),
        ("账户冻结", False, False),
    ],
)
def test_a_query_is_known_by_its_form(text: str, phone: bool, identity: bool) -> None:
    assert (terms.looks_like_phone(text), terms.looks_like_id_number(text)) == (phone, identity)


def test_a_number_asks_for_itself_alone() -> None:
    assert terms.query_terms(" gd20260616-00318 ") == ("gd20260616-00318",)
