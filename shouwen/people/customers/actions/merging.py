"""Joining two files of one person, and parting them again.

Everything follows to the surviving file; what followed is written down row by row, so that an undo
brings back exactly that, and what came meanwhile stays where it came.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.vault import audit, masking
from shouwen.people.customers import access, ports
from shouwen.people.customers.actions.filing import CHOOSE, REASON_MAX_CHARACTERS
from shouwen.people.customers.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerNote,
    Merge,
    Representative,
    Wish,
)
from shouwen.people.customers.rules.merging import TAKEN, Apart, why_apart
from shouwen.people.customers.rules.wishes import joined, wishes_in

REASONS_APART: dict[Apart, Words] = {
    Apart.SAME: _("This is one and the same file."),
    Apart.KINDS: _("A person and an organisation, or two kinds of organisations, stay two files."),
    Apart.IDENTITIES: _("Two identity numbers mean two customers. Their files stay apart."),
    Apart.IDENTITY_LOST: _("The file with the identity number must be the one that stays."),
}


class NotOneCustomer(Conflict):
    """The two files are of two customers, or the wrong one would stay."""

    message = _("These files are of two customers.")


class MergedAlready(Conflict):
    """One of the files was joined to another before."""

    message = _("One of these files was merged already. Open the one that stays.")


class NotMerged(Conflict):
    """The merge was undone already, or the surviving file was itself joined to another."""

    message = _("This merge was undone already, or a later one must be undone first.")


def _reason(text: str) -> str:
    reason = masking.redact(" ".join(text.split()))
    if not 0 < len(reason) <= REASON_MAX_CHARACTERS:
        raise Invalid(fields={"reason": _("Say why, in up to 200 characters.")})
    return reason


def _locked(first: Customer, second: Customer) -> tuple[Customer, Customer]:
    """Hold both rows, in one order for everybody."""
    rows = Customer.objects.select_for_update().filter(pk__in=(first.pk, second.pk))
    held = {row.pk: row for row in rows.order_by("pk")}
    return held[first.pk], held[second.pk]


def _said_of(customer: Customer) -> dict[str, str]:
    said = {name: str(getattr(customer, name)) for name in TAKEN}
    return said | {"wishes": customer.wishes.plain if customer.wishes else ""}


@transaction.atomic
def merge_customers(
    survivor: Customer,
    other: Customer,
    *,
    reason: str,
    take: Mapping[str, str] | None = None,
    actor: Actor,
    at: datetime,
) -> Merge:
    """Join `other` to `survivor`: contacts, cases, ways to reach them, notes and consents follow.

    `take` names tiers and language that the surviving file gets from now on, each one of the two
    files' values; nobody's wishes are lost. Raises NotAllowed, NotThere for a file of another
    institution, NotOneCustomer, MergedAlready, Invalid.
    """
    access.require_merge(actor, survivor)
    if other.institution_id != survivor.institution_id:
        raise NotThere
    reason = _reason(reason)
    apart = why_apart(survivor, other)
    if apart is not None:
        raise NotOneCustomer(REASONS_APART[apart])
    survivor_row, other_row = _locked(survivor, other)
    if survivor_row.merged_into_id or other_row.merged_into_id:
        raise MergedAlready
    taken = dict(take or {})
    wrong: dict[str, Words] = {
        name: CHOOSE
        for name, value in taken.items()
        if name not in TAKEN or value not in (getattr(survivor_row, name), getattr(other_row, name))
    }
    if wrong:
        raise Invalid(fields=wrong)
    before = _said_of(survivor_row)
    for name, value in taken.items():
        setattr(survivor_row, name, value)
    wishes = joined(survivor_row.heeded, other_row.heeded, Wish.values).text()
    survivor_row.wishes = wishes or None
    survivor_row.save(update_fields=[*TAKEN, "wishes"])
    Customer.objects.filter(pk=other.pk).update(merged_into=survivor_row)
    moved = _move_own(survivor_row, other_row, at)
    for follower in ports.followers():
        moved[follower.kind] = follower.move(other_row, survivor_row, None)
    merge = Merge(
        survivor=survivor_row,
        other=other_row,
        moved=moved,
        reason=reason,
        merged_at=at,
        merged_by_ref=actor.ref,
        merged_by_name=actor.name,
    )
    merge.before = json.dumps(before)
    merge.after = json.dumps(_said_of(survivor_row))
    merge.save(force_insert=True)
    _record(merge, "customer.merged", "customer.merged_away", reason, actor, at)
    return merge


def _record(
    merge: Merge, of_survivor: str, of_other: str, reason: str, actor: Actor, at: datetime
) -> None:
    """Put it on the trail of both files, with how many rows of each kind followed."""
    counts: dict[str, str | int | bool | None] = {
        kind: len(rows) for kind, rows in merge.moved.items()
    }
    pair = ((of_survivor, merge.survivor, merge.other), (of_other, merge.other, merge.survivor))
    for act, about, with_whom in pair:
        audit.record(
            actor,
            act,
            about,
            at=at,
            purpose=reason,
            detail={**counts, "with": with_whom.public_id, "merge": merge.public_id},
        )


def _move_own(survivor: Customer, other: Customer, at: datetime) -> dict[str, Any]:
    """Let this room's own rows follow; give what did, as an undo needs it."""
    notes, consents = (
        list(table.objects.filter(customer=other).order_by("pk").values_list("pk", flat=True))
        for table in (CustomerNote, Consent)
    )
    CustomerNote.objects.filter(pk__in=notes).update(customer=survivor)
    Consent.objects.filter(pk__in=consents).update(customer=survivor)
    return {
        "points": _move_points(survivor, other, at),
        "notes": notes,
        "consents": consents,
        "person_of": _move_named(survivor, other, "person", "organisation"),
        "people": _move_named(survivor, other, "organisation", "person"),
    }


