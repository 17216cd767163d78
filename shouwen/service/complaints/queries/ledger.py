"""The complaint ledger 投诉台账: views, filters and pages of what is within reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    prefetch_related_objects,
)
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kernel.prepared import Prepared
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.kit.words import Words
from shouwen.ground.policy.queries import ClockView
from shouwen.people.customers.models import ContactPoint, PointKind
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import models as cases
from shouwen.service.cases.queries import scope
from shouwen.service.cases.queries.categories import category_path
from shouwen.service.cases.queries.clocks import first_clocks_of
from shouwen.service.cases.queries.scope import Self
from shouwen.service.complaints import models
from shouwen.service.complaints.models import Complaint, ComplaintGrade
from shouwen.service.complaints.queries.reading import RELATIONS
from shouwen.service.complaints.queries.reviewing import for_me_to_decide
from shouwen.service.complaints.queries.wanted import POSTS, in_hands_of, under_clock
from shouwen.service.complaints.rules.states import ORDER, State

LIMIT_MAX = 100
# With which state each of the four visible steps is done (conflict 36).
STEP_ENDS = (State.GRADED, State.PLAN_AGREED, State.HANDLED, State.CLOSED)
# What a row of the page shows. Of the many joins of a whole complaint the planner of PostgreSQL
# alone would take a quarter of the page's time.
SHOWN = (
    "case__customer",
    "case__category__parent__parent",
    "case__unit",
    "case__handler",
    "grade",
    "group_lead__case",
    "supervisor",
)
_WHOLE: Prepared[Complaint] = Prepared(
    lambda pks: Complaint.objects.select_related(*RELATIONS).filter(pk__in=pks), pks=(int,)
)
_SHOWN: Prepared[Complaint] = Prepared(
    lambda pks: Complaint.objects.select_related(*SHOWN).filter(pk__in=pks), pks=(int,)
)


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
    # The unit it is worked in, by its public id.
    unit: str = ""
    # Who handles it and who was asked first: an id, a staff number, a name, "me" or "nobody".
    handler: str = ""
    owner: str = ""
    # One of its limits by its event, and how that limit, or any, stands.
    clock: str = ""
    clock_state: str = ""
    # The columns to show, by name with commas; none means all.
    columns: str = ""
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

    @property
    def order(self) -> tuple[str, ...]:
        """The order of the rows: of an index each; days of receipt are led to by their own."""
        if self.by_due:
            return ("case__due_at", "case_id")
        return ("-received_at", "-pk") if self.since or self.until else ("-pk",)


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


def view_condition(view: str, home: int, person: int, at: datetime, night: datetime) -> Q:
    # Named so that an index of the cases in hand leads to them, of which there are far fewer.
    in_hand: dict[str, object] = {"is_open": True, "case__is_open": True}
    in_hand["case__institution_id"] = home
    match view:
        case View.MINE:
            return Q(**in_hand, case__handler_id=person)
        case View.SUPERVISED:
            return Q(is_open=True, supervisor_id=person)
        case View.TODAY:
            return Q(**in_hand, case__due_at__gt=at, case__due_at__lt=night)
        case View.LATE:
            return Q(**in_hand, case__due_at__lte=at)
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


def seen_in(actor: Actor, me: Self, view: str, at: datetime) -> QuerySet[Complaint]:
    home, night = actor.institution_id or 0, scope.end_of_day(at)
    rows = _within(actor, me).filter(view_condition(view, home, me.person_id or 0, at, night))
    # A review waits after closing too.
    return for_me_to_decide(rows, actor, me) if view == View.REVIEWS else rows


def _asked(filters: Filters, home: int) -> Q:
    wanted: dict[str, object] = {}
    for name in ("state", "origin", "cg_type"):
        if getattr(filters, name):
            wanted[name] = getattr(filters, name)
    if filters.number.strip():
        wanted |= {"case__institution_id": home, "case__number": filters.number.strip().upper()}
    if filters.since:
        wanted["received_at__gte"] = start_of_day(filters.since)
    if filters.until:
        wanted["received_at__lt"] = start_of_day(filters.until) + timedelta(days=1)
    if filters.by_due:
        # A limit runs on what is in hand alone.
        wanted |= {"case__is_open": True, "case__institution_id": home}
        wanted["case__due_at__isnull"] = False
    if filters.grade:
        named = ComplaintGrade.objects.filter(institution_id=home, code=filters.grade)
        wanted["grade_id"] = Subquery(named.values("pk")[:1])
    if filters.group:
        lead = Complaint.objects.filter(institution_id=home, public_id=filters.group)
        found = Subquery(lead.values("pk")[:1])
        return Q(**wanted) & (Q(pk=found) | Q(group_lead_id=found))
    return Q(**wanted)


def _of_the_case(filters: Filters) -> Q:
    """Give what only the case knows, and no index of complaints leads to."""
    asked = {name: getattr(filters, name) for name in ("urgency", "complexity")}
    asked["unit__public_id"] = filters.unit
    return Q(**{f"case__{name}": value for name, value in asked.items() if value})


def _wanted(actor: Actor, filters: Filters, at: datetime) -> Q:
    """Give in whose hands it is to be and under which clock, of which each has an index."""
    posts = {name: getattr(filters, name) for name in POSTS}
    in_hand = filters.view not in (View.ALL, View.REVIEWS)
    clock, home = (filters.clock, filters.clock_state), actor.institution_id or 0
    return in_hands_of(actor, posts, in_hand=in_hand) & under_clock(home, *clock, at)


def start_of_day(day: date) -> datetime:
    """Give midnight in Shanghai at the beginning of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def chosen(actor: Actor, filters: Filters, *, at: datetime) -> QuerySet[Complaint]:
    """Give all complaints within reach that fit the filters, in no order. Raises NotAllowed."""
    return _led_to(actor, filters, at).filter(_of_the_case(filters))


