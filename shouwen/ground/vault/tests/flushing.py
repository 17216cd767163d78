"""A pytest plugin: a database whose trail is guarded must still be emptied between tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection
from django.db.models.signals import post_migrate

from shouwen.ground.vault import guard


@pytest.fixture(scope="session", autouse=True)
def _let_tests_empty_the_trail() -> None:
    """Lift the guard while the test runner flushes the database, and set it again after."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def execute_sql_flush(self: Any, statements: Sequence[str]) -> None:
        guarded = any(table in s for s in statements for table in guard.TABLES)
        if guarded:
            guard.lift(self.connection)
        try:
            flush(self, statements)
        finally:
            if guarded:
                guard.install(self.connection)

    operations.execute_sql_flush = execute_sql_flush  # type: ignore[assignment]  # test runs only


@pytest.fixture(scope="session", autouse=True)
def _let_emptying_be_quick() -> None:
    """Leave out what a flush does besides emptying: it took most of its time.

    Django's own permissions, which nothing here asks for (`people/staff/access`), would be written
    anew for every model, each in a transaction of its own.
    """
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    if connection.vendor == "postgresql":
        type(connection.ops).sql_flush = _deleted  # type: ignore[method-assign]  # test runs only


def _deleted(self: Any, style: Any, tables: Sequence[str], **asked: bool) -> list[str]:
    """Empty the tables row by row: TRUNCATE writes new files for all of them, full or not."""
    assert not asked.get("reset_sequences"), "numbers go on after a DELETE"
    deletes = "; ".join(f"DELETE FROM {self.quote_name(table)}" for table in tables)  # noqa: S608 (names of our own tables)
    # One statement: nothing is sent table by table.
    return [f"DO $$ BEGIN {deletes}; END $$"] if tables else []
