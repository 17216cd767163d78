"""Articles as they are written: versions listed, drafted, reworded and handed in.

A version is written by one person and decided about by another (`deciding.py`), so writing takes
a key that is bound to a person.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from shouwen.ground.kernel import time
from shouwen.ground.kernel.moments import Day, Moment
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Key, Strict, once
from shouwen.service.knowledge import actions, queries
from shouwen.service.knowledge.actions import Wording
from shouwen.service.knowledge.models import (
    BODY_MAX_CHARACTERS,
    SPOKEN_MAX_CHARACTERS,
    TITLE_MAX_CHARACTERS,
    ArticleVersion,
)
from shouwen.service.knowledge.queries import Wanted

versions_router = Router(tags=["knowledge"])

PAGE_LIMIT = 50
Ref = Annotated[str, Field(max_length=48)]
Code = Annotated[str, Field(max_length=60)]
Keyword = Annotated[str, Field(min_length=1, max_length=40)]
Revision = Annotated[int, Field(ge=0, le=1_000_000_000)]
KindName = Literal["BASIC", "OPERATION", "SERVICE", "COMPLIANCE"]
StateName = Literal["DRAFT", "SUBMITTED", "PUBLISHED", "RETIRED"]
TopicName = Literal[
    "ETIQUETTE",
    "PRODUCT",
    "PROCESS",
    "SYSTEM_USE",
    "COMMUNICATION",
    "PROBLEM_SOLVING",
    "REQUIREMENT",
    "RISK_WARNING",
]


class VersionsIn(Schema):
    """Which versions: `article` is an article's id, `category` the code of an area."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    article: Ref = ""
    state: StateName | Literal[""] = ""
    kind: Annotated[KindName | Literal[""], Field(alias="class")] = ""
    category: Code = ""
    cursor: Ref = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 20


class WordingIn(Strict):
    """One whole text. The topic says the class; `category` is the code of an area.

    Without `valid_from` it counts from its approval, without `valid_until` until it is replaced.
    By `review_on`, a day to come, somebody must look at it again. `spoken` may be said as is.
    """

    title: Annotated[str, Field(min_length=1, max_length=TITLE_MAX_CHARACTERS)]
    topic: TopicName
    category: Annotated[str, Field(min_length=1, max_length=60)]
    body: Annotated[str, Field(min_length=1, max_length=BODY_MAX_CHARACTERS)]
    review_on: Day
    keywords: list[Keyword] = Field(default=[], max_length=20)
    spoken: Annotated[str, Field(max_length=SPOKEN_MAX_CHARACTERS)] = ""
    change_note: Annotated[str, Field(max_length=200)] = ""
    audience: Literal["STAFF", "PUBLIC"] = "STAFF"
    valid_from: Moment | None = None
    valid_until: Moment | None = None


class NewVersionIn(WordingIn):
    """A draft: the next version of `article`, or without one the first of a new article."""

    article: Ref = ""


class ReworkIn(WordingIn):
    """A draft anew, against the revision that was read."""

    revision: Revision


class StepIn(Strict):
    """A step, against the revision that was read."""

    revision: Revision


class VersionLineOut(Schema):
    """A version without its text; `reason` is why it was sent back or withdrawn."""

    model_config = ConfigDict(populate_by_name=True)

    id: str
    article: str
    number: int
    revision: int
    state: StateName
    is_in_force: bool
    title: str
    kind: Annotated[KindName, Field(alias="class")]
    topic: TopicName
    category: str
    keywords: list[str]
    audience: Literal["STAFF", "PUBLIC"]
    change_note: str
    valid_from: datetime | None
    valid_until: datetime | None
    review_on: date
    author: str
    approver: str
    reason: str
    created_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    retired_at: datetime | None


class VersionOut(VersionLineOut):
    """A version whole."""

    body: str
    spoken: str


class VersionListOut(Schema):
    """A page of versions, the newest first."""

    items: list[VersionLineOut]
    next: str | None


SAME = (
    "number",
    "revision",
    "state",
    "title",
    "kind",
    "topic",
    "audience",
    "change_note",
    "valid_from",
    "valid_until",
    "review_on",
    "reason",
    "created_at",
    "submitted_at",
    "approved_at",
    "retired_at",
    "body",
    "spoken",
)
VERSION = {200: VersionOut, **PROBLEMS}


