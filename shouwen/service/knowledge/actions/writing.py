"""Writing: a draft begins, changes, is handed in or dropped."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.people.staff.models import Person
from shouwen.service.knowledge import access
from shouwen.service.knowledge.actions.moving import move
from shouwen.service.knowledge.actions.people import person_of, require_own_institution
from shouwen.service.knowledge.actions.refusals import (
    ArticleHasDraft,
    NotYourDraft,
    RequestSettled,
)
from shouwen.service.knowledge.actions.wording import Wording, columns
from shouwen.service.knowledge.models import (
    Article,
    ArticleVersion,
    MissingRequest,
    RequestState,
    State,
)
from shouwen.service.knowledge.rules.states import Act

WRITE = "knowledge.write"


@transaction.atomic
def draft_article(
    wording: Wording, *, request: MissingRequest | None = None, actor: Actor, at: datetime
) -> ArticleVersion:
    """Begin a new article; with a request, that one is answered once the article is published.

    Raises NotAllowed without the right, Invalid, RequestSettled.
    """
    author = person_of(actor, WRITE)
    article = Article.objects.create(institution_id=author.institution_id, created_at=at)
    version = _begin(article, 1, wording, author, at)
    audit.record(actor, "knowledge.drafted", article, at=at, detail={"version": 1})
    if request is not None:
        _take(request, article, actor, at)
    return version


def _take(request: MissingRequest, article: Article, actor: Actor, at: datetime) -> None:
    require_own_institution(actor, request.institution_id)
    taken = MissingRequest.objects.filter(pk=request.pk, state=RequestState.OPEN)
    if not taken.update(article=article):
        raise RequestSettled
    audit.record(actor, "knowledge.request_taken", request, at=at)


@transaction.atomic
def revise(article: Article, wording: Wording, *, actor: Actor, at: datetime) -> ArticleVersion:
    """Begin the next version of an article; what is in force stays so until it is replaced.

    It has the files of the last approved version, or of the last one where none was.

    Raises NotAllowed, Invalid, ArticleHasDraft.
    """
    author = person_of(actor, WRITE)
    require_own_institution(actor, article.institution_id)
    earlier = list(article.versions.order_by("-number").only("number", "approved_at"))
    try:
        with transaction.atomic():
            number = earlier[0].number + 1 if earlier else 1
            version = _begin(article, number, wording, author, at)
    except IntegrityError:
        # The database says who was first when two begin at once.
        raise ArticleHasDraft from None
    approved = next((each for each in earlier if each.approved_at is not None), None)
    if earlier:
        version.files.set((approved or earlier[0]).files.all())
    audit.record(actor, "knowledge.drafted", article, at=at, detail={"version": version.number})
    return version


def _begin(
    article: Article, number: int, wording: Wording, author: Person, at: datetime
) -> ArticleVersion:
    return ArticleVersion.objects.create(
        institution_id=article.institution_id,
        article=article,
        number=number,
        author=author,
        created_at=at,
        **columns(wording, article.institution_id, at),
    )


def require_author(actor: Actor, version: ArticleVersion) -> None:
    """Let the author go on with a draft. Raises NotYourDraft."""
    if version.state == State.DRAFT and not access.is_author(actor, version):
        raise NotYourDraft


@transaction.atomic
def edit_draft(
    version: ArticleVersion,
    wording: Wording,
    *,
    seen: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Change a draft. Raises NotAllowed, NotYourDraft, Invalid, NothingOpen, ChangedMeanwhile."""
    person_of(actor, WRITE)
    require_author(actor, version)
    changes = columns(wording, version.institution_id, at)
    move(version, Act.EDIT, actor=actor, at=at, seen=seen, changes=changes)


@transaction.atomic
def submit(version: ArticleVersion, *, seen: int | None = None, actor: Actor, at: datetime) -> None:
    """Hand a draft in for approval. Raises NotAllowed, NotYourDraft, NothingOpen."""
    person_of(actor, WRITE)
    require_author(actor, version)
    changes = {"submitted_at": at, "reason": ""}
    move(version, Act.SUBMIT, actor=actor, at=at, seen=seen, changes=changes)


@transaction.atomic
def discard(
    version: ArticleVersion, *, seen: int | None = None, actor: Actor, at: datetime
) -> None:
    """Drop a draft, so that the article is free for another; a colleague's too, who may be away.

    A request it was begun for is open to the next writer. Raises NotAllowed, NothingOpen.
    """
    person_of(actor, WRITE)
    move(version, Act.DISCARD, actor=actor, at=at, seen=seen, changes={"retired_at": at})
    if not version.article.versions.exclude(pk=version.pk).exists():
        MissingRequest.objects.filter(article=version.article, state=RequestState.OPEN).update(
            article=None
        )
