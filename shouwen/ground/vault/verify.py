"""Verify the audit trail from outside: `shouwen audit verify`.

This module shares no code with the writer and imports nothing of the product: it reads the
database and the checkpoint files by itself, with its own canonical form, hashes, Merkle tree and
signature check. The forms it expects are described in `docs/operations.md`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CHUNK = 5000
PROGRESS_EVERY = 100_000
ROW_TAG = b"shouwen-audit-row-1\x1f"
SEPARATORS = 13
GENESIS = b"0" * 64
SIGNED_PARTS = ("at", "count", "head", "key", "previous", "root")
TEXT_COLUMNS = (
    *("actor_kind", "actor_ref", "actor_roles", "act", "object_kind", "object_ref"),
    *("result", "fields", "purpose", "detail"),
)

OK, BROKEN, UNREADABLE = 0, 1, 2


class Broken(Exception):
    """The trail is not what was signed; says what, and where."""

    def __init__(self, kind: str, words: str, **where: int | str | None) -> None:
        """Take the kind of damage, the words for a reader, and the place."""
        super().__init__(words)
        self.problem = {"kind": kind, **where, "words": words}


class Unreadable(Exception):
    """The database or the checkpoints cannot be read at all."""


def _parts(number: str, institution: str, moment: str) -> list[str]:
    """List the parts of a row in their fixed order, as this database writes them."""
    return [number, "r.public_id", institution, moment, *(f"r.{c}" for c in TEXT_COLUMNS)]


# Text comes as bytes on both databases: nothing is decoded, so nothing can be lost in decoding.
SQLITE_ROW = _parts(
    "CAST(r.id AS TEXT)",
    "coalesce(CAST(r.institution_id AS TEXT), '')",
    "CASE length(r.at) WHEN 19 THEN r.at || '.000000' ELSE r.at END",
)
POSTGRESQL_ROW = _parts(
    "r.id::text",
    "coalesce(r.institution_id::text, '')",
    "to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
)
HASHES = ["e.row_hash", "e.previous_hash", "e.entry_hash"]
ENTRIES = (
    "SELECT e.sequence, e.row_id, {columns} FROM vault_auditentry e "
    "LEFT JOIN vault_auditrow r ON r.id = e.row_id ORDER BY e.sequence"
)
COUNTS = (
    "SELECT (SELECT count(*) FROM vault_auditrow), (SELECT count(*) FROM vault_auditentry), "
    "(SELECT count(*) FROM vault_auditpending)"
)
CHAINED_TWICE = "SELECT row_id FROM vault_auditentry GROUP BY row_id HAVING count(*) > 1 LIMIT 1"
PENDING_YET_CHAINED = (
    "SELECT p.row_id FROM vault_auditpending p JOIN vault_auditentry e USING (row_id) LIMIT 1"
)
PENDING_WITHOUT_ROW = (
    "SELECT row_id FROM vault_auditpending WHERE row_id NOT IN (SELECT id FROM vault_auditrow) "
    "LIMIT 1"
)
NEITHER = (
    "SELECT r.id FROM vault_auditrow r "
    "WHERE NOT EXISTS (SELECT 1 FROM vault_auditentry e WHERE e.row_id = r.id) "
    "AND NOT EXISTS (SELECT 1 FROM vault_auditpending p WHERE p.row_id = r.id) "
    "ORDER BY r.id LIMIT 1"
)


class Database:
    """One unchanging view of the trail's tables, read-only."""

    def __init__(self, address: str, home: Path) -> None:
        """Open PostgreSQL by its address, or the SQLite file of the home folder."""
        self.connection: Any
        if address.startswith(("postgres://", "postgresql://")):
            columns = [f"convert_to({part}, 'UTF8')" for part in HASHES + POSTGRESQL_ROW]
            self.connection = psycopg.connect(address, connect_timeout=5)
            self.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            self.connection.read_only = True
        else:
            columns = HASHES + SQLITE_ROW
            path = Path(address) if address else home / "shouwen.sqlite3"
            if not path.is_file():
                raise Unreadable(f"There is no database at {path}.")
            uri = f"{path.resolve().as_uri()}?mode=ro"
            self.connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=20)
            self.connection.text_factory = bytes
            self.connection.execute("PRAGMA mmap_size=1073741824")
            self.connection.execute("BEGIN")
        self.query = ENTRIES.format(columns=", ".join(columns))
        self.one(COUNTS)

    def one(self, query: str) -> Any:
        """Give the first row of a query, or None."""
        return self.connection.execute(query).fetchone()

    def entries(self) -> Generator[list[Any], None, None]:
        """Give the chain in order, a chunk at a time, never the whole of it."""
        if isinstance(self.connection, sqlite3.Connection):
            cursor: Any = self.connection.cursor()
        else:
            cursor = self.connection.cursor(name="trail", binary=True)
        with closing(cursor):
            cursor.execute(self.query)
            while chunk := cursor.fetchmany(CHUNK):
                yield chunk


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was signed: after `count` entries the chain ended in `head` and its tree in `root`."""

    count: int
    head: str
    root: str


class Checkpoints:
    """The signed lines of a folder, in order; each names the hash of the one before."""

    def __init__(self, folder: Path, pinned: str) -> None:
        """Take the folder as it is now: lines added later are not of this view."""
        self.folder = folder
        self.pinned = pinned
        self.files = [(f, f.stat().st_size) for f in sorted(folder.glob("????-??-??.jsonl"))]
        self.seen = 0
        self.torn = False

    def _key(self, key_id: str, where: str) -> Ed25519PublicKey:
        path = self.folder / f"{key_id}.pub"
        text = self.pinned or (path.read_text().strip() if path.is_file() else "")
        try:
            raw = bytes.fromhex(text)
            key = Ed25519PublicKey.from_public_bytes(raw)
        except ValueError:
            raise Broken(
                "key", f"The public key {key_id} is missing or damaged.", checkpoint=where
            ) from None
        if hashlib.sha256(raw).hexdigest()[:16] != key_id:
            raise Broken("key", "The checkpoint is signed by another key.", checkpoint=where)
        return key

    def _lines(self) -> Iterator[tuple[str, dict[str, Any], bytes, bool]]:
        for number, (path, size) in enumerate(self.files):
            with path.open("rb") as file:
                text = file.read(size)
            lines = text.split(b"\n")
            if lines.pop():
                if number != len(self.files) - 1:
                    raise Broken(
                        "checkpoint", "A checkpoint line is cut off.", checkpoint=path.name
                    )
                self.torn = True
            for at, line in enumerate(lines):
                where = f"{path.name}:{at + 1}"
                try:
                    parsed = json.loads(line)
                    signed = {part: parsed[part] for part in SIGNED_PARTS}
                    message = json.dumps(signed, sort_keys=True, separators=(",", ":")).encode()
                    bytes.fromhex(parsed["signature"] + parsed["key"])
                    if type(parsed["count"]) is not int:
                        raise TypeError
                except (ValueError, KeyError, TypeError):
                    raise Broken(
                        "checkpoint", "A checkpoint line is damaged.", checkpoint=where
                    ) from None
                yield where, parsed, message, at == len(lines) - 1

    def __iter__(self) -> Iterator[Checkpoint]:
        """Give every checkpoint once its link to the one before is checked.

        A signature covers, through these links, all lines before it, so the last line of each
        file is enough. Raises Broken.
        """
        previous, count = "", 0
        for where, line, message, is_last in self._lines():
            if line["previous"] != previous or line["count"] <= count:
                raise Broken(
                    "checkpoint",
                    "A checkpoint does not follow the one before it.",
                    checkpoint=where,
                    sequence=count + 1,
                )
            if is_last:
                try:
                    self._key(line["key"], where).verify(bytes.fromhex(line["signature"]), message)
                except InvalidSignature:
                    raise Broken(
                        "signature", "A checkpoint's signature is wrong.", checkpoint=where
                    ) from None
            previous, count = hashlib.sha256(message).hexdigest(), line["count"]
            self.seen += 1
            yield Checkpoint(count, line["head"], line["root"])


def _root(peaks: list[bytes]) -> str:
    top = peaks[-1]
    for peak in reversed(peaks[:-1]):
        top = hashlib.sha256(b"\x01" + peak + top).digest()
    return top.hex()


def _compare(point: Checkpoint, head: str, peaks: list[bytes], signed: int) -> None:
    if point.head == head and point.root == _root(peaks):
        return
    raise Broken(
        "rewritten",
        f"The entries {signed + 1} to {point.count} are not those that were signed.",
        sequence=signed + 1,
        through=point.count,
    )


def _damage(sequence: int, row: Any, counted: bytes, before: bytes) -> Broken:
    """Name what is wrong with one entry."""
    where = {"sequence": sequence, "row": row[1]}
    if row[0] != sequence:
        return Broken("entry_missing", f"The entry {sequence} is missing.", sequence=sequence)
    if any(not isinstance(part, bytes) for part in row[5:]):
        return Broken("row_missing", f"The row {row[1]} is gone or incomplete.", **where)
    if row[2] != counted or b"\x1f".join(row[5:]).count(b"\x1f") != SEPARATORS:
        return Broken("row_changed", f"The row {row[1]} was changed.", **where)
    if row[3] != before:
        return Broken("chain", f"The entry {sequence} does not follow the one before.", **where)
    return Broken("entry_changed", f"The entry {sequence} was changed.", **where)


def check_chain(
    chunks: Iterator[list[Any]], points: Iterator[Checkpoint], progress: int = 0
) -> int:
    """Walk the chain; give how many entries at its end no checkpoint covers. Raises Broken."""
    sha256 = hashlib.sha256
    sequence, before, signed = 0, GENESIS, 0
    peaks: list[bytes] = []
    point = next(points, None)
    for chunk in chunks:
        for row in chunk:
            sequence += 1
            number, _row_id, row_hash, previous, entry_hash, *parts = row
            try:
                text = b"\x1f".join(parts)
                counted = sha256(ROW_TAG + text).hexdigest().encode()
                this = sha256(b"%d\x1f%b\x1f%b" % (number, row_hash, previous)).digest()
            except TypeError:
                raise _damage(sequence, row, b"", before) from None
            if (
                counted != row_hash
                or previous != before
                or number != sequence
                or this.hex().encode() != entry_hash
                or text.count(b"\x1f") != SEPARATORS
            ):
                raise _damage(sequence, row, counted, before)
            before = entry_hash
            top = sha256(b"\x00" + this).digest()
            full = sequence - 1
            while full & 1:
                top = sha256(b"\x01" + peaks.pop() + top).digest()
                full >>= 1
            peaks.append(top)
            if point is not None and sequence == point.count:
                _compare(point, before.decode(), peaks, signed)
                signed = sequence
                point = next(points, None)
        if progress and sequence % PROGRESS_EVERY < CHUNK:
            sys.stderr.write(f"\r{sequence:,} of {progress:,} entries")
    if point is not None:
        raise Broken(
            "tail_cut",
            f"The chain ends at {sequence}, but {point.count} entries were signed.",
            sequence=sequence + 1,
            through=point.count,
        )
    if sequence and not signed:
        raise Broken("no_checkpoint", "There is no checkpoint to hold the chain against.")
    return sequence - signed


def check_rows(database: Database, rows: int, entries: int, pending: int) -> None:
    """See that every row is either in the chain, once, or waiting for it. Raises Broken."""
    for query, kind, words in (
        (CHAINED_TWICE, "chained_twice", "The row {} is in the chain twice."),
        (PENDING_YET_CHAINED, "pending_again", "The row {} waits though it is in the chain."),
        (PENDING_WITHOUT_ROW, "row_missing", "The row {} waits for the chain but is gone."),
    ):
        found = database.one(query)
        if found:
            raise Broken(kind, words.format(found[0]), row=found[0], sequence=None)
    if rows != entries + pending:
        found = database.one(NEITHER)
        row = found[0] if found else None
        raise Broken(
            "row_inserted",
            f"The row {row} is neither in the chain nor waiting for it.",
            row=row,
            sequence=None,
        )


def verify(address: str, home: Path, folder: Path, pinned: str, progress: bool) -> dict[str, Any]:
    """Verify the whole trail and give the report. Raises Unreadable when there is none to read."""
    began = time.monotonic()
    # Checkpoints first: what is signed now must be found in any later view of the database.
    checkpoints = Checkpoints(folder, pinned)
    try:
        database = Database(address, home)
    except (sqlite3.Error, psycopg.Error) as error:
        raise Unreadable(f"The database cannot be read: {type(error).__name__}.") from error
    report: dict[str, Any] = {"ok": True}
    try:
        rows, entries, pending = database.one(COUNTS)
        report |= {"entries": entries, "rows": rows, "pending": pending}
        try:
            points = iter(checkpoints)
            with closing(database.entries()) as chunks:
                report["unsigned"] = check_chain(chunks, points, entries if progress else 0)
            check_rows(database, rows, entries, pending)
        except Broken as broken:
            report |= {"ok": False, "problem": broken.problem}
    except (sqlite3.Error, psycopg.Error) as error:
        raise Unreadable(f"The database cannot be read: {type(error).__name__}.") from error
    finally:
        database.connection.close()
    seconds = time.monotonic() - began
    return report | {
        "checkpoints": checkpoints.seen,
        "torn_line": checkpoints.torn,
        "key_pinned": bool(pinned),
        "entries_per_second": round(report["entries"] / seconds) if seconds else 0,
        "seconds": round(seconds, 3),
    }


def main(argv: list[str]) -> int:
    """Run `shouwen audit verify`: one JSON line; 0 whole, 1 damaged, 2 cannot be read."""
    parser = argparse.ArgumentParser(
        prog="shouwen audit verify",
        description="Verify the audit trail against its signed checkpoints.",
    )
    default_home = os.environ.get("SHOUWEN_HOME") or str(
        Path(__file__).resolve().parents[3] / "var"
    )
    parser.add_argument("--home", type=Path, default=Path(default_home), help="the home folder")
    parser.add_argument(
        "--database",
        default=os.environ.get("DATABASE_URL", ""),
        help="a SQLite file or a postgresql:// address (default: DATABASE_URL, then the home)",
    )
    parser.add_argument(
        "--checkpoints", type=Path, help="a folder of checkpoints kept elsewhere (default: home)"
    )
    parser.add_argument(
        "--public-key", default="", help="the signer's public key in hex, if you noted it before"
    )
    options = parser.parse_args(argv)
    folder = options.checkpoints or options.home / "checkpoints"
    progress = sys.stderr.isatty()
    try:
        report = verify(options.database, options.home, folder, options.public_key, progress)
        status = OK if report["ok"] else BROKEN
    except (Unreadable, OSError) as error:
        report = {"ok": False, "problem": {"kind": "unreadable", "words": str(error)}}
        status = UNREADABLE
    if progress:
        sys.stderr.write("\r\x1b[K")
    sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
