"""Times pages one after the other, as one reader among others waits for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from bench.databases import figures_of
from bench.doors import Door
from bench.measuring import cpu_seconds, spread_ms
from tests.live import Centre

WARM_UPS = 5
TIMES = 60


def time_pages(
    centre: Centre, login: str, pages: dict[str, str], calls: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """Time pages as a signed-in person and calls under a key; with queries of each page."""
    door = Door(centre.port)
    door.sign_in(login, centre.password)
    counted = figures_of(
        "queries", login, centre.password, *pages.values(), environment=centre.environment
    )
    queries = {row["path"]: row["queries"] for row in counted}
    for what, path in pages.items():
        yield {"what": what, **_times(centre, door, path), "queries": queries[path]}
    program = Door(centre.port, centre.key("lead", person=login))
    for what, path in calls.items():
        yield {"what": what, **_times(centre, program, path)}


def _times(centre: Centre, door: Door, path: str) -> dict[str, float]:
    pid = centre.process.pid if centre.process else 0
    for _run in range(WARM_UPS):
        door.page(path)
    took, used = [], cpu_seconds(pid)
    for _run in range(TIMES):
        began = time.perf_counter()
        door.page(path)
        took.append(time.perf_counter() - began)
    used = cpu_seconds(pid) - used
    return {**spread_ms(took), "server_cpu_ms": round(used / TIMES * 1000, 1)}
