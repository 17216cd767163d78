"""The help centre: approved texts meant for customers, found, judged, leading on to people."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shouwen.front.portal.tests.conftest import at
from shouwen.people.customers import actions as customers
from shouwen.people.staff.models import Institution
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases.tests.factories import Bank, a_bank, later
from shouwen.service.knowledge import actions
from shouwen.service.knowledge.models import ArticleVersion, Audience
from shouwen.service.knowledge.tests.factories import AREAS, FEE


def publish(home: Institution, title: str, audience: str = Audience.PUBLIC) -> ArticleVersion:
    """Have an article written by one person and approved by another."""
    actions.plant_categories(home.pk, AREAS, actor=staff.FOUNDER, at=later())
    unit = staff.a_unit(home, f"知识组{title}")
    editor, lead = (staff.acting(staff.a_person(unit, role)) for role in ("editor", "lead"))
    wording = replace(FEE, title=title, audience=audience)
    version = actions.draft_article(wording, actor=editor, at=later())
    actions.submit(version, actor=editor, at=later())
    actions.approve(version, actor=lead, at=later())
    version.refresh_from_db()
    return version


def seen(path: str, client: Client | None = None, status: int = 200) -> str:
    with at(3):
        answer = (client or Client()).get(path, headers={"accept-language": "en"})
    assert answer.status_code == status
    return answer.content.decode()


def test_only_what_is_meant_for_customers_is_found_and_opened(bank: Bank) -> None:
    public = publish(bank.institution, "信用卡年费怎么减免")
    hidden = publish(bank.institution, "信用卡年费话术", Audience.STAFF)
    away = publish(a_bank("insurer").institution, "退保年费说明")
    for query in ("", "&q=年费", "&q=nianfei", f"&area={public.category.code}"):
        page = seen(f"/help/?institution=bank{query}")
        assert public.article.public_id in page, query
        assert (hidden.article.public_id in page, away.article.public_id in page) == (False, False)
    base = "/help/bank/"
    assert "信用卡年费怎么减免" in seen(f"{base}{public.article.public_id}/")
    for foreign in (hidden, away):
        seen(f"{base}{foreign.article.public_id}/", status=404)
    for wrong in ("know_x", "know_" + "a" * 26):
        seen(f"{base}{wrong}/", status=404)


def test_a_text_nobody_has_approved_or_that_was_withdrawn_is_not_there(bank: Bank) -> None:
    version = publish(bank.institution, "积分兑换")
    editor = staff.acting(staff.a_person(bank.cards, "editor"))
    wording = replace(FEE, title="积分兑换新规", audience=Audience.PUBLIC)
    draft = actions.revise(version.article, wording, actor=editor, at=later(hours=1))
    page = seen("/help/?institution=bank&q=积分兑换")
    assert ("积分兑换新规" in page, version.article.public_id in page) == (False, True)
    actions.discard(draft, actor=editor, at=later(hours=1))
    actions.retire(version, "已停办", actor=bank.boss, at=later(hours=2))
    assert version.article.public_id not in seen("/help/?institution=bank")
    seen(f"/help/bank/{version.article.public_id}/", status=404)


def test_a_browser_has_one_voice_and_may_change_it(bank: Bank) -> None:
    version = publish(bank.institution, "年费")
    path = f"/help/bank/{version.article.public_id}/"
    first, second = Client(), Client()
    with at(3):
        for client, said in ((first, "yes"), (second, "no"), (first, "no"), (first, "no")):
            assert client.post(f"{path}vote", {"useful": said}).headers["Location"] == path
    version.refresh_from_db()
    assert (version.public_useful_count, version.public_useless_count) == (0, 2)
    assert (version.useful_count, version.useless_count) == (0, 0)
    assert "a person answers" in seen(path, first)


def test_a_network_votes_only_so_often_and_never_on_what_is_hidden(bank: Bank) -> None:
    risk = staff.acting(staff.a_person(bank.cards, "risk"))
    customers.set_self_service(bank.institution, {"asks_per_source": 2}, actor=risk, at=later())
    version = publish(bank.institution, "年费")
    hidden = publish(bank.institution, "话术", Audience.STAFF)
    with at(3):
        codes = [
            Client().post(f"/help/bank/{one.article.public_id}/vote").status_code
            for one in (hidden, version, version, version)
        ]
    assert codes == [404, 302, 302, 429]


@pytest.mark.parametrize("query", ["&after=kver_x", "&after=%27", "&q=%F0%9F%98%80&after=x"])
def test_a_strange_cursor_is_refused(bank: Bank, query: str) -> None:
    publish(bank.institution, "年费")
    with at(3):
        assert Client().get(f"/help/?institution=bank{query}").status_code in (200, 422)
    assert Client().get("/help/?institution=nowhere").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_length(
    bank: Bank, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        publish(bank.institution, f"年费{number}")
    with django_assert_num_queries(4):
        assert seen("/help/?institution=bank").count("/help/bank/know_") == rows
