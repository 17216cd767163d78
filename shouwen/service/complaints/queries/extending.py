"""What of a complaint may be put off, and how far an extension of it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.queries import Extendable
from shouwen.service.cases.queries.clocks import subject_of
from shouwen.service.complaints.models import Complaint, ComplaintExtension, ExtensionState
from shouwen.service.complaints.rules import extending
from shouwen.service.complaints.rules.extending import Limit, Missing, WhyNot

MOST_ROWS = 20
SPECIAL_CLAUSE, RESOLVE_EVENT = "CG-3.2-06", "complaint.resolve"


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension as of a moment; `missing` is what it still waits for, in order.

    `why_not` says why what is missing cannot come now; `is_needless` that its limit runs no more.
    """

    row: ComplaintExtension
    due_at: datetime
    missing: tuple[Missing, ...] = ()
    why_not: WhyNot | None = None
    is_needless: bool = False

    @property
    def is_late(self) -> bool:
        """Whether the old date has passed with something missing, so that it stands."""
        return self.why_not is WhyNot.TOO_LATE

    @property
    def is_lapsed(self) -> bool:
        """Whether what is missing can come no more; the old date stands, or nothing runs."""
        return self.is_needless or self.why_not not in (None, WhyNot.ON_HOLD)


@dataclass(frozen=True, slots=True)
class Extending:
    """The limits that may be asked for now, and every extension, the newest first."""

    offered: list[Extendable]
    extensions: list[Extension]

    @property
    def may_be_told(self) -> bool:
        """Whether an approved extension waits for the notice, and it is not too late."""
        return any(
            one.missing == (Missing.NOTICE,) and not one.is_lapsed for one in self.extensions
        )


def limit_of(one: Extendable) -> Limit:
    """Give a limit as the rules see it."""
    return Limit(one.due_at, is_extended=one.is_extended, is_held=one.is_held)


def extendable(complaint: Complaint) -> list[Extendable]:
    """Give the running limits of a complaint that a clause lets be put off."""
    return policy.extendable(subject_of(complaint.case))


def is_of_this_round(one: Extendable, asked_at: datetime) -> bool:
    """Whether the limit ran already when more time was asked for: a reopened one runs anew."""
    return one.clock.started_at <= asked_at


def extension_to_tell(complaint: Complaint, at: datetime) -> ComplaintExtension | None:
    """Give the approved extension to tell of next: one that may take effect before others."""
    limits = {one.clause: one for one in extendable(complaint)}
    approved = complaint.extensions.select_related("decided_by").filter(
        state=ExtensionState.APPROVED
    )
    rows = list(approved.order_by("old_due_at", "pk"))
    shown = [_shown(row, limits.get(row.clause), at) for row in rows]
    return next((one.row for one in shown if not one.is_lapsed), rows[0] if rows else None)


def extending_of(complaint: Complaint, at: datetime) -> Extending:
    """Give what may be put off now and what was asked for; two queries and the clocks'."""
    limits = {one.clause: one for one in extendable(complaint)}
    rows = complaint.extensions.select_related("asked_by", "decided_by").order_by("-pk")
    shown = [_shown(row, limits.get(row.clause), at) for row in rows[:MOST_ROWS]]
    busy = {one.row.clause for one in shown if one.row.is_open}
    offered = [
        one
        for one in limits.values()
        if one.clause not in busy and extending.why_not(limit_of(one), at) is None
    ]
    return Extending(offered, shown)


def _shown(row: ComplaintExtension, limit: Extendable | None, at: datetime) -> Extension:
    if not row.is_open:
        return Extension(row, row.old_due_at)
    missing = extending.missing(is_approved=row.state == ExtensionState.APPROVED, is_told=False)
    if limit is None or not is_of_this_round(limit, row.asked_at):
        return Extension(row, row.old_due_at, missing, is_needless=True)
    return Extension(row, limit.due_at, missing, extending.why_not(limit_of(limit), at))


def special_limit(complaint: Complaint, at: datetime) -> datetime | None:
    """Give the moment that was set by hand for a special complaint and counts, or None."""
    for clock in policy.clocks_of(subject_of(complaint.case), at):
        if clock.event != RESOLVE_EVENT or clock.state == "done":
            continue
        for candidate in clock.candidates:
            if candidate.clause == SPECIAL_CLAUSE:
                return candidate.due_at
    return None
