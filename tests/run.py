"""Runs everything that proves the centre works, step by step; `make test` and `make check` call it.

Steps that need a system package this machine lacks (PostgreSQL, Chromium) are said aloud as
skipped; with `CI=true` a skip is a failure.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
# One more than there are cores: each waits a part of its time, for a database, a page or the clock.
WORKERS = os.environ.get("TEST_WORKERS", str(min(5, (os.cpu_count() or 2) + 1)))
# A process that has done its share takes over from the others.
BESIDE_EACH_OTHER = ("-n", WORKERS, "--dist", "worksteal")
# Those that need a real centre: a process takes a file's tests together (`tests/conftest.py`).
FILE_BY_FILE = ("-n", str(min(3, int(WORKERS))), "--dist", "loadgroup", "--no-loadscope-reorder")
# The shell is Chromium without windows of its own: to open a page costs it a sixth.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
POSTGRES_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


# Where the programs of a step that runs beside others write; nothing means straight to the screen.
_said: ContextVar[IO[str] | None] = ContextVar("_said", default=None)


class Skipped(Exception):
    """A step that this machine cannot take; the words say what is missing."""


@dataclass(frozen=True)
class Step:
    """One thing to prove: a name, what to run, and whether it takes one core and no more."""

    name: str
    run: Callable[[], None]
    takes_one_core: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a step went, and for how many seconds."""

    step: Step
    how: str
    seconds: float


def command(*words: str, env: dict[str, str] | None = None) -> None:
    """Run a program of the environment; raises CalledProcessError when it fails."""
    program = BIN / words[0]
    full = [str(program) if program.exists() else words[0], *words[1:]]
    said = _said.get()
    errors = None if said is None else subprocess.STDOUT
    subprocess.run(
        full, cwd=ROOT, check=True, env={**os.environ, **(env or {})}, stdout=said, stderr=errors
    )


def postgres_programs() -> Path | None:
    """Find where initdb and pg_ctl live."""
    if shutil.which("initdb"):
        return Path(str(shutil.which("initdb"))).resolve().parent
    return next((folder for folder in POSTGRES_FOLDERS if (folder / "initdb").exists()), None)


@contextlib.contextmanager
def postgres(*, is_durable: bool = False) -> Iterator[str]:
    """Start a PostgreSQL of our own and give its address, a socket's folder; removed afterwards.

    A statement costs a quarter less that way. Tests need no durability; measurements do.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    programs = postgres_programs()
    if programs is None:
        raise Skipped("PostgreSQL is not installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="shouwen-pg-"))
    # PostgreSQL refuses to run as root; its package brings an account of its own.
    be = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if be:
        shutil.chown(folder, "postgres")
    port = str(20_000 + os.getpid() % 20_000)
    data, log = folder / "data", folder / "log"
    options = f"-k {folder} -p {port} -c listen_addresses='' -c max_connections=200"
    if not is_durable:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"

    def call(*words: str) -> None:
        subprocess.run([*be, *words], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    call(str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "shouwen", "-E", "UTF8")
    call(str(programs / "pg_ctl"), "-D", str(data), "-l", str(log), "-o", options, "-w", "start")
    try:
        yield f"postgresql://shouwen@{quote(str(folder), safe='')}:{port}/postgres"
    finally:
        call(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def browser() -> str | None:
    """Find the browser of the journeys."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest(*words: str, env: dict[str, str] | None = None) -> None:
    """Run pytest with the given selection."""
    command("python", "-m", "pytest", "-q", *words, env=env)


def on_sqlite() -> None:
    """Every test but the browser's and the faults'."""
    pytest(*BESIDE_EACH_OTHER, "-m", "not journey and not faults")


def on_postgres() -> None:
    """The same on PostgreSQL."""
    with postgres() as url:
        pytest(*BESIDE_EACH_OTHER, "-m", "not journey and not faults", env={"DATABASE_URL": url})


def faults() -> None:
    """Kill, cut and flood a real server."""
    pytest(*FILE_BY_FILE, "-m", "faults and not journey", "tests/faults")


def journeys() -> None:
    """People's ways through, in a real browser."""
    if not browser():
        raise Skipped("Chromium is not installed (apt-get install chromium-headless-shell)")
    pytest(*FILE_BY_FILE, "-m", "journey", "tests/journeys")


