"""Roles: asked for by one person, approved by a second, taken back at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff import access
from shouwen.people.staff.actions.reach import (
    GrantToOneself,
    UnitIsClosed,
    require_edit,
    require_unit,
)
from shouwen.people.staff.models import Person, Role, RoleGrant, Unit


class RoleHeldAlready(Conflict):
    """The person holds this role over this unit."""

    message = _("This person holds the role already.")


class RoleNotHeld(Conflict):
    """There is nothing to take back."""

    message = _("This person does not hold the role.")


class RoleAskedAlready(Conflict):
    """The same role waits for its second person."""

    message = _("This role has been asked for already and waits for a second person.")


class SecondPersonNeeded(NotAllowed):
    """Granting a role takes two people; whoever asked or gains is not the second."""

    message = _("Another person must decide this: not who asked, and not who gets the role.")


def role_detail(role: str, unit: Unit | None) -> dict[str, audit.Value]:
    """Give what the trail says of a role and its reach."""
    return {"role": role, "unit": unit.public_id if unit else None}


def _roles_of(person: Person) -> list[str]:
    """The roles a person holds. Their row is held, so that two grants at once cannot join what
    must stay apart."""
    Person.objects.select_for_update().get(pk=person.pk)
    held = RoleGrant.objects.filter(person=person).order_by("pk")
    return list(held.values_list("role", flat=True))


def _check(person: Person, role: str, unit: Unit | None, actor: Actor) -> None:
    require_edit(actor, person)
    if actor.ref == person.public_id:
        raise GrantToOneself
    if role not in Role.values:
        raise Invalid(fields={"role": _("Choose one of the listed roles.")})
    if unit is None and not actor.all_units:
        raise NotAllowed
    if unit is not None:
        if unit.institution_id != person.institution_id:
            raise NotThere
        require_unit(actor, unit)


@transaction.atomic
def grant_role(
    person: Person, role: str, *, actor: Actor, at: datetime, unit: Unit | None = None
) -> RoleGrant:
    """Give a person a role over one unit and all below it, or with no unit over everything.

    Only the system does this in one step, when it sets a centre up; people ask for a role, and a
    second person approves. Raises SecondPersonNeeded, GrantToOneself,
    NotThere, Invalid, RoleHeldAlready, RolesMustStayApart.
    """
    _check(person, role, unit, actor)
    if not actor.is_system:
        raise SecondPersonNeeded
    return _grant(person, role, unit, actor=actor, at=at)


def _grant(
    person: Person, role: str, unit: Unit | None, *, actor: Actor, at: datetime
) -> RoleGrant:
    access.refuse_joined_roles([*_roles_of(person), role])
    try:
        with transaction.atomic():
            grant = RoleGrant.objects.create(person=person, role=role, unit=unit, granted_at=at)
    except IntegrityError as error:
        raise RoleHeldAlready from error
    audit.record(actor, "role.granted", person, at=at, detail=role_detail(role, unit))
    publish(f"person-{person.public_id}")
    return grant


@transaction.atomic
def require_askable(
    person: Person,
    role: str,
    *,
    asked_already: Iterable[tuple[str, str]],
    actor: Actor,
    unit: Unit | None = None,
) -> None:
    """Check that the actor may ask that this person gets this role; holds the person's row.

    `asked_already` are the roles that wait for them, each with the public id of its unit (empty:
    the institution). Raises NotAllowed, GrantToOneself, NotThere, Invalid, UnitIsClosed,
    RoleHeldAlready, RoleAskedAlready, RolesMustStayApart (also with what waits).
    """
    _check(person, role, unit, actor)
    held, waiting = _roles_of(person), list(asked_already)
    access.refuse_joined_roles([*held, *(other for other, _unit in waiting), role])
    if RoleGrant.objects.filter(person=person, role=role, unit=unit).exists():
        raise RoleHeldAlready
    if (role, unit.public_id if unit else "") in waiting:
        raise RoleAskedAlready


@transaction.atomic
def grant_asked_role(
    person: Person, role: str, *, actor: Actor, at: datetime, unit: Unit | None = None
) -> RoleGrant:
    """Give a role that another person asked for, as the second person; for approvals only.

    Raises NotAllowed, NotThere, SecondPersonNeeded for the one who gains, UnitIsClosed,
    RolesMustStayApart, RoleHeldAlready.
    """
    access.require(actor, "staff.approve")
    if not access.same_institution(actor, person.institution_id):
        raise NotThere
    if not actor.is_person or actor.ref == person.public_id:
        raise SecondPersonNeeded
    if unit is not None and unit.closed_at is not None:
        raise UnitIsClosed
    return _grant(person, role, unit, actor=actor, at=at)


@transaction.atomic
def revoke_role(
    person: Person, role: str, *, actor: Actor, at: datetime, unit: Unit | None = None
) -> None:
    """Take a role back, from now on. Raises NotAllowed, GrantToOneself, NotThere, RoleNotHeld."""
    require_edit(actor, person)
    if actor.ref == person.public_id:
        raise GrantToOneself
    dropped, _by_model = RoleGrant.objects.filter(person=person, role=role, unit=unit).delete()
    if not dropped:
        raise RoleNotHeld
    audit.record(actor, "role.revoked", person, at=at, detail=role_detail(role, unit))
    publish(f"person-{person.public_id}")
