"""What proves that a complainant was told, medium by medium, and when nobody could be reached."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shouwen.ground.kernel.time import SHANGHAI, day_of

ONE_MINUTE = timedelta(minutes=1)


class Medium(StrEnum):
    """How the complainant was told (CG-3.3-01, CG-3.3-02)."""

    PHONE = "PHONE"
    SMS = "SMS"
    EMAIL = "EMAIL"
    LETTER = "LETTER"
    HANDED = "HANDED"
    CHAT = "CHAT"
    PORTAL = "PORTAL"


class Wrong(StrEnum):
    """What is the matter with one field of a proof."""

    MISSING = "missing"
    AHEAD = "ahead"
    BEFORE = "before"
    OWN = "own"
    OTHER_DAY = "other day"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is said to show it. `told_at` or, for a letter, `posted_on`; none means just now.

    `receiver` signed, or is the number or address; `reference` is the registered letter's number;
    `said` is what was said on the telephone.
    """

    medium: str
    told_at: datetime | None = None
    posted_on: date | None = None
    receiver: str = ""
    reference: str = ""
    said: str = ""


# What each medium's proof must hold beside its moment; the portal's is the attempts before it.
NEEDS: Mapping[str, tuple[str, ...]] = {
    Medium.PHONE: ("said",),
    Medium.SMS: ("receiver",),
    Medium.EMAIL: ("receiver",),
    Medium.LETTER: ("reference", "posted_on"),
    Medium.HANDED: ("receiver",),
    Medium.CHAT: (),
    Medium.PORTAL: (),
}
# Here the system itself does the telling, so that it happens now and at no other moment.
BY_ITSELF = frozenset({Medium.CHAT, Medium.PORTAL})


def instant(proof: Proof, *, issued_at: datetime, at: datetime) -> datetime:
    """Give the moment a proof stands for; `at` is when it is recorded.

    A letter's day counts whole: its proof says no hour, so the clock stops at the end of that day,
    or now where that has not come. Forms know minutes only, so a moment in the minute in which the
    notice was issued is that of the notice. What the system tells by itself is told now.
    """
    if proof.medium in BY_ITSELF:
        return at
    if proof.medium == Medium.LETTER and proof.posted_on is not None:
        end = datetime.combine(proof.posted_on, datetime.min.time(), SHANGHAI) + timedelta(days=1)
        return min(end, at) if proof.posted_on <= day_of(at) else end
    told = proof.told_at or at
    return max(told, issued_at) if told > issued_at - ONE_MINUTE else told


def wrong(proof: Proof, *, issued_at: datetime, at: datetime) -> dict[str, Wrong]:
    """Give what is the matter with a proof, by field; nothing where it is valid.

    It holds what its medium needs, lies not in the future, and not before the notice it proves; no
    moment is said where the system itself does the telling.
    """
    found = {
        field: Wrong.MISSING
        for field in NEEDS[proof.medium]
        if not str(getattr(proof, field) or "").strip()
    }
    when = "posted_on" if proof.medium == Medium.LETTER else "told_at"
    if when not in found:
        told = instant(proof, issued_at=issued_at, at=at)
        if told > at:
            found[when] = Wrong.AHEAD
        elif told < issued_at:
            found[when] = Wrong.BEFORE
        elif proof.medium in BY_ITSELF and proof.told_at is not None:
            found[when] = Wrong.OWN
    return found


def wrong_try(tried_at: datetime, *, issued_at: datetime, at: datetime) -> Wrong | None:
    """Give what is the matter with an attempt's moment, recorded at `at`; None where it is valid.

    It is recorded on the day on which it was made (Shanghai), so that nobody makes up days later.
    """
    if tried_at > at:
        return Wrong.AHEAD
    if tried_at < issued_at - ONE_MINUTE:
        return Wrong.BEFORE
    return None if day_of(tried_at) == day_of(at) else Wrong.OTHER_DAY


def is_tried_enough(days: Collection[date], *, times: int, different: int) -> bool:
    """Whether nobody could be reached: so many attempts, on so many different days."""
    return len(days) >= times and len(set(days)) >= different
