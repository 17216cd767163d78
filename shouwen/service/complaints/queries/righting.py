"""Which limits of a complaint were told in time and recorded late, perhaps, and what was done."""

from __future__ import annotations

from dataclasses import dataclass

from shouwen.ground.policy import words as policy_words
from shouwen.ground.policy.models import Clock
from shouwen.service.cases.queries.clocks import subject_of
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintRighting,
    RightingState,
    TellingProof,
)
from shouwen.service.complaints.queries.reading import RELATIONS
from shouwen.service.complaints.rules import righting
from shouwen.service.complaints.rules.righting import Span

MOST_ROWS = 20
HOLDS = (RightingState.ASKED, RightingState.APPROVED)


@dataclass(frozen=True, slots=True)
class Missed:
    """One limit that ended by telling the complainant and reads as missed."""

    clock: Clock
    span: Span

    @property
    def title(self) -> str:
        """What it limits, in the reader's language."""
        return policy_words.event_title(self.clock.event)

    @property
    def is_statutory(self) -> bool:
        """Whether its limit is the law's own."""
        return any(
            one.get("statutory", False)
            for one in self.clock.candidates
            if one.get("clause") == self.clock.clause
        )


@dataclass(frozen=True, slots=True)
class Righting:
    """One request as a page shows it."""

    row: ComplaintRighting

    @property
    def title(self) -> str:
        """What is limited, in the reader's language."""
        return policy_words.event_title(self.row.event)


def missed_limits(complaint: Complaint) -> list[Missed]:
    """Give the hard limits that may be set right: ended by telling, found missed, not asked yet."""
    subject = subject_of(complaint.case)
    rows = Clock.objects.filter(
        subject_kind=subject.kind,
        subject_ref=subject.ref,
        state=Clock.State.STOPPED,
        hard=True,
        breached_at__isnull=False,
        entries__act="STOPPED",
        entries__trigger__in=righting.TOLD_BY,
    )
    found = list(rows.order_by("due_at", "pk"))
    if not found:
        return []
    held = complaint.rightings.filter(state__in=HOLDS).values_list("clock_ref", flat=True)
    asked = set(held)
    return [
        Missed(clock, _span(complaint, clock)) for clock in found if clock.public_id not in asked
    ]


def _span(complaint: Complaint, clock: Clock) -> Span:
    """Give between which instants the telling must lie.

    A result was told after its notice was there, and recorded when its proof was.
    """
    began, recorded = max(clock.started_at, complaint.received_at), clock.stopped_at
    if recorded is None:
        raise ValueError("A clock that runs has no record yet")
    proof = (
        TellingProof.objects.select_related("notice")
        .filter(notice__complaint=complaint, told_at=recorded)
        .order_by("-pk")
        .first()
    )
    if proof is not None:
        began, recorded = max(began, proof.notice.issued_at), proof.recorded_at
    return Span(began, clock.due_at, recorded)


def rightings_of(complaint: Complaint) -> list[Righting]:
    """Give every request, the newest first; one query."""
    rows = complaint.rightings.select_related("asked_by", "decided_by", "proof")
    return [Righting(row) for row in rows.order_by("-pk")[:MOST_ROWS]]


def complaint_of_righting(row: ComplaintRighting) -> Complaint:
    """Give the complaint of a request with its case, for its own room."""
    return Complaint.objects.select_related(*RELATIONS).get(pk=row.complaint_id)


def clock_of(row: ComplaintRighting) -> Clock:
    """Give the clock that a request is about."""
    return Clock.objects.get(public_id=row.clock_ref)
