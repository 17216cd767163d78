"""Forbidden phrases are found also when something is slipped in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.ground.policy import queries
from shouwen.ground.policy.rules.phrases import Phrase, PhraseList, find_forbidden
from shouwen.ground.policy.tests.moments import BANK

LISTED = PhraseList("chat", (Phrase("我理解", "presumption", "OM-3.2.4-01", "我记下了。"),))
NOISE = "  \t\u3000，。！…·-—_*\u200b\u200c\u200d\ufeff\u2060😀"


@pytest.mark.parametrize(
    "text",
    ["我理解", "我 理 解", "我，理。解", "我\u200b理\u200d解", "我\ufeff理…解", "您好，我*理*解您"],
)
def test_a_phrase_is_found_through_what_is_slipped_in(text: str) -> None:
    hits = find_forbidden(text, LISTED)
    assert [(hit.phrase, hit.clause, hit.say_instead) for hit in hits] == [
        ("我理解", "OM-3.2.4-01", "我记下了。")
    ]
    assert text[hits[0].start] == "我"
    assert text[hits[0].end - 1] == "解"


@given(st.text(NOISE, max_size=4), st.text(NOISE, max_size=4), st.text("您好请问", max_size=5))
def test_no_noise_hides_a_phrase(one: str, other: str, before: str) -> None:
    text = f"{before}我{one}理{other}解"
    assert [(hit.start, hit.end) for hit in find_forbidden(text, LISTED)] == [
        (len(before), len(text))
    ]


def test_full_width_and_letter_case_make_no_difference() -> None:
    listed = [Phrase("ABC保本", "false_claim", "CG-1.1-04")]
    assert [hit.phrase for hit in find_forbidden("ａｂｃ 保本", listed)] == ["ABC保本"]


def test_the_longer_phrase_counts_and_none_twice() -> None:
    listed = [Phrase("你真笨", "insult", "A"), Phrase("你真笨蛋", "insult", "B")]
    hits = find_forbidden("你真笨蛋，你真笨", listed)
    assert [(hit.start, hit.end, hit.clause) for hit in hits] == [(0, 4, "B"), (5, 8, "A")]


def test_harmless_words_pass() -> None:
    assert find_forbidden("请您稍等，我来核实。", LISTED) == []
    assert find_forbidden("", LISTED) == []


@pytest.mark.django_db
def test_the_web_forbids_what_the_telephone_allows() -> None:
    web = {(p.phrase, p.clause) for p in queries.phrases(BANK, "chat").phrases}
    phone = {(p.phrase, p.clause) for p in queries.phrases(BANK, "voice").phrases}
    assert web - phone == {
        ("可能有误", "OM-3.2.1-01"),
        ("建议您联系银行", "OM-3.2.1-01"),
        ("我理解", "OM-3.2.4-01"),
        ("我明白", "OM-3.2.4-01"),
    }
    assert phone < web
    assert ("你真笨", "HB-3.1-04") in phone
    assert all(p.say_instead and p.kind for p in queries.phrases(BANK, "chat").phrases)
