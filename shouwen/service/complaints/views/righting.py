"""A limit told in time and recorded late, as a complaint's page asks for it and shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit import web, words
from shouwen.ground.policy.queries import ClockView
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Role
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import ReplyBy
from shouwen.service.cases.queries import TimelineEntry
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions.righting import RIGHT_ASKED
from shouwen.service.complaints.models import Complaint, RightingState
from shouwen.service.complaints.views.fields import Choices, Field, Step


@dataclass(frozen=True, slots=True)
class Shown:
    """One request on the page; `deciders` are the roles that may approve it."""

    righting: queries.Righting
    is_open: bool
    deciders: list[str]


def shown(
    one: Complaint, clocks: list[ClockView], entries: list[TimelineEntry], *, may_ask: bool
) -> dict[str, Any]:
    """Give every request, and whether a limit may be set right.

    Clocks and story, which the page has anyway, say whether there is anything to look for.
    """
    was_asked = any(entry.act == RIGHT_ASKED for entry in entries)
    is_missed = any(clock.hard and clock.met is False for clock in clocks)
    rows = [
        Shown(
            righting=each,
            is_open=each.row.state == RightingState.ASKED,
            deciders=[
                str(role.label)
                for role in Role
                if each.row.right in staff_access.RIGHTS.get(role.value, frozenset())
            ],
        )
        for each in (queries.rightings_of(one) if was_asked else [])
    ]
    may_right = may_ask and is_missed and bool(queries.missed_limits(one))
    return {"rightings": rows, "may_right": may_right}


def _limits(one: Complaint, at: datetime) -> Choices:
    return [
        (
            missed.clock.public_id,
            _("%(limit)s: due %(due)s, recorded %(recorded)s")
            % {
                "limit": missed.title,
                "due": words.moment(missed.span.due_at, at),
                "recorded": words.moment(missed.span.recorded_at, at),
            },
        )
        for missed in queries.missed_limits(one)
    ]


def _fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    hint = _("The number of a letter or a recording, who signed for it. Another person decides.")
    files = [(file.public_id, file.name.plain) for file in cases.files_of(one.case)]
    rows = [
        Field("clock", pgettext("righting", "Limit"), choices=_limits(one, time.now())),
        Field("told_at", _("When the complainant was told"), kind="datetime-local"),
        Field(
            "medium",
            _("By"),
            one.case.reply_by,
            [(str(code), str(label)) for code, label in ReplyBy.choices],
        ),
        Field("evidence", _("What shows it"), rows=3, hint=hint, most=WORDS_MAX_CHARACTERS),
    ]
    if files:
        label = pgettext("righting", "File of the case")
        rows.append(Field("proof", label, choices=[("", "—"), *files], required=False))
    return rows


def _ask(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.ask_righting(
        one,
        said.get("clock", ""),
        told_at=web.moment(said, "told_at"),
        medium=said.get("medium", ""),
        evidence=said.get("evidence", ""),
        proof=said.get("proof", ""),
        actor=actor,
        at=at,
    )


RIGHTING: dict[str, Step] = {
    "set_right": Step(lambda: _("Told in time, recorded late"), "clock", _fields, _ask)
}
