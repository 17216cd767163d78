"""What every test stands on; the home folder of a test run is `tests/home.py`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from shouwen.ground.vault import guard

# How long an example takes says something of the machine; timed thresholds belong to the bench.
settings.register_profile("shouwen", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shouwen")

# A test that asks for one of these asks a database.
BASES = frozenset({"db", "transactional_db", "live_server"})
# A test that needs a real centre lies where its step of `tests/run.py` collects.
LIVE = {"journey": "tests/journeys/", "faults": "tests/faults/"}

pytest_plugins = [
    "shouwen.ground.vault.tests.flushing",
    "shouwen.people.customers.tests.letterbox",
]


@receiver(connection_created)
def _turned_round(connection: BaseDatabaseWrapper, **about: object) -> None:
    """Give rows that nobody asked an order for the other way round, as PostgreSQL may any day.

    What a test commits need not outlive the machine: centres that are killed run by themselves.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA reverse_unordered_selects=ON")
            cursor.execute("PRAGMA synchronous=OFF")


LEAVE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Prove on PostgreSQL what asks a database; the rest is proved on SQLite and is the same.

    What asks one and yet hangs on none of it bears the mark `any_database`, with its reason.
    The slow ones come first: at the end, processes beside each other would wait for them.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        mark = item.get_closest_marker("any_database")
        if mark is not None and not (mark.args and mark.args[0]):
            raise pytest.UsageError(f"{item.nodeid}: any_database needs its reason")
        for name, folder in LIVE.items():
            if item.get_closest_marker(name) and not item.nodeid.startswith(folder):
                raise pytest.UsageError(f"{item.nodeid}: a test marked {name} lies in {folder}")
    if connection.vendor != "postgresql":
        return
    config.hook.pytest_deselected(items=[item for item in items if not _asks_database(item)])
    items[:] = [item for item in items if _asks_database(item)]


def _asks_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("any_database"):
        return False
    fixtures = getattr(item, "fixturenames", ())
    return bool(item.get_closest_marker("django_db")) or not BASES.isdisjoint(fixtures)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Stand on tables made from the models at once, with the guard that a migration sets.

    `config/tests/test_migrations.py` holds that the migrations make the same.
    """
    with django_db_blocker.unblock():
        # A session of journeys alone asks for no table, and gets none.
        if "vault_auditrow" in connection.introspection.table_names():
            guard.install(connection)


@pytest.fixture(scope="session", autouse=True)
def _the_last_one_out(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Close what a test's threads left open: PostgreSQL drops no database that is in use."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(LEAVE)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Forget what another test had worked out: ids begin anew with each."""
    cache.clear()
