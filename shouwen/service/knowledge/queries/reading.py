"""One article: what counts, what was, and what is being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import access as staff_access
from shouwen.service.knowledge.models import (
    Article,
    ArticleFile,
    ArticleVersion,
    Audience,
    Category,
    State,
    Vote,
)
from shouwen.service.knowledge.queries import searching
from shouwen.service.knowledge.queries.scope import in_force, within_sight
from shouwen.service.knowledge.rules import comparing
from shouwen.service.knowledge.rules.comparing import Change

OPEN = (State.DRAFT, State.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An article as its page shows it; `shown` is the wording on the page.

    `draft` is None for those who may not see drafts; `vote` is the asker's own, None for none.
    """

    article: Article
    shown: ArticleVersion
    counts: ArticleVersion | None
    draft: ArticleVersion | None
    versions: list[ArticleVersion]
    linked: list[ArticleVersion]
    related: list[ArticleVersion]
    vote: bool | None
    files: list[ArticleFile]


def article_for(actor: Actor, ref: str) -> Article:
    """Give an article of the actor's institution. Raises NotAllowed, NotThere."""
    staff_access.require(actor, "knowledge.read")
    # PostgreSQL cannot even be asked for a NUL.
    own = Article.objects.filter(institution_id=actor.institution_id or 0)
    article = own.filter(public_id=ref).first() if ref.isprintable() else None
    if article is None:
        raise NotThere
    return article


def _versions(actor: Actor, article: Article, at: datetime) -> list[ArticleVersion]:
    """Give the versions within sight, newest first; readers see what has counted."""
    rows = within_sight(actor, at).filter(article=article)
    found = list(rows.select_related(*searching.RELATIONS).order_by("-number"))
    if not found:
        raise NotThere
    return found


def counted_version(versions: list[ArticleVersion], at: datetime) -> ArticleVersion:
    """Choose what a page shows first: what is in force, else what counted last, else the newest."""
    for version in versions:
        if version.is_in_force(at):
            return version
    return next((v for v in versions if v.approved_at is not None), versions[0])


def sheet(actor: Actor, ref: str, *, at: datetime, number: int | None = None) -> Sheet:
    """Give an article with everything its page shows; `number` asks for one version's wording.

    Raises NotAllowed, and NotThere where nothing of it is within sight.
    """
    article = article_for(actor, ref)
    versions = _versions(actor, article, at)
    counts = next((v for v in versions if v.is_in_force(at)), None)
    shown = counted_version(versions, at)
    if number is not None:
        shown = next((v for v in versions if v.number == number), shown)
    linked = searching.linked(actor, shown, at=at)
    votes = Vote.objects.filter(version=shown, person__public_id=actor.ref)
    return Sheet(
        article=article,
        shown=shown,
        counts=counts,
        draft=next((v for v in versions if v.state in OPEN), None),
        versions=versions,
        linked=linked,
        related=searching.related(actor, shown, at=at, but=[v.article_id for v in linked]),
        vote=votes.values_list("is_useful", flat=True).first() if actor.is_person else None,
        files=files_of(shown),
    )


def files_of(version: ArticleVersion) -> list[ArticleFile]:
    """Give the files that hang on a version, in the order they were added."""
    return list(version.files.order_by("pk"))


def version_with_file(actor: Actor, file: str, *, at: datetime) -> ArticleVersion:
    """Give the newest version within sight on which a file hangs. Raises NotAllowed, NotThere."""
    staff_access.require(actor, "knowledge.read")
    own = Article.objects.filter(institution_id=actor.institution_id or 0)
    article = own.filter(files__public_id=file).first() if file.isprintable() else None
    if article is None:
        raise NotThere
    seen = [version.pk for version in _versions(actor, article, at)]
    with_file = ArticleVersion.objects.filter(pk__in=seen, files__public_id=file)
    found = with_file.order_by("-number").first()
    if found is None:
        raise NotThere
    return found


def version_in_force(actor: Actor, ref: str, *, at: datetime) -> ArticleVersion:
    """Give the wording of an article that counted at a moment. Raises NotAllowed, NotThere."""
    article = article_for(actor, ref)
    for version in _versions(actor, article, at):
        if version.is_in_force(at):
            return version
    raise NotThere


def public_version(institution_id: int, ref: str, *, at: datetime) -> ArticleVersion:
    """Give the wording that counts now, if customers may read it. Raises NotThere."""
    reader = Actor.system("help-centre", institution_id)
    version = version_in_force(reader, ref, at=at)
    if version.audience != Audience.PUBLIC:
        raise NotThere
    return version


def public_areas(institution_id: int, *, at: datetime) -> list[Category]:
    """Give the areas in which customers may read something now, by code; one query."""
    there = ArticleVersion.objects.filter(
        in_force(at), category=OuterRef("pk"), audience=Audience.PUBLIC
    )
    rows = Category.objects.filter(Exists(there), institution_id=institution_id)
    return list(rows.order_by("code"))


def version_for(actor: Actor, ref: str, number: int, *, at: datetime) -> ArticleVersion:
    """Give one version of an article within sight. Raises NotAllowed, NotThere."""
    article = article_for(actor, ref)
    for version in _versions(actor, article, at):
        if version.number == number:
            return version
    raise NotThere


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of an article: what was changed in the title, the words to say, the text."""

    article: Article
    versions: list[ArticleVersion]
    before: ArticleVersion
    after: ArticleVersion
    title: list[Change]
    spoken: list[Change]
    body: list[Change]
    files: list[Change]

    @property
    def is_same(self) -> bool:
        """Whether nothing in the wording differs."""
        parts = (*self.title, *self.spoken, *self.body, *self.files)
        return all(change.kind == comparing.SAME for change in parts)


def _files_changed(before: ArticleVersion, after: ArticleVersion) -> list[Change]:
    old, new = ({file.pk: file.name for file in files_of(version)} for version in (before, after))
    gone = [Change(comparing.REMOVED, name) for pk, name in old.items() if pk not in new]
    there = [
        Change(comparing.SAME if pk in old else comparing.ADDED, name) for pk, name in new.items()
    ]
    return gone + there


def comparison(
    actor: Actor, ref: str, first: int | None, second: int | None, *, at: datetime
) -> Comparison:
    """Compare two versions within sight, the older one first; without numbers the newest two.

    Raises NotAllowed, NotThere.
    """
    article = article_for(actor, ref)
    versions = _versions(actor, article, at)
    by_number = {version.number: version for version in versions}
    newest = [version.number for version in versions[:2]]
    last = newest[0] if second is None else second
    chosen = sorted((newest[-1] if first is None else first, last))
    if not by_number.keys() >= set(chosen):
        raise NotThere
    before, after = (by_number[number] for number in chosen)
    return Comparison(
        article=article,
        versions=versions,
        before=before,
        after=after,
        title=comparing.compare(before.title, after.title),
        spoken=comparing.compare(before.spoken, after.spoken),
        body=comparing.compare(before.body, after.body),
        files=_files_changed(before, after),
    )


def categories_of(actor: Actor) -> list[Category]:
    """Give the areas of the actor's institution, by code. Raises NotAllowed."""
    staff_access.require(actor, "knowledge.read")
    rows = Category.objects.filter(institution_id=actor.institution_id or 0)
    return list(rows.order_by("code"))
