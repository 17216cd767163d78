"""Who is to be asked again, who was, and whom the same cause may have hit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access
from shouwen.assurance.improvement.models import ComplaintCause, FollowUp
from shouwen.assurance.improvement.models.lookback import Why
from shouwen.assurance.improvement.queries.returns import REF_MAX_CHARACTERS
from shouwen.assurance.monitoring.periods import Period
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.policy.figures import figure
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import ContactPoint, PointKind, Purpose, Way
from shouwen.service.cases.models import Case
from shouwen.service.cases.models import State as CaseState
from shouwen.service.cases.queries import scope
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.models import Complaint

ROWS = 30
HIT_LOOKED_AT = 300
HIT_SHOWN = 60
DAYS_FIGURE, PERCENT_FIGURE = "look-back-days", "look-back-percent"
RELATIONS = ("case__customer", "case__unit", "source__case", "drawn_by", "done_by")


@dataclass(frozen=True, slots=True)
class FollowUpPage:
    """A stretch of follow-ups, newest first, and by id those that wait whose customers refuse.

    `next` is a cursor, empty at the end.
    """

    rows: list[FollowUp]
    refused: frozenset[str]
    next: str


def usual_percent() -> int:
    """Give the share of closed complaints that is drawn unless another is asked for."""
    return figure(PERCENT_FIGURE).value


def _seen(actor: Actor) -> QuerySet[FollowUp]:
    access.require_issues(actor)
    reach = scope.reach_condition(actor, scope.self_of(actor), "case__")
    ours = FollowUp.objects.filter(reach, institution_id=actor.institution_id or 0)
    return ours.select_related(*RELATIONS)


def follow_ups_of(
    actor: Actor, *, done: bool | None = None, after: str = "", limit: int = ROWS
) -> FollowUpPage:
    """List follow-ups within reach, newest first. Raises NotAllowed, Invalid."""
    rows = _seen(actor)
    if done is not None:
        rows = rows.exclude(answer="") if done else rows.filter(answer="")
    if after:
        place = rows.filter(public_id=after[:REF_MAX_CHARACTERS]) if after.isprintable() else None
        pk = place.values_list("pk", flat=True).first() if place is not None else None
        if pk is None:
            raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
        rows = rows.filter(pk__lt=pk)
    found = list(rows.order_by("-pk")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    return FollowUpPage(found, refusing(found), found[-1].public_id if more else "")


def follow_ups_from(actor: Actor, complaint: Complaint) -> list[FollowUp]:
    """Give who within reach was or is to be asked again because of a complaint, newest first.

    Raises NotAllowed.
    """
    return list(_seen(actor).filter(source=complaint).order_by("-pk")[:ROWS])


def refusing(rows: list[FollowUp]) -> frozenset[str]:
    """Give those among the follow-ups that wait, by id, whose customers refuse callbacks."""
    waiting = [row for row in rows if not row.answer]
    ids = {row.case.customer_id for row in waiting if row.case.customer_id is not None}
    refused = customers.unwanted(ids, Purpose.CALLBACK, Way.PHONE) if ids else {}
    return frozenset(row.public_id for row in waiting if row.case.customer_id in refused)


def phone_of(follow_up: FollowUp) -> ContactPoint | None:
    """Give the number that a customer is called on, sealed."""
    points = ContactPoint.objects.select_related("customer").filter(
        customer_id=follow_up.case.customer_id or 0, kind=PointKind.PHONE, is_primary=True
    )
    return points.order_by("pk").first()


def follow_up_for(actor: Actor, public_id: str) -> FollowUp:
    """Give a follow-up within reach. Raises NotAllowed, NotThere."""
    rows, found = _seen(actor), None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotThere
    return found


def tally(actor: Actor) -> dict[str, int]:
    """Count the follow-ups within reach by answer; those that wait have none."""
    rows = _seen(actor).select_related(None).order_by("answer")
    return dict(rows.values_list("answer").annotate(n=Count("pk")).order_by("answer"))


def to_draw_from(actor: Actor, period: Period, *, at: datetime) -> QuerySet[Complaint]:
    """Give the complaints within reach that were closed in a period and never drawn.

    What was withdrawn has nothing to be looked back on; without a known customer nobody to call.
    """
    access.require_issues(actor)
    within = complaints.chosen(actor, complaints.Filters(view="all"), at=at)
    drawn = FollowUp.objects.filter(why=Why.SAMPLE).values("source_id")
    closed = within.filter(
        closed_at__gte=period.start,
        closed_at__lt=period.end,
        withdrawn_at__isnull=True,
        is_open=False,
        case__customer__isnull=False,
    )
    return closed.exclude(pk__in=drawn).order_by("pk")


def hit_by_same(actor: Actor, complaint: Complaint) -> list[Case]:
    """Give cases within reach of other customers whom what caused a complaint may have hit.

    Those are complaints of the same cause, and whatever came of the same business within the days
    set before and since; of each customer the newest, none that is followed up already.
    """
    access.require_issues(actor)
    category = complaint.case.category_id
    given = ComplaintCause.objects.filter(complaint=complaint).values("cause_id")
    same = ComplaintCause.objects.filter(cause_id__in=given).values("complaint__case_id")
    days = timedelta(days=figure(DAYS_FIGURE).value)
    since = complaint.received_at - days
    of_business = Q(category_id=category, opened_at__gte=since) if category else Q(pk__in=[])
    known = FollowUp.objects.filter(source=complaint, case__customer__isnull=False)
    rows = (
        Case.objects.filter(scope.reach_condition(actor, scope.self_of(actor)))
        .filter(
            Q(pk__in=same) | of_business,
            institution_id=complaint.institution_id,
            customer__isnull=False,
        )
        .exclude(pk=complaint.case_id)
        .exclude(customer_id=complaint.case.customer_id or 0)
        .exclude(customer_id__in=known.values("case__customer_id"))
        .exclude(state=CaseState.MERGED)
    )
    newest: dict[int | None, Case] = {}
    for row in rows.select_related("customer", "unit").order_by("-pk")[:HIT_LOOKED_AT]:
        newest.setdefault(row.customer_id, row)
    return list(newest.values())[:HIT_SHOWN]
