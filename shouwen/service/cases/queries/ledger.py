"""The ledger: pages of cases, each found by an index however many cases there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.words import Words
from shouwen.ground.policy.queries import ClockView
from shouwen.ground.vault import places
from shouwen.people.customers.models import ContactPoint, PointKind
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import models
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries import scope, searching
from shouwen.service.cases.queries.categories import category_path
from shouwen.service.cases.queries.clocks import first_clocks_of
from shouwen.service.cases.queries.scope import Filters, Self, Sort, View
from shouwen.service.cases.rules.states import State
from shouwen.service.cases.rules.steps import step_of

__all__ = ["Filters", "Page", "Row", "View", "ledger"]

LIMIT_MAX = 100
ROW_RELATIONS = (
    "customer",
    "contact",
    "category__parent__parent",
    "unit",
    "owner",
    "handler",
    "merged_into",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ledger."""

    case: Case
    category: tuple[str, ...]
    phone: str
    clock: ClockView | None
    step: int

    # `get_…_display` hashes every choice's words at each call, which a page of rows feels.

    @property
    def state(self) -> Words:
        """The case's state in words."""
        return models.State(self.case.state).label

    @property
    def urgency(self) -> Words:
        """How urgent the case is, in words."""
        return models.Urgency(self.case.urgency).label

    @property
    def complexity(self) -> Words:
        """How hard the case is, in words."""
        return models.Complexity(self.case.complexity).label

    @property
    def channel(self) -> Words:
        """By which way the case came, in words."""
        return models.Channel(self.case.channel).label


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the ledger; `next` and `previous` are cursors, empty at the ends.

    A search that stopped looking before the page was full says so by `looked_until`, when the
    last case it looked at was opened; its cursor goes on from there, and tells nothing of a case
    that the reader may not see.
    """

    rows: list[Row]
    next: str
    previous: str
    looked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: after (or, going back, before) one case."""

    pk: int
    due_at: datetime | None
    backwards: bool


def ledger(actor: Actor, filters: Filters, *, at: datetime) -> Page:
    """Give one page of the cases within reach that fit the filters.

    Newest first; in the views of what is due, tightest first; else as sorted. The number of
    queries does not depend on the number of cases.
    """
    staff_access.require(actor, "case.read")
    if actor.institution_id is None:
        return Page([], "", "")
    limit = max(1, min(filters.limit, LIMIT_MAX))
    me = scope.self_of(actor)
    place = _place(actor.institution_id, filters)
    ids, stopped_at = _ids(actor, filters, me, place, at, limit + 1)
    more = len(ids) > limit
    ids = ids[:limit]
    backwards = place is not None and place.backwards
    if backwards:
        ids.reverse()
    rows = _rows(ids, at)
    has_next = bool(rows) and (backwards or more)
    has_previous = bool(rows) and (more if backwards else place is not None)
    page = Page(
        rows,
        next=rows[-1].case.public_id if has_next else "",
        previous=rows[0].case.public_id if has_previous else "",
    )
    if more or stopped_at is None:
        return page
    stop = Case.objects.only("opened_at").get(pk=stopped_at)
    page = replace(page, looked_until=stop.opened_at)
    hidden = places.hidden(stopped_at, _stops_of(actor.institution_id))
    return replace(page, previous=hidden) if backwards else replace(page, next=hidden)


def count_ledger(actor: Actor, filters: Filters, most: int, *, at: datetime) -> int:
    """Count the cases within reach that fit the filters, up to `most`."""
    staff_access.require(actor, "case.read")
    if actor.institution_id is None:
        return 0
    ids, _all = _ids(actor, filters, scope.self_of(actor), None, at, most, looks_at_all=True)
    return len(ids)


def _stops_of(institution_id: int) -> str:
    return f"search of cases {institution_id}"


def _place(institution_id: int, filters: Filters) -> _Place | None:
    cursor = filters.before or filters.after
    if not cursor:
        return None
    if filters.is_search:
        stopped_at = places.found(cursor, _stops_of(institution_id))
        if stopped_at is not None:
            return _Place(stopped_at, None, backwards=bool(filters.before))
    found = Case.objects.filter(institution_id=institution_id, public_id=cursor)
    values = found.values_list("pk", "due_at").first()
    if values is None:
        raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
    return _Place(*values, backwards=bool(filters.before))


def _from(place: _Place | None, order: Sort, key: str = "id") -> Q:
    if place is None:
        return Q()
    if order is not Sort.DUE:
        upwards = place.backwards != (order is Sort.OLDEST)
        return Q(**{f"{key}__{'gt' if upwards else 'lt'}": place.pk})
    if place.due_at is None:
        return Q()
    side = "lt" if place.backwards else "gt"
    return Q(**{f"due_at__{side}": place.due_at}) | Q(
        **{"due_at": place.due_at, f"id__{side}": place.pk}
    )


