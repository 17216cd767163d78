"""Every damage to the trail is found from outside, and said where."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection, transaction

from shouwen.ground.vault import guard, sequencer, verify
from shouwen.ground.vault.models import (
    AuditEntry,
    AuditPending,
)
from shouwen.ground.vault.tests.trails import act, chain, check, sql

# Each takes a place in a chain of 30 (steps of 10) and says what the verifier must call it.
Damage = Callable[[int], None]


def edit(n: int) -> None:
    sql("UPDATE vault_auditrow SET actor_ref = 'person_b' WHERE id = (SELECT row_id FROM "
        "vault_auditentry WHERE sequence = %s)", n)  # fmt: skip


def edit_time(n: int) -> None:
    sql("UPDATE vault_auditrow SET at = '2026-06-16 02:38:00.000001' WHERE id = (SELECT row_id "
        "FROM vault_auditentry WHERE sequence = %s)", n)  # fmt: skip


def shift(n: int) -> None:
    """Move a word from one part to the next, so that the joined text is nearly the same."""
    sql("UPDATE vault_auditrow SET act = act || ' x', result = '' WHERE id = (SELECT row_id "
        "FROM vault_auditentry WHERE sequence = %s)", n)  # fmt: skip


def delete_row(n: int) -> None:
    row_id = AuditEntry.objects.get(pk=n).row_id
    if connection.vendor == "sqlite":
        sql("PRAGMA foreign_keys=OFF")
        sql("DELETE FROM vault_auditrow WHERE id = %s", row_id)
        sql("PRAGMA foreign_keys=ON")
    else:
        sql("SET session_replication_role = replica")
        sql("DELETE FROM vault_auditrow WHERE id = %s", row_id)
        sql("SET session_replication_role = DEFAULT")


def delete_entry(n: int) -> None:
    sql("DELETE FROM vault_auditentry WHERE sequence = %s", n)


def delete_both(n: int) -> None:
    row_id = AuditEntry.objects.get(pk=n).row_id
    sql("DELETE FROM vault_auditentry WHERE sequence = %s", n)
    sql("DELETE FROM vault_auditrow WHERE id = %s", row_id)


def swap(n: int) -> None:
    """Exchange two rows of the chain, hashes and all."""
    other = n + 1 if n < 30 else n - 1
    mine, theirs = AuditEntry.objects.get(pk=n), AuditEntry.objects.get(pk=other)
    with transaction.atomic():
        sql("DELETE FROM vault_auditentry WHERE sequence IN (%s, %s)", n, other)
        for sequence, entry in ((n, theirs), (other, mine)):
            place = mine if sequence == n else theirs
            sql(
                "INSERT INTO vault_auditentry (sequence, row_id, row_hash, previous_hash, "
                "entry_hash) VALUES (%s, %s, %s, %s, %s)",
                sequence, entry.row_id, entry.row_hash, place.previous_hash, place.entry_hash,
            )  # fmt: skip


def rehash(n: int) -> None:
    """Edit a row and then rewrite the whole chain after it, as one who can do anything would."""
    edit(n)
    previous = AuditEntry.objects.get(pk=n - 1).entry_hash if n > 1 else sequencer.GENESIS
    for entry in AuditEntry.objects.filter(pk__gte=n).select_related("row").order_by("pk"):
        of_row = sequencer.row_hash(entry.row)
        this = sequencer.entry_hash(entry.pk, of_row, previous)
        sql(
            "UPDATE vault_auditentry SET row_hash = %s, previous_hash = %s, entry_hash = %s "
            "WHERE sequence = %s",
            of_row, previous, this, entry.pk,
        )  # fmt: skip
        previous = this


def cut_tail(n: int) -> None:
    for entry in AuditEntry.objects.filter(pk__gte=n).order_by("-pk"):
        delete_both(entry.pk)


KINDS: list[tuple[Damage, str]] = [
    (edit, "row_changed"),
    (edit_time, "row_changed"),
    (shift, "row_changed"),
    (delete_row, "row_missing"),
    (delete_entry, "entry_missing"),
    (delete_both, "entry_missing"),
    (swap, "entry_changed"),
    (rehash, "rewritten"),
    (cut_tail, "tail_cut"),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("damage", "kind"), KINDS, ids=[d.__name__ for d, _kind in KINDS])
@pytest.mark.parametrize("seed", range(2))
def test_every_damage_is_found_and_located(
    damage: Damage, kind: str, seed: int, home: Path
) -> None:
    chain(10, 10, 10)
    place = (random.Random(kind).randint(1, 29), 30)[seed]
    guard.lift(connection)
    try:
        damage(place)
        report = check(home)
    finally:
        guard.install(connection)
    assert not report["ok"]
    problem = report["problem"]
    if kind == "rewritten":
        assert problem["kind"] == kind
        assert problem["sequence"] <= place <= problem["through"]
    elif damage in (delete_entry, delete_both) and place == 30:
        assert (problem["kind"], problem["sequence"]) == ("tail_cut", 30)
    elif damage is swap:
        assert problem["kind"] == kind
        assert problem["sequence"] == (29 if place == 30 else place)
    else:
        assert (problem["kind"], problem["sequence"]) == (kind, place)


COLUMNS = {
    "vault_auditrow": ["public_id", "institution_id", "at", "actor_ref", "act", "detail"],
    "vault_auditentry": ["row_hash", "previous_hash", "entry_hash"],
}


def strike(database: sqlite3.Connection, chance: random.Random) -> str:
    """Do one random damage to a copy with a chain of 40, as one who may do anything."""
    table = chance.choice(list(COLUMNS))
    key = "id" if table == "vault_auditrow" else "sequence"
    keys = [k for (k,) in database.execute(f"SELECT {key} FROM {table}")]  # noqa: S608 - constants
    one, other = chance.sample(keys, 2)
    what = chance.choice(["edit", "delete", "insert", "swap", "cut"])
    if what == "edit":
        column = chance.choice(COLUMNS[table])
        change = f"UPDATE {table} SET {column} = {column} || 'x' WHERE {key} = ?"  # noqa: S608 - constants
        database.execute(change, [one])
    elif what == "insert":
        columns = "institution_id, at, actor_kind, actor_ref, actor_roles, act, object_kind, "
        columns += "object_ref, result, fields, purpose, detail"
        database.execute(
            f"INSERT INTO vault_auditrow (public_id, {columns}) "  # noqa: S608 - constants
            f"SELECT 'audit_x', {columns} FROM vault_auditrow ORDER BY id LIMIT 1"
        )
    elif what == "swap":
        # Two rows or entries change places, whole.
        for of, to in ((one, -1), (other, one), (-1, other)):
            database.execute(f"UPDATE {table} SET {key} = ? WHERE {key} = ?", [to, of])  # noqa: S608 - constants
    else:
        sign = "=" if what == "delete" else ">="
        database.execute(f"DELETE FROM {table} WHERE {key} {sign} ?", [one])  # noqa: S608 - constants
    return f"{what} {table} {one} {other}"


@pytest.mark.django_db(transaction=True)
def test_three_hundred_random_damages_are_all_found(home: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("copies of a file are struck, which only SQLite has")
    chain(7, 13, 20)
    whole = home / "whole.sqlite3"
    sql("VACUUM INTO %s", str(whole))
    struck = home / "struck.sqlite3"
    chance = random.Random(20260616)
    missed = []
    for _ in range(300):
        shutil.copy(whole, struck)
        with closing(sqlite3.connect(struck)) as database:
            for table in guard.TABLES:
                for act_name in ("update", "delete"):
                    database.execute(f"DROP TRIGGER {table}_no_{act_name}")
            said = strike(database, chance)
            database.commit()
        report = verify.verify(str(struck), home, home / "checkpoints", "", False)
        problem = report.get("problem", {})
        if report["ok"] or (problem.get("sequence") is None and problem.get("row") is None):
            missed.append((said, report))
    assert missed == []


@pytest.mark.django_db(transaction=True)
def test_an_inserted_row_is_found(home: Path) -> None:
    chain(5)
    row = act(6)
    AuditPending.objects.all().delete()
    problem = check(home)["problem"]
    assert (problem["kind"], problem["row"]) == ("row_inserted", row.pk)


@pytest.mark.django_db(transaction=True)
def test_an_inserted_row_is_found_behind_a_false_mark(home: Path) -> None:
    chain(5)
    act(6)
    AuditPending.objects.all().delete()
    AuditPending.objects.create(row_id=AuditEntry.objects.get(pk=3).row_id)
    assert check(home)["problem"]["kind"] == "pending_again"
