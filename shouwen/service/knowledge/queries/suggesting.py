"""What may be said to a customer who has just written, from what is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access as staff_access
from shouwen.service.knowledge.models import ArticleVersion
from shouwen.service.knowledge.queries.scope import published_as_of
from shouwen.service.knowledge.queries.searching import RELATIONS, SNIPPET_CHARACTERS, nearest_to
from shouwen.service.knowledge.rules import marking, terms

MOST = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One version that answers, with its source; `key` is its digit, empty with nothing to say."""

    version: ArticleVersion
    lines: str
    key: str


def answers_to(actor: Actor, text: str, *, at: datetime) -> list[int]:
    """Give the versions that come nearest to a customer's words, by row id, best first.

    A hit in the text alone is no answer: the title or the keywords must speak of it too.
    Raises NotAllowed.
    """
    staff_access.require(actor, "knowledge.read")
    words = terms.terms_of(text)[: terms.TERMS_PER_SUGGESTION]
    if not words or actor.institution_id is None:
        return []
    return nearest_to(actor.institution_id, words, at, MOST, at_least=terms.KEYWORD)


def suggestions(actor: Actor, ids: list[int], *, at: datetime) -> list[Suggestion]:
    """Give these versions as far as they are in force now, with the words to say. One query.

    Raises NotAllowed. Serves OM-6.4-03.
    """
    rows = published_as_of(actor, at).filter(pk__in=ids).select_related(*RELATIONS)
    by_id = {version.pk: version for version in rows}
    found: list[Suggestion] = []
    key = 0
    for version in (by_id[pk] for pk in ids if pk in by_id):
        key += 1 if version.spoken else 0
        lines = version.spoken or _beginning(version)
        found.append(Suggestion(version, lines, str(key) if version.spoken else ""))
    return found


def _beginning(version: ArticleVersion) -> str:
    return "".join(piece.text for piece in marking.snippet(version.body, (), SNIPPET_CHARACTERS))
