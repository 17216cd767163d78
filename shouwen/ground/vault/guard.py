"""Triggers that keep the trail as it is, whoever asks the database to change it.

A superuser can drop them; that is what the chain and its signed checkpoints are for.
"""

from __future__ import annotations

from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("vault_auditrow", "vault_auditentry")
WORDS = "the audit trail is never changed"


class _Editor(Protocol):
    connection: BaseDatabaseWrapper


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        for act in ("UPDATE", "DELETE")
    ]


def _postgresql(table: str) -> list[str]:
    call = "EXECUTE FUNCTION vault_audit_is_final()"
    return [
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW {call}",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT {call}",
    ]


_FUNCTION = (
    "CREATE OR REPLACE FUNCTION vault_audit_is_final() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$"
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Set the triggers on rows and entries of the trail; setting them again changes nothing."""
    if connection.vendor == "postgresql":
        _run(connection, [_FUNCTION, *(s for table in TABLES for s in _postgresql(table))])
    else:
        _run(connection, [s for table in TABLES for s in _sqlite(table)])


def lift(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: for the migration's way back and for emptying a test database."""
    if connection.vendor == "postgresql":
        drops = [
            f"DROP TRIGGER IF EXISTS {table}_no_{act} ON {table}"
            for table in TABLES
            for act in ("change", "truncate")
        ]
    else:
        drops = [
            f"DROP TRIGGER IF EXISTS {table}_no_{act}"
            for table in TABLES
            for act in ("update", "delete")
        ]
    _run(connection, drops)


def install_by_migration(_apps: object, editor: _Editor) -> None:
    """Set the triggers in a migration."""
    install(editor.connection)


def lift_by_migration(_apps: object, editor: _Editor) -> None:
    """Drop the triggers in a migration."""
    lift(editor.connection)
