"""Fills the trail in bulk: audit rows, each chained and signed as the sequencer does it."""

from __future__ import annotations

import sys
import time as monotonic
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bench.work.begin import begin, say
from bench.work.bulk import Table, ids, settle

# As many as one step of the sequencer chains and signs at most.
STEP = 1000
REAL = 5_000


def main() -> None:
    """Fill and print, with the pace of the real sequencer on the last rows."""
    count = int(sys.argv[1])
    begin()
    from django.db import transaction  # noqa: PLC0415  # Django is ready only now

    from shouwen.ground.kernel import time  # noqa: PLC0415
    from shouwen.ground.kernel.actor import Actor  # noqa: PLC0415
    from shouwen.ground.vault import audit, checkpoints, sequencer  # noqa: PLC0415
    from shouwen.ground.vault.merkle import Peaks  # noqa: PLC0415
    from shouwen.ground.vault.models import AuditEntry, AuditRow, ChainHead  # noqa: PLC0415

    began = monotonic.monotonic()
    rows, entries = Table(AuditRow), Table(AuditEntry)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    refs = ids("audit", 1)
    peaks, previous = Peaks(), sequencer.GENESIS

    def made() -> Iterator[AuditRow]:
        for number in range(1, count - REAL + 1):
            yield AuditRow(
                pk=number,
                public_id=next(refs),
                institution_id=1 + number % 2,
                at=start + timedelta(seconds=number),
                actor_kind="PERSON",
                actor_ref=f"pers_{number % 200:026d}",
                actor_roles="agent",
                act="case.opened" if number % 3 else "customer.viewed",
                object_kind="cases.case",
                object_ref=f"case_{number:026d}",
                result="done",
                detail='{"channel":"CHAT"}' if number % 3 else "",
            )

    order = entries.names
    if set(order) != {"sequence", "row_id", "row_hash", "previous_hash", "entry_hash"}:
        raise RuntimeError("The chain has other columns now")
    given = made()
    while some := list(islice(given, 20 * STEP)):
        chained: list[dict[str, Any]] = []
        signed: list[tuple[int, str, str]] = []
        for row in some:
            of_row = sequencer.row_hash(row)
            sequence = row.pk
            this = sequencer.entry_hash(sequence, of_row, previous)
            chained.append(
                {
                    "sequence": sequence,
                    "row_id": sequence,
                    "row_hash": of_row,
                    "previous_hash": previous,
                    "entry_hash": this,
                }
            )
            peaks.append(this)
            previous = this
            if sequence % STEP == 0:
                signed.append((sequence, this, peaks.root()))
        rows.write(rows.plain(row) for row in some)
        entries.write([entry[name] for name in order] for entry in chained)
        for number, head, root in signed:
            checkpoints.write(count=number, head=head, root=root, at=time.now())
    ChainHead.objects.all().delete()
    filled = monotonic.monotonic() - began

    # The rest through the real doors: recorded, then chained by the real sequencer.
    actor = Actor.system("bench", 1)
    began = monotonic.monotonic()
    with transaction.atomic():
        for number in range(REAL):
            audit.record(actor, "case.opened", ("cases.case", f"case_{number}"), at=time.now())
    recorded = monotonic.monotonic() - began
    sequencer.sequence_pending(time.now())
    began = monotonic.monotonic()
    done = 0
    while more := sequencer.sequence_pending(time.now()):
        done += more
    chained_in = monotonic.monotonic() - began
    settle()
    say(
        what="trail",
        entries=AuditEntry.objects.count(),
        seconds_filling=round(filled),
        recorded_per_second=round(REAL / recorded),
        chained_per_second=round(done / chained_in),
    )


if __name__ == "__main__":
    main()
