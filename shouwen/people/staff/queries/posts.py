"""The duty list as administrators, reviewers and the holders of posts see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import queries as policy
from shouwen.people.staff import access, ports
from shouwen.people.staff.models import Person, Post, PostHolding, PostVersion
from shouwen.people.staff.ports import Attainment
from shouwen.people.staff.rules import posts as rules

PAGE_ROWS = 50
MOST_CHOSEN = 300
MOST_HOLDERS = 100
REF_MAX_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post: the version that counts on a day, the next one written, and how many hold it.

    A post whose first version is yet to come has no `version`; `shown` is what is to be read then.
    """

    post: Post
    version: PostVersion | None
    ahead: PostVersion | None
    latest: PostVersion
    holders: int = 0

    @property
    def shown(self) -> PostVersion:
        """The version in force, or the first to come."""
        return self.version or self.ahead or self.latest


@dataclass(frozen=True, slots=True)
class PostPage:
    """A stretch of the duty list; `next` is a cursor, empty at the end."""

    lines: list[PostLine]
    next: str


@dataclass(frozen=True, slots=True)
class PostView:
    """One post with every version, the latest first, and the people who hold it (at most 100).

    `reached` is what those of them who held it before this month began reached in the last one.
    """

    line: PostLine
    versions: list[PostVersion]
    holders: list[PostHolding]
    reached: Attainment | None = None


@dataclass(frozen=True, slots=True)
class OwnPost:
    """The post a person holds, since when, and how it reads today."""

    line: PostLine
    since: datetime


def _line(post: Post, day: date) -> PostLine:
    versions = {one.number: one for one in post.versions.all()}
    marks = [(one.number, one.effective_from) for one in versions.values()]
    now, ahead = rules.in_force(marks, day), rules.to_come(marks, day)
    return PostLine(
        post,
        versions[now] if now else None,
        versions[ahead] if ahead else None,
        versions[post.latest],
        getattr(post, "holder_count", 0),
    )


def _versions() -> Prefetch[str, QuerySet[PostVersion], str]:
    rows = PostVersion.objects.select_related("written_by").order_by("-number")
    return Prefetch("versions", queryset=rows)


def _within(actor: Actor) -> QuerySet[Post]:
    posts = Post.objects.filter(institution_id=actor.institution_id or 0)
    if not actor.all_units:
        posts = posts.filter(Q(unit__isnull=True) | Q(unit_id__in=actor.unit_ids))
    return posts.select_related("unit", "institution").prefetch_related(_versions())


def posts_page(actor: Actor, at: datetime, *, after: str = "", closed: bool = False) -> PostPage:
    """Give the duty list within reach, a page at a time; needs `staff.review`.

    `closed` lists what was taken off it. Four queries for any number. Raises NotAllowed, Invalid.
    """
    access.require(actor, "staff.review")
    posts = _within(actor).filter(closed_at__isnull=not closed)
    if after:
        last = posts.filter(public_id=after).first() if _askable(after) else None
        if last is None:
            raise Invalid(fields={"after": _("Choose one of the listed entries.")})
        posts = posts.filter(pk__gt=last.pk)
    held = Count("holdings", filter=Q(holdings__until__isnull=True))
    rows = list(posts.annotate(holder_count=held).order_by("pk")[: PAGE_ROWS + 1])
    shown, day = rows[:PAGE_ROWS], day_of(at)
    return PostPage(
        [_line(post, day) for post in shown],
        shown[-1].public_id if len(rows) > PAGE_ROWS else "",
    )


def _askable(ref: str) -> bool:
    return len(ref) <= REF_MAX_CHARACTERS and ref.isprintable()


def post_for(actor: Actor, public_id: str) -> Post:
    """Give one post within reach; needs `staff.review`. Raises NotAllowed, NotThere."""
    access.require(actor, "staff.review")
    found = _within(actor).filter(public_id=public_id).first() if _askable(public_id) else None
    if found is None:
        raise NotThere
    return found


def post_view(actor: Actor, post: Post, at: datetime) -> PostView:
    """Give a post with its versions, holders and what these reached; needs `staff.review`.

    Raises NotAllowed. Serves HB-1.1-05.
    """
    access.require(actor, "staff.review")
    held = PostHolding.objects.filter(post=post, until__isnull=True)
    if not actor.all_units:
        held = held.filter(person__unit_id__in=actor.unit_ids)
    named = held.select_related("person__unit").order_by("person__name", "pk")
    holders = list(named[:MOST_HOLDERS])
    line = _line(post, day_of(at))
    began = day_of(at).replace(day=1)
    before = [one.person for one in holders if day_of(one.since) < began]
    return PostView(line, list(post.versions.all()), holders, ports.attainment(before, at))


def posts_to_give(actor: Actor, at: datetime) -> list[PostLine]:
    """Give the open posts within reach, to choose one for a person; needs `staff.review`."""
    access.require(actor, "staff.review")
    day = day_of(at)
    posts = _within(actor).filter(closed_at__isnull=True).order_by("pk")[:MOST_CHOSEN]
    return [_line(post, day) for post in posts]


def _held(person: Q, at: datetime) -> OwnPost | None:
    held = PostHolding.objects.filter(person, until__isnull=True)
    found = (
        held.select_related("post__unit", "post__institution")
        .prefetch_related(
            Prefetch(
                "post__versions",
                PostVersion.objects.select_related("written_by").order_by("-number"),
            )
        )
        .first()
    )
    return OwnPost(_line(found.post, day_of(at)), found.since) if found else None


def own_post(actor: Actor, at: datetime) -> OwnPost | None:
    """Give the post the actor holds, whatever their rights; None without one. Serves HB-1.1-07."""
    return _held(Q(person__public_id=actor.ref), at) if actor.is_person else None


def post_of(actor: Actor, person: Person, at: datetime) -> OwnPost | None:
    """Give the post of a person within reach; needs `staff.review`. Raises NotAllowed, NotThere."""
    access.require(actor, "staff.review")
    if not access.same_institution(actor, person.institution_id):
        raise NotThere
    return _held(Q(person=person), at)


def figures_asked(institution_id: int, at: datetime) -> Mapping[str, policy.Target]:
    """Give what the institution's rule packs ask of the bound figures, by field, where they do."""
    asked = policy.targets(institution_id, at)
    names = {
        "connect_percent": "connect_rate",
        "resolution_percent": "resolution_rate",
    }
    return {field: asked[metric] for field, metric in names.items() if metric in asked}
