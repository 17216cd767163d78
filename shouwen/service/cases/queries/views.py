"""The views of a ledger that people keep, and what in them no longer fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.vault import masking
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Person
from shouwen.service.cases import access
from shouwen.service.cases.models import Category, SavedView, State, Urgency
from shouwen.service.cases.queries.categories import LIVE
from shouwen.service.cases.queries.exports import CASE_LEDGER, words_of_filters
from shouwen.service.cases.queries.scope import SORT_WORDS, Filters, Sort, View

REF_MAX_CHARACTERS = 48
SAVED_FILTERS = ("view", "state", "category", "handler", "urgency", "q", "sort")
ME = "me"


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One kept view as one person sees it."""

    saved: SavedView
    is_own: bool
    may_change: bool

    @property
    def filters(self) -> Filters:
        """What it asks for; a word that is no longer known asks for nothing."""
        return filters_kept(self.saved.filters)


def plain_of(filters: Filters) -> dict[str, str]:
    """Write what a view keeps; what looks personal in a search is masked."""
    kept = {name: str(getattr(filters, name)) for name in SAVED_FILTERS if getattr(filters, name)}
    if "q" in kept:
        kept["q"] = masking.redact(kept["q"])
    return kept


def filters_kept(plain: dict[str, Any]) -> Filters:
    """Read back what `plain_of` gave, leaving out words that are no longer known."""
    kept = {name: str(plain[name]) for name in SAVED_FILTERS if name in plain}
    known = {"view": set(View), "state": State.values, "urgency": Urgency.values, "sort": set(Sort)}
    fits = {k: v for k, v in kept.items() if k not in known or v in known[k]}
    return replace(Filters(view=View.OPEN.value), **fits)  # type: ignore[arg-type]  # texts by name


def views_of(actor: Actor, ledger: str = CASE_LEDGER) -> list[ViewRow]:
    """Give the actor's own views of a ledger and those their unit or one above it shares, by name.

    One query for the person and one for the views; programs have none.
    """
    staff_access.require(actor, "case.read")
    if not actor.is_person:
        return []
    found = Person.objects.filter(public_id=actor.ref).values_list("pk", "unit__path").first()
    if found is None:
        return []
    person_id, path = found
    units = [int(part) for part in path.split("/") if part]
    rows = SavedView.objects.filter(
        Q(person_id=person_id) | Q(unit_id__in=units),
        institution_id=actor.institution_id or 0,
        ledger=ledger,
    ).select_related("unit", "person")
    return [
        ViewRow(row, row.person_id == person_id, access.may_change_view(actor, row))
        for row in rows.order_by("unit_id", "name", "pk")
    ]


def view_for(actor: Actor, public_id: str, ledger: str = CASE_LEDGER) -> ViewRow:
    """Give a view the actor sees. Raises NotThere."""
    rows = views_of(actor, ledger) if len(public_id) <= REF_MAX_CHARACTERS else []
    for row in rows:
        if row.saved.public_id == public_id:
            return row
    raise NotThere


def words_of_view(actor: Actor, filters: Filters) -> str:
    """Say in the reader's language which cases a view holds, and in which order."""
    words = words_of_filters(actor.institution_id or 0, plain_of(filters))
    return f"{words} · {SORT_WORDS[filters.order]}"


def what_no_longer_fits(institution_id: int, plain: dict[str, Any]) -> list[str]:
    """Say which filters of a kept view have become invalid since it was saved."""
    wrong: list[str] = []
    code = plain.get("category", "")
    if code:
        found = Category.objects.filter(LIVE, institution_id=institution_id, code=code)
        if not found.exists():
            wrong.append(_("The category %(code)s is no longer in use.") % {"code": code})
    handler = plain.get("handler", "")
    if handler and handler != ME:
        people = Person.objects.filter(institution_id=institution_id, public_id=handler)
        person = people.first()
        if person is None or not person.is_active:
            name = person.name if person else ""
            wrong.append(_("%(name)s no longer works cases here.") % {"name": name})
    kept = filters_kept(plain)
    if any(plain.get(name, "") not in ("", getattr(kept, name)) for name in SAVED_FILTERS):
        wrong.append(_("A filter of this view is no longer known and was left out."))
    return wrong
