"""Writes many rows at once, valid ones, by the driver's fastest way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

# Every name put into SQL here is a model's own.
ROWS_AT_ONCE = 20_000


class Table:
    """A model's table: its columns, the plain values of a row, and a quick way to add rows."""

    def __init__(self, model: Any) -> None:
        """Take the model; the tables must exist."""
        from django.db import connection  # noqa: PLC0415  # Django is ready only now

        self.connection = connection
        self.model = model
        self.fields = list(model._meta.concrete_fields)
        self.names = [field.attname for field in self.fields]
        self.place = {name: number for number, name in enumerate(self.names)}
        self.is_sqlite = connection.vendor == "sqlite"

    def next_id(self) -> int:
        """Give the first free id."""
        last = self.model.objects.order_by("-pk").values_list("pk", flat=True).first()
        return (last or 0) + 1

    def plain(self, row: Any) -> list[Any]:
        """Give a row's values as the driver takes them; sealed ones are left as they are."""
        return [self.value(field, getattr(row, field.attname)) for field in self.fields]

    def value(self, field: Any, value: Any) -> Any:
        """Give one value as the driver takes it."""
        if isinstance(value, datetime):
            return self.moment(value)
        if field.get_internal_type() == "JSONField" and value is not None:
            return json.dumps(value)
        return value

    def moment(self, at: datetime) -> datetime:
        """Give a moment as this database keeps it: SQLite without a zone, in UTC."""
        return at.astimezone(UTC).replace(tzinfo=None) if self.is_sqlite else at

    def literal(self, at: datetime) -> str:
        """Give a moment as SQL."""
        return f"'{self.moment(at)}'" + ("" if self.is_sqlite else "::timestamptz")

    def write(self, rows: Iterable[Sequence[Any]]) -> int:
        """Add rows of values in the order of `names`, in transactions of many; give how many."""
        from django.db import transaction  # noqa: PLC0415

        columns = ", ".join(f'"{field.column}"' for field in self.fields)
        name = f'"{self.model._meta.db_table}"'
        given, added = iter(rows), 0
        while some := list(islice(given, ROWS_AT_ONCE)):
            added += len(some)
            with transaction.atomic():
                raw = self.connection.connection
                if self.is_sqlite:
                    marks = ", ".join("?" * len(self.fields))
                    raw.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", some)
                    continue
                with raw.cursor().copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
                    for row in some:
                        copy.write_row(row)
        self._count_on()
        return added

    def _count_on(self) -> None:
        key = self.model._meta.pk
        if self.is_sqlite or key.get_internal_type() not in ("BigAutoField", "AutoField"):
            return
        with self.connection.cursor() as cursor:
            table = self.model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{key.column}'), "
                f'(SELECT max("{key.column}") FROM "{table}"))'
            )


def changed(values: Sequence[Any], table: Table, **others: Any) -> list[Any]:
    """Give a row's values with some columns changed, by name."""
    row = list(values)
    for name, value in others.items():
        row[table.place[name]] = value
    return row


def copies(table: Table, pattern_id: int, count: int, **columns: str) -> None:
    """Copy one row many times inside the database.

    `columns` are SQL expressions over the copy's number `n`, by attribute; both databases must
    understand them.
    """
    fields = [field for field in table.fields if not field.primary_key]
    listed = ", ".join(f'"{field.column}"' for field in fields)
    chosen = ", ".join(columns.get(field.attname, f'"{field.column}"') for field in fields)
    name = table.model._meta.db_table
    with table.connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers "
            f'WHERE n < {count}) INSERT INTO "{name}" ({listed}) SELECT {chosen} '
            f'FROM "{name}" CROSS JOIN numbers WHERE id = {pattern_id}'
        )


def settle() -> None:
    """Let PostgreSQL look at what was added, as it would by itself after a while."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def ids(prefix: str, start: int) -> Iterator[str]:
    """Give public ids, one after the other, of the usual form and length."""
    number = start
    while True:
        yield f"{prefix}_{number:026d}"
        number += 1
