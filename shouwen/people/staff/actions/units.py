"""The tree of units as it changes: new names, new places, an end."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed
from shouwen.ground.vault import audit
from shouwen.people.staff.actions.organisation import DEEPEST_UNIT, NAME_MAX_CHARACTERS, NameTaken
from shouwen.people.staff.actions.reach import require_unit
from shouwen.people.staff.models import Person, Unit


class UnitInUse(Conflict):
    """People work in the unit, or other units stand below it."""

    message = _("Move the people and the units below to another unit first, then close this one.")


@transaction.atomic
def rename_unit(unit: Unit, *, name_zh: str, actor: Actor, at: datetime, name_en: str = "") -> None:
    """Give a unit another name. Raises NotAllowed, NotThere, UnitIsClosed, Invalid, NameTaken."""
    require_unit(actor, unit)
    name_zh, name_en = name_zh.strip(), name_en.strip()
    if not name_zh or max(len(name_zh), len(name_en)) > NAME_MAX_CHARACTERS:
        raise Invalid(fields={"name_zh": _("Enter a name of up to 120 characters.")})
    before = {"name_before": unit.name_zh, "name_en_before": unit.name_en}
    try:
        with transaction.atomic():
            Unit.objects.filter(pk=unit.pk).update(name_zh=name_zh, name_en=name_en)
    except IntegrityError as error:
        raise NameTaken from error
    unit.refresh_from_db()
    detail = {**before, "name": name_zh, "name_en": name_en}
    audit.record(actor, "unit.renamed", unit, at=at, detail=detail)


@transaction.atomic
def move_unit(unit: Unit, *, parent: Unit | None, actor: Actor, at: datetime) -> None:
    """Put a unit with all below it under another one, or with no parent at the top.

    What people reach goes by the tree, so their reach changes with it at once. Raises NotAllowed,
    NotThere, UnitIsClosed, Invalid for a place within itself or too deep, NameTaken.
    """
    require_unit(actor, unit)
    if parent is None and not actor.all_units:
        raise NotAllowed
    # The whole tree is held, so that two moves at once cannot make a ring.
    rows = list(
        Unit.objects.select_for_update()
        .filter(institution_id=unit.institution_id)
        .order_by("pk")
        .values_list("pk", "path", "depth")
    )
    unit.refresh_from_db()
    if parent is not None:
        parent.refresh_from_db()
        require_unit(actor, parent)
        if parent.institution_id != unit.institution_id or parent.path.startswith(unit.path):
            raise Invalid(fields={"parent": _("Choose a unit that is not below this one.")})
    old_path, old_depth, old_parent = unit.path, unit.depth, unit.parent
    depth = parent.depth + 1 if parent else 0
    deepest = max(row_depth for _pk, path, row_depth in rows if path.startswith(old_path))
    if deepest - old_depth + depth > DEEPEST_UNIT:
        raise Invalid(fields={"parent": _("The tree is ten levels deep at most.")})
    path = f"{parent.path if parent else ''}{unit.pk}/"
    try:
        with transaction.atomic():
            # Parent and depth of the unit itself go together: a constraint joins them.
            Unit.objects.filter(pk=unit.pk).update(parent=parent, depth=depth, path=path)
    except IntegrityError as error:
        raise NameTaken from error
    below = Unit.objects.filter(institution_id=unit.institution_id, path__startswith=old_path)
    below.exclude(pk=unit.pk).update(
        path=Concat(Value(path), Substr("path", len(old_path) + 1)),
        depth=F("depth") + depth - old_depth,
    )
    unit.refresh_from_db()
    detail = {
        "parent_before": old_parent.public_id if old_parent else None,
        "parent": parent.public_id if parent else None,
    }
    audit.record(actor, "unit.moved", unit, at=at, detail=detail)


@transaction.atomic
def close_unit(unit: Unit, *, actor: Actor, at: datetime) -> None:
    """End a unit in which nobody works any more; its rows stay, since the past names it.

    Raises NotAllowed, NotThere, UnitIsClosed, UnitInUse.
    """
    require_unit(actor, unit)
    Unit.objects.select_for_update().get(pk=unit.pk)
    people = Person.objects.filter(unit=unit, is_active=True)
    below = Unit.objects.filter(parent=unit, closed_at__isnull=True)
    if people.exists() or below.exists():
        raise UnitInUse
    Unit.objects.filter(pk=unit.pk, closed_at__isnull=True).update(closed_at=at)
    unit.refresh_from_db()
    audit.record(actor, "unit.closed", unit, at=at)


@transaction.atomic
def reopen_unit(unit: Unit, *, actor: Actor, at: datetime) -> None:
    """Open a closed unit again, below an open one. Raises NotAllowed, NotThere, UnitIsClosed."""
    require_unit(actor, unit, open_only=False)
    if unit.parent is not None:
        require_unit(actor, unit.parent)
    if Unit.objects.filter(pk=unit.pk, closed_at__isnull=False).update(closed_at=None):
        audit.record(actor, "unit.reopened", unit, at=at)
    unit.refresh_from_db()
