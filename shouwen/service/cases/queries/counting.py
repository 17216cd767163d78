"""How many cases a view holds, counted up to a bound so that no count reads the whole table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import IntegerField, Q, QuerySet, Subquery

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution
from shouwen.service.cases.models import Case, CaseEntry
from shouwen.service.cases.queries import scope
from shouwen.service.cases.queries.ledger import within_reach
from shouwen.service.cases.queries.scope import Filters, Self, View
from shouwen.service.cases.rules.states import Act

COUNTED_TO = 1000


@dataclass(frozen=True, slots=True)
class Counts:
    """The size of each view but that of all; a value above COUNTED_TO says that there are more."""

    by_view: dict[str, int]
    due_today: int

    def words(self, view: str) -> str:
        """Give a view's size as shown: `37`, or `1,000+`."""
        return bounded_words(self.by_view[view])


def bounded_words(count: int) -> str:
    """Write a bounded count."""
    return f"{COUNTED_TO:,}+" if count > COUNTED_TO else str(count)


class CountOf(Subquery):
    """How many rows a query gives, as one column of another."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    # Of what can hold nothing the database is not even asked.
    empty_result_set_value = 0


def _bounded(condition: Q, view: str, actor: Actor, me: Self) -> QuerySet[Case]:
    cases = Case.objects.filter(condition, institution_id=actor.institution_id or 0)
    filters = Filters(view=view)
    order = ("due_at", "id") if filters.by_due else ("-id",)
    return within_reach(cases, actor, me, filters, order, COUNTED_TO + 1)


def counts(actor: Actor, *, at: datetime) -> Counts:
    """Count every view but that of all within the actor's reach, each up to a thousand.

    One query, since each is a journey to the database and back.
    """
    staff_access.require(actor, "case.read")
    me = scope.self_of(actor)
    views = [view for view in View if view is not View.ALL]
    today = Q(is_open=True, due_at__gt=at, due_at__lt=scope.end_of_day(at))
    asked = [(scope.view_condition(view, me, at), view.value) for view in views]
    columns = [
        CountOf(_bounded(condition, view, actor, me).values("pk"))
        for condition, view in (*asked, (today, View.SOON.value))
    ]
    row = Institution.objects.filter(pk=actor.institution_id or 0).values_list(*columns).first()
    found = row or (0,) * len(columns)
    by_view = {view.value: count for view, count in zip(views, found, strict=False)}
    return Counts(by_view, found[-1])


def badge_count(actor: Actor) -> int:
    """Count what this person must act on: the open cases they handle, up to a thousand."""
    if not actor.is_person or not staff_access.has_right(actor, "case.work"):
        return 0
    cases = Case.objects.filter(
        institution_id=actor.institution_id or 0, is_open=True, handler__public_id=actor.ref
    )
    return cases.order_by("-id")[: COUNTED_TO + 1].count()


def count_dispatches(case_id: int) -> int:
    """Count how often a case was given to a handler; more than once means it was re-routed."""
    return CaseEntry.objects.filter(case_id=case_id, act=Act.ASSIGN).count()
