"""Requests as their askers, their deciders and the rooms that asked see them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.people.approvals import access, ports
from shouwen.people.approvals.models import Approval, State
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution, Person
from shouwen.people.staff.ports import AT_ONCE, OpenItem

REF_MAX_CHARACTERS = 48
LIMIT_MAX = 100
BADGE_MAX = 100
RELATIONS = ("institution", "unit", "asked_by", "about_person", "decided_by")


class View(StrEnum):
    """Which requests are listed: to be decided by me, asked by me, or ended within my reach."""

    WAITING = "waiting"
    MINE = "mine"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Row:
    """One request with its kind, and what the asker may do with it.

    `due_at` is what ends first: the request's own time, or the clock of what it is about.
    """

    approval: Approval
    kind: ports.Kind | None
    url: str
    is_own: bool
    is_open: bool
    may_decide: bool
    due_at: datetime
    # Who is away and would decide, where the asker does so as their deputy.
    in_place_of: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of requests; `next` is a cursor, empty at the end."""

    rows: list[Row]
    next: str


def approvals_for(
    actor: Actor, view: str, *, cursor: str = "", limit: int = 30, at: datetime
) -> Page:
    """List requests: those to decide by their end, others newest first.

    Raises NotAllowed, Invalid for the cursor.
    """
    staff_access.require(actor, access.READ)
    limit = max(1, min(limit, LIMIT_MAX))
    rows = _viewed(actor, view, at)
    if cursor:
        rows = rows.filter(_after(actor, cursor, view))
    order = ("expires_at", "id") if view == View.WAITING else ("-id",)
    found = list(rows.select_related(*RELATIONS).order_by(*order)[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    who = access.deciders(actor)
    return Page([_row_of(who, each, at) for each in found], found[-1].public_id if more else "")


def approval_for(actor: Actor, public_id: str) -> Approval:
    """Give a request within reach. Raises NotThere."""
    found = None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        found = Approval.objects.select_related(*RELATIONS).filter(public_id=public_id).first()
    if found is None or not access.may_see(access.deciders(actor), found):
        raise NotThere
    return found


def approvals_of(
    actor: Actor, subject_kind: str, subject_ref: str, *, at: datetime, limit: int = 10
) -> list[Row]:
    """Give the newest requests about one thing that the actor may see, for that thing's page."""
    rows = Approval.objects.filter(
        subject_kind=subject_kind,
        subject_ref=subject_ref,
        institution_id=actor.institution_id or 0,
    ).select_related(*RELATIONS)
    found, who = rows.order_by("-id")[:limit], access.deciders(actor)
    return [_row_of(who, each, at) for each in found if access.may_see(who, each)]


def requests_of_kind(
    actor: Actor,
    kind: str,
    *,
    right: str,
    is_open: bool,
    at: datetime,
    subject_ref: str = "",
    limit: int = LIMIT_MAX,
) -> list[Row]:
    """Give the requests of one kind for the page of the room that asks, open ones oldest first.

    `right` is what that page asks for: whoever reviews there sees also what is not theirs to
    decide. Those that have ended come newest first. Raises NotAllowed.
    """
    staff_access.require(actor, right)
    rows = Approval.objects.filter(institution_id=actor.institution_id or 0, kind=kind)
    if not actor.all_units:
        rows = rows.filter(Q(unit__isnull=True) | Q(unit_id__in=actor.unit_ids))
    if subject_ref:
        rows = rows.filter(subject_ref=subject_ref)
    rows = rows.filter(_open(at)) if is_open else rows.exclude(_open(at))
    order = ("id",) if is_open else ("-ended_at", "-id")
    found, who = rows.select_related(*RELATIONS).order_by(*order)[:limit], access.deciders(actor)
    return [_row_of(who, each, at) for each in found]


def waiting_payloads(
    kind: str, subject_ref: str, institution_id: int, at: datetime
) -> list[dict[str, Any]]:
    """Give what open requests of a kind about one thing ask for, oldest first; for its own room."""
    rows = Approval.objects.filter(
        _open(at), institution_id=institution_id, kind=kind, subject_ref=subject_ref
    )
    return [json.loads(text) for text in rows.order_by("id").values_list("payload", flat=True)]


def row_of(actor: Actor, approval: Approval, at: datetime) -> Row:
    """Give a request with what the actor may do with it."""
    return _row_of(access.deciders(actor), approval, at)


def _row_of(who: access.Deciders, approval: Approval, at: datetime) -> Row:
    decides_as = access.decides_as(who, approval)
    kind = ports.kinds().get(approval.kind)
    is_open = approval.state == State.WAITING and approval.expires_at > at
    ends = [approval.expires_at] + ([approval.due_at] if approval.due_at else [])
    return Row(
        approval=approval,
        kind=kind,
        url=kind.link(approval.subject_ref) if kind and kind.link else "",
        is_own=access.is_own(who.actor, approval),
        is_open=is_open,
        may_decide=is_open and decides_as is not None,
        due_at=min(ends),
        in_place_of=decides_as.name if decides_as and decides_as != who.actor else "",
    )


def badge_count(actor: Actor) -> int:
    """Count what waits for this person's decision, up to a hundred."""
    if not actor.is_person:
        return 0
    waiting = _viewed(actor, View.WAITING, time.now()).order_by("expires_at", "id")
    return waiting[:BADGE_MAX].count()


def may_follow(actor: Actor, code: str) -> bool:
    """Whether a live screen may follow the topic `approvals-<institution>`."""
    if not staff_access.has_right(actor, access.READ) or actor.institution_id is None:
        return False
    return Institution.objects.filter(code=code, pk=actor.institution_id).exists()


def _viewed(actor: Actor, view: str, at: datetime) -> QuerySet[Approval]:
    rows = Approval.objects.filter(institution_id=actor.institution_id or 0)
    if view == View.MINE:
        return rows.filter(asked_by__public_id=actor.ref)
    reach = _reached(actor)
    if view == View.WAITING:
        for one in access.deciders(actor).absent:
            reach |= _reached(one) & ~_barred(one)
    rows = rows.filter(reach)
    if view == View.ENDED:
        return rows.exclude(_open(at))
    return rows.filter(_open(at)).exclude(_barred(actor))


def _open(at: datetime) -> Q:
    return Q(state=State.WAITING, expires_at__gt=at)


def _barred(actor: Actor) -> Q:
    # Spelt out for those about nobody: what compares to NULL is neither true nor false.
    about = Q(about_person__isnull=False, about_person__public_id=actor.ref)
    return Q(asked_by__public_id=actor.ref) | about


def _reached(actor: Actor) -> Q:
    held = Q(right__in=access.rights_held(actor))
    if not actor.all_units:
        held &= Q(unit__isnull=True) | Q(unit_id__in=actor.unit_ids)
    return held


def _after(actor: Actor, cursor: str, view: str) -> Q:
    place = None
    if len(cursor) <= REF_MAX_CHARACTERS and cursor.isprintable():
        rows = Approval.objects.filter(institution_id=actor.institution_id or 0, public_id=cursor)
        place = rows.values_list("pk", "expires_at").first()
    if place is None:
        raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
    pk, expires_at = place
    if view == View.WAITING:
        return Q(expires_at__gt=expires_at) | Q(expires_at=expires_at, pk__gt=pk)
    return Q(pk__lt=pk)


def open_requests_of(person: Person) -> list[OpenItem]:
    """Give the requests of a person that nobody has decided yet."""
    waiting = Approval.objects.filter(asked_by=person, state=State.WAITING).order_by("pk")
    return [
        OpenItem(one.public_id, one.subject_name or one.kind, one.words, one.expires_at)
        for one in waiting[:AT_ONCE]
    ]
