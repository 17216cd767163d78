"""What the archive file of a case holds, and what it still lacks (HB-2.3-05)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from shouwen.people.customers.models import ContactPoint
from shouwen.service.cases.models import Case
from shouwen.service.cases.rules.states import ArchiveRecord, missing_for_archive


@dataclass(frozen=True, slots=True)
class ArchiveItem:
    """One thing the file must hold; `fill_in` names the act by which a missing one is added."""

    field: str
    name: str
    is_there: bool
    fill_in: str


def archive_record(case: Case) -> ArchiveRecord:
    """Look up the mandatory fields of the file: name, contact, service content, time."""
    customer = case.customer
    return ArchiveRecord(
        has_name=customer is not None and bool(customer.name),
        has_contact=customer is not None
        and ContactPoint.objects.filter(customer=customer).exists(),
        service_content=case.solution.plain if case.solution else "",
        handled_at=case.resolved_at,
    )


def archive_items(case: Case) -> list[ArchiveItem]:
    """Give what is checked before a case is archived, in the order of HB-2.3-05; one query."""
    missing = missing_for_archive(archive_record(case))
    # Without a record of the work the work is not done: the case is taken up again.
    known = case.customer is not None
    things = (
        ("name", _("Customer's name"), "" if known else "customer"),
        ("contact", _("A way to reach the customer"), "point" if known else "customer"),
        ("service_content", _("What was done"), "reopen"),
        ("handled_at", _("When it was done"), "reopen"),
    )
    return [
        ArchiveItem(field, name, field not in missing, fill_in if field in missing else "")
        for field, name, fill_in in things
    ]
