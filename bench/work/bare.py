"""The rows of opening cases, written again by bare SQL in one transaction.

The statements of real requests are noted while the requests are undone, then run again with the
same values by the driver alone.
"""

from __future__ import annotations

import json
import statistics
import time as monotonic

from bench.work.begin import begin, say

CASES = 200
ROUNDS = 5
WRITES = ("INSERT", "UPDATE", "DELETE")


def main() -> None:
    """Measure and print."""
    begin()
    import psycopg  # noqa: PLC0415  # Django is ready only now
    from django.db import connection, transaction  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from bench.cases import QUESTION  # noqa: PLC0415
    from config import keys  # noqa: PLC0415

    token = keys.create(role="agent", institution="bank", name="bare", person="agent")
    client = Client()
    written: list[tuple[str, object]] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # Django's
        if sql.startswith(WRITES):
            written.append((sql, params))
        return execute(sql, params, many, context)

    def open_one(number: int) -> None:
        answer = client.post(
            "/api/v1/cases",
            json.dumps({**QUESTION, "title": f"{QUESTION['title']} {number}"}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"bare-{number}"},
        )
        if answer.status_code != 201:
            raise RuntimeError(answer.content)

    def write_again() -> None:
        raw = connection.connection
        if connection.vendor == "sqlite":
            for sql, params in statements:
                raw.execute(sql, params)
        else:
            cursor = psycopg.ClientCursor(raw)
            for sql, params in statements:
                cursor.execute(sql, params)

    for number in range(20):
        open_one(number)
    rates = []
    for round_ in range(ROUNDS):
        written.clear()
        numbers = _sequences(connection)
        with transaction.atomic(), connection.execute_wrapper(note):
            for number in range(CASES):
                open_one(1000 * (round_ + 1) + number)
            transaction.set_rollback(True)
        _set_back(connection, numbers)
        statements = [
            (sql.replace("%s", "?") if connection.vendor == "sqlite" else sql, params)
            for sql, params in written
        ]
        began = monotonic.perf_counter()
        with transaction.atomic():
            write_again()
        rates.append(CASES / (monotonic.perf_counter() - began))
    say(per_second=round(statistics.median(rates)), rows_a_case=round(len(written) / CASES, 1))


def _sequences(connection) -> list[tuple[str, int | None]]:  # type: ignore[no-untyped-def]  # either database
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname='public'"
        )
        return list(cursor.fetchall())


def _set_back(connection, numbers: list[tuple[str, int | None]]) -> None:  # type: ignore[no-untyped-def]  # either database
    with connection.cursor() as cursor:
        for name, last in numbers:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])


if __name__ == "__main__":
    main()
