"""The migrations make the tables of the models, and so does founding a centre at once."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
BEGIN = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
"""
WALK = (
    BEGIN + "from django.core.management import call_command; call_command('migrate', verbosity=0)"
)
FOUND = BEGIN + "from config import preparing; preparing.migrate()"
ON_SQLITE = {
    "columns": (
        "SELECT tables.name, columns.name, columns.type, columns.[notnull], columns.pk "
        "FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns "
        "WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'"
    ),
    "indexes and triggers": (
        "SELECT type, name, tbl_name FROM sqlite_master "
        "WHERE type <> 'table' AND name NOT LIKE 'sqlite_%'"
    ),
}
ON_POSTGRESQL = {
    "columns": (
        "SELECT table_name, column_name, data_type, is_nullable, character_maximum_length, "
        "is_identity FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    "indexes": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": (
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace"
    ),
    "triggers": (
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE NOT tgisinternal"
    ),
}
# The list of what was done, and a table of Django's that we never use: its migrations make its
# numbers larger than its models do. And the table that the vault's tests bring along.
LEFT_OUT = {"django_migrations", "auth_group_permissions", "vault_letters_letter"}
# What gives itself a name has that of a table's first days; nothing ever asks for it by name.
NAMED_BY_ITSELF = re.compile(r"INDEX \w+_(?:pkey|[0-9a-f]{8}(?:_\w+)?)\b")
Row = tuple[object, ...]
Ask = Callable[[str], list[Row]]


def shape_of(ask: Ask) -> dict[str, list[tuple[str, ...]]]:
    """Give what a database is made of, in an order of its own."""
    asked = ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL
    shape = {}
    for part, sql in asked.items():
        rows = [tuple(map(str, row)) for row in ask(sql)]
        own = [row for row in rows if not LEFT_OUT & set(row)]
        shape[part] = sorted(
            tuple(NAMED_BY_ITSELF.sub("INDEX _", text) for text in row) for row in own
        )
    return shape


def ask_own(sql: str) -> list[Row]:
    """Ask the tests' own database."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


@contextlib.contextmanager
def another_database(home: Path) -> Iterator[tuple[dict[str, str], Ask]]:
    """Make an empty database; say how a program finds it, and give a way to ask it."""
    (home / "static").mkdir()
    environment = {**os.environ, "SHOUWEN_HOME": str(home), "SHOUWEN_TESTING": "1"}
    if connection.vendor == "sqlite":
        environment.pop("DATABASE_URL", None)
        path = home / "shouwen.sqlite3"
        yield environment, lambda sql: sqlite3.connect(path).execute(sql).fetchall()
        return
    server, _slash, own = os.environ["DATABASE_URL"].rpartition("/")
    name = f"{connection.settings_dict['NAME']}_beside"
    url = environment["DATABASE_URL"] = f"{server}/{name}"

    def ask(sql: str) -> list[Row]:
        with psycopg.connect(url) as other:
            return other.execute(sql).fetchall()

    with psycopg.connect(f"{server}/{own}", autocommit=True) as beside:
        beside.execute(f'CREATE DATABASE "{name}"'.encode())
        yield environment, ask
        beside.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("program", [WALK, FOUND], ids=["migrations", "at-once"])
def test_the_tables_are_those_of_the_models(tmp_path: Path, program: str) -> None:
    expected = shape_of(ask_own)
    assert expected["columns"]
    with another_database(tmp_path) as (environment, ask):
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, timeout=600
        )
        made = shape_of(ask)
        # Nothing is left to do for the walk through the migrations.
        command = [sys.executable, "manage.py", "migrate", "--check"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=600)
    differing = {part: sorted(set(made[part]) ^ set(rows)) for part, rows in expected.items()}
    assert differing == {part: [] for part in expected}