def _move_points(survivor: Customer, other: Customer, at: datetime) -> list[list[Any]]:
    known = set(survivor.points.values_list("kind", "value_blind"))
    led = set(survivor.points.filter(is_primary=True).values_list("kind", flat=True))
    moved: list[list[Any]] = []
    for point in other.points.order_by("pk"):
        if (point.kind, point.value_blind) in known:
            continue
        moved.append([point.pk, point.is_primary, point.added_at.isoformat()])
        # A way that comes into a file later opens it to nobody until it has rested.
        ContactPoint.objects.filter(pk=point.pk).update(
            customer=survivor, is_primary=point.is_primary and point.kind not in led, added_at=at
        )
    return moved


def _move_named(survivor: Customer, other: Customer, side: str, far: str) -> list[int]:
    """Move who speaks for whom; the same pair twice stays where it is."""
    have = Representative.objects.filter(**{side: survivor}, ended_at__isnull=True)
    doubles = set(have.values_list(f"{far}_id", flat=True))
    rows = Representative.objects.filter(**{side: other}).order_by("pk")
    moved = [
        row.pk
        for row in rows
        if row.ended_at is not None or getattr(row, f"{far}_id") not in doubles
    ]
    Representative.objects.filter(pk__in=moved).update(**{side: survivor})
    return moved


@transaction.atomic
def undo_merge(merge: Merge, *, reason: str, actor: Actor, at: datetime) -> None:
    """Part two files again: each has back what it had, and what came since stays where it is.

    What somebody has changed in the surviving file since then stays as well. Raises NotAllowed,
    NotThere, NotMerged, Invalid.
    """
    access.require_merge(actor, merge.survivor)
    reason = _reason(reason)
    survivor, other = _locked(merge.survivor, merge.other)
    fresh = Merge.objects.select_for_update().get(pk=merge.pk)
    if fresh.undone_at or survivor.merged_into_id or other.merged_into_id != survivor.pk:
        raise NotMerged
    before, after = json.loads(fresh.before.plain), json.loads(fresh.after.plain)
    now = _said_of(survivor)
    for name in TAKEN:
        if now[name] == after[name]:
            setattr(survivor, name, before[name])
    if wishes_in(now["wishes"]) == wishes_in(after["wishes"]):
        survivor.wishes = before["wishes"] or None
    survivor.save(update_fields=[*TAKEN, "wishes"])
    Customer.objects.filter(pk=other.pk).update(merged_into=None)
    _move_back(fresh.moved, survivor, other)
    for follower in ports.followers():
        follower.move(survivor, other, fresh.moved.get(follower.kind, []))
    for follower in ports.followers():
        if follower.part is not None:
            follower.part([survivor, other], actor=actor, at=at)
    fresh.undone_at, fresh.undo_reason = at, reason
    fresh.undone_by_ref, fresh.undone_by_name = actor.ref, actor.name
    fresh.save(update_fields=["undone_at", "undo_reason", "undone_by_ref", "undone_by_name"])
    _record(fresh, "customer.merge_undone", "customer.parted", reason, actor, at)


def _move_back(moved: Mapping[str, Any], survivor: Customer, other: Customer) -> None:
    for pk, is_primary, added_at in moved["points"]:
        ContactPoint.objects.filter(pk=pk, customer=survivor).update(
            customer=other, is_primary=is_primary, added_at=datetime.fromisoformat(added_at)
        )
    CustomerNote.objects.filter(pk__in=moved["notes"], customer=survivor).update(customer=other)
    Consent.objects.filter(pk__in=moved["consents"], customer=survivor).update(customer=other)
    for kind, side in (("person_of", "person"), ("people", "organisation")):
        rows = Representative.objects.filter(pk__in=moved[kind], **{side: survivor})
        rows.update(**{side: other})
