"""The complaints behind a figure, as far as the asker may open them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access
from shouwen.assurance.improvement.queries import conditions
from shouwen.assurance.improvement.queries.counting import NAMED
from shouwen.assurance.improvement.rules.figures import Line, by_code
from shouwen.assurance.monitoring.periods import Period
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.models import Complaint

ROWS = 30
KEY_MAX_CHARACTERS = 60
RELATIONS = ("case__unit", "case__handler", "grade")


@dataclass(frozen=True, slots=True)
class Behind:
    """A stretch of complaints, newest first; `next` is a cursor, empty at the end.

    `counted` is what the figure counts, `within_reach` how many of those the asker may open.
    """

    rows: list[Complaint]
    next: str
    figure: Line
    counted: int
    within_reach: int


def behind(
    actor: Actor, period: Period, code: str, key: str, *, after: str = "", at: datetime
) -> Behind:
    """List the complaints a figure counts that the actor reaches. Raises NotAllowed, Invalid."""
    access.require_reading(actor)
    if code not in by_code() or len(key) > KEY_MAX_CHARACTERS or not key.isprintable():
        raise Invalid(fields={"figure": _("There is no such figure.")})
    within = complaints.chosen(actor, complaints.Filters(view="all"), at=at)
    found = within.filter(
        conditions.condition(code, key, at),
        received_at__gte=period.start,
        received_at__lt=period.end,
    )
    everything = conditions.received(actor.institution_id or 0, period.start, period.end)
    counted = everything.filter(conditions.condition(code, key, at)).count()
    within_reach = found.order_by().count()
    if after:
        place = Complaint.objects.filter(
            institution_id=actor.institution_id or 0, public_id=after[:48]
        )
        pk = place.values_list("pk", flat=True).first()
        if pk is None:
            raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
        found = found.filter(pk__lt=pk)
    rows = list(found.select_related(*RELATIONS).order_by("-pk")[: ROWS + 1])
    more, rows = len(rows) > ROWS, rows[:ROWS]
    after = rows[-1].public_id if more else ""
    return Behind(rows, after, _named(actor, code, key), counted, within_reach)


def _named(actor: Actor, code: str, key: str) -> Line:
    """Give the figure with the name of its value where the institution words it itself."""
    if not key or code not in NAMED:
        return Line(code, 0, key=key)
    ours = Complaint.objects.filter(institution_id=actor.institution_id or 0)
    names = ours.filter(**{conditions.COLUMNS[code]: key}).values_list(*NAMED[code]).first()
    zh, en = names or ("", "")
    return Line(code, 0, key=key, zh=zh, en=en)
