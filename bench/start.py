"""Start time of a centre that has started before, and the memory it then holds."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.measuring import resident_mib
from tests.live import Centre

STARTS = 5


def measure() -> Iterator[dict[str, Any]]:
    """Start once to prepare, then several times; ready is when /readyz says so."""
    with tempfile.TemporaryDirectory() as folder:
        centre = Centre(Path(folder))
        centre.start().stop()
        seconds, memory = [], []
        for _start in range(STARTS):
            began = time.perf_counter()
            centre.start()
            seconds.append(time.perf_counter() - began)
            if centre.process:
                memory.append(resident_mib(centre.process.pid))
            centre.stop()
        yield {
            "what": "second start until ready",
            "seconds_median": round(statistics.median(seconds), 2),
            "seconds_worst": round(max(seconds), 2),
            "memory_mib_idle": statistics.median(memory),
        }
