"""The trail for programs: `GET /api/v1/audit`, for the auditor alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotSignedIn
from shouwen.ground.kit.api import ProblemOut
from shouwen.ground.vault import queries

router = Router(tags=["audit"])


class AuditQuery(Schema):
    """Which acts to give."""

    act: str = Field(
        "", max_length=80, description="`case.opened`, or `case.` for all of a subject"
    )
    actor_ref: str = Field("", max_length=80, description="Public id of the one who acted")
    object_kind: str = Field("", max_length=80, description="Such as `cases.case`")
    object_ref: str = Field("", max_length=80, description="Public id of what it was about")
    since: datetime | None = Field(None, description="From this moment on")
    until: datetime | None = Field(None, description="Before this moment")
    cursor: str = Field("", max_length=18, description="`next_cursor` of the page before")
    limit: int = Field(queries.PAGE, ge=1, le=queries.PAGE_AT_MOST)


class AuditItem(Schema):
    """One act, with its place in the chain."""

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
    fields_: list[str] = Field(alias="fields", serialization_alias="fields")
    purpose: str
    detail: dict[str, str | int | bool | None]
    entry_hash: str


class AuditItems(Schema):
    """A page of acts, newest first; `next_cursor` is null on the last one."""

    items: list[AuditItem]
    next_cursor: str | None


PROBLEMS = {401: ProblemOut, 403: ProblemOut, 422: ProblemOut}


def _moment(name: str, value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise Invalid(fields={name: _("Add the time zone, such as +08:00.")})
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise Invalid(fields={name: _("Send a moment between the years 1 and 9999.")}) from None


@router.get(
    "/audit", response={200: AuditItems, **PROBLEMS}, by_alias=True, operation_id="read_audit"
)
def read_audit(request: HttpRequest, query: Query[AuditQuery]) -> dict[str, Any]:
    """Give the acts of the caller's institution, newest first. Reading is itself recorded."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotSignedIn
    page = queries.audit_rows(
        actor,
        at=time.now(),
        act=query.act,
        actor_ref=query.actor_ref,
        object_kind=query.object_kind,
        object_ref=query.object_ref,
        since=_moment("since", query.since),
        until=_moment("until", query.until),
        cursor=query.cursor,
        limit=query.limit,
    )
    return {"items": page.lines, "next_cursor": page.next_cursor or None}
