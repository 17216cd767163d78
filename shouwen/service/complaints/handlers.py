"""What the complaints hear: facts after which something might be a complaint."""

from __future__ import annotations

from shouwen.contact.conversations.events import ContactEnded
from shouwen.ground.policy.events import ClockBreached
from shouwen.service.cases.queries.clocks import SUBJECT_KIND
from shouwen.service.complaints import actions


def look_at_contact(event: ContactEnded) -> None:
    """A talk is over: its words and how often the customer came are looked at, once."""
    actions.look_at_contact(event.contact_id, at=event.occurred_at)


def look_at_breach(event: ClockBreached) -> None:
    """A case's hard limit was missed."""
    if event.hard and event.subject_kind == SUBJECT_KIND:
        actions.look_at_breach(event.subject_ref, at=event.occurred_at)
