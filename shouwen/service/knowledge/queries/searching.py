"""Finding articles by words, pinyin or a customer's own sentence, among what is in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.people.staff import access as staff_access
from shouwen.service.knowledge.models import (
    ArticleLink,
    ArticleVersion,
    Audience,
    VersionTerm,
)
from shouwen.service.knowledge.queries.scope import in_force, published_as_of
from shouwen.service.knowledge.rules import marking, terms
from shouwen.service.knowledge.rules.marking import Piece

LIMIT_MAX = 100
SNIPPET_CHARACTERS = 110
RELATED = 5
# Beyond this many versions a term is common, and how common no longer matters.
COMMON = 200
# Most of what is found is in force: the first so many mostly hold enough.
CHECKED_AT_ONCE = 50
# How many of those that have every word are looked at first, and at most at once.
FIRST_LOOKED_AT, MOST_LOOKED_AT = 100, 2_000
RELATIONS = ("article", "category", "author", "approver")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; an empty value asks nothing. `after` is the cursor of a page."""

    q: str = ""
    kind: str = ""
    category: str = ""
    after: str = ""
    limit: int = 20
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One version found, with its title and some lines cut into hit and other pieces."""

    version: ArticleVersion
    title: list[Piece]
    lines: list[Piece]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results; `is_nearest` when none had every word and these come closest."""

    results: list[Result]
    next: str = ""
    is_nearest: bool = False


def find(actor: Actor, asked: Asked, *, at: datetime) -> Found:
    """Give the articles in force that hold every word, best first; without words the newest.

    Where none holds them all, the nearest ones. The number of queries depends on the words, not
    on the articles. Raises NotAllowed, Invalid for a cursor that is not of this list.
    """
    staff_access.require(actor, "knowledge.read")
    limit = max(1, min(asked.limit, LIMIT_MAX))
    if not asked.q.strip():
        return _newest(actor, asked, at, limit)
    words = terms.query_terms(asked.q)
    if not words or actor.institution_id is None:
        return Found([])
    counted = _counted(actor.institution_id, words)
    if all(counted.values()):
        found = _by_all(actor.institution_id, counted, asked, at, limit)
        if found.results or asked.after:
            return found
    if asked.after:
        raise _wrong_cursor()
    ids = _nearest_ids(actor.institution_id, words, _filters(asked, "version__"), at, limit)
    return Found(_results(ids, words), is_nearest=True)


def find_public(institution_id: int, asked: Asked, *, at: datetime) -> Found:
    """Give what `find` gives, of what customers may read. Raises Invalid for a strange cursor."""
    reader = Actor.system("help-centre", institution_id)
    return find(reader, replace(asked, audience=Audience.PUBLIC), at=at)


def nearest(actor: Actor, text: str, *, at: datetime, limit: int = RELATED) -> list[Result]:
    """Give the articles in force that come nearest to a sentence, such as a customer's message.

    Raises NotAllowed.
    """
    staff_access.require(actor, "knowledge.read")
    words = terms.terms_of(text)[: terms.TERMS_PER_SUGGESTION]
    if not words or actor.institution_id is None:
        return []
    return _results(_nearest_ids(actor.institution_id, words, Q(), at, limit), words)


def related(
    actor: Actor, version: ArticleVersion, *, at: datetime, but: Iterable[int] = ()
) -> list[ArticleVersion]:
    """Give other articles in force on the same matter, nearest first. Raises NotAllowed.

    `but` are row ids of articles that are shown already.
    """
    staff_access.require(actor, "knowledge.read")
    words = terms.terms_of(f"{version.title} {version.keywords}")[: terms.TERMS_PER_SUGGESTION]
    shown = {version.article_id, *but}
    ids = nearest_to(version.institution_id, words, at, RELATED + len(shown))
    return [row for row in _rows(ids) if row.article_id not in shown][:RELATED]


def linked(actor: Actor, version: ArticleVersion, *, at: datetime) -> list[ArticleVersion]:
    """Give what editors chose to stand beside an article, as far as it is in force; by title."""
    pairs = ArticleLink.objects.filter(Q(article=version.article_id) | Q(other=version.article_id))
    ids = {pk for pair in pairs.values_list("article_id", "other_id") for pk in pair}
    rows = published_as_of(actor, at).filter(article_id__in=ids - {version.article_id})
    return list(rows.select_related(*RELATIONS).order_by("title", "pk"))


def _wrong_cursor() -> Invalid:
    return Invalid(fields={"cursor": _("Begin again without a cursor.")})


def _filters(asked: Asked, prefix: str = "") -> Q:
    wanted: dict[str, object] = {}
    if asked.kind:
        wanted[f"{prefix}kind"] = asked.kind
    if asked.category:
        wanted[f"{prefix}category__code"] = asked.category
    if asked.audience:
        wanted[f"{prefix}audience"] = asked.audience
    return Q(**wanted)


def _place(institution_id: int, ref: str) -> int:
    """Give the row after which a page begins. Raises Invalid."""
    approved = ArticleVersion.objects.filter(
        institution_id=institution_id, public_id=ref, approved_at__isnull=False
    )
    place = approved.values_list("pk", flat=True).first()
    if place is None:
        raise _wrong_cursor()
    return place


def _newest(actor: Actor, asked: Asked, at: datetime, limit: int) -> Found:
    rows = published_as_of(actor, at).filter(_filters(asked))
    if asked.after:
        rows = rows.filter(pk__lt=_place(actor.institution_id or 0, asked.after))
    ids = list(rows.order_by("-pk").values_list("pk", flat=True)[: limit + 1])
    return _page(ids, (), limit)