def journeys_on_several() -> None:
    """Two ways on which much hangs on the live lines, through two web servers behind nginx."""
    missing = [] if browser() else ["chromium-headless-shell"]
    missing += [] if shutil.which("redis-server") else ["redis-server"]
    if not (shutil.which("nginx") or shutil.which("/usr/sbin/nginx")):
        missing.append("nginx-light")
    if missing or postgres_programs() is None:
        missing += [] if postgres_programs() else ["postgresql"]
        raise Skipped(f"Not installed: {' '.join(missing)} (apt-get install …)")
    ways = [f"tests/journeys/test_{way}.py" for way in ("one_question", "two_at_once")]
    pytest("-m", "journey", *ways, env={"SHOUWEN_JOURNEYS": "several"})


def security_lint() -> None:
    """Nothing of the product does what a linter of security knows as dangerous."""
    command("bandit", "-q", "-ll", "-r", "-c", "pyproject.toml", "shouwen", "config")


def missing_migrations() -> None:
    """Every model is as its migrations make it."""
    command("python", "manage.py", "makemigrations", "--check", "--dry-run", "-v", "0")


def check_packs() -> None:
    """Every clause with a number is in a pack with the same number."""
    command("python", "-m", "config.cli", "check-packs")


# The longest first.
CHECKS = [
    Step(name, run, takes_one_core=True)
    for name, run in (
        ("types", lambda: command("mypy", "shouwen", "config", "tests/run.py")),
        ("security lint", security_lint),
        ("messages", lambda: pytest("tests/architecture/test_messages.py")),
        ("migrations", missing_migrations),
        ("rule packs", check_packs),
        ("lint", lambda: command("ruff", "check", "-q", ".")),
        ("format", lambda: command("ruff", "format", "-q", "--check", ".")),
        ("layers", lambda: command("lint-imports")),
    )
]
TESTS = [
    Step("tests on SQLite", on_sqlite),
    Step("tests on PostgreSQL", on_postgres),
    Step("faults", faults),
    Step("journeys in Chromium", journeys),
    Step("journeys on several processes", journeys_on_several),
]
PLANS = {"check": CHECKS, "all": [*CHECKS, *TESTS], "tests": TESTS, "journeys": TESTS[3:]}


def main(plan: str) -> int:
    """Take every step of a plan, say how each went, and give the exit status."""
    with tempfile.TemporaryDirectory(prefix="shouwen-founded-") as folder:
        # The demo centre is founded once for all steps (tests/live.py).
        os.environ.setdefault("SHOUWEN_TEST_FOUNDED", folder)
        return take(PLANS[plan])


def take(steps: list[Step]) -> int:
    """Take the steps, those of one core beside each other first, and give the exit status."""
    small = [step for step in steps if step.takes_one_core]
    with ThreadPoolExecutor(int(WORKERS)) as pool:
        outcomes = list(pool.map(_overheard, small))
    outcomes += [_taken(step) for step in steps if not step.takes_one_core]
    print()
    for one in outcomes:
        print(f"{one.step.name:<30} {one.seconds:7.1f} s  {one.how}")
    skips_fail = os.environ.get("CI") == "true"
    how = [one.how for one in outcomes]
    bad = [one for one in how if one.startswith("FAILED") or (skips_fail and one[0] == "S")]
    print(f"steps: {how.count('passed')} passed, {len(bad)} failed")
    return 1 if bad else 0


def _overheard(step: Step) -> Outcome:
    """Take a step and print what it said in one piece."""
    with tempfile.TemporaryFile("w+") as said:
        _said.set(said)
        outcome = _taken(step, heading=False)
        said.seek(0)
        print(f"\n── {step.name}\n{said.read()}", end="", flush=True)
    return outcome


def _taken(step: Step, *, heading: bool = True) -> Outcome:
    if heading:
        print(f"\n── {step.name}", flush=True)
    began = time.monotonic()
    try:
        step.run()
        how = "passed"
    except Skipped as reason:
        how = f"SKIPPED: {reason}"
    except subprocess.CalledProcessError as error:
        how = f"FAILED (exit {error.returncode})"
    return Outcome(step, how, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
