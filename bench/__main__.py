"""Runs measurements by name, or all of them; each prints JSON lines as it goes."""

from __future__ import annotations

import importlib
import json
import sys
import time
import traceback

from bench.measuring import machine

MEASUREMENTS = (
    "start",
    "clocks",
    "audit",
    "cases",
    "lists",
    "knowledge",
    "wallboard",
    "history",
    "growth",
    "complaint_ledger",
    "chat",
    "load",
    "replay",
    "complaints",
    "types",
)


def main(names: list[str]) -> int:
    """Run the named measurements in order; give 1 when one could not be made."""
    unknown = sorted(set(names) - set(MEASUREMENTS))
    if unknown:
        print(f"No measurement {', '.join(unknown)}. There are: {', '.join(MEASUREMENTS)}.")
        return 2
    print(json.dumps({"measurement": "machine", **machine()}, ensure_ascii=False), flush=True)
    failed = 0
    for name in names or MEASUREMENTS:
        began = time.monotonic()
        try:
            for figures in importlib.import_module(f"bench.{name}").measure():
                print(json.dumps({"measurement": name, **figures}, ensure_ascii=False), flush=True)
        except Exception:
            # One that cannot be made must not hide the others.
            traceback.print_exc()
            failed = 1
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
