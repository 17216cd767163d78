"""The reference providers of holdings: a table the core system writes, or its own address.

Both mask while they read, so that no whole account number goes any further.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.cache import cache

from shouwen.ground.kernel import egress
from shouwen.people.customers.ports import HoldingsAway
from shouwen.people.customers.rules.holdings import Holding, holdings_from

SECONDS = 3.0
# A dead provider is left in peace for a while, so that it binds no page's worker again and again.
REST_SECONDS = 15
OK = 200
MOST_BYTES = 64 * 1024 * 1024


class HoldingsFile:
    """Reads a CSV or JSON table that the core system writes anew whole, say each night.

    Columns: institution, number (the customer's), kind, name, account, state, opened_on.
    """

    def __init__(self, path: Path) -> None:
        """Take the path; `.json` is read as a list of objects, anything else as CSV."""
        self.path = path
        self._kept: tuple[tuple[int, int], dict[tuple[str, str], list[Mapping[str, Any]]]] | None
        self._kept = None

    def holdings_of(self, institution: str, number: str) -> Sequence[Holding]:
        """Give one customer's products. Raises HoldingsAway when the table cannot be read."""
        try:
            return holdings_from(self._rows().get((institution, number), []))
        except (OSError, ValueError, csv.Error) as error:
            raise HoldingsAway from error

    def _rows(self) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
        """Read the table, anew only when it was written since."""
        told = self.path.stat()
        mark = (told.st_mtime_ns, told.st_size)
        kept = self._kept
        if kept is not None and kept[0] == mark:
            return kept[1]
        if told.st_size > MOST_BYTES:
            raise ValueError("The table is too large")
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            rows = json.load(file) if self.path.suffix == ".json" else list(csv.DictReader(file))
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise ValueError("Not a table")  # bad data, not a bad call
        found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for row in rows:
            key = (str(row.get("institution", "")), str(row.get("number", "")))
            found.setdefault(key, []).append(row)
        self._kept = (mark, found)
        return found


class HoldingsService:
    """Asks an address of the core system, one customer at a time, and waits three seconds.

    Posts `{"institution": …, "number": …}` and reads `{"holdings": [{kind, name, account, state,
    opened_on}]}`. Numbers travel in the body, since addresses are kept in logs.
    """

    def __init__(self, address: str, token: str = "") -> None:
        """Take the address and the token it wants, if it wants one."""
        self.address = address
        self.token = token

    def holdings_of(self, institution: str, number: str) -> Sequence[Holding]:
        """Give one customer's products. Raises HoldingsAway for no answer, or none of this form."""
        if cache.get(self._resting):
            raise HoldingsAway
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = json.dumps({"institution": institution, "number": number}).encode()
        try:
            answer = egress.post(self.address, body, headers, seconds=SECONDS)
            if answer.status != OK:
                raise ValueError(f"The core system answered {answer.status}")
            return holdings_from(json.loads(answer.beginning)["holdings"])
        except egress.NotSent as error:
            cache.set(self._resting, True, REST_SECONDS)
            raise HoldingsAway from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise HoldingsAway from error

    @property
    def _resting(self) -> str:
        return "customers.holdings.resting"


def provider(named: str, token: str = "") -> HoldingsFile | HoldingsService | None:
    """Give the provider that a setting names: an `http(s)` address, a path, or none."""
    if named.startswith(("https://", "http://")):
        return HoldingsService(named, token)
    return HoldingsFile(Path(named)) if named else None