def first_of(actor: Actor, filters: Filters, most: int, *, at: datetime) -> QuerySet[Complaint]:
    """Give the first so many that the filters' indexes lead to; `fits` says which fit wholly.

    What only the case knows is looked up for these alone. Raises NotAllowed.
    """
    fits: Combinable = Value(True)
    if asked := _of_the_case(filters):
        fits = ExpressionWrapper(asked, BooleanField())
    first = _led_to(actor, filters, at).order_by(*filters.order).values("pk")[:most]
    return Complaint.objects.filter(pk__in=first).annotate(fits=fits)


def _led_to(actor: Actor, filters: Filters, at: datetime) -> QuerySet[Complaint]:
    staff_access.require(actor, "complaint.read")
    seen = seen_in(actor, scope.self_of(actor), filters.view, at)
    return seen.filter(_asked(filters, actor.institution_id or 0), _wanted(actor, filters, at))


def _from(actor: Actor, filters: Filters) -> tuple[Q, bool]:
    """Give the condition of the place a cursor names, and whether it goes back."""
    cursor = filters.before or filters.after
    if not cursor:
        return Q(), False
    rows = Complaint.objects.filter(institution_id=actor.institution_id or 0, public_id=cursor)
    names = [name.removeprefix("-") for name in filters.order]
    place = rows.values_list(*names).first()
    if place is None:
        raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
    back = bool(filters.before)
    side = "gt" if filters.order[0].startswith("-") == back else "lt"
    last, *outer = reversed(list(zip(names, place, strict=True)))
    beyond = Q(**{f"{last[0]}__{side}": last[1]})
    for name, value in outer:
        if value is None:
            return Q(), back
        # The outer bound is said by itself too, so that an index begins there.
        farther = Q(**{f"{name}__{side}": value}) | Q(**{name: value}) & beyond
        beyond = Q(**{f"{name}__{side}e": value}) & farther
    return beyond, back


def ledger(actor: Actor, filters: Filters, *, at: datetime, is_whole: bool = True) -> Page:
    """Give one page of the complaints within reach that fit the filters.

    Each whole, or with what a row of the page shows alone. The number of queries does not depend on
    the number of complaints. Raises Invalid, NotAllowed.
    """
    staff_access.require(actor, "complaint.read")
    limit = max(1, min(filters.limit, LIMIT_MAX))
    place, back = _from(actor, filters)
    rows = chosen(actor, filters, at=at).filter(place).order_by(*filters.order)
    ids = list((rows.reverse() if back else rows).values_list("pk", flat=True)[: limit + 1])
    more = len(ids) > limit
    ids = ids[:limit]
    if back:
        ids.reverse()
    found = _found(ids, _WHOLE if is_whole else _SHOWN)
    clocks = first_clocks_of([one.case for one in found], at)
    has_next = bool(found) and (back or more)
    has_previous = bool(found) and (more if back else bool(filters.after))
    return Page(
        [_row(one, clocks.get(one.case.public_id)) for one in found],
        next=found[-1].public_id if has_next else "",
        previous=found[0].public_id if has_previous else "",
    )


def _found(ids: list[int], rows: Prepared[Complaint]) -> list[Complaint]:
    """Give complaints in this order, each with everything a row shows."""
    by_id = {one.pk: one for one in rows.all(pks=ids)}
    found = [by_id[pk] for pk in ids if pk in by_id]
    points = ContactPoint.objects.filter(kind=PointKind.PHONE, is_primary=True).order_by("pk")
    phones = Prefetch("case__customer__points", queryset=points, to_attr="primary_phones")
    prefetch_related_objects(found, phones)
    return found


def _row(one: Complaint, clock: ClockView | None) -> Row:
    customer = one.case.customer
    phones = getattr(customer, "primary_phones", []) if customer else []
    return Row(
        complaint=one,
        category=category_path(one.case.category),
        phone=phones[0].masked_value if phones else "",
        clock=clock,
        step=step_of(one.state),
    )
