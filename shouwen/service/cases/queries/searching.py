"""Finding cases by words, numbers, or a customer's exact telephone number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers import queries as customers
from shouwen.service.cases.models import Case, CaseTerm
from shouwen.service.cases.rules import terms

# Beyond this many cases a term is common, and how common no longer matters.
COMMON = 500
# So many cases with the rarest word are looked at for one page.
LOOKED_AT = 20_000
PURPOSE = "case search"


def names_a_customer(text: str) -> bool:
    """Whether a query is a telephone or identity number, which never stands in an address."""
    return terms.looks_like_id_number(text) or terms.looks_like_phone(text)


def customer_ids(actor: Actor, text: str, at: datetime) -> tuple[int, ...]:
    """Give the customers behind an exact telephone or identity number.

    The search goes by blind index and is on the trail. Raises NotAllowed.
    """
    if terms.looks_like_id_number(text):
        found = customers.find_by_id_number(actor, text.strip(), at, PURPOSE)
    else:
        found = customers.find_by_phone(actor, text.strip(), at, PURPOSE)
    return tuple(customer.pk for customer in found)


def _rarest_first(institution_id: int, words: tuple[str, ...]) -> list[str]:
    def how_many(word: str) -> int:
        found = CaseTerm.objects.filter(institution_id=institution_id, term=word)
        return found.order_by()[:COMMON].count()

    return sorted(words, key=how_many)


def leading_term(institution_id: int, text: str) -> tuple[str, list[str]]:
    """Give the rarest term of a text, which leads a search, and its others; empty without any."""
    words = terms.query_terms(text)
    if not words:
        return "", []
    lead, *others = _rarest_first(institution_id, words) if len(words) > 1 else list(words)
    return lead, others


def by_terms(
    institution_id: int, lead: str, others: Sequence[str], condition: Q
) -> QuerySet[CaseTerm]:
    """Give the index rows of the cases that hold every one of these terms, newest first.

    The rarest term leads, the others are looked up beside it, so that the index alone answers.
    `condition` speaks of the case with the prefix `case__`.
    """
    if not lead:
        return CaseTerm.objects.none()
    rows = CaseTerm.objects.filter(condition, institution_id=institution_id, term=lead)
    for word in others:
        same_case = CaseTerm.objects.filter(
            institution_id=institution_id, term=word, case_id=OuterRef("case_id")
        )
        rows = rows.filter(Exists(same_case))
    return rows.order_by("-case_id")


def last_looked_at(institution_id: int, lead: str, start: Q, order: str) -> int | None:
    """Give the case at which one search stops looking; None where it sees all that is left.

    Words that are each in many cases and seldom together would be looked for in every one of them.
    """
    rows = CaseTerm.objects.filter(start, institution_id=institution_id, term=lead)
    last = rows.order_by(order).values_list("case_id", flat=True)[LOOKED_AT - 1 : LOOKED_AT + 1]
    found = list(last)
    return found[0] if len(found) > 1 else None


def of_customers(institution_id: int, ids: tuple[int, ...], condition: Q) -> QuerySet[Case]:
    """Give the cases of these customers, newest first."""
    return Case.objects.filter(
        condition, institution_id=institution_id, customer_id__in=ids
    ).order_by("-id")
