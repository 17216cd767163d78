"""The time of a special complaint, set by hand on its page (CG-3.2-06)."""

from __future__ import annotations

from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit import web
from shouwen.service.cases.models import Complexity
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions.apart import is_one
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.states import Act
from shouwen.service.complaints.views.fields import Field, Step

CLOCK = "datetime-local"


def may_set(actor: Actor, one: Complaint) -> bool:
    """Whether its time is set by hand at all, and not by who handles it."""
    handler = one.case.handler if one.assigned_at else None
    is_theirs = handler is not None and is_one(actor, handler)
    return one.case.complexity == Complexity.SPECIAL and not is_theirs


def _fields(_one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    stands = _("It counts beside the other limits; the strictest of them wins.")
    reads = _("Which law or internal rule says so. The complainant reads this.")
    return [
        Field("due_at", _("To be handled by"), kind=CLOCK, hint=stands),
        Field("basis", _("Basis"), rows=2, most=200, hint=reads),
    ]


def _do(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    due_at, basis = web.moment(said, "due_at"), said.get("basis", "")
    actions.set_special_limit(one, due_at, basis=basis, actor=actor, at=at)


LIMITING: dict[str, Step] = {
    Act.LIMIT.value: Step(lambda: _("Set the time by hand"), "hourglass", _fields, _do),
}
