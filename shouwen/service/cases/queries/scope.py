"""Which cases an actor reaches and a filter asks for, as conditions on indexed columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.prepared import Prepared
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.kit.words import Words
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Person
from shouwen.service.cases.models import Case, State

WAITING = (State.WAITING_CUSTOMER, State.WAITING_EXTERNAL)


class View(StrEnum):
    """The ledger's saved views; each is an address that can be passed on."""

    MINE = "mine"
    OWNED = "owned"
    UNIT = "unit"
    SOON = "soon"
    LATE = "late"
    WAITING = "waiting"
    ANSWER = "answer"
    REVIEW = "review"
    OPEN = "open"
    ALL = "all"


VIEW_WORDS: dict[View, Words] = {
    View.OPEN: gettext_lazy("All open"),
    View.MINE: gettext_lazy("Handled by me"),
    View.OWNED: gettext_lazy("First owned by me"),
    View.UNIT: gettext_lazy("My unit"),
    View.SOON: gettext_lazy("Due soon"),
    View.LATE: gettext_lazy("Late"),
    View.WAITING: gettext_lazy("Waiting"),
    View.ANSWER: gettext_lazy("To be confirmed"),
    View.REVIEW: gettext_lazy("To be reviewed"),
    View.ALL: gettext_lazy("All"),
}


class Sort(StrEnum):
    """The orders of the ledger; a view has one of its own where none is chosen."""

    NEWEST = "newest"
    OLDEST = "oldest"
    # Only open cases with a clock have a place in it.
    DUE = "due"


SORT_WORDS: dict[Sort, Words] = {
    Sort.NEWEST: gettext_lazy("newest first"),
    Sort.OLDEST: gettext_lazy("oldest first"),
    Sort.DUE: gettext_lazy("tightest clock first"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the ledger is asked for; an empty value asks nothing."""

    view: str = View.ALL
    state: str = ""
    category: str = ""
    handler: str = ""
    urgency: str = ""
    q: str = ""
    sort: str = ""
    customers: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: str = ""
    before: str = ""
    limit: int = 30

    @property
    def is_search(self) -> bool:
        """Whether words or customers are looked for."""
        return bool(self.q.strip()) or self.customers is not None

    @property
    def by_due(self) -> bool:
        """Whether the tightest clock comes first rather than the newest case."""
        return self.order is Sort.DUE

    @property
    def order(self) -> Sort:
        """The order of the rows; what is searched for goes by age, since its index does."""
        if self.sort and not (self.is_search and self.sort == Sort.DUE):
            return Sort(self.sort)
        by_due = self.view in (View.SOON, View.LATE) and not self.is_search
        return Sort.DUE if by_due else Sort.NEWEST


@dataclass(frozen=True, slots=True)
class Self:
    """The row ids of the person who asks, and of those they stand in for; programs have none."""

    person_id: int | None
    unit_id: int | None
    stands_in_for: tuple[int, ...] = ()

    @property
    def handlers(self) -> dict[str, object]:
        """Give the condition on whose hands a case is in: theirs, or of those who are away."""
        if self.stands_in_for:
            return {"handler_id__in": (self.person_id, *self.stands_in_for)}
        return {"handler_id": self.person_id or 0}


_PEOPLE: Prepared[tuple[str, int, int | None]] = Prepared(
    lambda refs: (
        Person.objects.filter(public_id__in=refs)
        .values_list("public_id", "pk", "unit_id")
        .order_by("pk")
    ),
    refs=(str,),
)


def self_of(actor: Actor) -> Self:
    """Find the person behind an actor, and those they stand in for, in one query."""
    if not actor.is_person:
        return Self(None, None)
    refs = [actor.ref, *sorted(actor.stands_in_for)]
    found = {ref: (pk, unit_id) for ref, pk, unit_id in _PEOPLE.all(refs=refs)}
    if actor.ref not in found:
        return Self(None, None)
    pk, unit_id = found.pop(actor.ref)
    return Self(pk, unit_id, tuple(pk for pk, _unit in found.values()))


def end_of_day(at: datetime) -> datetime:
    """Give midnight after `at` in Shanghai."""
    here = at.astimezone(SHANGHAI)
    return (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def view_condition(view: str, me: Self, at: datetime, prefix: str = "") -> Q:
    """Give what a saved view asks for."""

    def q(**conditions: object) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in conditions.items()})

    match view:
        case View.MINE:
            return q(is_open=True, **me.handlers)
        case View.OWNED:
            return q(is_open=True, owner_id=me.person_id or 0)
        case View.UNIT:
            return q(is_open=True, unit_id=me.unit_id or 0)
        case View.SOON:
            return q(is_open=True, due_at__gt=at, soon_at__lte=at)
        case View.LATE:
            return q(is_open=True, due_at__lte=at)
        case View.WAITING:
            return q(is_open=True, state__in=WAITING)
        case View.ANSWER:
            return q(is_open=True, state=State.FEEDBACK_SENT)
        case View.REVIEW:
            return q(state=State.CLOSED, reviewed_at__isnull=True)
        case View.OPEN:
            return q(is_open=True)
        case _:
            return Q()


def filter_condition(filters: Filters, me: Self, prefix: str = "") -> Q:
    """Give what the single filters ask for."""
    wanted: dict[str, object] = {}
    if filters.by_due:
        wanted |= {"is_open": True, "due_at__isnull": False}
    if filters.state:
        wanted["state"] = filters.state
    if filters.category:
        wanted["category__code"] = filters.category
    if filters.urgency:
        wanted["urgency"] = filters.urgency
    if filters.handler == "me":
        wanted["handler_id"] = me.person_id or 0
    elif filters.handler:
        wanted["handler__public_id"] = filters.handler
    if filters.since:
        wanted["opened_at__gte"] = filters.since
    if filters.until:
        wanted["opened_at__lt"] = filters.until
    return Q(**{f"{prefix}{name}": value for name, value in wanted.items()})


def arms(actor: Actor, me: Self) -> list[dict[str, object]]:
    """Give the ways by which a case can be within reach, each one an index; none means all.

    An agent reaches the cases of their units, those of no unit, and their own (conflict 35).
    """
    if actor.all_units:
        return []
    reach: list[dict[str, object]] = [{"unit_id": unit} for unit in sorted(actor.unit_ids)]
    reach.append({"unit_id__isnull": True})
    if me.person_id is not None:
        for person_id in (me.person_id, *me.stands_in_for):
            reach += [{"owner_id": person_id}, {"handler_id": person_id}]
    return reach


def reach_condition(actor: Actor, me: Self, prefix: str = "") -> Q:
    """Give the reach as one condition, for reading rows that another index leads to."""
    condition = Q()
    for arm in arms(actor, me):
        condition |= Q(**{f"{prefix}{name}": value for name, value in arm.items()})
    return condition


def cases_of(actor: Actor) -> QuerySet[Case]:
    """Give the cases within the actor's reach, newest first; needs `case.read`."""
    staff_access.require(actor, "case.read")
    found = Case.objects.filter(reach_condition(actor, self_of(actor)))
    return found.filter(institution_id=actor.institution_id or 0).order_by("-pk")


def leads_by_itself(view: str, filters: Filters) -> bool:
    """Whether the view or a filter keeps to the asker's own cases, so that reach follows."""
    return view in (View.MINE, View.OWNED) or filters.handler == "me"
