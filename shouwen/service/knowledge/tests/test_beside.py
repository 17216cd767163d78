"""What stands beside an article: related ones by hand, and how two versions differ."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.knowledge import actions, queries
from shouwen.service.knowledge.models import ArticleLink
from shouwen.service.knowledge.rules.comparing import ADDED, REMOVED, SAME, Change, compare
from shouwen.service.knowledge.tests.factories import FEE, House, a_house, later, published


def test_a_link_counts_both_ways_and_once(house: House) -> None:
    fee, loan = published(house), published(house, title="提前还款收费", category="loan")
    for pair in ((fee, loan), (loan, fee)):
        actions.link(pair[0].article, pair[1].article, actor=house.writer, at=later(hours=1))
    assert queries.sheet(house.me, fee.article.public_id, at=later(hours=2)).linked == [loan]
    assert queries.sheet(house.me, loan.article.public_id, at=later(hours=2)).linked == [fee]
    actions.unlink(loan.article, fee.article, actor=house.writer, at=later(hours=3))
    assert not ArticleLink.objects.exists()
    assert [
        AuditRow.objects.filter(act=f"knowledge.{act}").count() for act in ("linked", "unlinked")
    ] == [1, 1]


def test_what_is_linked_is_not_found_a_second_time(house: House) -> None:
    fee, twin = published(house), published(house, title="年费减免口径")
    assert queries.sheet(house.me, fee.article.public_id, at=later(hours=1)).related == [twin]
    actions.link(fee.article, twin.article, actor=house.writer, at=later(hours=1))
    sheet = queries.sheet(house.me, fee.article.public_id, at=later(hours=1))
    assert (sheet.linked, sheet.related) == ([twin], [])
    actions.retire(twin, "费率调整", actor=house.boss, at=later(hours=2))
    assert queries.sheet(house.me, fee.article.public_id, at=later(hours=3)).linked == []


def test_links_have_their_limits(house: House) -> None:
    fee = published(house)
    with pytest.raises(Invalid):
        actions.link(fee.article, fee.article, actor=house.writer, at=later(hours=1))
    with pytest.raises(NotAllowed):
        actions.link(fee.article, fee.article, actor=house.me, at=later(hours=1))
    other = published(a_house("insurer"))
    with pytest.raises(NotThere):
        actions.link(fee.article, other.article, actor=house.writer, at=later(hours=1))
    for number in range(10):
        more = published(house, title=f"年费细则{number}")
        actions.link(fee.article, more.article, actor=house.writer, at=later(hours=1))
    last = published(house, title="年费细则十")
    with pytest.raises(Invalid):
        actions.link(last.article, fee.article, actor=house.writer, at=later(hours=1))


def test_an_editor_links_and_unlinks_on_the_page(house: House) -> None:
    now = time.now()
    fee, loan = published(house, at=now), published(house, at=now, title="提前还款收费")
    client = signed_in(house.editor)
    base = f"/knowledge/{fee.article.public_id}/related/"
    found = client.get(f"{base}find/", {"q": "tqhk"}).content.decode()
    assert "提前还款收费" in found
    assert FEE.title not in found
    body = {"other": loan.article.public_id}
    assert client.post(base, body).status_code == 302
    assert "提前还款收费" in client.get(f"/knowledge/{fee.article.public_id}/").content.decode()
    assert client.post(base, {"other": fee.article.public_id}).status_code == 422
    assert client.post(base, {"other": "know_\x00"}).status_code == 404
    assert client.post(f"{base}remove/", body).status_code == 302
    assert not ArticleLink.objects.exists()
    assert signed_in(house.agent).post(base, body).status_code == 403


def test_two_versions_are_compared_word_by_word(house: House) -> None:
    first = published(house)
    wording = replace(FEE, body=FEE.body.replace("六次", "5次"), title=FEE.title)
    second = actions.revise(first.article, wording, actor=house.writer, at=later(hours=1))
    found = queries.comparison(house.writer, first.article.public_id, 2, 1, at=later(hours=2))
    assert (found.before, found.after, found.is_same) == (first, second, False)
    assert [change for change in found.body if change.kind != SAME] == [
        Change(REMOVED, "六"),
        Change(ADDED, "5"),
    ]
    # A reader sees nothing of a draft, so there is only one version to compare.
    ref = first.article.public_id
    with pytest.raises(NotThere):
        queries.comparison(house.me, ref, 1, 2, at=later(hours=2))
    assert queries.comparison(house.me, ref, None, None, at=later(hours=2)).is_same


def test_the_page_of_a_comparison(house: House) -> None:
    now = time.now()
    first = published(house, at=now)
    wording = replace(FEE, spoken="普通卡刷满五次免年费。")
    actions.revise(first.article, wording, actor=house.writer, at=now)
    address = f"/knowledge/{first.article.public_id}/compare/"
    client = signed_in(house.editor)
    assert "普通卡刷满五次免年费。</ins>" in client.get(address).content.decode()
    assert client.get(address, {"from": "x", "to": "9" * 40}).status_code == 200
    assert client.get(address, {"from": "1", "to": "7"}).status_code == 404
    stranger = signed_in(a_house("insurer").editor)
    assert stranger.get(address).status_code == 404


def test_a_comparison_of_long_texts_ends_soon() -> None:
    many = "。".join("年费卡贷款"[number % 5] for number in range(10_000))
    changes = compare(many, many[::-1] + "。")
    assert {change.kind for change in changes} <= {SAME, ADDED, REMOVED}


@given(st.text(alphabet="年费。 a1\n", max_size=60), st.text(alphabet="年费。 a1\n", max_size=60))
def test_a_comparison_holds_both_texts_whole(before: str, after: str) -> None:
    changes = compare(before, after)
    assert "".join(c.text for c in changes if c.kind != ADDED) == before
    assert "".join(c.text for c in changes if c.kind != REMOVED) == after
