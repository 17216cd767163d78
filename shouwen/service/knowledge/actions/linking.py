"""Saying by hand which articles belong together."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.vault import audit
from shouwen.service.knowledge.actions.people import person_of, require_own_institution
from shouwen.service.knowledge.models import Article, ArticleLink

LINKS_AT_MOST = 10


def _pair(article: Article, other: Article) -> dict[str, Article]:
    first, second = sorted((article, other), key=lambda one: one.pk)
    return {"article": first, "other": second}


@transaction.atomic
def link(article: Article, other: Article, *, actor: Actor, at: datetime) -> None:
    """Show each of two articles beside the other; linked ones stay so.

    Raises NotAllowed without the right to write, NotThere for another institution's, Invalid for
    an article and itself or for too many.
    """
    person = person_of(actor, "knowledge.write")
    for one in (article, other):
        require_own_institution(actor, one.institution_id)
    if article.pk == other.pk:
        raise Invalid(fields={"other": _("Choose another article than this one.")})
    pair = _pair(article, other)
    if ArticleLink.objects.filter(**pair).exists():
        return
    for one in (article, other):
        # Locked, so that two editors at once do not pass the limit together.
        Article.objects.select_for_update().get(pk=one.pk)
        if ArticleLink.objects.filter(Q(article=one) | Q(other=one)).count() >= LINKS_AT_MOST:
            words = _("An article has at most %(most)s related ones. Remove one first.")
            raise Invalid(fields={"other": words % {"most": LINKS_AT_MOST}})
    ArticleLink.objects.create(**pair, chosen_by=person, at=at)
    audit.record(actor, "knowledge.linked", article, at=at, detail={"other": other.public_id})


@transaction.atomic
def unlink(article: Article, other: Article, *, actor: Actor, at: datetime) -> None:
    """Take a link between two articles away, if there is one. Raises NotAllowed, NotThere."""
    person_of(actor, "knowledge.write")
    for one in (article, other):
        require_own_institution(actor, one.institution_id)
    gone, _rows = ArticleLink.objects.filter(**_pair(article, other)).delete()
    if gone:
        audit.record(actor, "knowledge.unlinked", article, at=at, detail={"other": other.public_id})
