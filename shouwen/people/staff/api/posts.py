"""The duty list: posts with authority, obligations and bound figures, and one's own post."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Query, Router, Schema
from pydantic import Field

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff import queries
from shouwen.people.staff.models import PostVersion
from shouwen.people.staff.ports import Shares
from shouwen.people.staff.queries import PostLine

posts_router = Router(tags=["posts"])


class PostVersionOut(Schema):
    """What a post may and must do from one day on; a figure it is not bound to is null."""

    number: int
    effective_from: date
    name_zh: str
    name_en: str
    authority: list[str]
    obligations: list[str]
    connect_percent: float | None
    reply_percent: float | None
    resolution_percent: float | None
    written_at: datetime


class PostOut(Schema):
    """One post; `version` counts today, null before its first day, and `ahead` is the next."""

    id: str
    unit: str | None
    is_closed: bool
    version: PostVersionOut | None
    ahead: PostVersionOut | None


class PostListOut(Schema):
    """A stretch of the duty list; `next` is a cursor, null at the end."""

    items: list[PostOut]
    next: str | None


class ReachedOut(Schema):
    """What was reached of the bound figures, in percent; null where nothing was counted."""

    connect_percent: float | None
    reply_percent: float | None
    resolution_percent: float | None


class PostHolderOut(Schema):
    """One person who holds a post; `reached` is null for who took it up after the month."""

    person: str
    staff_no: str
    name: str
    since: datetime
    reached: ReachedOut | None


class PostFullOut(PostOut):
    """One post with every version, the latest first, and who holds it (at most 100).

    `reached` is what its holders reached together in the last whole month, which began on
    `reached_month`. The connect rate is that of the queues of their units.
    """

    versions: list[PostVersionOut]
    reached_month: date | None
    reached: ReachedOut | None
    holders: list[PostHolderOut]


class OwnPostOut(Schema):
    """The caller's own post; null without one."""

    post: PostOut | None
    since: datetime | None


class PostsIn(Strict):
    """Which posts: those on the list, or those taken off it."""

    closed: bool = False
    cursor: Annotated[str, Field(max_length=48)] = ""


def _share(figure: object) -> float | None:
    return None if figure is None else float(str(figure))


def _reached(shares: Shares | None) -> ReachedOut | None:
    if shares is None:
        return None
    figures = {name: shares.get(name) for name in ReachedOut.model_fields}
    return ReachedOut(
        **{name: None if one is None else round(one * 100, 1) for name, one in figures.items()}
    )


def _version(one: PostVersion) -> PostVersionOut:
    return PostVersionOut(
        number=one.number,
        effective_from=one.effective_from,
        name_zh=one.name_zh,
        name_en=one.name_en,
        authority=one.authority_lines,
        obligations=one.obligation_lines,
        connect_percent=_share(one.connect_percent),
        reply_percent=_share(one.reply_percent),
        resolution_percent=_share(one.resolution_percent),
        written_at=one.written_at,
    )


def _post(line: PostLine) -> PostOut:
    return PostOut(
        id=line.post.public_id,
        unit=line.post.unit.public_id if line.post.unit else None,
        is_closed=line.post.closed_at is not None,
        version=_version(line.version) if line.version else None,
        ahead=_version(line.ahead) if line.ahead else None,
    )


@posts_router.get("", response={200: PostListOut, **PROBLEMS}, summary="The duty list")
def list_posts(request: ApiRequest, asked: Annotated[PostsIn, Query()]) -> PostListOut:
    """Give the posts within reach with the version that counts today, the oldest post first."""
    page = queries.posts_page(request.actor, time.now(), after=asked.cursor, closed=asked.closed)
    return PostListOut(items=[_post(line) for line in page.lines], next=page.next or None)


@posts_router.get("/own", response={200: OwnPostOut, **PROBLEMS}, summary="One's own post")
def own_post(request: ApiRequest) -> OwnPostOut:
    """Give what the caller may and must do; a program that acts as nobody holds no post."""
    own = queries.own_post(request.actor, time.now())
    return OwnPostOut(post=_post(own.line) if own else None, since=own.since if own else None)


@posts_router.get("/{ref}", response={200: PostFullOut, **PROBLEMS}, summary="One post")
def get_post(request: ApiRequest, ref: str) -> PostFullOut:
    """Give a post with all its versions and its holders."""
    view = queries.post_view(request.actor, queries.post_for(request.actor, ref), time.now())
    by_person = view.reached.by_person if view.reached else {}
    return PostFullOut(
        **dict(_post(view.line)),
        versions=[_version(one) for one in view.versions],
        reached_month=view.reached.month if view.reached else None,
        reached=_reached(view.reached.together) if view.reached else None,
        holders=[
            PostHolderOut(
                person=one.person.public_id,
                staff_no=one.person.staff_no,
                name=one.person.name,
                since=one.since,
                reached=_reached(by_person.get(one.person.public_id)),
            )
            for one in view.holders
        ],
    )
