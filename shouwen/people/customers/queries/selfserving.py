"""What customers may do by themselves, and a customer's own file."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Min

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.customers import ports
from shouwen.people.customers.models import (
    ContactPoint,
    Customer,
    EntryCode,
    LetterStanding,
    SelfService,
)


def self_service(institution_id: int) -> SelfService:
    """Give what this institution allows; the figures of the model where it has set none."""
    found = SelfService.objects.filter(institution_id=institution_id).first()
    return found or SelfService(institution_id=institution_id)


def point_for_code(
    institution_id: int, kind: str, target_blind: str, *, at: datetime
) -> ContactPoint | None:
    """Give the one file's contact point that a code may go to.

    An address in several files opens none: the code could not say whose. One that was added to a
    file later rests first, so that whoever slips their own in is not let in at once.
    """
    points = list(
        ContactPoint.objects.filter(
            customer__institution_id=institution_id,
            customer__merged_into__isnull=True,
            kind=kind,
            value_blind=target_blind,
        )
        .select_related("customer")
        .order_by("pk")[:2]
    )
    if len(points) != 1:
        return None
    point = points[0]
    if point.added_at <= point.customer.created_at:
        return point
    rest = timedelta(hours=self_service(institution_id).point_rest_hours)
    return point if point.added_at + rest <= at else None


def may_come_in(customer: Customer | None, *, at: datetime) -> bool:
    """Whether a code that the customer asks for would reach them, so that they see their page."""
    if customer is None:
        return False
    points = customer.points.filter(kind__in=ports.letter_kinds()).order_by("pk")
    return any(
        point_for_code(customer.institution_id, one.kind, one.value_blind, at=at) is not None
        for one in points
    )


def own_file(actor: Actor) -> Customer:
    """Give the customer who asks. Raises NotThere for anybody else."""
    if actor.kind is not ActorKind.CUSTOMER or actor.institution_id is None:
        raise NotThere
    found = Customer.objects.select_related("institution").filter(
        public_id=actor.ref, institution_id=actor.institution_id, merged_into__isnull=True
    )
    customer = found.first()
    if customer is None:
        raise NotThere
    return customer


def codes_to_send(institution_id: int, at: datetime) -> tuple[int, datetime | None]:
    """Count the one-time codes that are good and not sent yet, and say since when the oldest
    waits; one query."""
    waiting = EntryCode.objects.filter(
        institution_id=institution_id,
        sent_at__isnull=True,
        point__isnull=False,
        voided_at__isnull=True,
        used_at__isnull=True,
        expires_at__gt=at,
    )
    found = waiting.aggregate(count=Count("id"), oldest=Min("asked_at"))
    return found["count"], found["oldest"]


def letter_standings() -> dict[str, LetterStanding]:
    """Give the last refusal of what carries letters, by their kind; one query."""
    return {one.kind: one for one in LetterStanding.objects.order_by("kind")}
