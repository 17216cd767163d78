"""Pure arithmetic of indicators: quarter hours, days, and shares that admit having no data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shouwen.ground.kernel.time import SHANGHAI

INTERVAL_MINUTES = 15


def quarter_of(at: datetime) -> datetime:
    """Give the start of the quarter hour that holds `at`."""
    return at.replace(minute=at.minute - at.minute % INTERVAL_MINUTES, second=0, microsecond=0)


def hour_of(at: datetime) -> datetime:
    """Give the start of the hour that holds `at`."""
    return at.replace(minute=0, second=0, microsecond=0)


def day_start(at: datetime) -> datetime:
    """Give midnight in Shanghai before `at`."""
    local = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return local.astimezone(at.tzinfo)


def month_start(at: datetime) -> datetime:
    """Give midnight in Shanghai on the first of the month that holds `at`."""
    local = at.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return local.astimezone(at.tzinfo)


def next_month(at: datetime) -> datetime:
    """Give midnight in Shanghai on the first of the month after the one that holds `at`."""
    return month_start(month_start(at) + timedelta(days=32))


def days_before(at: datetime, days: int) -> datetime:
    """Give midnight in Shanghai `days` days before the day of `at`."""
    local = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return (local - timedelta(days=days)).astimezone(at.tzinfo)


def share(part: float, whole: float) -> float | None:
    """Give part / whole, or None where nothing was counted: no data is not 100%."""
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over some roll-ups, and the indicators that follow from them."""

    queued: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    wait_seconds: float = 0.0
    replied: int = 0
    reply_seconds: float = 0.0
    ended: int = 0
    handle_seconds: float = 0.0
    solved_at_once: int = 0
    wrapped_up: int = 0
    wrap_up_seconds: float = 0.0
    cases_opened: int = 0
    cases_closed: int = 0
    cases_objected: int = 0
    open_seconds: float = 0.0
    effort_seconds: float = 0.0
    dispatched: int = 0
    dispatched_once: int = 0
    records_checked: int = 0
    records_complete: int = 0
    rated: int = 0
    satisfied: int = 0
    score_5: int = 0
    score_4: int = 0
    score_3: int = 0
    score_low: int = 0
    score_sum: int = 0
    clocks_met: int = 0
    clocks_breached: int = 0
    nonvoice_met: int = 0
    nonvoice_late: int = 0
    feedback_met: int = 0
    feedback_late: int = 0
    held_percent: int = 0
    accountable_percent: int = 0
    classified: int = 0

    @property
    def connect_rate(self) -> float | None:
        """接通率: answered by a person of those routed to one whose fate is known (SN-17-01)."""
        return share(self.answered, self.answered + self.abandoned)

    @property
    def service_level(self) -> float | None:
        """服务水平: answered within the queue's X seconds of all with a known fate (SN-17-02)."""
        return share(self.answered_in_time, self.answered + self.abandoned)

    @property
    def abandon_rate(self) -> float | None:
        """放弃率: gave up waiting, of all with a known fate."""
        return share(self.abandoned, self.answered + self.abandoned)

    @property
    def first_contact_resolution(self) -> float | None:
        """一次问题解决率: solved within the contact itself, of those handled (SN-17-03)."""
        return share(self.solved_at_once, self.ended)

    @property
    def satisfaction_rate(self) -> float | None:
        """客户满意率: satisfied of surveyed customers (SN-21-01)."""
        return share(self.satisfied, self.rated)

    @property
    def average_wait_seconds(self) -> float | None:
        """Mean seconds in the queue of those answered."""
        return share(self.wait_seconds, self.answered)

    @property
    def average_reply_seconds(self) -> float | None:
        """Mean seconds from the queue to the first words of a person."""
        return share(self.reply_seconds, self.replied)

    @property
    def average_handle_seconds(self) -> float | None:
        """Mean seconds from the answer to the end."""
        return share(self.handle_seconds, self.ended)
