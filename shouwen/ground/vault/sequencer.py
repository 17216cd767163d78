"""The one sequencer: gives every audit row its place in the chain, and signs how far it is.

Rows are found by their pending mark, never by "id greater than the last": a row that commits late
still has its mark and gets the next free place.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time as monotonic_time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import IntegrityError, transaction

from shouwen.ground.kernel import wake
from shouwen.ground.kernel.loops import Loop
from shouwen.ground.vault import checkpoints
from shouwen.ground.vault.merkle import Peaks
from shouwen.ground.vault.models import AuditEntry, AuditPending, AuditRow, ChainHead

logger = logging.getLogger(__name__)

BATCH = 1000
# Several acts in a moment share one step of the chain, its commit and its synced line.
QUIET_SECONDS = 0.2
GENESIS = "0" * 64
ROW_TAG = "shouwen-audit-row-1"
SEPARATOR = "\x1f"
HEAD_ID = 1

_last_step = 0.0
_signed = False


class SomeoneElseSequences(Exception):
    """Another process has taken the same step; this one's was rolled back."""


def row_hash(row: AuditRow) -> str:
    """Hash an audit row over its stored values, in their fixed order."""
    parts = (
        ROW_TAG,
        str(row.pk),
        row.public_id,
        "" if row.institution_id is None else str(row.institution_id),
        row.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        row.actor_kind,
        row.actor_ref,
        row.actor_roles,
        row.act,
        row.object_kind,
        row.object_ref,
        row.result,
        row.fields,
        row.purpose,
        row.detail,
    )
    return hashlib.sha256(SEPARATOR.join(parts).encode()).hexdigest()


def entry_hash(sequence: int, of_row: str, previous: str) -> str:
    """Hash a place in the chain over its number, its row and the entry before it."""
    return hashlib.sha256(SEPARATOR.join((str(sequence), of_row, previous)).encode()).hexdigest()


def _head() -> ChainHead:
    head = ChainHead.objects.select_for_update().filter(pk=HEAD_ID).first()
    if head is not None:
        return head
    peaks, last = Peaks(), GENESIS
    hashes = AuditEntry.objects.order_by("sequence").values_list("entry_hash", flat=True)
    for last in hashes.iterator(chunk_size=10_000):
        peaks.append(last)
    made, _new = ChainHead.objects.get_or_create(
        pk=HEAD_ID,
        defaults={
            "count": peaks.count,
            "head_hash": last,
            "peaks": json.dumps(peaks.as_hex()),
        },
    )
    return ChainHead.objects.select_for_update().get(pk=made.pk)


@transaction.atomic
def _step(batch: int) -> int:
    """Chain the oldest pending rows; give how many."""
    head = _head()
    rows = list(
        AuditRow.objects.filter(
            pk__in=list(
                AuditPending.objects.order_by("row_id").values_list("row_id", flat=True)[:batch]
            )
        ).order_by("pk")
    )
    if not rows:
        return 0
    before = head.count
    previous = head.head_hash
    peaks = Peaks(head.count, json.loads(head.peaks))
    entries: list[AuditEntry] = []
    for sequence, row in enumerate(rows, start=before + 1):
        of_row = row_hash(row)
        this = entry_hash(sequence, of_row, previous)
        entries.append(
            AuditEntry(
                sequence=sequence,
                row=row,
                row_hash=of_row,
                previous_hash=previous,
                entry_hash=this,
            )
        )
        peaks.append(this)
        previous = this
    AuditEntry.objects.bulk_create(entries)
    AuditPending.objects.filter(row_id__in=[row.pk for row in rows]).delete()
    moved = ChainHead.objects.filter(pk=HEAD_ID, count=before).update(
        count=before + len(rows), head_hash=previous, peaks=json.dumps(peaks.as_hex())
    )
    if not moved:
        raise SomeoneElseSequences
    return len(rows)


def sign_progress(at: datetime) -> bool:
    """Write the checkpoint of the committed chain if the last one is behind; say if written."""
    head = ChainHead.objects.filter(pk=HEAD_ID).first()
    if head is None or not head.count:
        return False
    root = Peaks(head.count, json.loads(head.peaks)).root()
    return checkpoints.write(count=head.count, head=head.head_hash, root=root, at=at)


def sequence_pending(at: datetime, *, batch: int = BATCH) -> int:
    """Chain up to `batch` pending rows and sign the result; give how many rows were chained.

    Safe to run twice at once and to be killed anywhere: the step is one transaction, and a
    checkpoint that was not written follows at the next call.
    """
    done = 0
    # Asked outside the step: an idle turn must not take the single writer's place.
    if AuditPending.objects.exists():
        try:
            done = _step(batch)
        except (IntegrityError, SomeoneElseSequences):
            logger.warning("the step was undone: another process chained these rows first")
    if done:
        sign_progress(at)
    return done


def turn(at: datetime) -> int:
    """Do one turn of the loop: catch up on a checkpoint that was lost, then chain what waits."""
    global _last_step, _signed
    if not _signed:
        sign_progress(at)
        _signed = True
    rest = QUIET_SECONDS - (monotonic_time.monotonic() - _last_step)
    if rest > 0:
        monotonic_time.sleep(rest)
    _signed = False
    done = sequence_pending(at)
    _signed = True
    _last_step = monotonic_time.monotonic()
    # Only a full batch means that more is waiting now.
    return done if done >= BATCH else 0


def sequencer_lag_seconds(at: datetime) -> float:
    """Give the age of the oldest row without a place in the chain, 0 when none waits."""
    oldest = AuditPending.objects.order_by("row_id").values_list("row__at", flat=True).first()
    return max(0.0, (at - oldest).total_seconds()) if oldest else 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the chain is, and its last signed checkpoint; no `signed_at` before the first."""

    lag_seconds: float
    chained: int
    signed: int
    signed_at: datetime | None
    key: str


def standing(at: datetime) -> Standing:
    """Say how the chain stands, in two queries and one look at the checkpoints."""
    chained = ChainHead.objects.filter(pk=HEAD_ID).values_list("count", flat=True).first() or 0
    last = checkpoints.last() or {}
    signed_at = datetime.fromisoformat(last["at"]) if last else None
    lag = sequencer_lag_seconds(at)
    return Standing(lag, chained, last.get("count", 0), signed_at, last.get("key", ""))


LOOP = Loop(name="sequencer", every_seconds=0.5, run=turn, nudge=wake.sequence)
