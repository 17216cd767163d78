"""When one's own state should end, for the desk."""

from __future__ import annotations

from datetime import datetime

from django import template

from shouwen.people.staff import queries
from shouwen.people.staff.models import Presence

register = template.Library()


@register.simple_tag
def presence_due(presence: Presence) -> datetime | None:
    """Give when this presence should end, or None where no limit bounds it."""
    return queries.presence_due_at(presence, presence.person.institution_id)
