"""How many complaints each of the ledger's views holds, counted to a bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import OuterRef, QuerySet

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.prepared import Kind, Prepared
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution, Person
from shouwen.service.cases.queries import scope
from shouwen.service.cases.queries.counting import COUNTED_TO, CountOf
from shouwen.service.complaints.models import Complaint, ForceMember
from shouwen.service.complaints.queries.ledger import View, seen_in, view_condition
from shouwen.service.complaints.queries.reviewing import Decider, decider_of, waiting_for
from shouwen.service.complaints.rules.states import State

# Reviews wait for some alone.
COUNTED = tuple(view.value for view in View if view not in (View.ALL, View.REVIEWS))
# The task forces that somebody was named to and has not looked at.
NAMED = "named"


def _not_seen() -> QuerySet[ForceMember]:
    rows = ForceMember.objects.filter(left_at__isnull=True, seen_at__isnull=True)
    return rows.filter(complaint__is_open=True)


def _columns(views: Iterable[QuerySet[Complaint] | QuerySet[ForceMember]]) -> list[CountOf]:
    return [CountOf(rows.order_by().values("pk")[: COUNTED_TO + 1]) for rows in views]


def _sizes(
    home: int,
    person: int,
    at: datetime,
    night: datetime,
    path: str = "",
    people: Sequence[int] = (),
    is_at_the_top: bool = False,
) -> QuerySet[Any, Any]:
    rows = Complaint.objects.filter(institution_id=home)
    views = [rows.filter(view_condition(view, home, person, at, night)) for view in COUNTED]
    if people:
        views.append(waiting_for(rows, Decider(people, path, is_at_the_top)))
    columns = _columns([_not_seen().filter(person_id=person), *views])
    return Institution.objects.filter(pk=home).values_list(*columns)


_ASKED: dict[str, Kind] = {"home": int, "person": int, "at": datetime, "night": datetime}
_DECIDER: dict[str, Kind] = {"path": str, "people": (int,)}
# Of the whole institution: for who decides no review, below the top, and at it.
_SIZES: dict[bool | None, Prepared[tuple[int, ...]]] = {
    None: Prepared(_sizes, **_ASKED),
    False: Prepared(_sizes, **_ASKED, **_DECIDER),
    True: Prepared(partial(_sizes, is_at_the_top=True), **_ASKED, **_DECIDER),
}


def counts(actor: Actor, *, at: datetime) -> dict[str, int]:
    """Count each view but that of all, each up to COUNTED_TO and one more where there are more.

    With them, as `named`, the task forces that the person has not looked at. One query besides
    finding who asks and where they sit.
    """
    staff_access.require(actor, "complaint.read")
    me, home = scope.self_of(actor), actor.institution_id or 0
    row: tuple[int, ...] | None
    if actor.all_units:
        asked: dict[str, Any] = {"home": home, "person": me.person_id or 0}
        asked |= {"at": at, "night": scope.end_of_day(at)}
        decider = decider_of(actor, me)
        if decider is None:
            row = _SIZES[None].first(**asked)
        else:
            asked |= {"path": decider.path, "people": decider.people}
            row = _SIZES[decider.is_at_the_top].first(**asked)
    else:
        views = [*COUNTED, View.REVIEWS.value]
        named = _not_seen().filter(person_id=me.person_id or 0)
        columns = _columns([named, *(seen_in(actor, me, view, at) for view in views)])
        row = Institution.objects.filter(pk=home).values_list(*columns).first()
    # Who decides no review has none to count.
    names = (NAMED, *COUNTED, View.REVIEWS.value)
    return dict(zip(names, (*(row or (0,) * (len(COUNTED) + 1)), 0), strict=False))


def _to_act_on(home: int, ref: str) -> QuerySet[Any, Any]:
    open_ones = Complaint.objects.filter(institution_id=home, is_open=True)
    theirs = (
        open_ones.filter(
            case__handler_id=OuterRef("pk"), case__is_open=True, case__institution_id=home
        ),
        open_ones.filter(supervisor_id=OuterRef("pk"), state=State.CALLBACK_DONE.value),
    )
    named = _not_seen().filter(person_id=OuterRef("pk"))
    return Person.objects.filter(public_id=ref).values_list(*_columns([*theirs, named]))


_TO_ACT_ON: Prepared[tuple[int, ...]] = Prepared(_to_act_on, home=int, ref=str)


def badge_count(actor: Actor) -> int:
    """Count what this person must act on: the open complaints they handle or supervise.

    Each up to COUNTED_TO; nobody is both of one (CG-3.4-02). To them come the task forces they were
    named to and have not looked at.
    """
    if not actor.is_person or not staff_access.has_right(actor, "complaint.work"):
        return 0
    return sum(_TO_ACT_ON.first(home=actor.institution_id or 0, ref=actor.ref) or ())
