"""A trail to try things on: acts, chained in steps, and verified as an outsider would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection, transaction

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.vault import audit, sequencer, verify
from shouwen.ground.vault.models import (
    AuditRow,
)

AT = datetime(2026, 6, 16, 2, 38, 0, 0, UTC)
AGENT = Actor(ActorKind.PERSON, "person_a", "林晓棠", 1, frozenset({"agent", "lead"}))


def act(n: int, at: datetime = AT, **options: Any) -> AuditRow:
    with transaction.atomic():
        return audit.record(
            AGENT,
            "case.opened",
            ("cases.case", f"case_{n}"),
            at=at + timedelta(microseconds=n * 500_000),
            fields=("state", "owner"),
            detail={"n": n, "late": False, "why": None},
            **options,
        )


def chain(*sizes: int) -> None:
    """Sequence rows in steps of these sizes."""
    n = AuditRow.objects.count()
    for size in sizes:
        for _ in range(size):
            n += 1
            act(n)
        assert sequencer.sequence_pending(AT + timedelta(seconds=n)) == size


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def address() -> str:
    """Say where the test database is, in the verifier's terms."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(at["NAME"])
    user = f"{at['USER']}:{at['PASSWORD']}@" if at["USER"] else ""
    # A host may be the folder of a socket.
    return f"postgresql://{user}{quote(at['HOST'], safe='')}:{at['PORT']}/{at['NAME']}"


def check(home: Path, **options: Any) -> dict[str, Any]:
    """Verify a copy of the test database, as an outsider has it."""
    where = address()
    if connection.vendor == "sqlite":
        copy = home / "copy.sqlite3"
        copy.unlink(missing_ok=True)
        sql("VACUUM INTO %s", str(copy))
        where = str(copy)
    folder = options.get("folder", home / "checkpoints")
    return verify.verify(where, home, folder, options.get("pinned", ""), False)
