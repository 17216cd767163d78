"""Counting what the ledger draws, again and again, so that no page counts it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.people.staff.models import Institution
from shouwen.service.complaints.models import Complaint, ComplaintTally, Span
from shouwen.service.complaints.queries.ledger import start_of_day
from shouwen.service.complaints.queries.trend import REPEATED, RESOLVED, WITHDRAWN
from shouwen.service.complaints.rules.trend import days_until, months_until

_COLUMNS = ("in_hand", "received", "withdrawn", "resolved", "repeats")
_Key = tuple[str, date, int | None]


def tally_complaints(at: datetime) -> int:
    """Count every institution's complaints by unit for the days and months its ledger draws.

    What stands already is left as it is. Gives 0: what is counted once need not run on at once.
    """
    for home in Institution.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            _keep(home, dict(_counted(home, at)))
    return 0


def _keep(home: int, counted: dict[_Key, tuple[int, ...]]) -> None:
    rows = ComplaintTally.objects.filter(institution_id=home)
    held = {
        (span, first, unit): (pk, tuple(figures))
        for pk, span, first, unit, *figures in rows.values_list(
            "pk", "span", "starts_on", "unit_id", *_COLUMNS
        )
    }
    stale = [pk for key, (pk, figures) in held.items() if counted.get(key) != figures]
    rows.filter(pk__in=stale).delete()
    ComplaintTally.objects.bulk_create(
        ComplaintTally(
            institution_id=home,
            span=key[0],
            starts_on=key[1],
            unit_id=key[2],
            **dict(zip(_COLUMNS, figures, strict=True)),
        )
        for key, figures in counted.items()
        if key not in held or held[key][1] != figures
    )


def _counted(home: int, at: datetime) -> Iterator[tuple[_Key, tuple[int, ...]]]:
    rows = Complaint.objects.filter(institution_id=home).order_by()
    yield from _by_day(rows, at)
    yield from _by_month(rows, at)


def _by_day(rows: QuerySet[Complaint], at: datetime) -> Iterator[tuple[_Key, tuple[int, ...]]]:
    """Count what was in hand at the end of each day: received by then and not closed before."""
    days = days_until(day_of(at))
    ends = [start_of_day(day) + timedelta(days=1) for day in days]
    stood = rows.filter(Q(is_open=True) | Q(is_open=False, closed_at__gte=ends[0]))
    columns = {
        f"day_{n}": Count(
            "pk", filter=Q(received_at__lt=end) & (Q(is_open=True) | Q(closed_at__gte=end))
        )
        for n, end in enumerate(ends)
    }
    for unit, *figures in stood.values_list("case__unit").annotate(**columns):
        for day, in_hand in zip(days, figures, strict=True):
            if in_hand:
                yield (Span.DAY.value, day, unit), (in_hand, 0, 0, 0, 0)


def _by_month(rows: QuerySet[Complaint], at: datetime) -> Iterator[tuple[_Key, tuple[int, ...]]]:
    months = months_until(day_of(at))
    found = rows.filter(received_at__gte=start_of_day(months[0]), received_at__lte=at)
    month = TruncMonth("received_at", tzinfo=SHANGHAI)
    columns = {
        "received": Count("pk"),
        "withdrawn": Count("pk", filter=WITHDRAWN),
        "resolved": Count("pk", filter=RESOLVED),
        "repeats": Count("pk", filter=REPEATED),
    }
    counted = found.annotate(month=month).values_list("month", "case__unit").annotate(**columns)
    for first, unit, *figures in counted:
        yield (Span.MONTH.value, first.date(), unit), (0, *figures)