def _ids(
    actor: Actor,
    filters: Filters,
    me: Self,
    place: _Place | None,
    at: datetime,
    limit: int,
    *,
    looks_at_all: bool = False,
) -> tuple[list[int], int | None]:
    """Give the row ids of a page, in its order (reversed when going back).

    With them the case at which a search stopped looking, if there are more to look at.
    """
    institution_id = actor.institution_id or 0
    backwards = place is not None and place.backwards
    if filters.customers is not None:
        condition = _whole(actor, filters, me, at) & _from(place, filters.order)
        theirs = searching.of_customers(institution_id, filters.customers, condition)
        theirs = theirs.order_by(*_order(filters.order, backwards))
        return list(theirs.values_list("pk", flat=True)[:limit]), None
    if filters.q.strip():
        return _found(actor, filters, me, place, at, limit, looks_at_all=looks_at_all)
    cases = Case.objects.filter(
        scope.view_condition(filters.view, me, at),
        scope.filter_condition(filters, me),
        _from(place, filters.order),
        institution_id=institution_id,
    )
    order = _order(filters.order, backwards)
    rows = within_reach(cases, actor, me, filters, order, limit)
    return list(rows.values_list("pk", flat=True)), None


def _found(
    actor: Actor,
    filters: Filters,
    me: Self,
    place: _Place | None,
    at: datetime,
    limit: int,
    *,
    looks_at_all: bool,
) -> tuple[list[int], int | None]:
    """Look for words: among a bounded stretch of what holds the rarest one, if that is common."""
    institution_id = actor.institution_id or 0
    backwards = place is not None and place.backwards
    (order,) = _order(filters.order, backwards, key="case_id")
    start = _from(place, filters.order, key="case_id")
    condition = _whole(actor, filters, me, at, "case__")
    lead, others = searching.leading_term(institution_id, filters.q)
    stop = None
    if lead and (others or condition) and not looks_at_all:
        stop = searching.last_looked_at(institution_id, lead, start, order)
    if stop is not None:
        start &= Q(case_id__gte=stop) if order.startswith("-") else Q(case_id__lte=stop)
    hits = searching.by_terms(institution_id, lead, others, condition & start).order_by(order)
    return list(hits.values_list("case_id", flat=True)[:limit]), stop


def _order(order: Sort, backwards: bool, key: str = "id") -> tuple[str, ...]:
    if order is Sort.DUE:
        return ("-due_at", "-id") if backwards else ("due_at", "id")
    return (key,) if backwards != (order is Sort.OLDEST) else (f"-{key}",)


def _whole(actor: Actor, filters: Filters, me: Self, at: datetime, prefix: str = "") -> Q:
    return (
        scope.view_condition(filters.view, me, at, prefix)
        & scope.filter_condition(filters, me, prefix)
        & scope.reach_condition(actor, me, prefix)
    )


def within_reach(
    cases: QuerySet[Case],
    actor: Actor,
    me: Self,
    filters: Filters,
    order: tuple[str, ...],
    limit: int,
) -> QuerySet[Case]:
    """Keep to what the actor reaches, first `limit` in `order`.

    Each way of reaching a case gives its own first rows by its own index, and the page is the
    first of those together: an "or" over several columns would read the whole table.
    """
    arms = scope.arms(actor, me)
    if not arms or scope.leads_by_itself(filters.view, filters):
        return cases.order_by(*order)[:limit]
    together = Q()
    for arm in arms:
        first = cases.filter(**arm).order_by(*order).values("pk")[:limit]
        together |= Q(pk__in=first)
    return Case.objects.filter(together).order_by(*order)[:limit]


def _rows(ids: list[int], at: datetime) -> list[Row]:
    points = ContactPoint.objects.filter(kind=PointKind.PHONE, is_primary=True).order_by("pk")
    found = (
        Case.objects.filter(pk__in=ids)
        .select_related(*ROW_RELATIONS)
        .prefetch_related(Prefetch("customer__points", queryset=points, to_attr="primary_phones"))
        .order_by("-id")
    )
    by_id = {case.pk: case for case in found}
    cases = [by_id[pk] for pk in ids if pk in by_id]
    clocks = first_clocks_of(cases, at)
    return [_row(case, clocks.get(case.public_id)) for case in cases]


def _row(case: Case, clock: ClockView | None) -> Row:
    phones = getattr(case.customer, "primary_phones", []) if case.customer else []
    return Row(
        case=case,
        category=category_path(case.category),
        phone=phones[0].masked_value if phones else "",
        clock=clock,
        step=step_of(State(case.state), case.opinion_at is not None),
    )
