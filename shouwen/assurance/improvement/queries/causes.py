"""The tree of causes with what was counted for each, and the complaints that wait for one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access
from shouwen.assurance.improvement.models import Cause, ComplaintCause
from shouwen.assurance.improvement.queries.returns import REF_MAX_CHARACTERS
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.models import Complaint, Responsible

COMPLAINTS_SHOWN = 30
# Who or what is responsible where the complaint was right, at least in part.
UPHELD = tuple(
    value for value in Responsible.values if value not in (Responsible.CUSTOMER, Responsible.NONE)
)
RELATIONS = ("case__unit", "case__handler")


@dataclass(frozen=True, slots=True)
class CauseLine:
    """One cause in its place; `count` is of its own complaints, `below` of those and all below."""

    cause: Cause
    count: int
    below: int


@dataclass(frozen=True, slots=True)
class Caused:
    """A complaint with the cause it has, if any."""

    complaint: Complaint
    cause: Cause | None


def is_upheld(complaint: Complaint) -> bool:
    """Whether the institution answers for it, so that it has a cause to be found."""
    return complaint.responsible in UPHELD and complaint.withdrawn_at is None


def cause_lines(actor: Actor) -> list[CauseLine]:
    """Give the institution's tree, each cause after its parent. Raises NotAllowed."""
    access.require_issues(actor)
    rows = list(
        Cause.objects.filter(institution_id=actor.institution_id or 0).order_by("depth", "pk")
    )
    counted = dict(
        ComplaintCause.objects.filter(cause__institution_id=actor.institution_id or 0)
        .values_list("cause_id")
        .annotate(n=Count("pk"))
        .order_by("cause_id")
    )
    below: dict[int | None, list[Cause]] = defaultdict(list)
    for row in rows:
        below[row.parent_id].append(row)
    total = {row.pk: counted.get(row.pk, 0) for row in rows}
    for row in reversed(rows):
        if row.parent_id is not None:
            total[row.parent_id] += total[row.pk]
    told: list[CauseLine] = []

    def walk(parent: int | None) -> None:
        for row in below[parent]:
            told.append(CauseLine(row, counted.get(row.pk, 0), total[row.pk]))
            walk(row.pk)

    walk(None)
    return told


def cause_for(actor: Actor, public_id: str) -> Cause:
    """Give a cause of the actor's institution. Raises NotAllowed, NotThere."""
    access.require_issues(actor)
    found = None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        rows = Cause.objects.filter(institution_id=actor.institution_id or 0)
        found = rows.select_related("parent").filter(public_id=public_id).first()
    if found is None:
        raise NotThere
    return found


def cause_named(actor: Actor, public_id: str, field: str = "cause") -> Cause:
    """Give a cause that an entry names. Raises NotAllowed, Invalid."""
    try:
        return cause_for(actor, public_id)
    except NotThere:
        raise Invalid(fields={field: _("There is no such cause.")}) from None


def complaints_caused(actor: Actor, cause: Cause | None, *, at: datetime) -> list[Caused]:
    """List upheld complaints within reach, newest first: of a cause, or those that wait for one.

    One more than are shown tells that there are more. Raises NotAllowed.
    """
    access.require_issues(actor)
    within = complaints.chosen(actor, complaints.Filters(view="all"), at=at)
    given = ComplaintCause.objects.all()
    if cause is None:
        held = within.filter(responsible__in=UPHELD, withdrawn_at__isnull=True)
        held = held.exclude(pk__in=given.values("complaint_id"))
    else:
        held = within.filter(pk__in=given.filter(cause=cause).values("complaint_id"))
    rows = held.select_related(*RELATIONS).order_by("-pk")[: COMPLAINTS_SHOWN + 1]
    return [Caused(row, cause) for row in rows]


def cause_of(complaint: Complaint) -> Cause | None:
    """Give the cause a complaint has."""
    rows = ComplaintCause.objects.filter(complaint=complaint).select_related("cause")
    found = rows.first()
    return found.cause if found else None
