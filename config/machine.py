"""What the centre stands on: database, cache, disk and the version that runs."""

from __future__ import annotations

import secrets
import shutil
import tomllib
from datetime import datetime
from functools import cache as once
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.health import Group, Reading, State, Unit, state_of
from shouwen.ground.policy import figures

PROBE, PROBE_SECONDS = "health.probe", 10


def read(_actor: Actor, _at: datetime) -> Group:
    """Ask the database and the cache something, and the disk for its room; one query."""
    label = pgettext_lazy("health", "Foundations")
    version = Reading("version", pgettext_lazy("health", "Version"), note=_version())
    return Group("machine", label, (*_database(), _cache(), _disk(), version))


@once
def _version() -> str:
    """The checkout says it, whether or not it is installed as a package."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def _milliseconds(since: float) -> float:
    return round((perf_counter() - since) * 1000, 1)


def _database() -> tuple[Reading, Reading]:
    is_sqlite = connection.vendor == "sqlite"
    asked = (
        "SELECT page_count * page_size, sqlite_version() FROM pragma_page_count, pragma_page_size"
        if is_sqlite
        else "SELECT pg_database_size(current_database()), current_setting('server_version')"
    )
    begun = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(asked)
        size, version = cursor.fetchone()
    took = _milliseconds(begun)
    name = f"{'SQLite' if is_sqlite else 'PostgreSQL'} {version}"
    answer = pgettext_lazy("health", "Database answers in")
    room = pgettext_lazy("health", "Size of the database")
    return (
        Reading("database", answer, amount=took, unit=Unit.MILLISECONDS, note=name),
        Reading("database-size", room, amount=size, unit=Unit.BYTES),
    )


def _cache() -> Reading:
    label = pgettext_lazy("health", "Cache and live line answer in")
    if not settings.REDIS_URL:
        return Reading("cache", label, State.OFF, note=_("within one process, without Redis"))
    token, begun = secrets.token_hex(8), perf_counter()
    cache.set(PROBE, token, PROBE_SECONDS)
    answers = cache.get(PROBE) == token
    return Reading(
        "cache",
        label,
        State.OK if answers else State.LATE,
        _milliseconds(begun) if answers else None,
        Unit.MILLISECONDS,
        note="Redis",
        advice=_("Redis does not answer. Start it, or correct REDIS_URL; pages go on meanwhile."),
    )


def _disk() -> Reading:
    found = shutil.disk_usage(Path(settings.SHOUWEN_HOME))
    used = round(100 * (1 - found.free / found.total), 1)
    most = 100 - figures.figure("health-space-percent").value
    return Reading(
        "disk",
        pgettext_lazy("health", "Disk used"),
        state_of(used, most),
        used,
        Unit.PERCENT,
        most,
        note=str(settings.SHOUWEN_HOME),
        advice=_("Make room on the disk: the database and files stop when it is full."),
    )
