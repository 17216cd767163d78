"""Articles and their areas as programs write them: with the rights of the pages, and once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouwen.ground.vault.models import AuditRow
from shouwen.service.knowledge import actions
from shouwen.service.knowledge.models import Article, ArticleVersion, Category
from shouwen.service.knowledge.tests.factories import (
    MONDAY_9AM,
    House,
    a_draft,
    a_house,
    later,
    published,
)
from shouwen.service.knowledge.tests.programs import ONCE, VERSIONS, Asks, program_of

AREAS = "/api/v1/knowledge-areas"
WORDING: dict[str, Any] = {
    "title": "境外取现手续费",
    "topic": "PRODUCT",
    "category": "card",
    "body": "每笔按金额的百分之一收取。",
    "review_on": "2026-12-01",
    "keywords": ["境外", "手续费"],
}


def test_a_draft_is_written_handed_in_and_counts_once_another_person_approved_it(
    house: House, editor: Asks, reader: Asks
) -> None:
    answer = editor("POST", VERSIONS, WORDING)
    made = answer.json()
    assert answer.status_code == 201
    assert (made["state"], made["number"], made["class"]) == ("DRAFT", 1, "BASIC")
    assert (made["keywords"], made["author"]) == (["境外", "手续费"], house.editor.name)
    one = f"{VERSIONS}/{made['id']}"
    assert reader("GET", one).status_code == 404, "no reader sees a draft"
    step = {"revision": made["revision"]}
    handed = editor("POST", f"{one}/submit", step).json()
    assert handed["state"] == "SUBMITTED"
    assert handed["submitted_at"] is not None
    version = ArticleVersion.objects.get(public_id=made["id"])
    actions.approve(version, actor=house.boss, at=later(minutes=4))
    shown = reader("GET", one).json()
    assert (shown["state"], shown["is_in_force"], shown["body"]) == (
        "PUBLISHED",
        True,
        WORDING["body"],
    )
    found = reader("GET", f"/api/v1/knowledge/{made['article']}").json()
    assert found["title"] == WORDING["title"]
    assert AuditRow.objects.filter(act="knowledge.drafted", actor_ref=house.editor.public_id)


def test_one_key_begins_one_article_and_another_body_under_it_is_refused(
    house: House, editor: Asks
) -> None:
    first, second = (editor("POST", VERSIONS, WORDING, **ONCE) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Article.objects.count() == 1
    other = editor("POST", VERSIONS, {**WORDING, "title": "另一篇"}, **ONCE)
    assert (other.status_code, other.json()["code"]) == (409, "key-reused")
    step = {"revision": 0}
    one = f"{VERSIONS}/{first.json()['id']}/submit"
    assert [editor("POST", one, step, **ONCE).status_code for _ in range(2)] == [200, 200]
    assert AuditRow.objects.filter(act="knowledge.submit").count() == 1
    again = editor("POST", one, step)
    assert (again.status_code, again.json()["code"]) == (409, "nothing-open")


def test_the_next_version_leaves_what_is_in_force_and_there_is_one_draft(
    house: House, editor: Asks, reader: Asks
) -> None:
    version = published(house)
    ref = version.article.public_id
    made = editor("POST", VERSIONS, {**WORDING, "article": ref}).json()
    assert (made["article"], made["number"]) == (ref, 2)
    twice = editor("POST", VERSIONS, {**WORDING, "article": ref})
    assert (twice.status_code, twice.json()["code"]) == (409, "article-has-draft")
    assert reader("GET", f"/api/v1/knowledge/{ref}").json()["version"] == 1
    listed = editor("GET", f"{VERSIONS}?article={ref}").json()["items"]
    assert [(one["number"], one["state"]) for one in listed] == [(2, "DRAFT"), (1, "PUBLISHED")]
    seen = reader("GET", f"{VERSIONS}?article={ref}").json()["items"]
    assert [one["number"] for one in seen] == [1]


def test_a_draft_is_reworded_against_the_revision_that_was_read(house: House, editor: Asks) -> None:
    one = f"{VERSIONS}/{a_draft(house).public_id}"
    said = {**WORDING, "revision": 0, "audience": "PUBLIC"}
    changed = editor("PUT", one, said).json()
    assert (changed["title"], changed["audience"], changed["revision"]) == (
        WORDING["title"],
        "PUBLIC",
        1,
    )
    stale = editor("PUT", one, said)
    assert (stale.status_code, stale.json()["code"]) == (409, "changed-meanwhile")
    colleague = program_of(house, "editor", house.colleague)
    foreign = colleague("PUT", one, {**said, "revision": 1})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "not-your-draft")
    dropped = colleague("POST", f"{one}/discard", {"revision": 1}).json()
    assert dropped["state"] == "RETIRED", "a colleague's draft may be dropped, as on the page"


def test_an_approved_version_is_withdrawn_by_who_decides_with_a_reason(
    house: House, editor: Asks, lead: Asks, reader: Asks
) -> None:
    version = published(house)
    one = f"{VERSIONS}/{version.public_id}"
    said = {"revision": version.revision, "reason": "产品下架"}
    assert editor("POST", f"{one}/retire", said).status_code == 403
    assert lead("POST", f"{one}/retire", {**said, "reason": " "}).status_code == 422
    gone = lead("POST", f"{one}/retire", said).json()
    assert (gone["state"], gone["is_in_force"], gone["reason"]) == ("RETIRED", False, "产品下架")
    assert reader("GET", one).status_code == 200, "what it was stays readable"
    assert reader("GET", f"/api/v1/knowledge/{version.article.public_id}").status_code == 404


def test_only_who_writes_on_the_page_writes_here_and_a_key_of_nobody_does_not(
    house: House, lead: Asks, reader: Asks
) -> None:
    nobody = program_of(house, "editor", None)
    for ask in (lead, reader, nobody):
        assert ask("POST", VERSIONS, WORDING).status_code == 403
    one = f"{VERSIONS}/{published(house).public_id}"
    for act in ("submit", "discard"):
        assert reader("POST", f"{one}/{act}", {"revision": 2}).status_code == 403
    assert Article.objects.count() == 1


def test_another_institutions_versions_are_not_there(house: House, editor: Asks) -> None:
    theirs = published(a_house("insurer"))
    assert editor("GET", f"{VERSIONS}/{theirs.public_id}").status_code == 404
    assert editor("GET", f"{VERSIONS}?article={theirs.article.public_id}").json()["items"] == []
    body = {**WORDING, "article": theirs.article.public_id}
    assert editor("POST", VERSIONS, body).status_code == 404


def test_versions_are_listed_by_state_class_and_area_a_page_at_a_time(
    house: House, editor: Asks
) -> None:
    for number in range(3):
        published(house, title=f"年费{number}")
    draft = a_draft(house, title="房贷", category="loan", topic="PROCESS")

    def titles(query: str) -> list[str]:
        return [one["title"] for one in editor("GET", f"{VERSIONS}?{query}").json()["items"]]

    assert titles("state=DRAFT") == titles("category=loan") == titles("class=OPERATION")
    assert titles("state=DRAFT") == [draft.title]
    assert titles("state=PUBLISHED&category=loan") == []
    page = editor("GET", f"{VERSIONS}?state=PUBLISHED&limit=2").json()
    assert [one["title"] for one in page["items"]] == ["年费2", "年费1"]
    last = editor("GET", f"{VERSIONS}?state=PUBLISHED&limit=2&cursor={page['next']}").json()
    assert ([one["title"] for one in last["items"]], last["next"]) == (["年费0"], None)
    assert editor("GET", f"{VERSIONS}?cursor=kver_none").status_code == 422
    assert editor("GET", f"{VERSIONS}?state=GONE").status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"category": "nowhere"}, "category"),
        ({"topic": "GOSSIP"}, "topic"),
        ({"review_on": "2026-06-15"}, "review_on"),
        ({"valid_until": "2026-06-01T00:00:00+08:00"}, "valid_until"),
        ({"valid_until": "2026-08-01T00:00:00"}, "valid_until"),
        ({"body": "x" * 20_001}, "body"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_written(
    editor: Asks, change: dict[str, Any], field: str
) -> None:
    answer = editor("POST", VERSIONS, {**WORDING, **change})
    assert answer.status_code == 422
    assert [wrong["field"] for wrong in answer.json()["errors"]] == [field]
    assert Article.objects.count() == 0


def test_what_waits_for_its_day_is_no_readers_yet(house: House, editor: Asks, reader: Asks) -> None:
    version = published(house, valid_from=MONDAY_9AM + timedelta(days=3))
    one = f"{VERSIONS}/{version.public_id}"
    assert editor("GET", one).json()["is_in_force"] is False
    assert reader("GET", one).status_code == 404
    assert reader("GET", VERSIONS).json()["items"] == []


def test_areas_are_read_by_readers_and_kept_by_editors(editor: Asks, reader: Asks) -> None:
    said = {"code": "overseas", "name_zh": "境外用卡"}
    assert reader("POST", AREAS, said).status_code == 403
    assert [editor("POST", AREAS, said, **ONCE).status_code for _ in range(2)] == [201, 201]
    again = editor("POST", AREAS, said)
    assert (again.status_code, again.json()["code"]) == (409, "area-known-already")
    renamed = editor("PUT", f"{AREAS}/overseas", {"name_zh": "境外", "name_en": "Abroad"})
    assert renamed.json() == {"code": "overseas", "name_zh": "境外", "name_en": "Abroad"}
    listed = reader("GET", AREAS).json()["items"]
    assert [area["code"] for area in listed] == ["card", "loan", "overseas"]
    assert editor("PUT", f"{AREAS}/nowhere", {"name_zh": "境外"}).status_code == 404
    for wrong in ({"code": "A b"}, {"name_zh": " "}, {"place": 1}):
        assert editor("POST", AREAS, {**said, "code": "more", **wrong}).status_code == 422
    assert Category.objects.count() == 3


def test_the_draft_keeps_what_was_sent(editor: Asks) -> None:
    said = {
        **WORDING,
        "spoken": "按百分之一收取。",
        "change_note": "新收费",
        "valid_from": "2026-07-01T00:00:00+08:00",
        "valid_until": "2026-12-31T00:00:00+08:00",
    }
    made = editor("POST", VERSIONS, said).json()
    same = ("title", "topic", "category", "body", "review_on", "spoken", "change_note")
    assert {name: made[name] for name in same} == {name: said[name] for name in same}
    assert (made["valid_from"], made["valid_until"]) == (
        "2026-06-30T16:00:00Z",
        "2026-12-30T16:00:00Z",
    )
