"""What the console and the API ask of the trail. Reading it is on the trail, too."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.vault import access, audit
from shouwen.ground.vault.models import AuditEntry, AuditRow, LookQuota

PAGE = 50
PAGE_AT_MOST = 200
# How far back one's own looking is followed.
LOOKED_BACK = 200
STOPPED_SHOWN = 50
LOOKED = (".viewed", ".looked_on")
# What a filter may look like; anything else can match no row and may upset a database.
REF_PATTERN = re.compile(r"[A-Za-z0-9_.:\-]{1,80}")
CURSOR_PATTERN = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act on the trail, with its place in the chain."""

    sequence: int
    id: str
    at: datetime
    actor_kind: str
    actor_ref: str
    actor_roles: list[str]
    act: str
    object_kind: str
    object_ref: str
    result: str
    fields: list[str]
    purpose: str
    detail: dict[str, Any]
    entry_hash: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some lines, newest first, and the cursor of those before them, empty at the end."""

    lines: list[AuditLine]
    next_cursor: str


def _line(entry: AuditEntry) -> AuditLine:
    row = entry.row
    return AuditLine(
        sequence=entry.sequence,
        id=row.public_id,
        at=row.at,
        actor_kind=row.actor_kind,
        actor_ref=row.actor_ref,
        actor_roles=[role for role in row.actor_roles.split(",") if role],
        act=row.act,
        object_kind=row.object_kind,
        object_ref=row.object_ref,
        result=row.result,
        fields=[field for field in row.fields.split(",") if field],
        purpose=row.purpose,
        detail=json.loads(row.detail) if row.detail else {},
        entry_hash=entry.entry_hash,
    )


def audit_rows(
    actor: Actor,
    *,
    at: datetime,
    act: str = "",
    actor_ref: str = "",
    object_kind: str = "",
    object_ref: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str = "",
    limit: int = PAGE,
) -> AuditPage:
    """Give a page of the institution's trail, newest first; the reading itself is recorded.

    `since` counts, `until` does not; `act` may end in a dot for all acts of a subject (`case.`).
    Rows appear once they are in the chain, within a second. Raises NotAllowed for any role but
    auditor, Invalid for a filter of the wrong form.
    """
    access.require(access.may_read_trail(actor))
    filters = {
        "act": act,
        "actor_ref": actor_ref,
        "object_kind": object_kind,
        "object_ref": object_ref,
    }
    wrong: dict[str, Words] = {
        name: _("Use letters, digits and _ . : - only, at most 80.")
        for name, value in filters.items()
        if value and not REF_PATTERN.fullmatch(value)
    }
    if cursor and not CURSOR_PATTERN.fullmatch(cursor):
        wrong["cursor"] = _("Send the cursor of the page before, unchanged.")
    if wrong:
        raise Invalid(fields=wrong)
    limit = max(1, min(limit, PAGE_AT_MOST))
    found = _matching(actor, filters, since, until)
    if cursor:
        found = found.filter(sequence__lt=int(cursor))
    lines = [_line(entry) for entry in found.order_by("-sequence")[: limit + 1]]
    asked: Mapping[str, str] = {name: value for name, value in filters.items() if value}
    with transaction.atomic():
        audit.record(
            actor, "audit.read", None, at=at, detail={**asked, "lines": len(lines[:limit])}
        )
    more = len(lines) > limit
    return AuditPage(lines[:limit], str(lines[limit - 1].sequence) if more else "")


def _matching(
    actor: Actor, filters: Mapping[str, str], since: datetime | None, until: datetime | None
) -> Any:
    found = AuditEntry.objects.select_related("row")
    if actor.institution_id is not None:
        found = found.filter(row__institution_id=actor.institution_id)
    for name, value in filters.items():
        if not value:
            continue
        lookup = "startswith" if name == "act" and value.endswith(".") else "exact"
        found = found.filter(**{f"row__{name}__{lookup}": value})
    if since is not None:
        found = found.filter(row__at__gte=since)
    if until is not None:
        found = found.filter(row__at__lt=until)
    return found


def looked_at(actor: Actor) -> list[tuple[str, str]]:
    """Give (kind, public id) of what this person opened last, each once, newest first.

    One's own looking is all it shows, so it asks for no right; one query by index.
    """
    if not actor.is_person:
        return []
    rows = AuditRow.objects.filter(actor_ref=actor.ref).order_by("-id")[:LOOKED_BACK]
    seen = rows.values_list("act", "object_kind", "object_ref", "result")
    return list(
        dict.fromkeys(
            (kind, ref) for act, kind, ref, how in seen if act.endswith(LOOKED) and how == "done"
        )
    )


def stopped_looking(institution_id: int, since: datetime) -> list[tuple[str, datetime]]:
    """Give who was stopped by the quota of looking customers up since then, the latest first."""
    rows = LookQuota.objects.filter(institution_id=institution_id, refused_at__gte=since)
    found = rows.order_by("-refused_at", "pk").values_list("person_ref", "refused_at")
    return [(ref, at) for ref, at in found[:STOPPED_SHOWN] if at is not None]
