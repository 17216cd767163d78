"""`shouwen replay --complaints` of 500 narratives, on both databases; then the trail verifies.

`BENCH_NARRATIVES` names files of real texts, one after the other with `:` between; without it the
texts made up for the tests are told again and again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.databases import demo_centre, each_kind
from tests.faults.narratives import two_files
from tests.live import Centre
from tests.run import Skipped

COMPLAINTS = int(os.environ.get("BENCH_COMPLAINTS", "500"))
AT_ONCE, STAFF, SECONDS = 6, 12, 4 * 3600


def measure() -> Iterator[dict[str, Any]]:
    """Play on both databases. Raises RuntimeError when anything was lost or the books differ."""
    for kind in each_kind():
        try:
            with demo_centre(kind) as centre:
                centre.settings["SHOUWEN_CLOCK_FILE"] = str(centre.home / "ahead")
                centre.start()
                yield {"database": kind, **_play(centre)}
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}


def _play(centre: Centre) -> dict[str, Any]:
    given = os.environ.get("BENCH_NARRATIVES", "")
    files = [Path(name) for name in given.split(":") if name] or two_files(centre.home)
    words = ("--complaints", "--contacts", str(COMPLAINTS), "--at-once", str(AT_ONCE))
    more = ("--staff", str(STAFF), "--url", centre.url)
    began = time.perf_counter()
    played = centre.command("replay", *map(str, files), *words, *more, timeout=SECONDS)
    seconds = time.perf_counter() - began
    if played.returncode:
        raise RuntimeError(f"{played.stdout[-4000:]}\n{played.stderr[-2000:]}")
    report = json.loads(played.stdout.strip().splitlines()[-1])
    # The sequencer is half a second behind at most.
    time.sleep(1)
    verified = centre.command("audit", "verify")
    return {
        "what": f"{COMPLAINTS} complaints to their end",
        "files": [path.name for path in files],
        "seconds": round(seconds, 1),
        "report": report,
        "trail": json.loads(verified.stdout),
    }
