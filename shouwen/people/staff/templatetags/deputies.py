"""For whom the reader stands in today, for the pages that list work."""

from __future__ import annotations

from django import template

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import queries
from shouwen.people.staff.models import Deputy

register = template.Library()


@register.simple_tag
def stood_in_for(actor: Actor) -> list[Deputy]:
    """Give those the actor stands in for; no query where there is nobody."""
    return queries.deputies_now(actor, time.now())
