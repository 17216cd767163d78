"""Versions as lists: by article, state, class and area, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.service.knowledge.models import ArticleVersion
from shouwen.service.knowledge.queries.scope import within_sight
from shouwen.service.knowledge.queries.searching import RELATIONS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of versions is asked for; an empty value asks nothing.

    `article` and `after` (the last version of the page before) are public ids, `category` the code
    of an area.
    """

    article: str = ""
    state: str = ""
    kind: str = ""
    category: str = ""
    after: str = ""
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Versions:
    """A page of versions; `next` is the cursor of those that follow, empty at the end."""

    rows: list[ArticleVersion]
    next: str = ""


def version_by_id(actor: Actor, ref: str, *, at: datetime) -> ArticleVersion:
    """Give one version within sight by its own public id. Raises NotAllowed, NotThere."""
    rows = within_sight(actor, at).select_related(*RELATIONS)
    found = rows.filter(public_id=ref).first() if ref.isprintable() else None
    if found is None:
        raise NotThere
    return found


def versions_of(actor: Actor, wanted: Wanted, *, at: datetime) -> Versions:
    """Give a page of the versions within sight, the newest first; two queries at most.

    Raises NotAllowed, Invalid for a cursor that is not of this list.
    """
    rows = within_sight(actor, at)
    conditions = {
        "article__public_id": wanted.article,
        "state": wanted.state,
        "kind": wanted.kind,
        "category__code": wanted.category,
    }
    asked = {name: value for name, value in conditions.items() if value}
    if not all(value.isprintable() for value in asked.values()):
        return Versions([])
    if wanted.after:
        known = rows.filter(public_id=wanted.after) if wanted.after.isprintable() else rows.none()
        place = known.values_list("pk", flat=True).first()
        if place is None:
            raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
        rows = rows.filter(pk__lt=place)
    found = list(
        rows.filter(**asked).select_related(*RELATIONS).order_by("-pk")[: wanted.limit + 1]
    )
    shown = found[: wanted.limit]
    return Versions(shown, shown[-1].public_id if len(found) > wanted.limit else "")
