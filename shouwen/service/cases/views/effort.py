"""The time people spend on a case, on its page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import QueryDict

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit import web
from shouwen.people.staff import access as rights
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import Case, State


def note(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    """Note one's own time."""
    minutes = web.whole_number(said, "minutes")
    actions.note_effort(case, said.get("kind", ""), minutes, actor=actor, at=at)


def take_back(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    """Have an entry of one's own count no more."""
    actions.take_back_effort(case, said.get("entry", "")[:48], actor=actor, at=at)


def card(actor: Actor, case: Case, at: datetime) -> dict[str, Any]:
    """Gather who worked for how long, and one's own entries; three queries."""
    effort = queries.effort_of(case, at)
    may_note = (
        actor.is_person
        and rights.has_right(actor, "case.work")
        and case.state not in (State.ARCHIVED, State.MERGED)
    )
    own = [
        one
        for one in effort.entries
        if one.person.public_id == actor.ref and one.case_id == case.pk
    ]
    return {
        "effort": effort,
        "own_efforts": own if may_note else [],
        "may_note_effort": may_note,
    }
