"""Returns as they were frozen, and whether they still are what they were."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access
from shouwen.assurance.improvement.models import ComplaintReturn
from shouwen.assurance.improvement.queries.counting import Report
from shouwen.assurance.improvement.rules.digests import digest_of
from shouwen.assurance.improvement.rules.figures import Line, by_code
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere

REF_MAX_CHARACTERS = 48
ROWS = 20


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """A stretch of returns, newest first; `next` is a cursor, empty at the end."""

    rows: list[ComplaintReturn]
    next: str


def frozen_text(institution_ref: str, title: str, found: Report) -> dict[str, Any]:
    """Give everything that a return freezes, as plain values."""
    return {
        "institution": institution_ref,
        "title": title,
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "counted_at": found.at.isoformat(),
        "lines": [asdict(line) for line in found.lines],
    }


def report_of(row: ComplaintReturn) -> Report:
    """Give the figures of a return: none where it is not what was frozen.

    A figure that is no longer known is left out.
    """
    known, lines = by_code(), row.lines if is_unchanged(row) else []
    return _told(row, [Line(**line) for line in lines if line["code"] in known])


def _told(row: ComplaintReturn, lines: list[Line]) -> Report:
    return Report(row.first, row.last, row.counted_at, lines)


def is_unchanged(row: ComplaintReturn) -> bool:
    """Whether a return is what was frozen, by the digest of what is stored, whatever that is."""
    plain = frozen_text(row.institution.public_id, row.title, _told(row, []))
    return digest_of({**plain, "lines": row.lines}) == row.digest


def returns_of(actor: Actor, *, after: str = "", limit: int = ROWS) -> ReturnPage:
    """List the returns of the actor's institution, newest first. Raises NotAllowed, Invalid."""
    access.require_reading(actor)
    limit = max(1, min(limit, 100))
    rows = ComplaintReturn.objects.filter(institution_id=actor.institution_id or 0)
    if after:
        place = rows.filter(public_id=after[:REF_MAX_CHARACTERS]) if after.isprintable() else None
        pk = place.values_list("pk", flat=True).first() if place is not None else None
        if pk is None:
            raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
        rows = rows.filter(pk__lt=pk)
    found = list(rows.select_related("frozen_by").order_by("-pk")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    return ReturnPage(found, found[-1].public_id if more else "")


def return_for(actor: Actor, public_id: str) -> ComplaintReturn:
    """Give a return of the actor's institution. Raises NotAllowed, NotThere."""
    access.require_reading(actor)
    found = None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        rows = ComplaintReturn.objects.select_related("frozen_by", "institution")
        found = rows.filter(institution_id=actor.institution_id or 0, public_id=public_id).first()
    if found is None:
        raise NotThere
    return found
