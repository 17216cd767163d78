"""What is plugged into the ports until something better is: disk, EICAR check, no assistant."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

from django.conf import settings

from shouwen.contact.conversations import ports
from shouwen.contact.conversations.ports import (
    Answered,
    FileStore,
    FirstHearer,
    HandOver,
    Scanner,
    Verdict,
)

KEY_PATTERN = re.compile(r"^[a-z2-7]{26}$")
# The harmless test file every scanner knows, in two halves so that none reports this source.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class NoAssistant:
    """Hands every contact to a person at once."""

    def hear(self, contact_ref: str, message_ref: str, at: datetime) -> Answered | HandOver:
        """Hand over, since there is no assistant."""
        return HandOver(ports.NO_ASSISTANT)


class BuiltInScanner:
    """Knows the EICAR test file and nothing else; content types are checked before it."""

    def scan(self, data: bytes) -> Verdict:
        """Refuse bytes that hold the test signature anywhere."""
        return Verdict(False, "Eicar-Test-Signature") if EICAR in data else Verdict(True)


class DiskStore:
    """Files under one folder, spread over subfolders by the first two letters of the key."""

    def __init__(self, root: Path) -> None:
        """Take the folder; it is made at the first file."""
        self.root = root

    def _path(self, key: str) -> Path:
        if not KEY_PATTERN.match(key):
            raise ValueError("Not a storage key")
        return self.root / key[:2] / key

    def put(self, key: str, data: bytes) -> None:
        """Write beside, sync and rename, so that a kill leaves a whole file or none."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_suffix(".part")
        with beside.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def get(self, key: str) -> bytes:
        """Read a file whole. Raises FileNotFoundError."""
        return self._path(key).read_bytes()

    def drop(self, key: str) -> None:
        """Remove a file, if it is there."""
        self._path(key).unlink(missing_ok=True)


def first_hearer() -> FirstHearer:
    """Give the assistant that is plugged in, or the one that hands over."""
    return ports.plugged.first_hearer or NoAssistant()


def scanner() -> Scanner:
    """Give the scanner that is plugged in, or the built-in one."""
    return ports.plugged.scanner or BuiltInScanner()


def file_store() -> FileStore:
    """Give the store that is plugged in, or the disk under `FILES_ROOT`."""
    return ports.plugged.file_store or DiskStore(Path(settings.FILES_ROOT))
