"""Who is held accountable, for those who take a step in it, and for the person themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access
from shouwen.assurance.improvement.models import (
    Accountability,
    AccountabilityEntry,
    AccountabilityState,
)
from shouwen.assurance.improvement.queries.returns import REF_MAX_CHARACTERS
from shouwen.assurance.improvement.rules import accountability as rules
from shouwen.assurance.improvement.rules.accountability import Act
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.people.staff import queries as staff
from shouwen.service.complaints import queries as complaints

ROWS = 30
RELATIONS = ("complaint__case", "person", "unit")


@dataclass(frozen=True, slots=True)
class AccountabilityPage:
    """A stretch, newest first; `next` is a cursor, empty at the end."""

    rows: list[Accountability]
    next: str


@dataclass(frozen=True, slots=True)
class AccountabilityDetail:
    """One with its story, oldest first; `is_own` says that it is about the reader.

    Who `hides` learns neither who took the steps nor more of the complaint than its number.
    """

    row: Accountability
    entries: list[AccountabilityEntry]
    acts: list[Act]
    is_own: bool
    hides: bool


def _seen(actor: Actor, at: datetime) -> QuerySet[Accountability]:
    """Give those about the reader, and those in complaints they reach, by their right."""
    person = staff.person_behind(actor)
    own = Q(person=person) if person is not None else Q(pk__in=[])
    if access.may_read_accountability(actor):
        within = complaints.chosen(actor, complaints.Filters(view="all"), at=at)
        own |= Q(complaint__in=within.order_by().values("pk"))
    found = Accountability.objects.filter(own, institution_id=actor.institution_id or 0)
    return found.select_related(*RELATIONS)


def accountabilities_of(
    actor: Actor, *, state: str = "", after: str = "", limit: int = ROWS, at: datetime
) -> AccountabilityPage:
    """List them, all or of one state. Raises Invalid."""
    limit = max(1, min(limit, 100))
    rows = _seen(actor, at)
    if state:
        if state not in AccountabilityState.values:
            raise Invalid(fields={"state": _("Choose one of the values offered.")})
        rows = rows.filter(state=state)
    if after:
        known = after.isprintable() and len(after) <= REF_MAX_CHARACTERS
        pk = rows.filter(public_id=after).values_list("pk", flat=True).first() if known else None
        if pk is None:
            raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
        rows = rows.filter(pk__lt=pk)
    found = list(rows.order_by("-pk")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    return AccountabilityPage(found, found[-1].public_id if more else "")


def accountability_for(actor: Actor, public_id: str, *, at: datetime) -> Accountability:
    """Give one within reach, or about the reader. Raises NotThere."""
    found = None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        found = _seen(actor, at).filter(public_id=public_id).first()
    if found is None:
        raise NotThere
    return found


def accountability_detail(actor: Actor, public_id: str, *, at: datetime) -> AccountabilityDetail:
    """Give one with all that belongs to it. Raises NotThere."""
    row = accountability_for(actor, public_id, at=at)
    entries = AccountabilityEntry.objects.filter(accountability=row).select_related("by")
    person = staff.person_behind(actor)
    standing = row.standing
    acts = [
        act
        for act in Act
        if person is not None
        and rules.why_not(act, standing) is None
        and rules.may_be_done_by(act, person.pk, standing)
        and (act in rules.OWN or access.may_act_on_accountability(actor, act))
    ]
    return AccountabilityDetail(
        row,
        list(entries.order_by("sequence")),
        acts,
        person is not None and row.person == person,
        hides_from(actor, row),
    )


def hides_from(actor: Actor, row: Accountability) -> bool:
    """Whether it is about a reader who takes no steps in such matters."""
    is_own = actor.is_person and row.person.public_id == actor.ref
    return is_own and not access.may_read_accountability(actor)
