"""How much slower pages become as a centre grows from 100,000 to 10,000,000 cases and contacts.

Three databases in one PostgreSQL, a web server and a worker each, asked in turns, so that what else
the machine does meets all alike. `BENCH_GROWTH` names other sizes, the smallest first.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.databases import demo_centre, each_kind, figures_of
from bench.doors import Door
from bench.measuring import percentile
from tests.live import Centre
from tests.run import Skipped
from tests.several import Worker

SIZES = "100000,1000000,10000000"
KIB_A_CASE = 4.0  # with its share of terms, entries, clocks and contacts, and their indexes
SPARE_GIB = 6  # for what is sorted while indexes are built, and the log of changes
FILL_SECONDS = 4 * 3600
# So many cases of every depth are the newest everywhere; their texts can be opened.
WHOLE_CASES = 1_000
DEMO_DAYS = 6
WARM_UPS = 4
ROUNDS = 25
# What is filled is lost with the power, and nobody minds.
QUICKLY = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'20min'",
    "autovacuum": "off",
}
# The whole cases too came of a contact each.
OWN_CONTACTS = f"""
    UPDATE cases_case SET contact_id = contacts.last - 100 - newest.place
    FROM (SELECT max(id) AS last FROM conversations_contact) AS contacts, (
        SELECT id, row_number() OVER (ORDER BY id DESC) AS place FROM cases_case
        ORDER BY id DESC LIMIT {WHOLE_CASES}
    ) AS newest
    WHERE cases_case.id = newest.id AND contact_id IS NOT NULL
"""


@dataclass
class Grown:
    """A centre of one size, with a person's and a program's way in, and what is asked of it."""

    size: int
    centre: Centre
    person: Door
    colleague: Door
    program: Door
    pages: dict[str, tuple[Door, str]] = field(default_factory=dict)


def measure() -> Iterator[dict[str, Any]]:
    """Measure on PostgreSQL, which is what many cases are kept in."""
    sizes = [int(size) for size in os.environ.get("BENCH_GROWTH", SIZES).split(",")]
    for kind in each_kind("postgresql"):
        try:
            _require_room(sizes)
            with demo_centre(kind, days=DEMO_DAYS) as centre, quickly(centre):
                for size in sizes:
                    yield {"database": kind, "what": "filled", **_fill(centre, size)}
                with ExitStack() as held:
                    grown = [held.enter_context(running(centre, size)) for size in sizes]
                    for figures in compare(grown):
                        yield {"database": kind, **figures}
        except Skipped as reason:
            yield {"database": kind, "skipped": str(reason)}


def _require_room(sizes: Sequence[int]) -> None:
    needed = sum(sizes) * KIB_A_CASE / 2**20 + SPARE_GIB
    free = shutil.disk_usage(tempfile.gettempdir()).free / 2**30
    if free < needed:
        raise Skipped(
            f"{needed:.0f} GiB of disk are needed in {tempfile.gettempdir()}, {free:.0f} are free; "
            f"BENCH_GROWTH={sizes[0]},{sizes[0] * 10} needs less"
        )


def name_of(size: int) -> str:
    """Name the database of a size."""
    return f"grown_{size}"


def environment_of(centre: Centre, size: int) -> dict[str, str]:
    """Give the environment of the same centre on the database of a size."""
    address = centre.environment["DATABASE_URL"].rsplit("/", 1)[0]
    return {**centre.environment, "DATABASE_URL": f"{address}/{name_of(size)}"}


def _psql(centre: Centre, *commands: str, database: str = "template1") -> None:
    address = centre.environment["DATABASE_URL"].rsplit("/", 1)[0]
    words = [word for command in commands for word in ("-c", command)]
    subprocess.run(
        ["psql", "-q", "-v", "ON_ERROR_STOP=1", f"{address}/{database}", *words],
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def quickly(centre: Centre) -> Iterator[None]:
    """Let the database take risks while it is filled, for as long as it lives."""
    settings = [f"ALTER SYSTEM SET {name} = {value}" for name, value in QUICKLY.items()]
    _psql(centre, *settings, "SELECT pg_reload_conf()")
    yield


def database_from(centre: Centre, size: int) -> None:
    """Make the database of a size, as the centre's own is now."""
    model = centre.environment["DATABASE_URL"].rsplit("/", 1)[1]
    _psql(centre, f"CREATE DATABASE {name_of(size)} TEMPLATE {model}")


def _fill(centre: Centre, size: int) -> dict[str, Any]:
    database_from(centre, size)
    environment = environment_of(centre, size)

    def fill(module: str, *words: str) -> dict[str, Any]:
        return figures_of(module, *words, environment=environment, timeout=FILL_SECONDS)[0]

    # Before there are contacts, of which rebuilding the figures would read every one.
    rollups = fill("fill_figures", str(size))
    with ThreadPoolExecutor(2) as together:
        filled = together.map(
            lambda what: fill("fill_many", what, str(size)), ("cases", "contacts")
        )
        sizes = {name: value for figures in filled for name, value in figures.items()}
    fill("fill_cases", str(WHOLE_CASES))
    _psql(centre, OWN_CONTACTS, database=name_of(size))
    return {**sizes, "rollups": rollups["rollups"]}


