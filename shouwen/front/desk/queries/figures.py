"""One person's own figures of today, for the top bar. No figure stands where there is no data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce

from shouwen.contact.conversations.models import Contact, Disposition, Handling
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.people.staff.models import Person

SETTLED = (Disposition.RESOLVED, Disposition.INFORMATION)


@dataclass(frozen=True, slots=True)
class Figures:
    """Today's count of contacts, mean seconds to the first reply, and share settled at once."""

    contacts: int
    first_reply_seconds: float | None
    settled_share: float | None
    ended: int


def day_start(now: datetime) -> datetime:
    """Give the first moment of the Shanghai day of `now`."""
    return now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)


def figures_of(person: Person, now: datetime) -> Figures:
    """Compute a person's figures of the Shanghai day from the contacts they had first, today.

    One query; the reply counts from queueing, as the wallboard's does.
    """
    since = day_start(now)
    waited = ExpressionWrapper(
        F("first_reply_at") - Coalesce("queued_at", "arrived_at"), output_field=DurationField()
    )
    # By way of the handlings, whose index ends today's work; a person's whole past stays unread.
    had = Handling.objects.filter(
        Q(until_at__gte=since) | Q(until_at__isnull=True), person=person
    ).values("contact_id")
    found = Contact.objects.filter(pk__in=had, owner=person, answered_at__gte=since).aggregate(
        contacts=Count("pk"),
        reply=Avg(waited, filter=Q(first_reply_at__isnull=False)),
        ended=Count("pk", filter=Q(ended_at__isnull=False) & ~Q(disposition="")),
        settled=Count("pk", filter=Q(ended_at__isnull=False, disposition__in=SETTLED)),
    )
    reply: timedelta | None = found["reply"]
    return Figures(
        contacts=found["contacts"],
        first_reply_seconds=reply.total_seconds() if reply is not None else None,
        settled_share=found["settled"] / found["ended"] if found["ended"] else None,
        ended=found["ended"],
    )
