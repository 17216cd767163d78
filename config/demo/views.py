"""Keeps views of the demo ledger: one shared by the lead, one of an agent's own."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.demo.founding import Founded
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions
from shouwen.service.cases.queries import Filters, View
from shouwen.service.cases.queries.scope import Sort


def furnish(founded: Founded, now: datetime) -> None:
    """Keep what a lead and an agent look at every morning."""
    at = now - timedelta(days=1)
    lead, agent = founded.lead(), founded.agents()[0]
    urgent = Filters(view=View.OPEN.value, urgency="URGENT", sort=Sort.OLDEST.value)
    actions.save_view("急件从旧到新", urgent, unit=lead.unit, actor=staff.actor_of(lead), at=at)
    mine = Filters(view=View.MINE.value, sort=Sort.DUE.value)
    actions.save_view("我主办·按时限", mine, actor=staff.actor_of(agent), at=at)
