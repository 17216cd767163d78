"""Which webhooks are told of what."""

from __future__ import annotations

from shouwen.front.integrations.models import HEARING, Webhook
from shouwen.front.integrations.rules.catalogue import BY_FACT
from shouwen.ground.kernel.events import Event


def hearing(institution_id: int, kind: str) -> list[Webhook]:
    """Give the webhooks of an institution that chose this type of event, oldest first."""
    rows = Webhook.objects.filter(institution_id=institution_id, state__in=HEARING).order_by("id")
    return [webhook for webhook in rows if kind in webhook.event_types]


def is_wanted(event: Event) -> bool:
    """Whether any webhook is told of this fact; asked while it is announced, so in one query."""
    kind = BY_FACT.get(type(event))
    if kind is None or event.institution_id is None:
        return False
    chosen = Webhook.objects.filter(
        institution_id=event.institution_id, state__in=HEARING
    ).order_by("id")
    return any(kind.code in text.split() for text in chosen.values_list("events", flat=True))
