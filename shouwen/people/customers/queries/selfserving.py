"""What customers may do by themselves, and a customer's own file."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.customers.models import Customer, EntryCode, LetterStanding, SelfService


def self_service(institution_id: int) -> SelfService:
    """Give what this institution allows; the figures of the model where it has set none."""
    found = SelfService.objects.filter(institution_id=institution_id).first()
    return found or SelfService(institution_id=institution_id)


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
