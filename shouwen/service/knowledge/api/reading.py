"""Knowledge for programs: what is in force, by words and by reference."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from shouwen.contact.conversations import queries as conversations
from shouwen.ground.kernel import time
from shouwen.ground.kernel.moments import Moment
from shouwen.ground.kit.api import ApiRequest, ProblemOut
from shouwen.service.knowledge import queries
from shouwen.service.knowledge.models import ArticleVersion
from shouwen.service.knowledge.queries import Asked, Result

router = Router(tags=["knowledge"])

PAGE_LIMIT = 50
KindName = Literal["BASIC", "OPERATION", "SERVICE", "COMPLIANCE"]


class FindIn(Schema):
    """What to look for, and from where."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    q: Annotated[str, Field(max_length=80)] = ""
    kind: Annotated[KindName | Literal[""], Field(alias="class")] = ""
    category: Annotated[str, Field(max_length=60)] = ""
    cursor: Annotated[str, Field(max_length=48)] = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 20


class ReadIn(Schema):
    """The moment at which the article is to be in force; now without one."""

    model_config = ConfigDict(extra="forbid")

    at: Moment | None = None


class ArticleOut(Schema):
    """An article with the version in force."""

    model_config = ConfigDict(populate_by_name=True)

    id: str
    version: int
    title: str
    kind: Annotated[str, Field(alias="class")]
    topic: str
    category: str
    keywords: list[str]
    valid_from: datetime
    valid_until: datetime | None
    review_on: date
    useful: int
    not_useful: int
    used: int


class FoundOut(ArticleOut):
    """An article with the lines around the first hit."""

    lines: str


class ArticleListOut(Schema):
    """A page of articles; `nearest` says that none held every word."""

    items: list[FoundOut]
    nearest: bool
    next: str | None


class ArticleDetailOut(ArticleOut):
    """An article whole, with those who answer for it."""

    body: str
    spoken: str
    author: str
    approver: str
    approved_at: datetime


class UseOut(Schema):
    """One version that a person took into a reply to the customer's message `sequence`."""

    article: str
    version: int
    title: str
    person: str
    sequence: int
    at: datetime


PROBLEMS = {401: ProblemOut, 403: ProblemOut, 404: ProblemOut, 422: ProblemOut}


def _plain(version: ArticleVersion) -> dict[str, object]:
    return {
        "id": version.article.public_id,
        "version": version.number,
        "title": version.title,
        "kind": version.kind,
        "topic": version.topic,
        "category": version.category.code,
        "keywords": version.keyword_list,
        "valid_from": version.valid_from,
        "valid_until": version.valid_until,
        "review_on": version.review_on,
        "useful": version.useful_count,
        "not_useful": version.useless_count,
        "used": version.used_count,
    }


def _found(result: Result) -> FoundOut:
    lines = "".join(piece.text for piece in result.lines)
    return FoundOut.model_validate({**_plain(result.version), "lines": lines})


@router.get(
    "", response={200: ArticleListOut, **PROBLEMS}, by_alias=True, summary="Search the knowledge"
)
def list_articles(request: ApiRequest, asked: Annotated[FindIn, Query()]) -> ArticleListOut:
    """Give the articles in force that hold every word, best first; without words the newest."""
    found = queries.find(
        request.actor,
        Asked(asked.q, asked.kind, asked.category, asked.cursor, asked.limit),
        at=time.now(),
    )
    return ArticleListOut(
        items=[_found(result) for result in found.results],
        nearest=found.is_nearest,
        next=found.next or None,
    )


@router.get(
    "/uses/{contact}", response={200: list[UseOut], **PROBLEMS}, summary="Used in a contact"
)
def list_uses(request: ApiRequest, contact: str) -> list[UseOut]:
    """List which versions people took into their replies in a contact, in order."""
    found = conversations.contact_for(request.actor, contact)
    return [
        UseOut(
            article=use.version.article.public_id,
            version=use.version.number,
            title=use.version.title,
            person=use.person.public_id,
            sequence=use.sequence,
            at=use.at,
        )
        for use in queries.uses_in(request.actor, found)
    ]


@router.get(
    "/{ref}", response={200: ArticleDetailOut, **PROBLEMS}, by_alias=True, summary="Read an article"
)
def read_article(
    request: ApiRequest, ref: str, asked: Annotated[ReadIn, Query()]
) -> ArticleDetailOut:
    """Give the version in force now, or at the moment asked for; 404 where none was."""
    version = queries.version_in_force(request.actor, ref, at=asked.at or time.now())
    return ArticleDetailOut.model_validate(
        {
            **_plain(version),
            "body": version.body,
            "spoken": version.spoken,
            "author": version.author.name,
            "approver": version.approver.name if version.approver else "",
            "approved_at": version.approved_at,
        }
    )
