"""Thresholds that count, the warnings they raised, and what may be watched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access
from shouwen.assurance.improvement.models import EarlyWarning, Threshold
from shouwen.assurance.improvement.queries.counting import lines_between
from shouwen.assurance.improvement.queries.returns import REF_MAX_CHARACTERS
from shouwen.assurance.improvement.rules.figures import Line
from shouwen.assurance.improvement.rules.warnings import (
    ALL,
    FIRST_RESPONSE,
    LATE,
    PRODUCT,
    Measure,
    Watch,
)
from shouwen.assurance.monitoring import queries as monitoring
from shouwen.assurance.monitoring.periods import Period
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kit.words import Words
from shouwen.ground.policy import packs
from shouwen.ground.policy import words as policy
from shouwen.ground.policy.figures import figure
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Unit
from shouwen.service.cases.queries import categories
from shouwen.service.complaints.models import CgType

ROWS = 20
WAITING_SHOWN = 50
UNITS = ("unit", "concerned")


@dataclass(frozen=True, slots=True)
class Usual:
    """The house's own figures for what an institution leaves open; no document numbers them."""

    count: int
    share: int
    least: int
    days: int
    hours: int
    rate: int
    contacts: int
    late: int

    def most(self, figure: str, measure: str) -> int:
        """Give what a figure warns above, by how it is compared."""
        if measure == Measure.RATE:
            return self.rate
        if measure == Measure.SHARE:
            return self.late if figure == LATE else self.share
        return self.count

    def from_so_many(self, measure: str) -> int:
        """Give from how many received, or contacts, on a share or a rate means anything."""
        return self.contacts if measure == Measure.RATE else self.least


@dataclass(frozen=True, slots=True)
class WarningPage:
    """A stretch of warnings, newest first; `next` is a cursor, empty at the end."""

    rows: list[EarlyWarning]
    next: str


def usual() -> Usual:
    """Give the figures that stand where an institution says nothing, from `figures.toml`."""
    names = ("count", "share", "least", "days", "hours", "rate", "contacts", "late")
    return Usual(*(figure(f"complaint-warning-{name}").value for name in names))


def thresholds_that_count(institution_id: int) -> list[Threshold]:
    """Give an institution's thresholds that are not retired."""
    rows = Threshold.objects.filter(institution_id=institution_id, retired_at__isnull=True)
    return list(rows.select_related("unit", "set_by").order_by("pk"))


def thresholds_of(actor: Actor) -> list[Threshold]:
    """Give the thresholds of the actor's institution that count. Raises NotAllowed."""
    access.require_reading(actor)
    return thresholds_that_count(actor.institution_id or 0)


def watch_of(threshold: Threshold) -> Watch:
    """Give what a threshold looks at, for the rules."""
    return Watch(
        threshold.figure,
        threshold.key,
        Measure(threshold.measure),
        threshold.most,
        threshold.least,
    )


def lines_of(institution_id: int, code: str, period: Period, *, at: datetime) -> list[Line]:
    """Count a watched figure for a period; `of` is all that was received, of limits all ended."""
    return lines_between(institution_id, code, period.start, period.end, at=at)


def per_contact(institution_id: int, lines: list[Line], period: Period) -> list[Line]:
    """Give the same lines with `of` the contacts of the period: all, or by business category."""
    if any(line.code == PRODUCT for line in lines):
        about = monitoring.contacts_about(institution_id, period)
        return [replace(line, of=about.get(line.key, 0)) for line in lines]
    contacts = monitoring.contacts_between(institution_id, period) if lines else 0
    return [replace(line, of=contacts) for line in lines]


def threshold_for(actor: Actor, public_id: str) -> Threshold:
    """Give a threshold of the actor's institution. Raises NotAllowed, NotThere."""
    access.require_reading(actor)
    found = None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        rows = Threshold.objects.filter(institution_id=actor.institution_id or 0)
        found = rows.select_related("unit").filter(public_id=public_id).first()
    if found is None:
        raise NotThere
    return found


def _seen(actor: Actor) -> QuerySet[EarlyWarning]:
    access.require_reading(actor)
    rows = EarlyWarning.objects.filter(institution_id=actor.institution_id or 0)
    return rows.select_related("threshold__unit", "noted_by")


def warnings_waiting(actor: Actor) -> list[EarlyWarning]:
    """Give the warnings nobody has taken note of, oldest first; one more than a page shows."""
    rows = _seen(actor).filter(noted_at__isnull=True)
    return list(rows.order_by("pk")[: WAITING_SHOWN + 1])


def waiting_count(actor: Actor) -> int:
    """Count the warnings nobody has taken note of, as far as a page shows them."""
    rows = _seen(actor).filter(noted_at__isnull=True)
    return rows.select_related(None)[: WAITING_SHOWN + 1].count()


def warnings_of(
    actor: Actor, *, noted: bool | None = None, after: str = "", limit: int = ROWS
) -> WarningPage:
    """List warnings, newest first: all, those noted, or those that wait. Raises Invalid."""
    rows = _seen(actor)
    if noted is not None:
        rows = rows.filter(noted_at__isnull=not noted)
    if after:
        place = rows.filter(public_id=after[:REF_MAX_CHARACTERS]) if after.isprintable() else None
        pk = place.values_list("pk", flat=True).first() if place is not None else None
        if pk is None:
            raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
        rows = rows.filter(pk__lt=pk)
    found = list(rows.order_by("-pk")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    return WarningPage(found, found[-1].public_id if more else "")


def warning_for(actor: Actor, public_id: str) -> EarlyWarning:
    """Give a warning of the actor's institution. Raises NotAllowed, NotThere."""
    rows, found = _seen(actor), None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotThere
    return found


def limits_watched() -> list[str]:
    """Name the limits of complaints whose lateness may be watched, the first response first."""
    found = [name for name in packs.events() if name.startswith("complaint.")]
    return sorted(found, key=lambda name: name != FIRST_RESPONSE)


def unit_named(actor: Actor, ref: str, otherwise: Words) -> Unit | None:
    """Give the unit that is told; nothing for no name. Raises Invalid with the words given."""
    if not ref:
        return None
    try:
        return staff.unit_for(actor, ref)
    except NotThere:
        raise Invalid(fields={"unit": otherwise}) from None


def names_of_key(actor: Actor, code: str, key: str) -> tuple[str, str]:
    """Name the one value that is to be watched, in Chinese and English; nothing for each.

    Raises Invalid for a value that the figure does not have here.
    """
    if not key:
        return "", ""
    if code == "type" and key in CgType.values:
        return "", ""
    if code == LATE and key in limits_watched():
        return "", ""
    if code in UNITS:
        try:
            unit = staff.unit_for(actor, key[:REF_MAX_CHARACTERS])
        except NotThere:
            unit = None
        if unit is not None:
            return unit.name_zh, unit.name_en
    if code == PRODUCT and key.isprintable():
        place = categories.live_category(actor.institution_id or 0, key)
        if place is not None:
            return place.name_zh, place.name_en
    raise Invalid(fields={"key": _("Choose one of the values offered.")})


def keys_to_watch(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """Give the values of each figure that may be watched alone, with their names."""
    units = [(unit.public_id, unit.name) for unit in staff.unit_tree(actor)]
    places = categories.categories_of(actor.institution_id or 0)
    return {
        ALL: [],
        "type": [(str(value), str(label)) for value, label in CgType.choices],
        "unit": units,
        "concerned": units,
        PRODUCT: [(place.code, " › ".join(place.path)) for place in places],
        LATE: [(name, policy.event_title(name)) for name in limits_watched()],
    }
