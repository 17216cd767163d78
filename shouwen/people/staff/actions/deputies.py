"""Naming who works in whose place, and ending it before its last day."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff import access, queries
from shouwen.people.staff.actions.rosters import LONGEST_ABSENCE_DAYS, require_planner
from shouwen.people.staff.models import Deputy, Person, RoleGrant


class DeputyNamedAlready(Conflict):
    """One deputy at a time, so that everybody knows whom to ask."""

    message = _("There is a deputy on some of these days already. End that first.")


def _require(actor: Actor, person: Person) -> None:
    """People name their own deputy; whoever plans for them may do it too."""
    if not (actor.is_person and actor.ref == person.public_id):
        require_planner(actor, person.unit)


@transaction.atomic
def name_deputy(
    person: Person, deputy: Person, from_on: date, to_on: date, *, actor: Actor, at: datetime
) -> Deputy:
    """Let a colleague stand in on the days on which the person is noted as away.

    Raises NotAllowed, NotThere, Invalid naming the wrong field, DeputyNamedAlready,
    RolesMustStayApart where the two hold roles that no one person may hold together (CG-3.4-02).
    """
    _require(actor, person)
    named_by = queries.person_acting(actor)
    if deputy.institution_id != person.institution_id:
        raise NotThere
    wrong: dict[str, Words] = {}
    if deputy.pk == person.pk or not deputy.is_active:
        wrong["deputy"] = _("Choose an active colleague.")
    if from_on < day_of(at):
        wrong["from_on"] = _("Choose today or a later day.")
    if to_on < from_on or (to_on - from_on).days > LONGEST_ABSENCE_DAYS:
        wrong["to_on"] = _("The last day comes after the first, within a year.")
    if wrong:
        raise Invalid(fields=wrong)
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    roles = RoleGrant.objects.filter(person__in=(person, deputy)).order_by("pk")
    access.refuse_joined_roles(roles.values_list("role", flat=True))
    others = Deputy.objects.filter(person=person, ended_at__isnull=True)
    if others.filter(to_on__gte=from_on, from_on__lte=to_on).exists():
        raise DeputyNamedAlready
    named = Deputy.objects.create(
        person=person, deputy=deputy, from_on=from_on, to_on=to_on, named_by=named_by, named_at=at
    )
    _record(named, "deputy.named", actor, at)
    return named


@transaction.atomic
def end_deputy(named: Deputy, *, actor: Actor, at: datetime) -> None:
    """Let nobody stand in any more, at once. Raises NotAllowed, NotThere for one that is over."""
    _require(actor, named.person)
    lasting = Deputy.objects.filter(pk=named.pk, ended_at__isnull=True)
    if not lasting.filter(to_on__gte=day_of(at)).update(ended_at=at):
        raise NotThere
    _record(named, "deputy.ended", actor, at)


def _record(named: Deputy, act: str, actor: Actor, at: datetime) -> None:
    detail = {
        "deputy": named.deputy.public_id,
        "from": named.from_on.isoformat(),
        "to": named.to_on.isoformat(),
    }
    audit.record(actor, act, named.person, at=at, detail=detail)
    for one in (named.person, named.deputy):
        publish(f"person-{one.public_id}")
