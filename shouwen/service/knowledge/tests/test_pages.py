"""The pages and the API, as people and programs use them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwen.contact.conversations import actions as conversations
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import actions as staff_actions
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.knowledge import actions
from shouwen.service.knowledge.models import Article, ArticleVersion, MissingRequest
from shouwen.service.knowledge.tests.factories import (
    FEE,
    MONDAY_9AM,
    House,
    a_draft,
    a_house,
    later,
    published,
)

FORM = {
    "title": "境外取现手续费",
    "topic": "PRODUCT",
    "category": "card",
    "body": "按取现金额收取。",
    "review_on": "2199-01-01",
}


def which(version: ArticleVersion) -> dict[str, Any]:
    version.refresh_from_db()
    return {"version": version.number, "revision": version.revision}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_search_marks_what_it_found(house: House, language: str) -> None:
    Person.objects.filter(pk=house.agent.pk).update(language=language)
    house.agent.refresh_from_db()
    published(house, title="信用卡<b>年费</b>减免")
    answer = signed_in(house.agent).get("/knowledge/", {"q": "nianfei"})
    words = answer.content.decode()
    assert answer.status_code == 200
    assert '&lt;b&gt;<mark class="sw-hit">年费</mark>' in words
    assert "<b>年费" not in words
    assert "/knowledge/new/" not in words
    assert ('lang="en"' in words) == (language == "en")


def test_an_empty_search_asks_what_is_missing(house: House) -> None:
    client = signed_in(house.agent)
    words = client.get("/knowledge/", {"q": "火星"}).content.decode()
    assert 'action="/knowledge/requests/ask/"' in words
    key = {"idempotency_key": "once-1"}
    for _twice in range(2):
        answer = client.post("/knowledge/requests/ask/", {"words": "火星基地开户", **key})
        assert answer.status_code == 302
    assert MissingRequest.objects.count() == 1
    assert "火星基地开户" in client.get("/knowledge/requests/").content.decode()
    wrong = client.post("/knowledge/requests/ask/", {"words": " "})
    assert wrong.status_code == 422
    assert "ask-words-error" in wrong.content.decode()


def test_a_customers_number_does_not_stay_in_the_address(house: House) -> None:
    answer = signed_in(house.agent).get("/knowledge/", {"q": "13800001234"})
    assert (answer.status_code, answer["Location"]) == (302, "/knowledge/")


@pytest.mark.parametrize(
    "address",
    [
        "?class=NONE&category=nowhere",
        "?q=%00",
        "?q=" + "长" * 500,
        "?q=%F0%9F%92%B3",
        "nothing/",
        "?class=BASIC&q=a",
    ],
)
def test_bad_addresses_never_fail(house: House, address: str) -> None:
    published(house)
    assert signed_in(house.agent).get(f"/knowledge/{address}").status_code in (200, 400, 404)


def test_a_wrong_cursor_is_told(house: House) -> None:
    assert signed_in(house.agent).get("/knowledge/?after=kver_none").status_code == 422


def test_an_article_goes_all_the_way_on_the_pages(house: House) -> None:
    asked = actions.ask_for_article("境外取现", actor=house.me, at=MONDAY_9AM)
    editor, lead = signed_in(house.editor), signed_in(house.lead)
    assert "境外取现" in editor.get(f"/knowledge/new/?request={asked.public_id}").content.decode()
    form = {**FORM, "request": asked.public_id, "idempotency_key": "once-2"}
    made = editor.post("/knowledge/new/", form)
    assert editor.post("/knowledge/new/", form)["Location"] == made["Location"]
    version = ArticleVersion.objects.get()
    page = f"/knowledge/{version.article.public_id}/"
    assert made["Location"] == page
    assert f'action="{page}submit/"' in editor.get(page).content.decode()
    assert signed_in(house.agent).get(page).status_code == 404
    edit = {**FORM, "title": "境外取现手续费说明", **which(version)}
    assert editor.post(f"{page}edit/", edit).status_code == 302
    assert editor.post(f"{page}submit/", which(version)).status_code == 302
    assert f'action="{page}approve/"' not in editor.get(page).content.decode()
    assert f'action="{page}approve/"' in lead.get(page).content.decode()
    assert lead.post(f"{page}send-back/", which(version)).status_code == 422
    sent = lead.post(f"{page}send-back/", {**which(version), "reason": "写明比例"})
    assert sent.status_code == 302
    assert "写明比例" in editor.get(page).content.decode()
    assert editor.post(f"{page}submit/", which(version)).status_code == 302
    old = which(version)
    assert lead.post(f"{page}approve/", old).status_code == 302
    assert lead.post(f"{page}approve/", old).status_code == 409
    agent = signed_in(house.agent)
    assert "境外取现手续费说明" in agent.get("/knowledge/").content.decode()
    assert agent.post(f"{page}vote/", {**which(version), "useful": "yes"}).status_code == 302
    version.refresh_from_db()
    assert (version.state, version.useful_count) == ("PUBLISHED", 1)
    words = agent.get(page).content.decode()
    assert "retire/" not in words
    assert "/edit/" not in words
    assert lead.post(f"{page}retire/", {**which(version), "reason": "停办"}).status_code == 302
    assert "停办" in agent.get(page).content.decode()


def test_the_next_version_is_written_beside_the_one_in_force(house: House) -> None:
    version = published(house, at=time.now())
    page = f"/knowledge/{version.article.public_id}/"
    editor = signed_in(house.editor)
    assert version.title in editor.get(f"{page}edit/").content.decode()
    made = editor.post(f"{page}edit/", {**FORM, "title": "新版规则"})
    assert made["Location"] == f"{page}?version=2"
    assert "新版规则" in editor.get(made["Location"]).content.decode()
    assert "新版规则" not in signed_in(house.agent).get(f"{page}?version=2").content.decode()
    other = signed_in(house.colleague)
    assert other.get(f"{page}edit/").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "kn-title"),
        ({"topic": "x"}, "kn-topic"),
        ({"review_on": "2026-13-45"}, "kn-review"),
        ({"review_on": "99999-01-01"}, "kn-review"),
        ({"valid_from": "soon"}, "kn-from"),
        ({"valid_until": "1999-01-01"}, "kn-until"),
        ({"body": "\x00"}, "kn-body"),
    ],
)
def test_a_wrong_form_comes_back_with_its_words(
    house: House, wrong: dict[str, str], field: str
) -> None:
    answer = signed_in(house.editor).post("/knowledge/new/", {**FORM, **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.content.decode()
    assert not Article.objects.exists()


@pytest.mark.parametrize("act", ["submit", "approve", "send-back", "review", "retire", "vote"])
@pytest.mark.parametrize("said", [{}, {"version": "x"}, {"version": "99", "revision": "1"}])
def test_a_crippled_press_is_refused(house: House, act: str, said: dict[str, str]) -> None:
    version = published(house, at=time.now())
    client = signed_in(house.both)
    answer = client.post(f"/knowledge/{version.article.public_id}/{act}/", said)
    assert answer.status_code in (404, 422)


def test_who_may_see_the_pages(house: House) -> None:
    version, other = published(house), a_house("insurer")
    draft = a_draft(house)
    seen = {
        house.agent: (200, 404),
        house.editor: (200, 200),
        house.lead: (200, 200),
        other.agent: (404, 404),
        other.lead: (404, 404),
    }
    for person, statuses in seen.items():
        client = signed_in(person)
        found = tuple(
            client.get(f"/knowledge/{v.article.public_id}/").status_code for v in (version, draft)
        )
        assert found == statuses


def test_the_pages_cost_the_same_for_any_number_of_articles(house: House) -> None:
    now = time.now()
    first = published(house, at=now)
    lead = signed_in(house.lead)
    for address in (
        "/knowledge/",
        "/knowledge/?q=年费",
        "/knowledge/work/",
        "/knowledge/requests/",
        f"/knowledge/{first.article.public_id}/",
    ):
        lead.get(address)
        counted = []
        for _times in range(2):
            with CaptureQueriesContext(connection) as captured:
                assert lead.get(address).status_code == 200
            counted.append(len(captured))
            published(house, at=now)
            a_draft(house, at=now)
            actions.ask_for_article("缺", actor=house.me, at=now)
        assert counted[0] == counted[1], address


def api(house: House, path: str = "", role: str = "agent", **query: str) -> Any:
    _row, key = staff_actions.create_api_key(
        house.institution,
        role=role,
        name="tests",
        actor=staff_actor(house),
        at=MONDAY_9AM,
        person=None,
    )
    client = Client(raise_request_exception=False)
    return client.get(f"/api/v1/knowledge{path}", query, headers={"Authorization": f"Bearer {key}"})


def staff_actor(house: House) -> Actor:
    return Actor.system("tests", house.institution.pk)


def test_programs_search_and_read(house: House) -> None:
    version = published(house)
    found = api(house, q="nianfei", **{"class": "BASIC"}).json()
    assert [item["title"] for item in found["items"]] == ["信用卡年费减免规则"]
    assert (found["nearest"], found["next"]) == (False, None)
    assert found["items"][0]["class"] == "BASIC"
    ref = found["items"][0]["id"]
    read = api(house, f"/{ref}").json()
    assert read["body"] == FEE.body
    assert (read["version"], read["author"] != "", read["approver"] != "") == (1, True, True)
    before = later(days=-1).isoformat()
    assert api(house, f"/{ref}", at=before).status_code == 404
    assert api(a_house("insurer"), f"/{ref}").status_code == 404
    assert version.article.public_id == ref


@pytest.mark.parametrize(
    "query",
    [
        {"class": "GOSSIP"},
        {"cursor": "kver_none"},
        {"limit": "0"},
        {"limit": "x"},
        {"q": "长" * 81},
        {"nonsense": "1"},
    ],
)
def test_bad_questions_of_programs_are_named(house: House, query: dict[str, str]) -> None:
    assert api(house, **query).status_code == 422


def test_programs_read_what_was_used_in_a_contact(house: House) -> None:
    version = published(house)
    visitor = Actor.customer("visit_uses", house.institution.pk)
    contact = conversations.open_contact(
        institution=house.institution,
        channel="chat",
        visitor_ref="visit_uses",
        actor=visitor,
        at=MONDAY_9AM,
    )
    actions.use(version, contact, sequence=0, actor=house.me, at=later(hours=1))
    path = f"/uses/{contact.public_id}"
    (row,) = api(house, path, role="inspector").json()
    assert (row["article"], row["version"]) == (version.article.public_id, 1)
    assert api(a_house("insurer"), path).status_code == 404


def test_auditors_have_no_business_here(house: House) -> None:
    assert api(house, role="auditor").status_code == 403


def test_the_rail_leads_here(house: House) -> None:
    words = signed_in(house.editor).get("/knowledge/").content.decode()
    assert re.search(r'href="/knowledge/" aria-current="page" data-key="g k"', words)
