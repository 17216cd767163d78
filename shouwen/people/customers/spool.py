"""The reference letterbox: messages as files in a folder, for a gateway's own program to fetch.

Each file is one message in JSON, readable to the centre's user alone. What no program has fetched
within an hour is removed, since a code that lies about is worth nothing to its owner.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from shouwen.ground.kernel import time
from shouwen.people.customers.ports import LetterboxAway

KEPT_HOURS = 1


@dataclass(frozen=True, slots=True)
class Posted:
    """One message as it lies in the folder."""

    kind: str
    address: str
    words: str
    at: datetime


class SpoolFolder:
    """Writes each message as one file; a second one under the same key replaces the first."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made at the first message."""
        self.folder = folder

    def post(self, kind: str, address: str, words: str, *, key: str, subject: str = "") -> None:
        """Write the message whole or not at all. Raises LetterboxAway when the disk refuses."""
        at = time.now()
        message = {
            "kind": kind,
            "address": address,
            "subject": subject,
            "words": words,
            "at": at.isoformat(),
        }
        beside = self.folder / f"{key}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._tidy(at)
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(message, file, ensure_ascii=False)
            beside.replace(self.folder / f"{key}.json")
        except OSError as error:
            raise LetterboxAway("folder") from error

    def waiting(self) -> list[Posted]:
        """Give the messages in the folder, newest first."""
        found = [self._read(path) for path in self.folder.glob("*.json")]
        return sorted((one for one in found if one), key=lambda one: one.at, reverse=True)

    def _read(self, path: Path) -> Posted | None:
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            # Fetched, or being replaced, at this very moment.
            return None
        at = datetime.fromisoformat(kept["at"])
        return Posted(kept["kind"], kept["address"], kept["words"], at)

    def _tidy(self, at: datetime) -> None:
        oldest = (at - timedelta(hours=KEPT_HOURS)).timestamp()
        for path in self.folder.glob("*.json"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
