"""What every measurement uses: the machine's name, repeats with warm-up, medians and shares."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

REPEATS = 7
WARM_UPS = 2


def machine() -> dict[str, Any]:
    """Name the machine, so that figures of two are not compared by mistake."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [
            line.split(":", 1)[1].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        cpu = models[0] if models else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
        "date": time.strftime("%Y-%m-%d"),
        "load_before": round(os.getloadavg()[0], 2),
    }


def timed(work: Callable[[], object]) -> float:
    """Give the seconds one run takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def repeated(
    work: Callable[[], object], repeats: int = REPEATS, warm_ups: int = WARM_UPS
) -> list[float]:
    """Run a few times for nothing, then give the seconds of each counted run."""
    for _run in range(warm_ups):
        work()
    return [timed(work) for _run in range(repeats)]


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which this share of the values lies, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def spread_ms(seconds: Sequence[float]) -> dict[str, float]:
    """Give median, p95 and p99 in milliseconds."""
    return {
        "p50_ms": round(statistics.median(seconds) * 1000, 2),
        "p95_ms": round(percentile(seconds, 0.95) * 1000, 2),
        "p99_ms": round(percentile(seconds, 0.99) * 1000, 2),
    }


def _mib_of(pid: int, name: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    found = next((line for line in lines if line.startswith(f"{name}:")), f"{name}: 0")
    return round(int(found.split()[1]) / 1024, 1)


def resident_mib(pid: int) -> float:
    """Give the memory a process has resident, in MiB; 0 when it is gone."""
    return _mib_of(pid, "VmRSS")


def own_mib(pid: int) -> float:
    """Give the memory a process holds itself, without files mapped into it, in MiB."""
    return _mib_of(pid, "RssAnon")


def cpu_seconds(pid: int) -> float:
    """Give the processor time a process has used; unlike waiting times, hardly moved by load."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def machine_seconds() -> float:
    """Give the processor time that everything on this machine has used, all cores together."""
    words = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    idle = int(words[3]) + int(words[4])
    return (sum(map(int, words[:8])) - idle) / os.sysconf("SC_CLK_TCK")
