"""A pytest plugin: a database whose trail is guarded must still be emptied between tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

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
