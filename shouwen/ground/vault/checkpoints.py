"""Signed checkpoints: one line per step of the chain, in files outside the database.

A line that was lost between commit and writing is made up for at the next turn; a line torn by a
crash is cut off, since its step is written again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from shouwen.ground.vault import keyring

alerts = logging.getLogger("shouwen.alerts")

SIGNED = ("at", "count", "head", "key", "previous", "root")
TAIL_BYTES = 4096


def folder() -> Path:
    """Give the folder of the checkpoints, made if missing."""
    path = Path(settings.SHOUWEN_HOME) / "checkpoints"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def canonical(checkpoint: dict[str, Any]) -> bytes:
    """Give the bytes that are signed: JSON of the named parts, sorted, without spaces."""
    signed = {name: checkpoint[name] for name in SIGNED}
    return json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other processes of this machine from writing meanwhile."""
    descriptor = os.open(path / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _last_line(path: Path) -> tuple[bytes, int]:
    """Give the last whole line of a file and where it ends."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - TAIL_BYTES)
        file.seek(start)
        tail = file.read()
    end = tail.rfind(b"\n")
    if end < 0:
        return b"", 0
    line = tail[:end].rsplit(b"\n", 1)[-1]
    return line, start + end + 1


def _last(path: Path) -> tuple[dict[str, Any] | None, Path | None, int]:
    """Find the newest checkpoint, its file, and where its line ends."""
    for file in sorted(path.glob("????-??-??.jsonl"), reverse=True):
        line, end = _last_line(file)
        if line:
            found: dict[str, Any] = json.loads(line)
            return found, file, end
    return None, None, 0


def last() -> dict[str, Any] | None:
    """Give the newest checkpoint, or None before the first."""
    return _last(folder())[0]


def _publish_key(path: Path) -> str:
    provider = keyring.provider()
    key_id = provider.signing_key_id()
    public = path / f"{key_id}.pub"
    if not public.exists():
        public.write_text(provider.public_key().hex() + "\n")
    return key_id


def write(*, count: int, head: str, root: str, at: datetime) -> bool:
    """Sign and append a checkpoint, synced to disk, unless there is one as far; say if written.

    A chain that is shorter than its last checkpoint, or that differs at the same length, is
    reported and gets no checkpoint: signing it would vouch for the damage.
    """
    path = folder()
    with _alone(path):
        previous, file, end = _last(path)
        if previous is not None:
            if previous["count"] == count and previous["head"] == head:
                return False
            if previous["count"] >= count:
                alerts.critical(
                    "audit chain at %s is behind its checkpoint at %s", count, previous["count"]
                )
                return False
            if file is not None and file.stat().st_size > end:
                alerts.warning("a torn checkpoint line was cut off")
                os.truncate(file, end)
        provider = keyring.provider()
        checkpoint: dict[str, Any] = {
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "count": count,
            "head": head,
            "key": _publish_key(path),
            "previous": hashlib.sha256(canonical(previous)).hexdigest() if previous else "",
            "root": root,
        }
        checkpoint["signature"] = provider.sign(canonical(checkpoint)).hex()
        line = json.dumps(checkpoint, sort_keys=True, separators=(",", ":")) + "\n"
        day = f"{at.astimezone(UTC):%Y-%m-%d}.jsonl"
        # A clock set back must not put a newer line into an older file.
        target = path / (max(day, file.name) if file is not None else day)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return True