@contextmanager
def running(centre: Centre, size: int) -> Iterator[Grown]:
    """Start a web server and a worker on the database of a size, as a centre of that size runs.

    In one process the loops take a third of the interpreter from pages, though nothing is to do.
    """
    settings = {**centre.settings, "DATABASE_URL": environment_of(centre, size)["DATABASE_URL"]}
    # A home of its own: the checkpoints of the trail lie in it.
    home = Path(tempfile.mkdtemp(prefix="shouwen-grown-"))
    shutil.copytree(centre.home, home, dirs_exist_ok=True)
    settings["SHOUWEN_HOME"] = str(home)
    own = Centre(home, settings=settings, words=("up", "--no-loops"))
    worker = Worker(home, settings=settings)
    try:
        own.start()
        worker.start()
        doors = [Door(own.port) for _person in range(2)]
        for door, login in zip(doors, ("lead", "agent"), strict=True):
            door.sign_in(login, centre.password)
        grown = Grown(size, own, *doors, Door(own.port, own.key("lead", person="lead")))
        grown.pages = _pages(grown)
        yield grown
    finally:
        worker.stop()
        own.stop()
        shutil.rmtree(home, ignore_errors=True)


def _pages(grown: Grown) -> dict[str, tuple[Door, str]]:
    """Name what is asked of a centre. The cases are found by the API, the same ones everywhere."""
    find = grown.program.must
    open_ones = find("GET", "/api/v1/cases?view=open&limit=30")["items"]
    ref, number = open_ones[5]["id"], open_ones[5]["number"]
    # Half way back through all there is, and among the copies: their texts are not asked for.
    deep = f"case_9{grown.size // 2:025d}"
    pages = {
        "ledger, open cases": "/cases/?view=open",
        "ledger, all cases": "/cases/?view=all",
        "ledger, half way back": f"/cases/?view=all&after={deep}",
        "ledger, due soon": "/cases/?view=soon",
        "ledger, late": "/cases/?view=late",
        "ledger, waiting": "/cases/?view=waiting",
        "ledger, one state": "/cases/?view=all&state=ARCHIVED",
        "ledger, one urgency": "/cases/?view=all&urgency=URGENT",
        "case page": f"/cases/{ref}/",
        "search, common word": f"/cases/?view=all&q={quote('信用卡')}",
        "search, two words": f"/cases/?view=all&q={quote('支付 异常')}",
        "search, two words never together": f"/cases/?view=all&q={quote('信用 转账')}",
        "search, rare word": "/cases/?view=all&q=A7",
        "search, number": f"/cases/?view=all&q={number}",
        "search, common word among the open": f"/cases/?view=open&q={quote('信用卡')}",
        "desk": "/desk/",
        "wall's figures": "/wallboard/figures/",
        "wallboard": "/wallboard/",
        "history, year by queue": "/reports/?period=12m",
        "history, year by person": "/reports/?period=12m&by=person&kpi=average_handle",
        "history, year by category": "/reports/?period=12m&by=category&kpi=cases_closed",
        "history, 30 days by unit": "/reports/?period=30d&by=unit",
    }
    calls = {
        "API list, all cases": "/api/v1/cases?view=all",
        "API case": f"/api/v1/cases/{ref}",
        "API search": f"/api/v1/cases?q={quote('信用卡')}",
        "API year": "/api/v1/metrics/history?period=12m&by=person",
    }
    asked = {what: (grown.person, path) for what, path in pages.items()}
    asked |= {what: (grown.program, path) for what, path in calls.items()}
    for what in ("ledger, open cases", "ledger, late", "search, common word"):
        asked[f"{what}, one unit's agent"] = (grown.colleague, pages[what])
    return asked


def compare(grown: Sequence[Grown], rounds: int = ROUNDS) -> Iterator[dict[str, Any]]:
    """Time each page at every size in turns; growth is the last size's median by the first's."""
    for what in grown[0].pages:
        asked = [one.pages[what] for one in grown]
        for door, path in asked:
            for _run in range(WARM_UPS):
                door.page(path)
        took: list[list[float]] = [[] for _one in asked]
        for _round in range(rounds):
            for seconds, (door, path) in zip(took, asked, strict=True):
                began = time.perf_counter()
                door.page(path)
                seconds.append(time.perf_counter() - began)
        medians = [statistics.median(seconds) for seconds in took]
        yield {
            "what": what,
            "cases": [one.size for one in grown],
            "p50_ms": [round(median * 1000, 1) for median in medians],
            "p95_ms": [round(percentile(seconds, 0.95) * 1000, 1) for seconds in took],
            "growth": round(medians[-1] / medians[0], 2),
        }
