"""Whether what the regulator passes on is on the ledger already."""

from __future__ import annotations

from shouwen.people.customers.models import Customer
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.queries.reading import RELATIONS


def of_number(institution_id: int, source_ref: str) -> Complaint | None:
    """Give the complaint that bears this number of the regulator."""
    if not source_ref.strip():
        return None
    found = Complaint.objects.select_related(*RELATIONS).filter(
        institution_id=institution_id, source_ref=source_ref.strip()
    )
    return found.order_by("pk").first()


def open_of_customer(customer: Customer | None) -> Complaint | None:
    """Give the newest open complaint of a customer that bears no number of the regulator yet.

    What it is about is told only once both are classified, so a person says whether it is the same.
    """
    if customer is None:
        return None
    found = Complaint.objects.select_related(*RELATIONS).filter(
        institution_id=customer.institution_id,
        case__customer=customer,
        is_open=True,
        withdrawn_at__isnull=True,
        source_ref="",
    )
    return found.order_by("-received_at", "-pk").first()
