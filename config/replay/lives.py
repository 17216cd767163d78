"""What becomes of each complaint of a replay: who does what, and how long after the step before.

The times are the trial's, not the machine's. Whoever goes through `PLAIN` is in time everywhere;
the others each show one way in which a complaint may go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Who(StrEnum):
    """Who takes a step: one of the three posts, a senior, a judge above, or the complainant."""

    ACCEPTOR = "acceptor"
    HANDLER = "handler"
    SUPERVISOR = "supervisor"
    SENIOR = "senior"
    JUDGE = "judge"
    COMPLAINANT = "complainant"


class Life(StrEnum):
    """The ways in which complaints of a replay go."""

    PLAIN = "plain"
    LATE = "late"
    OBJECTED = "objected"
    WITHDRAWN = "withdrawn"
    EXTENDED = "extended"
    FIRST = "first"
    REPEAT = "repeat"
    UNREACHED = "unreached"
    APPEALED = "appealed"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the act, whose it is, and how long after the one before."""

    act: str
    who: Who
    after: timedelta


def _step(act: str, who: Who, *, minutes: float = 10, days: float = 0) -> Step:
    return Step(act, who, timedelta(days=days, minutes=minutes))


BEGINNING = (
    _step("accept", Who.ACCEPTOR),
    _step("identify", Who.ACCEPTOR),
    _step("classify", Who.ACCEPTOR),
    _step("grade", Who.ACCEPTOR),
    _step("respond", Who.ACCEPTOR),
    _step("assign", Who.ACCEPTOR),
    _step("start", Who.HANDLER),
)
FINDING = (
    _step("analyse", Who.HANDLER, minutes=60),
    _step("responsibility", Who.HANDLER, minutes=30),
)
SETTLING = (
    _step("plan", Who.HANDLER, minutes=30),
    _step("resolve", Who.HANDLER, minutes=60),
    _step("notice", Who.HANDLER, minutes=20),
    _step("feedback", Who.HANDLER, minutes=20),
)
AGREEING = (
    _step("open", Who.COMPLAINANT, minutes=60),
    _step("confirm", Who.COMPLAINANT, minutes=5),
    _step("rate", Who.COMPLAINANT, minutes=5),
)
ENDING = (
    _step("callback", Who.ACCEPTOR, minutes=60),
    _step("close", Who.SUPERVISOR, minutes=30),
    _step("archive", Who.SUPERVISOR, minutes=30),
)
WHOLE = (*BEGINNING, *FINDING, *SETTLING, *AGREEING, *ENDING)
# Longer than the 15 days of the law.
LATE_DAYS = 20
# Longer than 30 days, and within the 30 more that were approved.
EXTENDED_DAYS = 34
STEPS: dict[Life, tuple[Step, ...]] = {
    Life.PLAIN: WHOLE,
    Life.FIRST: WHOLE,
    Life.REPEAT: WHOLE,
    Life.LATE: (
        *BEGINNING,
        _step("analyse", Who.HANDLER, days=LATE_DAYS),
        FINDING[1],
        *SETTLING,
        *AGREEING,
        *ENDING,
    ),
    Life.OBJECTED: (
        *BEGINNING,
        *FINDING,
        *SETTLING,
        AGREEING[0],
        _step("object", Who.COMPLAINANT, minutes=5),
        *SETTLING,
        *AGREEING,
        *ENDING,
    ),
    # The judge finds otherwise, so it is worked again.
    Life.APPEALED: (
        *BEGINNING,
        *FINDING,
        *SETTLING,
        AGREEING[0],
        _step("appeal", Who.COMPLAINANT, minutes=5),
        _step("appeal-answer", Who.JUDGE, minutes=60),
        *SETTLING,
        *AGREEING,
        *ENDING,
    ),
    # The judge finds the same, and the complainant leaves it at that, still on their open page.
    Life.REVIEWED: (
        *BEGINNING,
        *FINDING,
        *SETTLING,
        AGREEING[0],
        _step("review", Who.COMPLAINANT, minutes=5),
        _step("review-decision", Who.JUDGE, minutes=60),
        *AGREEING[1:],
        *ENDING,
    ),
    # The page on which it was filed stays open for two hours.
    Life.WITHDRAWN: (
        *BEGINNING,
        _step("withdraw", Who.COMPLAINANT),
        _step("close", Who.SUPERVISOR, minutes=30),
        ENDING[2],
    ),
    Life.EXTENDED: (
        *BEGINNING,
        *FINDING,
        SETTLING[0],
        _step("extend", Who.HANDLER, minutes=60),
        _step("approve", Who.SENIOR, minutes=60),
        _step("extension-notice", Who.HANDLER, minutes=60),
        _step("resolve", Who.HANDLER, days=EXTENDED_DAYS),
        *SETTLING[2:],
        *AGREEING,
        *ENDING,
    ),
    # Tried on different days before the complainant's own page counts.
    Life.UNREACHED: (
        *BEGINNING,
        *FINDING,
        *SETTLING[:3],
        *(_step("attempts", Who.HANDLER, days=1) for _try in range(3)),
        _step("feedback", Who.HANDLER, minutes=30),
        *AGREEING,
        *ENDING,
    ),
}
# One round of lives, dealt out in turns; a repeat belongs to the first just before it.
ROUND = (
    Life.PLAIN,
    Life.LATE,
    Life.OBJECTED,
    Life.WITHDRAWN,
    Life.EXTENDED,
    Life.FIRST,
    Life.REPEAT,
    Life.APPEALED,
    Life.UNREACHED,
    Life.REVIEWED,
    Life.LATE,
    Life.PLAIN,
)
# The customer comes back with the same matter.
REPEAT_AFTER = timedelta(days=2)


def life_of(number: int) -> Life:
    """Give the life of the complaint of this number, counted from 0."""
    return ROUND[number % len(ROUND)]
