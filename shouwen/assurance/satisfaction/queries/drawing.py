"""Who may be drawn for a campaign, and which of those drawn are not to be asked now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as day_time
from typing import Any

from django.db.models import Count, QuerySet

from shouwen.assurance.satisfaction.models import AskedWay, Campaign, Had, Invitation, SurveyVersion
from shouwen.assurance.satisfaction.models.surveys import VersionState
from shouwen.assurance.satisfaction.queries.sending import survey_limit
from shouwen.assurance.satisfaction.rules import campaigns as rules
from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing.models import Queue
from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.policy import figures
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import ContactPoint, Customer, PointKind, Purpose, Way
from shouwen.people.staff import queries as staff
from shouwen.service.cases.models import Case

CHECKED_AT_ONCE = 400
# So many conversations or cases are counted while somebody waits; more take seconds.
COUNTED_AT_ONCE = 20_000
# By what each way reaches somebody, and the kind of address it needs.
REACHED_BY = {
    AskedWay.CALL: (Way.PHONE, PointKind.PHONE),
    AskedWay.EMAIL: (Way.EMAIL, PointKind.EMAIL),
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Whom a run draws: how many could be, and the numbers of the customers whom the lots name."""

    population: int
    drawn: list[int]


def version_of(campaign: Campaign, on: date) -> SurveyVersion | None:
    """Give the wording of the campaign's survey that counts on a day; None where none does."""
    found = SurveyVersion.objects.filter(
        survey=campaign.survey_id,
        survey__is_active=True,
        state=VersionState.PUBLISHED,
        active_from__lte=on,
    )
    return found.order_by("-active_from", "-number").first()


def _had(campaign: Campaign, on: date, until: datetime) -> QuerySet[Any, Any]:
    """Give what customers had in the days before `on` or since, as their numbers.

    Of a unit's campaign the cases in it or below it, or the talks to one of its queues.
    """
    since = datetime.combine(on, day_time(), SHANGHAI) - timedelta(days=campaign.had_days)
    here = campaign.institution_id
    if campaign.had == Had.CASES:
        cases = Case.objects.filter(institution_id=here, closed_at__gte=since, closed_at__lt=until)
        if campaign.unit is not None:
            cases = cases.filter(unit__in=staff.units_under(campaign.unit).order_by())
        return cases.filter(customer__isnull=False).order_by().values("customer_id")
    contacts = Contact.objects.filter(
        institution_id=here, queued_at__gte=since, queued_at__lt=until
    )
    if campaign.unit is not None:
        queues = Queue.objects.filter(unit__in=staff.units_under(campaign.unit).order_by())
        contacts = contacts.filter(queue_code__in=queues.order_by().values("code"))
    answered = contacts.filter(owner__isnull=False, customer__isnull=False)
    return answered.order_by().values("customer_id")


def is_many(campaign: Campaign, on: date, until: datetime) -> bool:
    """Say whether counting them takes long; itself it looks at a bounded number."""
    return _had(campaign, on, until)[: COUNTED_AT_ONCE + 1].count() > COUNTED_AT_ONCE


def population(campaign: Campaign, on: date, until: datetime) -> QuerySet[Customer]:
    """Give the customers of its tiers who had what it names in the days before `on` or since.

    Of a unit's campaign those whose case was in it or below it, or who talked to one of its queues.
    """
    tiers = {"value": campaign.value, "risk": campaign.risk}
    return Customer.objects.filter(
        pk__in=_had(campaign, on, until),
        institution_id=campaign.institution_id,
        merged_into__isnull=True,
        **{name: tier for name, tier in tiers.items() if tier},
    )


def draw(campaign: Campaign, on: date, at: datetime) -> Drawing:
    """Draw the customers of a run; the same day and moment give the same ones again."""
    found = population(campaign, on, at).order_by()
    count = found.count()
    most = figures.figure("survey-run-most").value
    size = rules.sample_size(campaign.sample, campaign.size, count, most)
    ids = found.values_list("pk", flat=True).iterator()
    return Drawing(count, rules.draw(ids, size, campaign.seed, on))


def left_out(campaign: Campaign, customer_ids: Collection[int], at: datetime) -> dict[int, str]:
    """Give those of many customers who are not to be asked now, and why by a code; five queries.

    They refuse surveys or any contact, were asked often enough, have no address for the way, or
    their file was joined to another.
    """
    way, kind = REACHED_BY[AskedWay(campaign.way)]
    found: dict[int, str] = {}
    refs = dict(
        Customer.objects.filter(pk__in=customer_ids, merged_into__isnull=True).values_list(
            "public_id", "pk"
        )
    )
    found |= dict.fromkeys(set(customer_ids) - set(refs.values()), rules.MERGED)
    limit = survey_limit(campaign.institution_id)
    asked = (
        Invitation.objects.filter(
            institution_id=campaign.institution_id,
            asked_ref__in=refs,
            asked_at__gt=at - timedelta(days=limit.days),
        )
        .order_by()
        .values_list("asked_ref")
        .annotate(times=Count("pk"))
    )
    points = ContactPoint.objects.filter(customer_id__in=refs.values(), kind=kind)
    reachable = set(points.order_by().values_list("customer_id", flat=True))
    found |= dict.fromkeys(set(refs.values()) - reachable, rules.NO_ADDRESS)
    found |= {refs[ref]: rules.OFTEN for ref, times in asked if times >= limit.most}
    refused = customers.unwanted(set(refs.values()), Purpose.SURVEY, way)
    return found | dict.fromkeys(refused, rules.UNWANTED)


def forecast_of(campaign: Campaign, on: date, at: datetime) -> dict[str, int]:
    """Count who would be drawn and asked on a day, and how many would be left out by reason."""
    drawing = draw(campaign, on, at)
    counted = {"population": drawing.population, "drawn": len(drawing.drawn)}
    for start in range(0, len(drawing.drawn), CHECKED_AT_ONCE):
        chunk = drawing.drawn[start : start + CHECKED_AT_ONCE]
        for reason in left_out(campaign, chunk, at).values():
            counted[reason] = counted.get(reason, 0) + 1
    out = sum(counted.get(reason, 0) for reason in rules.REASONS)
    return counted | {"asked": len(drawing.drawn) - out}
