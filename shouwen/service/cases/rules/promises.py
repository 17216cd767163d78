"""By when the customer was told they hear the result: the present promise and the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

PROMISE = "promise"
CLAUSE = "HB-2.2-05"
BETWEEN = "/"


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise as the case's story keeps it; `before` is None for a first one."""

    before: datetime | None
    until: datetime

    def written(self) -> str:
        """Write it into an entry; both moments in UTC, the earlier promise first."""
        return BETWEEN.join((plain(self.before), plain(self.until)))


def plain(moment: datetime | None) -> str:
    """Write a moment for programs; empty for none."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def read(written: str) -> Promised:
    """Read a promise back out of an entry."""
    before, _between, until = written.partition(BETWEEN)
    return Promised(
        datetime.fromisoformat(before) if before else None, datetime.fromisoformat(until)
    )


def is_new(before: datetime | None, until: datetime) -> bool:
    """Whether a promise says anything new; forms know minutes alone."""
    return before is None or _minute(before) != _minute(until)


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
