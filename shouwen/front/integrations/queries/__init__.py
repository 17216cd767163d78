"""What pages and the API ask about webhooks; each answer holds only the asker's own."""

from shouwen.front.integrations.queries.hearing import hearing, is_wanted
from shouwen.front.integrations.queries.reading import (
    DeliveryPage,
    DeliveryRow,
    Summary,
    deliveries_of,
    delivery_for,
    may_follow,
    secrets_in_force,
    summaries,
    summary_of,
    webhook_for,
    webhooks_of,
)
from shouwen.front.integrations.queries.telling import body_of, data_names

__all__ = [
    "DeliveryPage",
    "DeliveryRow",
    "Summary",
    "body_of",
    "data_names",
    "deliveries_of",
    "delivery_for",
    "hearing",
    "is_wanted",
    "may_follow",
    "secrets_in_force",
    "summaries",
    "summary_of",
    "webhook_for",
    "webhooks_of",
]
