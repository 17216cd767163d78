"""`shouwen audit verify` over 1,000,000 entries: entries a second and the memory it needs."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Iterator
from typing import Any

from bench.databases import each_kind, figures_of, fresh
from bench.measuring import own_mib
from tests.live import SHOUWEN
from tests.run import ROOT, Skipped

ENTRIES = 1_000_000
TIMES = 3


def measure() -> Iterator[dict[str, Any]]:
    """Measure on both databases."""
    for kind in each_kind():
        try:
            with fresh(kind) as environment:
                (filled,) = figures_of("fill_audit", str(ENTRIES), environment=environment)
                yield {"database": kind, **filled}
                _verify(environment)
                runs = [_verify(environment) for _run in range(TIMES)]
                yield {
                    "database": kind,
                    "what": "verify",
                    "entries": runs[0][0]["entries"],
                    "entries_per_second": statistics.median(
                        r["entries_per_second"] for r, _ in runs
                    ),
                    "seconds": statistics.median(r["seconds"] for r, _ in runs),
                    "peak_memory_mib": max(memory for _, memory in runs),
                }
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}


def _verify(environment: dict[str, str]) -> tuple[dict[str, Any], float]:
    """Verify once; give the report and the peak of memory in MiB. Raises RuntimeError if broken.

    Memory is what the process holds itself; the part of SQLite's file that is mapped beside it
    can be taken back by the system at any time.
    """
    running = subprocess.Popen(
        [str(SHOUWEN), "audit", "verify"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = 0.0
    while running.poll() is None:
        peak = max(peak, own_mib(running.pid))
        time.sleep(0.05)
    said, _errors = running.communicate()
    report = json.loads(said)
    if running.returncode:
        raise RuntimeError(f"The trail does not verify: {report}")
    return report, peak
