"""What happened with a customer, from every room that has plugged its part in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.people.customers import access, ports
from shouwen.people.customers.models import Customer
from shouwen.people.customers.ports import Before

HISTORY_ROWS = 50
CURSOR = re.compile(r"([0-9T:.+-]{20,40})~([a-z]{2,8}_[a-z2-7]{26})")


@dataclass(frozen=True, slots=True)
class Story:
    """One page of a history; `older` begins the next one and is empty on the last."""

    items: Sequence[ports.HistoryItem]
    older: str


def older_than(before: Before | None, moment: str) -> Q:
    """Give the condition of a provider's query: what is older than the last item shown.

    `moment` names the field with the item's time; items of one moment go by public id.
    """
    if before is None:
        return Q()
    same = Q(**{moment: before.at, "public_id__lt": before.ref})
    return Q(**{f"{moment}__lt": before.at}) | same


def _place(cursor: str) -> Before | None:
    if not cursor:
        return None
    found = CURSOR.fullmatch(cursor)
    try:
        at = datetime.fromisoformat(found[1]) if found else None
    except ValueError:
        at = None
    if found is None or at is None or at.tzinfo is None:
        raise Invalid(fields={"cursor": access.BEGIN_AGAIN})
    return Before(at, found[2])


def story(
    actor: Actor,
    customer: Customer,
    *,
    kind: str = "",
    cursor: str = "",
    limit: int = HISTORY_ROWS,
) -> Story:
    """Give one page of what happened with a customer, newest first, whole or of one kind.

    The file itself was opened, and recorded, by `customer_for`. Raises NotThere, Invalid for a
    cursor that is not one.
    """
    if not access.may_see(actor, customer.institution_id, customer.public_id):
        raise NotThere
    before = _place(cursor)
    found = [
        item
        for source in ports.history_sources()
        if kind in ("", source.kind)
        for item in source.provider(actor, customer, limit + 1, before)
    ]
    found.sort(key=lambda item: (item.at, item.ref), reverse=True)
    page = found[:limit]
    more = f"{page[-1].at.isoformat()}~{page[-1].ref}" if len(found) > limit else ""
    return Story(page, more)


def history(
    actor: Actor, customer: Customer, limit: int = HISTORY_ROWS
) -> Sequence[ports.HistoryItem]:
    """Give the newest things that happened with a customer. Raises NotThere."""
    return story(actor, customer, limit=limit).items
