"""The complaint ledger 投诉台账: views, filters and pages of what is within reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.kit.words import Words
from shouwen.ground.policy.queries import ClockView
from shouwen.people.customers.models import ContactPoint, PointKind
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import models as cases
from shouwen.service.cases.queries import scope
from shouwen.service.cases.queries.categories import category_path
from shouwen.service.cases.queries.clocks import clocks_of_cases
from shouwen.service.cases.queries.scope import Self
from shouwen.service.complaints import models
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.queries.reading import RELATIONS
from shouwen.service.complaints.queries.reviewing import for_me_to_decide
from shouwen.service.complaints.rules.states import ORDER, State

LIMIT_MAX = 100
# With which state each of the four visible steps is done (conflict 36).
STEP_ENDS = (State.GRADED, State.PLAN_AGREED, State.HANDLED, State.CLOSED)


class View(StrEnum):
    """The ledger's saved views; each is an address that can be passed on."""

    OPEN = "open"
    MINE = "mine"
    SUPERVISED = "supervised"
    TODAY = "today"
    LATE = "late"
    REGULATOR = "regulator"
    REPEAT = "repeat"
    MAJOR = "major"
    REVIEWS = "reviews"
    GROUP = "group"
    ALL = "all"


VIEW_WORDS: dict[View, Words] = {
    View.OPEN: pgettext_lazy("complaints", "All in hand"),
    View.MINE: pgettext_lazy("complaints", "Handled by me"),
    View.SUPERVISED: pgettext_lazy("complaints", "Supervised by me"),
    View.TODAY: pgettext_lazy("complaints", "Due today"),
    View.LATE: pgettext_lazy("complaints", "Late"),
    View.REGULATOR: pgettext_lazy("complaints", "From the regulator"),
    View.REPEAT: pgettext_lazy("complaints", "Repeats"),
    View.MAJOR: pgettext_lazy("complaints", "Major"),
    View.REVIEWS: pgettext_lazy("complaints", "Reviews to decide"),
    View.GROUP: pgettext_lazy("complaints", "Groups"),
    View.ALL: pgettext_lazy("complaints", "All"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the ledger is asked for; an empty value asks nothing."""

    view: str = View.OPEN
    state: str = ""
    origin: str = ""
    cg_type: str = ""
    urgency: str = ""
    complexity: str = ""
    grade: str = ""
    number: str = ""
    # The first and the last day, in Shanghai, on which it was received.
    since: date | None = None
    until: date | None = None
    # The lead of a group, by its public id.
    group: str = ""
    sort: str = ""
    after: str = ""
    before: str = ""
    limit: int = 30

    @property
    def by_due(self) -> bool:
        """Whether the tightest clock comes first; else the newest."""
        return (self.sort or ("due" if self.view in (View.TODAY, View.LATE) else "")) == "due"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ledger."""

    complaint: Complaint
    category: tuple[str, ...]
    phone: str
    clock: ClockView | None
    step: int

    @property
    def state(self) -> Words:
        """The complaint's state in words."""
        return models.State(self.complaint.state).label

    @property
    def origin(self) -> Words:
        """Where it is from, in words."""
        return models.Origin(self.complaint.origin).label

    @property
    def channel(self) -> Words:
        """By which way it came, in words."""
        return cases.Channel(self.complaint.case.channel).label

    @property
    def urgency(self) -> Words:
        """How urgent it is, in words."""
        return cases.Urgency(self.complaint.case.urgency).label

    @property
    def complexity(self) -> Words:
        """How hard it is, in words."""
        return cases.Complexity(self.complaint.case.complexity).label

    @property
    def cg_type(self) -> Words:
        """Its type in words; nothing before it is classified."""
        code = self.complaint.cg_type
        return models.CgType(code).label if code else ""


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the ledger; `next` and `previous` are cursors, empty at the ends."""

    rows: list[Row]
    next: str
    previous: str


def step_of(state: str) -> int:
    """Give the number of the visible step a state belongs to, 1 to 4, or 5 when all are done."""
    place = ORDER.index(State(state))
    ends = [ORDER.index(end) for end in STEP_ENDS]
    return 1 + sum(place >= end for end in ends)


def _view(view: str, me: Self, at: datetime) -> Q:
    own = me.person_id or 0
    match view:
        case View.MINE:
            return Q(is_open=True, case__handler_id=own)
        case View.SUPERVISED:
            return Q(is_open=True, supervisor_id=own)
        case View.TODAY:
            return Q(is_open=True, case__due_at__gt=at, case__due_at__lt=scope.end_of_day(at))
        case View.LATE:
            return Q(is_open=True, case__due_at__lte=at)
        case View.REGULATOR:
            came = Q(origin=models.Origin.REGULATOR) | Q(transferred_at__isnull=False)
            return came & Q(is_open=True)
        case View.REPEAT:
            return Q(is_open=True, repeat_of__isnull=False)
        case View.MAJOR:
            return Q(is_open=True, is_major=True)
        case View.GROUP:
            grouped = Q(group_lead__isnull=False) | Q(group_size__gt=0)
            return grouped & Q(is_open=True)
        case View.ALL | View.REVIEWS:
            return Q()
        case _:
            return Q(is_open=True)


def _within(actor: Actor, me: Self) -> QuerySet[Complaint]:
    reach = scope.reach_condition(actor, me, "case__")
    return Complaint.objects.filter(reach, institution_id=actor.institution_id or 0)


def _seen(actor: Actor, me: Self, view: str, at: datetime) -> QuerySet[Complaint]:
    rows = _within(actor, me).filter(_view(view, me, at))
    # A review waits after closing too.
    return for_me_to_decide(rows, actor, me) if view == View.REVIEWS else rows


def _asked(filters: Filters) -> Q:
    wanted: dict[str, object] = {}
    for name, field in (
        ("state", "state"),
        ("origin", "origin"),
        ("cg_type", "cg_type"),
        ("urgency", "case__urgency"),
        ("complexity", "case__complexity"),
        ("grade", "grade__code"),
    ):
        value = getattr(filters, name)
        if value:
            wanted[field] = value
    if filters.number.strip():
        wanted["case__number"] = filters.number.strip().upper()
    if filters.since:
        wanted["received_at__gte"] = start_of_day(filters.since)
    if filters.until:
        wanted["received_at__lt"] = start_of_day(filters.until) + timedelta(days=1)
    if filters.by_due:
        wanted["case__due_at__isnull"] = False
    if filters.group:
        lead = filters.group
        return Q(**wanted) & (Q(public_id=lead) | Q(group_lead__public_id=lead))
    return Q(**wanted)


def start_of_day(day: date) -> datetime:
    """Give midnight in Shanghai at the beginning of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def chosen(actor: Actor, filters: Filters, *, at: datetime) -> QuerySet[Complaint]:
    """Give all complaints within reach that fit the filters, in no order. Raises NotAllowed."""
    staff_access.require(actor, "complaint.read")
    me = scope.self_of(actor)
    return _seen(actor, me, filters.view, at).filter(_asked(filters))


def _from(actor: Actor, filters: Filters) -> tuple[Q, bool]:
    """Give the condition of the place a cursor names, and whether it goes back."""
    cursor = filters.before or filters.after
    if not cursor:
        return Q(), False
    rows = Complaint.objects.filter(institution_id=actor.institution_id or 0, public_id=cursor)
    place = rows.values_list("pk", "case__due_at").first()
    if place is None:
        raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
    back = bool(filters.before)
    pk, due_at = place
    if not filters.by_due:
        return Q(**{f"pk__{'gt' if back else 'lt'}": pk}), back
    if due_at is None:
        return Q(), back
    side = "lt" if back else "gt"
    later = Q(**{f"case__due_at__{side}": due_at})
    return later | Q(**{"case__due_at": due_at, f"pk__{side}": pk}), back


def ledger(actor: Actor, filters: Filters, *, at: datetime) -> Page:
    """Give one page of the complaints within reach that fit the filters.

    The number of queries does not depend on the number of complaints. Raises Invalid, NotAllowed.
    """
    staff_access.require(actor, "complaint.read")
    limit = max(1, min(filters.limit, LIMIT_MAX))
    me = scope.self_of(actor)
    place, back = _from(actor, filters)
    order = ("case__due_at", "pk") if filters.by_due else ("-pk",)
    if back:
        order = ("-case__due_at", "-pk") if filters.by_due else ("pk",)
    points = ContactPoint.objects.filter(kind=PointKind.PHONE, is_primary=True).order_by("pk")
    phones = Prefetch("case__customer__points", queryset=points, to_attr="primary_phones")
    found = list(
        _seen(actor, me, filters.view, at)
        .filter(_asked(filters), place)
        .select_related(*RELATIONS)
        .prefetch_related(phones)
        .order_by(*order)[: limit + 1]
    )
    more = len(found) > limit
    found = found[:limit]
    if back:
        found.reverse()
    clocks = clocks_of_cases([one.case for one in found], at)
    rows = [_row(one, clocks.get(one.case.public_id, [])) for one in found]
    has_next = bool(rows) and (back or more)
    has_previous = bool(rows) and (more if back else bool(filters.after))
    return Page(
        rows,
        next=rows[-1].complaint.public_id if has_next else "",
        previous=rows[0].complaint.public_id if has_previous else "",
    )


def _row(one: Complaint, clocks: list[ClockView]) -> Row:
    customer = one.case.customer
    phones = getattr(customer, "primary_phones", []) if customer else []
    running = [clock for clock in clocks if clock.state != "done"]
    return Row(
        complaint=one,
        category=category_path(one.case.category),
        phone=phones[0].masked_value if phones else "",
        clock=running[0] if running else (clocks[0] if clocks else None),
        step=step_of(one.state),
    )


def counts(actor: Actor, *, at: datetime) -> dict[str, int]:
    """Count each view of what is in hand in one query, and the reviews to decide."""
    staff_access.require(actor, "complaint.read")
    me = scope.self_of(actor)
    columns = {
        view.value: Count("pk", filter=_view(view, me, at))
        for view in View
        if view not in (View.ALL, View.REVIEWS)
    }
    found = dict(_within(actor, me).filter(is_open=True).aggregate(**columns))
    return found | {View.REVIEWS.value: _seen(actor, me, View.REVIEWS, at).count()}


def badge_count(actor: Actor) -> int:
    """Count what this person must act on: the open complaints they handle or supervise."""
    if not actor.is_person or not staff_access.has_right(actor, "complaint.work"):
        return 0
    theirs = Q(case__handler__public_id=actor.ref) | Q(
        supervisor__public_id=actor.ref, state=State.CALLBACK_DONE.value
    )
    open_ones = Complaint.objects.filter(institution_id=actor.institution_id or 0, is_open=True)
    return open_ones.filter(theirs).count()
