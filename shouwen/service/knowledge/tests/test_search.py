"""Finding: Chinese, English and pinyin, marked where they hit, for a constant cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.people.staff.tests import factories as staff
from shouwen.service.knowledge import queries
from shouwen.service.knowledge.queries import Asked
from shouwen.service.knowledge.rules import marking, pinyin, terms
from shouwen.service.knowledge.tests.factories import House, a_house, later, published


def titles(house: House, q: str, **more: str) -> list[str]:
    found = queries.find(house.me, Asked(q=q, **more), at=later(hours=1))  # type: ignore[arg-type]  # texts only
    return [] if found.is_nearest else [result.version.title for result in found.results]


@pytest.fixture
def shelf(house: House) -> House:
    """Three articles of the house."""
    published(house)
    published(
        house,
        title="个人贷款提前还款收费标准",
        topic="PROCESS",
        category="loan",
        keywords="prepayment 提前结清",
        body="合同满一年免收手续费；不满一年按剩余本金收取。可在App自助办理。",
    )
    published(
        house,
        title="银行卡盗刷应急处理",
        topic="RISK_WARNING",
        category="card",
        keywords="fraud 冻结",
        body="先冻结卡片，再登记争议交易。年费问题另见相关知识。",
    )
    return house


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("年费减免", "信用卡年费减免规则"),
        ("年费 减免", "信用卡年费减免规则"),
        ("annual FEE", "信用卡年费减免规则"),
        ("ｆｅｅ", "信用卡年费减免规则"),
        ("nianfei", "信用卡年费减免规则"),
        ("nf", "信用卡年费减免规则"),
        ("xyk", "信用卡年费减免规则"),
        ("xinyongkanianfei", "信用卡年费减免规则"),
        ("xyknfjm", "信用卡年费减免规则"),
        ("tiqianhuankuan", "个人贷款提前还款收费标准"),
        ("prepayment", "个人贷款提前还款收费标准"),
        ("app", "个人贷款提前还款收费标准"),
        ("yinhangka daoshua", "银行卡盗刷应急处理"),
        ("盗刷", "银行卡盗刷应急处理"),
    ],
)
def test_found_by_words_english_and_pinyin(shelf: House, q: str, first: str) -> None:
    assert titles(shelf, q)[:1] == [first]


def test_the_title_counts_more_than_the_text(shelf: House) -> None:
    assert titles(shelf, "年费") == ["信用卡年费减免规则", "银行卡盗刷应急处理"]


def test_filters_by_class_and_category(shelf: House) -> None:
    assert titles(shelf, "年费", kind="COMPLIANCE") == ["银行卡盗刷应急处理"]
    assert titles(shelf, "", category="loan") == ["个人贷款提前还款收费标准"]
    assert titles(shelf, "", kind="BASIC", category="loan") == []
    assert len(titles(shelf, "")) == 3


def test_where_no_article_has_every_word_the_nearest_come(shelf: House) -> None:
    found = queries.find(shelf.me, Asked(q="年费减免 火星基地"), at=later(hours=1))
    assert found.is_nearest
    assert found.results[0].version.title == "信用卡年费减免规则"


@pytest.mark.parametrize("q", ["火星基地", "卡", "！？", "zzzzqq", "\x00", "%_'\"", "  "])
def test_odd_words_find_nothing_and_break_nothing(shelf: House, q: str) -> None:
    found = queries.find(shelf.me, Asked(q=q), at=later(hours=1))
    assert len(found.results) == (0 if q.strip() else 3)


def test_a_sentence_of_a_customer_brings_what_helps(shelf: House) -> None:
    near = queries.nearest(
        shelf.me, "你好，我想问下贷款如果提前还款还要不要手续费", at=later(hours=1)
    )
    assert near[0].version.title == "个人贷款提前还款收费标准"
    assert near[0].version.valid_from is not None


def test_another_institutions_articles_are_not_there(shelf: House) -> None:
    other = a_house("insurer")
    assert titles(other, "年费") == []
    assert queries.nearest(other.me, "年费减免", at=later(hours=1)) == []
    theirs = queries.find(shelf.me, Asked(limit=1), at=later(hours=1))
    with pytest.raises(Invalid):
        queries.find(other.me, Asked(after=theirs.next), at=later(hours=1))


def test_who_may_not_read_finds_nothing(shelf: House) -> None:
    auditor = staff.acting(staff.a_person(shelf.agent.unit, "auditor"))
    with pytest.raises(NotAllowed):
        queries.find(auditor, Asked(), at=later(hours=1))


@pytest.mark.parametrize("q", ["", "信用卡", "xyk"])
def test_pages_follow_each_other_without_gap_or_repeat(house: House, q: str) -> None:
    for n in range(7):
        published(house, title=f"信用卡说明{n}" if n % 2 else f"说明{n}", keywords="信用卡")
    seen: list[str] = []
    after = ""
    for _page in range(5):
        found = queries.find(house.me, Asked(q=q, after=after, limit=3), at=later(hours=1))
        seen += [result.version.title for result in found.results]
        after = found.next
        if not after:
            break
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize("q", ["", "信用卡 年费", "年费 火星基地"])
def test_the_cost_does_not_grow_with_the_articles(house: House, q: str) -> None:
    counted = []
    for more in (1, 4):
        for _each in range(more):
            published(house)
        with CaptureQueriesContext(connection) as captured:
            queries.find(house.me, Asked(q=q), at=later(hours=1))
        counted.append(len(captured))
    assert counted[0] == counted[1]


def marked(pieces: list[marking.Piece]) -> str:
    return "".join(f"[{p.text}]" if p.is_hit else p.text for p in pieces)


@pytest.mark.parametrize(
    ("text", "q", "shown"),
    [
        ("信用卡年费减免", "年费", "信用卡[年费]减免"),
        ("信用卡年费减免", "nianfei", "信用卡[年费]减免"),
        ("信用卡年费减免", "xyk", "[信用卡]年费减免"),
        ("银行行动", "xd", "银行[行动]"),
        ("App 开户", "app", "[App] 开户"),
        ("happy", "app", "happy"),
        ("<b>年费</b>", "年费", "<b>[年费]</b>"),
    ],
)
def test_hits_are_marked(text: str, q: str, shown: str) -> None:
    found = marking.pieces(text, terms.query_terms(q), pinyin.syllables(text))
    assert marked(found) == shown


def test_a_snippet_begins_near_the_hit() -> None:
    text = "开头" * 60 + "年费可以减免" + "结尾" * 60
    lines = "".join(p.text for p in marking.snippet(text, ["减免"], 40))
    assert "减免" in lines
    assert lines.startswith("…")
    assert len(lines) <= 42


@given(st.text(max_size=60), st.text(max_size=12))
def test_marking_loses_no_character(text: str, q: str) -> None:
    found = marking.pieces(text, terms.query_terms(q), pinyin.syllables(text))
    assert "".join(piece.text for piece in found) == text
    marking.snippet(text, terms.query_terms(q), 20)


@given(st.text(max_size=120))
def test_every_term_fits_its_column(text: str) -> None:
    weights = terms.weighed(text, text.split()[:5], text)
    assert all(0 < len(term) <= terms.TERM_MAX_CHARACTERS for term in weights)
    assert len(pinyin.syllables(text)) == len(text)
