"""The days and months that the ledger draws, and the shares it tells of a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# As many as a small line shows: a week and the same day of the week before with it; half a year.
DAYS, MONTHS = 9, 6
WEEK = 7


def days_until(last: date) -> tuple[date, ...]:
    """Give the days to draw, the oldest first."""
    return tuple(last - timedelta(days=back) for back in range(DAYS - 1, -1, -1))


def months_until(last: date) -> tuple[date, ...]:
    """Give the first days of the months to draw, the oldest first."""
    months = [last.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return tuple(reversed(months))


@dataclass(frozen=True, slots=True)
class Month:
    """What became of the complaints received in a month, as the report counts them (HB-6.2-06)."""

    first: date
    received: int = 0
    withdrawn: int = 0
    resolved: int = 0
    repeats: int = 0

    @property
    def resolved_share(self) -> float | None:
        """Handled ÷ received and not withdrawn; None where there is nothing to divide by."""
        of = self.received - self.withdrawn
        return self.resolved / of if of else None

    @property
    def repeated_share(self) -> float | None:
        """Repeats ÷ received; None where nothing was received."""
        return self.repeats / self.received if self.received else None


@dataclass(frozen=True, slots=True)
class Trend:
    """How many were in hand at the end of each day, and each month's shares; the oldest first."""

    in_hand: tuple[int, ...]
    months: tuple[Month, ...]

    @property
    def month(self) -> Month:
        """The month that runs."""
        return self.months[-1]

    @property
    def since_last_week(self) -> float | None:
        """By what part more or fewer are in hand than a week ago; None where none were then."""
        now, then = self.in_hand[-1], self.in_hand[-1 - WEEK]
        return (now - then) / then if then else None
