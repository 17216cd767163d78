"""A limit on guesses that holds when two hundred come at once.

A guess is taken *before* the secret is looked at, by one conditional update: the row count, not
an earlier read, says whether it was still free. Nothing here raises a limit by reading first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from shouwen.people.staff.models import GuessCount, Person

COOL_OFF_MINUTES = 30
# One name from one address; a person's own typing mistakes.
GUESSES_PER_NAME_AND_SOURCE = 5
# One name from anywhere; higher, so that a stranger cannot easily shut a person out.
GUESSES_PER_NAME = 15
# One-time codes and recovery codes of one person, after the right password.
GUESSES_PER_FACTOR = 5


@dataclass(frozen=True, slots=True)
class Lock:
    """What is being guessed at: `kind` and `detail` tell the locks of one name apart."""

    kind: str
    username: str
    detail: str
    limit: int

    @property
    def key_digest(self) -> str:
        """The keyed digest this lock is kept under."""
        return _digest(f"{self.kind}\x1f{_folded(self.username)}\x1f{self.detail}")

    @property
    def name_digest(self) -> str:
        """The keyed digest of the name alone, by which all its locks are found."""
        return _digest(_folded(self.username))


def _folded(username: str) -> str:
    return username.strip().casefold()


def _digest(text: str) -> str:
    return salted_hmac("shouwen.staff.guesses", text, algorithm="sha256").hexdigest()


def name_and_source(username: str, source: str) -> Lock:
    """Name the lock of one username tried from one address."""
    return Lock("source", username, source, GUESSES_PER_NAME_AND_SOURCE)


def name_alone(username: str) -> Lock:
    """Name the lock of one username tried from anywhere."""
    return Lock("name", username, "", GUESSES_PER_NAME)


def factor_of(person: Person) -> Lock:
    """Name the lock of a person's codes."""
    return Lock("factor", person.username, "", GUESSES_PER_FACTOR)


def take(lock: Lock, *, at: datetime) -> bool:
    """Take one guess at a lock, if fewer than its limit were taken; False means wait 30 minutes.

    The 30 minutes count from the last guess taken; refused ones do not prolong them.
    """
    rows = GuessCount.objects.filter(key_digest=lock.key_digest)
    over = at - timedelta(minutes=COOL_OFF_MINUTES)
    if rows.filter(window_began_at__lte=over).update(guesses=1, window_began_at=at):
        return True
    free = rows.filter(guesses__lt=lock.limit)
    if free.update(guesses=F("guesses") + 1, window_began_at=at):
        return True
    if rows.exists():
        return False
    try:
        with transaction.atomic():
            GuessCount.objects.create(
                key_digest=lock.key_digest,
                name_digest=lock.name_digest,
                guesses=1,
                window_began_at=at,
            )
    except IntegrityError:
        # Another guess made the row meanwhile.
        return bool(free.update(guesses=F("guesses") + 1, window_began_at=at))
    return True


def is_shut(lock: Lock, *, at: datetime) -> bool:
    """Whether no guess is free now; only `take` decides, this is for telling people."""
    since = at - timedelta(minutes=COOL_OFF_MINUTES)
    return GuessCount.objects.filter(
        key_digest=lock.key_digest, guesses__gte=lock.limit, window_began_at__gt=since
    ).exists()


def forget(*locks: Lock) -> None:
    """Open these locks again, after the right secret was given."""
    GuessCount.objects.filter(key_digest__in=[lock.key_digest for lock in locks]).delete()


def forget_all_of(person: Person) -> None:
    """Open every lock of a person, after an administrator has given them a new secret."""
    lock = name_alone(person.username)
    GuessCount.objects.filter(name_digest=lock.name_digest).delete()


def sweep(at: datetime) -> int:
    """Drop windows that are over."""
    over = at - timedelta(minutes=COOL_OFF_MINUTES)
    dropped, _by_model = GuessCount.objects.filter(window_began_at__lte=over).delete()
    return dropped
