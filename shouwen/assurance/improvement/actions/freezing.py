"""Freezing a report, taking one along, looking behind its figures: each is on the trail."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access, queries
from shouwen.assurance.improvement.models import TITLE_MAX_CHARACTERS, ComplaintReturn
from shouwen.assurance.improvement.queries import Behind, Report
from shouwen.assurance.improvement.rules.digests import digest_of
from shouwen.assurance.monitoring.periods import Period
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.vault import audit, masking
from shouwen.people.staff import queries as staff
from shouwen.service.cases.actions import texts

REPORT = "complaints"


class ReturnChanged(Conflict):
    """What is stored is not what was frozen: nobody reports it on."""

    message = _(
        "This return no longer matches its digest and is not handed out. Tell the auditors."
    )


@transaction.atomic
def freeze_report(actor: Actor, period: Period, *, title: str, at: datetime) -> ComplaintReturn:
    """Count a period once more and keep the figures for good, under a title.

    A second return of the same days stands beside the first. Raises NotAllowed, Invalid for no
    title, or for days of which none has begun.
    """
    access.require_freezing(actor)
    person = staff.person_acting(actor)
    title = texts.needed("title", title, TITLE_MAX_CHARACTERS)
    if not title.isprintable():
        raise Invalid(fields={"title": _("Remove the characters that cannot be shown.")})
    title = masking.redact(title)[:TITLE_MAX_CHARACTERS]
    if period.start > at:
        raise Invalid(fields={"from": _("These days are still to come.")})
    found = queries.report(actor, period, at=at)
    plain = queries.frozen_text(person.institution.public_id, title, found)
    row = ComplaintReturn.objects.create(
        institution_id=person.institution_id,
        title=title,
        first=found.first,
        last=found.last,
        counted_at=at,
        lines=[asdict(line) for line in found.lines],
        digest=digest_of(plain),
        frozen_by=person,
        frozen_at=at,
    )
    detail: dict[str, audit.Value] = {**_days(period), "digest": row.digest}
    audit.record(actor, "complaint_return.frozen", row, at=at, detail=detail)
    return row


def _days(period: Period) -> dict[str, audit.Value]:
    return {"report": REPORT, "from": str(period.first), "to": str(period.last)}


@transaction.atomic
def take_report(actor: Actor, period: Period, *, at: datetime) -> Report:
    """Count a period for a file, and put on the trail that it was taken along. Raises NotAllowed.

    They are sums, which name no customer, and need no second person.
    """
    found = queries.report(actor, period, at=at)
    audit.record(actor, "figure.exported", None, at=at, detail=_days(period))
    return found


@transaction.atomic
def take_return(actor: Actor, public_id: str, *, at: datetime) -> ComplaintReturn:
    """Give a return for a file, and put that on the trail.

    Raises NotAllowed, NotThere, ReturnChanged where it is not what was frozen.
    """
    row = queries.return_for(actor, public_id)
    if not queries.is_unchanged(row):
        raise ReturnChanged
    detail: dict[str, audit.Value] = {"digest": row.digest}
    audit.record(actor, "complaint_return.taken", row, at=at, detail=detail)
    return row


@transaction.atomic
def look_behind(
    actor: Actor, period: Period, code: str, key: str, *, after: str = "", at: datetime
) -> Behind:
    """Give the complaints behind a figure, and record it as a search.

    Raises NotAllowed, Invalid.
    """
    found = queries.behind(actor, period, code, key, after=after, at=at)
    detail: dict[str, audit.Value] = {
        **_days(period),
        "figure": code,
        "of": key,
        "found": len(found.rows),
    }
    audit.record(actor, "figure.searched", None, at=at, detail=detail)
    return found
