"""Whether what the regulator passes on is on the ledger already."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from shouwen.people.customers.models import Customer
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.queries.reading import RELATIONS

ASKED_AT_ONCE = 400


def of_number(institution_id: int, source_ref: str) -> Complaint | None:
    """Give the complaint that bears this number of the regulator."""
    if not source_ref.strip():
        return None
    found = Complaint.objects.select_related(*RELATIONS).filter(
        institution_id=institution_id, source_ref=source_ref.strip()
    )
    return found.order_by("pk").first()


def _own_open(institution_id: int) -> QuerySet[Complaint]:
    return Complaint.objects.filter(
        institution_id=institution_id,
        is_open=True,
        withdrawn_at__isnull=True,
        source_ref="",
    )


def open_of_customer(customer: Customer | None) -> Complaint | None:
    """Give the newest open complaint of a customer that bears no number of the regulator yet.

    What it is about is told only once both are classified, so a person says whether it is the same.
    """
    if customer is None:
        return None
    found = _own_open(customer.institution_id).filter(case__customer=customer)
    return found.select_related(*RELATIONS).order_by("-received_at", "-pk").first()


def who_complains(institution_id: int, customers: Iterable[int]) -> set[int]:
    """Give which of these customers have such a complaint of their own, many at a time."""
    asked = sorted(set(customers))
    found: set[int] = set()
    for start in range(0, len(asked), ASKED_AT_ONCE):
        chunk = asked[start : start + ASKED_AT_ONCE]
        rows = _own_open(institution_id).filter(case__customer_id__in=chunk)
        found.update(pk for pk in rows.values_list("case__customer_id", flat=True) if pk)
    return found
