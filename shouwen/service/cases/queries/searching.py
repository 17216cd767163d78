"""Finding cases by words, numbers, or a customer's exact telephone number."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers import queries as customers
from shouwen.service.cases.models import Case, CaseTerm
from shouwen.service.cases.rules import terms

# Beyond this many cases a term is common, and how common no longer matters.
COMMON = 500
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


def by_terms(institution_id: int, text: str, condition: Q) -> QuerySet[CaseTerm]:
    """Give the index rows of the cases that hold every term of a text, newest first.

    The rarest term leads, the others are looked up beside it, so that the index alone answers.
    `condition` speaks of the case with the prefix `case__`.
    """
    words = terms.query_terms(text)
    if not words:
        return CaseTerm.objects.none()
    lead, *others = _rarest_first(institution_id, words) if len(words) > 1 else list(words)
    rows = CaseTerm.objects.filter(condition, institution_id=institution_id, term=lead)
    for word in others:
        same_case = CaseTerm.objects.filter(
            institution_id=institution_id, term=word, case_id=OuterRef("case_id")
        )
        rows = rows.filter(Exists(same_case))
    return rows.order_by("-case_id")


def of_customers(institution_id: int, ids: tuple[int, ...], condition: Q) -> QuerySet[Case]:
    """Give the cases of these customers, newest first."""
    return Case.objects.filter(
        condition, institution_id=institution_id, customer_id__in=ids
    ).order_by("-id")