def _plain(version: ArticleVersion, at: datetime) -> dict[str, object]:
    return {
        **{name: getattr(version, name) for name in SAME},
        "id": version.public_id,
        "article": version.article.public_id,
        "is_in_force": version.is_in_force(at),
        "category": version.category.code,
        "keywords": version.keyword_list,
        "author": version.author.name,
        "approver": version.approver.name if version.approver else "",
    }


def _shown(request: ApiRequest, ref: str, at: datetime) -> VersionOut:
    found = queries.version_by_id(request.actor, ref, at=at)
    return VersionOut.model_validate(_plain(found, at))


def _wording(body: WordingIn) -> Wording:
    said = body.model_dump(exclude={"article", "revision"})
    return Wording(**said | {"keywords": " ".join(body.keywords)})


@versions_router.get(
    "", response={200: VersionListOut, **PROBLEMS}, by_alias=True, summary="List versions"
)
def list_versions(request: ApiRequest, asked: Annotated[VersionsIn, Query()]) -> VersionListOut:
    """List the versions of articles, newest first: those who write or approve see all of them.

    Readers see what is or was in force.
    """
    at = time.now()
    wanted = Wanted(
        asked.article, asked.state, asked.kind, asked.category, asked.cursor, asked.limit
    )
    found = queries.versions_of(request.actor, wanted, at=at)
    return VersionListOut(
        items=[VersionLineOut.model_validate(_plain(row, at)) for row in found.rows],
        next=found.next or None,
    )


@versions_router.post(
    "", response={201: VersionOut, **PROBLEMS}, by_alias=True, summary="Write a draft"
)
def write_draft(request: ApiRequest, body: NewVersionIn, key: Key = "") -> Status[VersionOut]:
    """Begin a new article, or the next version of one; the same key begins it once.

    What is in force stays so until the new version is approved. 409 where a draft is open.
    """
    actor, at = request.actor, time.now()

    def work() -> str:
        if not body.article:
            return str(actions.draft_article(_wording(body), actor=actor, at=at).public_id)
        article = queries.article_for(actor, body.article)
        return str(actions.revise(article, _wording(body), actor=actor, at=at).public_id)

    made = once(request, "knowledge.draft", key, body, work, at=at)
    return Status(201, _shown(request, made, at))


@versions_router.get("/{ref}", response=VERSION, by_alias=True, summary="Read a version")
def read_version(request: ApiRequest, ref: str) -> VersionOut:
    """Give one version whole, with how far it is."""
    return _shown(request, ref, time.now())


@versions_router.put("/{ref}", response=VERSION, by_alias=True, summary="Reword a draft")
def reword_draft(request: ApiRequest, ref: str, body: ReworkIn) -> VersionOut:
    """Write one's own draft anew, one that was sent back too. 409 once somebody changed it."""
    actor, at = request.actor, time.now()
    found = queries.version_by_id(actor, ref, at=at)
    actions.edit_draft(found, _wording(body), seen=body.revision, actor=actor, at=at)
    return _shown(request, ref, at)


def take_step(
    request: ApiRequest, act: str, ref: str, key: str, body: StepIn, step: Callable[..., None]
) -> VersionOut:
    """Take one step with one version, once for each key, and give what is true now."""
    actor, at = request.actor, time.now()

    def work() -> str:
        found = queries.version_by_id(actor, ref, at=at)
        step(found, seen=body.revision, actor=actor, at=at)
        return str(found.public_id)

    return _shown(request, once(request, act, key, body, work, at=at, about=ref), at)


@versions_router.post("/{ref}/submit", response=VERSION, by_alias=True, summary="Hand a draft in")
def submit_draft(request: ApiRequest, ref: str, body: StepIn, key: Key = "") -> VersionOut:
    """Hand one's own draft in; another person approves it or sends it back."""
    return take_step(request, "knowledge.submit", ref, key, body, actions.submit)


@versions_router.post("/{ref}/discard", response=VERSION, by_alias=True, summary="Drop a draft")
def discard_draft(request: ApiRequest, ref: str, body: StepIn, key: Key = "") -> VersionOut:
    """Drop a draft, a colleague's too, so that the article is free for another."""
    return take_step(request, "knowledge.discard", ref, key, body, actions.discard)
