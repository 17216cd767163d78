"""Keeping a view of a ledger, changing it, removing it."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.vault import audit, masking
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person, Unit
from shouwen.service.cases import access
from shouwen.service.cases.actions import texts
from shouwen.service.cases.models import VIEW_NAME_MAX_CHARACTERS, SavedView
from shouwen.service.cases.queries.exports import CASE_LEDGER
from shouwen.service.cases.queries.scope import Filters
from shouwen.service.cases.queries.views import plain_of

# More would no longer be found at a glance beside the ledger's own views.
MOST_VIEWS = 30
OWNER_SHARES = gettext_lazy("Only the colleague who keeps it says for whom it is.")
OUT_OF_REACH = gettext_lazy("Choose a unit within your reach.")


class ViewNameTaken(Conflict):
    """One person's views have different names."""

    message = gettext_lazy("You have a view of this name already. Choose another name.")


class NotYourView(NotAllowed):
    """A shared view is changed by whoever keeps it, or by a lead of the unit."""

    message = gettext_lazy("A colleague keeps this view. Save your own under another name.")


@transaction.atomic
def save_view(
    name: str,
    filters: Filters | dict[str, str],
    *,
    unit: Unit | None = None,
    ledger: str = CASE_LEDGER,
    actor: Actor,
    at: datetime,
) -> SavedView:
    """Keep these filters and this order by name, for oneself or shared with a unit within reach.

    Another ledger than the cases' gives its filters as plain values, what is personal masked.
    Raises ViewNameTaken, Invalid, NotAllowed for programs.
    """
    staff_access.require(actor, "case.read")
    # The person's row is held, so that two presses at once do not pass the limit.
    person = Person.objects.select_for_update().get(pk=staff.person_acting(actor).pk)
    if SavedView.objects.filter(person=person, ledger=ledger).count() >= MOST_VIEWS:
        words = _("Keep at most %(most)s views. Remove one first.") % {"most": MOST_VIEWS}
        raise Invalid(fields={"name": words})
    saved = SavedView(
        institution_id=person.institution_id,
        person=person,
        unit=_within(unit, actor),
        ledger=ledger,
        name=_name(name),
        filters=_plain(filters),
        saved_at=at,
    )
    _store(saved, new=True)
    audit.record(actor, "view.saved", saved, at=at, detail={"after": _told(saved)})
    return saved


@transaction.atomic
def change_view(
    saved: SavedView,
    *,
    name: str | None = None,
    filters: Filters | dict[str, str] | None = None,
    unit: Unit | None = None,
    shared: bool | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Give a view another name, other filters, or share it otherwise; what is left out stays.

    `shared` says whether `unit` counts; false keeps the view for its owner alone. Raises
    ViewNameTaken, NotYourView, NotThere, Invalid.
    """
    saved = _locked(saved, actor)
    before = _told(saved)
    if name is not None:
        saved.name = _name(name)
    if filters is not None:
        saved.filters = _plain(filters)
    if shared is not None:
        wanted = _within(unit, actor) if shared else None
        if wanted != saved.unit and saved.person.public_id != actor.ref:
            # Else it would vanish from everybody's sight but its owner's.
            raise Invalid(fields={"unit": OWNER_SHARES})
        saved.unit = wanted
    saved.saved_at = at
    _store(saved)
    audit.record(
        actor, "view.changed", saved, at=at, detail={"before": before, "after": _told(saved)}
    )


@transaction.atomic
def remove_view(saved: SavedView, *, actor: Actor, at: datetime) -> None:
    """Remove a view; the cases in it stay as they are. Raises NotYourView, NotThere."""
    saved = _locked(saved, actor)
    audit.record(actor, "view.removed", saved, at=at, detail={"before": _told(saved)})
    saved.delete()


def _locked(saved: SavedView, actor: Actor) -> SavedView:
    rows = SavedView.objects.select_for_update(of=("self",)).select_related("unit", "person")
    found = rows.filter(pk=saved.pk).first()
    if found is None or not staff_access.same_institution(actor, found.institution_id):
        raise NotThere
    if not access.may_change_view(actor, found):
        raise NotYourView
    return found


def _plain(filters: Filters | dict[str, str]) -> dict[str, str]:
    return plain_of(filters) if isinstance(filters, Filters) else filters


def _name(name: str) -> str:
    name = texts.needed("name", name, VIEW_NAME_MAX_CHARACTERS)
    if not name.isprintable():
        raise Invalid(fields={"name": _("Remove the characters that cannot be shown.")})
    return masking.redact(name)[:VIEW_NAME_MAX_CHARACTERS]


def _within(unit: Unit | None, actor: Actor) -> Unit | None:
    if unit is None:
        return None
    ours = staff_access.same_institution(actor, unit.institution_id)
    if not ours or not staff_access.within(actor, unit.pk):
        raise Invalid(fields={"unit": OUT_OF_REACH})
    return unit


def _store(saved: SavedView, *, new: bool = False) -> None:
    try:
        with transaction.atomic():
            saved.save(force_insert=new)
    except IntegrityError:
        raise ViewNameTaken from None


def _told(saved: SavedView) -> str:
    """Write a view for the trail."""
    told = {
        "name": saved.name,
        "unit": saved.unit.public_id if saved.unit else None,
        "filters": saved.filters,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
