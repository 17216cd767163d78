"""Masking: never more than allowed, never fewer than four asterisks."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shouwen.ground.vault import blind, masking

DIGITS = st.text("0123456789", min_size=0, max_size=24)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("phone", "13812346027", "138****6027"),
        ("phone", "+86 138-1234-6027", "138****6027"),
        ("phone", "１３８１２３４６０２７", "138****6027"),
        ("phone", "0571-87654321", "057****4321"),
        ("phone", "87654321", "****21"),
        ("phone", "95555", "****"),
        ("id_number", "330106198502130915", "3301****0915"),
        ("id_number", "E12345678", "E****8"),
        ("id_number", "12345", "****"),
        ("name", "陈晓", "陈**"),
        ("name", "欧阳明月", "欧阳**"),
        ("name", "John Smith", "J**"),
        ("name", "陈", "**"),
        ("card", "6222 0212 3456 7891234", "6222****1234"),
        ("card", "12345678", "****"),
        ("email", "anna@x.com", "a****@x.com"),
        ("email", "a@x.com", "****@x.com"),
        ("email", "not an address", "****"),
        ("address", "浙江省杭州市西湖区文三路478号", "浙江省杭州市****"),
        ("address", "杭州西湖区", "****"),
        ("account", "wxid_abc", "w****c"),
        ("text", "anything", "****"),
        ("phone", "", ""),
    ],
)
def test_each_kind_has_its_mask(kind: str, value: str, masked: str) -> None:
    assert masking.mask(kind, value) == masked


def test_an_unknown_kind_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        masking.mask("shoe_size", "42")


@given(st.sampled_from(["phone", "id_number", "card", "account"]), DIGITS)
def test_a_mask_of_digits_hides_at_least_four_or_nearly_all(kind: str, value: str) -> None:
    shown = masking.mask(kind, value).replace(masking.HIDDEN, "")
    assert len(shown) <= 8
    assert not value or len(value) - len(shown) >= min(4, len(value))


@given(st.sampled_from(sorted(masking.KINDS)), st.text(min_size=1))
def test_no_mask_is_the_value_itself(kind: str, value: str) -> None:
    assume("*" not in value)
    assert masking.mask(kind, value) != value


@given(st.text(), MOBILES, st.text())
def test_no_mobile_number_survives_redaction(before: str, mobile: str, after: str) -> None:
    edge = before.translate(masking._WIDE)[-1:] + after.translate(masking._WIDE)[:1]
    assume(not any(c.isdigit() or c in "@.-+_% " for c in edge))
    assert mobile not in masking.redact(before + mobile + after)


@given(st.text())
def test_redaction_is_stable_and_leaves_plain_words(text: str) -> None:
    once = masking.redact(text)
    assert masking.redact(once) == once
    if not any(c.isdigit() for c in text) and "@" not in text.translate(masking._WIDE):
        assert once == text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("请回电13812346027，谢谢", "请回电138****6027，谢谢"),
        ("号码１３８１２３４６０２７", "号码138****6027"),
        ("138 1234 6027", "138****6027"),
        ("+8613812346027", "+86138****6027"),
        ("身份证11010519491231002X。", "身份证1101****002X。"),
        ("编号110105194912310021", "编号110105194912310021"),
        ("卡6222021234567890128到账", "卡6222****0128到账"),
        ("卡 4111 1111 1111 1111", "卡 4111****1111"),
        ("写给zhang.wei@example.com吧", "写给z****@example.com吧"),
        ("金额10000000000元", "金额10000000000元"),
        ("GD20260616-00318", "GD20260616-00318"),
    ],
)
def test_free_text_is_redacted(text: str, redacted: str) -> None:
    if "6222021234567890128" in text:
        digits = "622202123456789012"
        check = next(d for d in "0123456789" if masking.is_card_number(digits + d))
        text = text.replace("6222021234567890128", digits + check)
        redacted = f"卡6222****012{check}到账"
    assert masking.redact(text) == redacted


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "13800001234", "+86 138-0000-1234"),
        ("phone", "13800001234", "１３８００００１２３４"),
        ("phone", "057187654321", "0571-8765 4321"),
        ("id_number", "11010519491231002x", " 11010519491231002X "),
        ("email", "Anna@X.com", "anna@x.com "),
        ("name", "陈 晓", "陈晓"),
    ],
)
def test_a_value_is_found_however_it_is_written(kind: str, one: str, other: str) -> None:
    assert blind.index(kind, one) == blind.index(kind, other)
    assert len(blind.index(kind, one)) == 64


def test_an_index_tells_kinds_and_values_apart() -> None:
    assert blind.index("phone", "13800001234") != blind.index("phone", "13800001235")
    assert blind.index("card", "13800001234") != blind.index("account", "13800001234")
    with pytest.raises(ValueError):
        blind.index("text", "anything")
