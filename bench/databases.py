"""Fresh databases for measurements: SQLite in a folder, PostgreSQL started for the occasion."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.live import Centre
from tests.run import ROOT, Skipped, postgres
from tests.several import SeveralProcesses

KINDS = ("sqlite", "postgresql")


@contextlib.contextmanager
def fresh(kind: str) -> Iterator[dict[str, str]]:
    """Give the environment of an empty centre on this kind of database.

    What is committed is on disk on both. Raises Skipped when PostgreSQL is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="shouwen-bench-") as folder:
        environment = {
            **{k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
            "SHOUWEN_HOME": folder,
            "SHOUWEN_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        if kind == "sqlite":
            yield environment
            return
        with postgres(is_durable=True) as url:
            yield {**environment, "DATABASE_URL": url}


@contextlib.contextmanager
def demo_centre(kind: str, days: int = 2, **settings: str) -> Iterator[Centre]:
    """Give a demo centre on this kind of database, built and not yet started; stops it after."""
    with fresh(kind) as environment:
        centre = Centre(Path(environment["SHOUWEN_HOME"]), settings={**environment, **settings})
        built = centre.command("demo", "--days", str(days))
        if built.returncode:
            raise RuntimeError(built.stderr[-3000:])
        try:
            yield centre
        finally:
            centre.stop()


@contextlib.contextmanager
def several_processes(**settings: str) -> Iterator[SeveralProcesses]:
    """Give a running demo centre as a bank would have it: PostgreSQL, Redis, nginx, processes.

    Raises Skipped when one of them is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="shouwen-bench-") as folder:
        quiet = {"SHOUWEN_LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "config.settings"}
        centre = SeveralProcesses(Path(folder), settings={**quiet, **settings}, is_durable=True)
        centre.start()
        try:
            yield centre
        finally:
            centre.stop()


@contextlib.contextmanager
def second_process(centre: Centre) -> Iterator[Centre]:
    """Start another web process of a running centre, without loops."""
    beside = Centre(centre.home, settings=centre.settings, words=("up", "--no-loops"))
    try:
        yield beside.start()
    finally:
        beside.stop()


def figures_of(
    module: str, *words: str, environment: Mapping[str, str], timeout: float = 1800
) -> list[dict[str, Any]]:
    """Run `bench.work.<module>` in a process of its own and give the JSON lines it prints."""
    ended = subprocess.run(
        [sys.executable, "-m", f"bench.work.{module}", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if ended.returncode:
        raise RuntimeError(f"bench.work.{module} failed:\n{ended.stderr[-3000:]}")
    return [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]


def each_kind(*kinds: str) -> Iterator[str]:
    """Give the kinds of database to measure on: all, or those `BENCH_DATABASES` names."""
    wanted = os.environ.get("BENCH_DATABASES", "")
    yield from (kind for kind in (kinds or KINDS) if not wanted or kind in wanted.split(","))


def on_each(module: str, *words: str) -> Iterator[dict[str, Any]]:
    """Run a module's work on each kind of database; say aloud what had to be skipped."""
    for kind in each_kind():
        try:
            with fresh(kind) as environment:
                for figures in figures_of(module, *words, environment=environment):
                    yield {"database": kind, **figures}
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}