def _page(ids: list[int], words: tuple[str, ...], limit: int) -> Found:
    results = _results(ids[:limit], words)
    more = len(ids) > limit and results
    return Found(results, next=results[-1].version.public_id if more else "")


def _how_many(institution_id: int, word: str) -> int:
    found = VersionTerm.objects.filter(institution_id=institution_id, term=word)
    return found.order_by()[:COMMON].count()


def _counted(institution_id: int, words: Iterable[str]) -> dict[str, int]:
    """Count how many versions have each term; a long run of letters is cut where that helps."""
    counted: dict[str, int] = {}
    for word in words:
        parts = [word]
        many = _how_many(institution_id, word)
        if not many and (cut := _cut(institution_id, word)):
            parts = list(cut)
        for part in parts:
            counted[part] = many if part == word else _how_many(institution_id, part)
    return counted


def _cut(institution_id: int, word: str) -> tuple[str, str] | None:
    """Cut letters nobody has as a whole into two terms that are there, if there are such."""
    cuts = terms.cuts(word)
    wanted = {part for cut in cuts for part in cut}
    if not wanted:
        return None
    rows = VersionTerm.objects.filter(institution_id=institution_id, term__in=wanted)
    there = set(rows.values_list("term", flat=True).distinct())
    return next((cut for cut in cuts if there.issuperset(cut)), None)


def _by_all(
    institution_id: int, counted: dict[str, int], asked: Asked, at: datetime, limit: int
) -> Found:
    """Give the versions with every term; the rarest one leads and says how well they fit."""
    lead, *others = sorted(counted, key=lambda word: counted[word])
    rows = VersionTerm.objects.filter(institution_id=institution_id, term=lead)
    for word in others:
        same = VersionTerm.objects.filter(
            institution_id=institution_id, term=word, version_id=OuterRef("version_id")
        )
        rows = rows.filter(Exists(same))
    if asked.after:
        place = _place(institution_id, asked.after)
        weight = (
            VersionTerm.objects.filter(institution_id=institution_id, term=lead, version_id=place)
            .values_list("weight", flat=True)
            .first()
        )
        if weight is None:
            raise _wrong_cursor()
        rows = rows.filter(Q(weight__lt=weight) | Q(weight=weight, version_id__lt=place))
    best = rows.order_by("-weight", "-version_id").values_list("version_id", flat=True)
    ids: list[int] = []
    # The index alone gives them in order; what they are is asked of a few at a time, since the
    # first few mostly do, and of a word that thousands have nobody wants the thousands.
    begin, size = 0, FIRST_LOOKED_AT
    while len(ids) <= limit:
        some = list(best[begin : begin + size])
        ids += _in_force(some, _filters(asked), at)
        if len(some) < size:
            break
        begin, size = begin + size, min(size * 4, MOST_LOOKED_AT)
    return _page(ids[: limit + 1], tuple(counted), limit)


def nearest_to(
    institution_id: int, words: Iterable[str], at: datetime, limit: int, *, at_least: int = 0
) -> list[int]:
    """Give the versions nearest to some terms; one of them must weigh `at_least` so much."""
    return _nearest_ids(institution_id, words, Q(), at, limit, at_least)


def _nearest_ids(
    institution_id: int,
    words: Iterable[str],
    condition: Q,
    at: datetime,
    limit: int,
    at_least: int = 0,
) -> list[int]:
    """Give the versions that have most of the words, weighing rare words more.

    Each word brings its best versions only, so that common words cost no more than rare ones.
    The index alone gives them; whether they are in force is asked of the best in all, together.
    """
    hits: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for word in words:
        rows = VersionTerm.objects.filter(condition, institution_id=institution_id, term=word)
        best = list(
            rows.order_by("-weight", "-version_id").values_list("version_id", "weight")[:COMMON]
        )
        for version_id, weight in best:
            hits[version_id].append((weight, len(best)))
    scored = sorted(
        (
            (terms.nearness(found, COMMON), version_id)
            for version_id, found in hits.items()
            if max(weight for weight, _many in found) >= at_least
        ),
        reverse=True,
    )
    return _first_in_force([version_id for _score, version_id in scored], at, limit)


def _first_in_force(ids: list[int], at: datetime, limit: int) -> list[int]:
    """Give the first of these versions that are in force, in their order."""
    found: list[int] = []
    for start in range(0, len(ids), CHECKED_AT_ONCE):
        found += _in_force(ids[start : start + CHECKED_AT_ONCE], Q(), at)
        if len(found) >= limit:
            break
    return found[:limit]


def _in_force(ids: list[int], condition: Q, at: datetime) -> list[int]:
    """Give those of these versions that are in force and fit a condition, in their order."""
    there = ArticleVersion.objects.filter(in_force(at), condition, pk__in=ids)
    counted = set(there.values_list("pk", flat=True))
    return [pk for pk in ids if pk in counted]


def _rows(ids: list[int]) -> list[ArticleVersion]:
    by_id = ArticleVersion.objects.select_related(*RELATIONS).in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def _results(ids: list[int], words: tuple[str, ...]) -> list[Result]:
    return [
        Result(
            version,
            marking.pieces(version.title, words, version.sounds),
            marking.snippet(version.body, words, SNIPPET_CHARACTERS),
        )
        for version in _rows(ids)
    ]
