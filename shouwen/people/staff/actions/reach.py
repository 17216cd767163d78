"""What every change of a person or a unit asks first."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, NotAllowed, NotThere
from shouwen.people.staff import access
from shouwen.people.staff.models import Person, Unit


class GrantToOneself(NotAllowed):
    """Nobody widens their own rights."""

    message = _("You cannot change your own roles. Ask another administrator.")


class UnitIsClosed(Conflict):
    """Nothing new begins in a unit that is closed."""

    message = _("This unit is closed. Choose another one.")


def require_edit(actor: Actor, person: Person) -> None:
    """The actor may change people, and reaches this one. Raises NotAllowed, NotThere."""
    access.require(actor, "staff.edit")
    if not access.same_institution(actor, person.institution_id) or not access.within(
        actor, person.unit_id
    ):
        raise NotThere


def require_unit(actor: Actor, unit: Unit, *, open_only: bool = True) -> None:
    """The actor may change people, and reaches this unit. Raises NotAllowed, NotThere,
    UnitIsClosed."""
    access.require(actor, "staff.edit")
    if not access.same_institution(actor, unit.institution_id) or not access.within(actor, unit.pk):
        raise NotThere
    if open_only and unit.closed_at is not None:
        raise UnitIsClosed
