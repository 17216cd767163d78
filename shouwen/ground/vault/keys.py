"""Data keys: one per subject, made at first use, kept in memory for a minute, destroyed at will."""

from __future__ import annotations

import threading
import time as monotonic_time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Problem
from shouwen.ground.vault import ciphers, keyring
from shouwen.ground.vault.models import DataKey

KEPT_KEYS = 20_000
# A key destroyed by another process stays usable here no longer than this.
KEPT_SECONDS = 60.0
WANTED_AT_MOST = 500


class KeyDestroyed(Problem):
    """The subject was erased: its key is gone, and so is everything sealed with it."""

    status = 410
    message = _("This personal data was erased and cannot be shown again.")


@dataclass(frozen=True, slots=True)
class OpenKey:
    """An unwrapped data key; `plain` is None when the key was destroyed."""

    id: int
    subject: str
    plain: bytes | None

    def secret(self) -> bytes:
        """Give the key itself. Raises KeyDestroyed."""
        if self.plain is None:
            raise KeyDestroyed
        return self.plain

    def __repr__(self) -> str:
        """Name the key without showing it."""
        return f"<OpenKey {self.id}>"


class _Cache:
    """Committed keys of this process, by id and by subject, the longest unused leaving first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_id: OrderedDict[int, tuple[float, OpenKey]] = OrderedDict()
        self._id_of: dict[str, int] = {}

    def by_id(self, key_id: int) -> OpenKey | None:
        with self._lock:
            kept = self._by_id.get(key_id)
            if kept is None or kept[0] < monotonic_time.monotonic():
                return None
            self._by_id.move_to_end(key_id)
            return kept[1]

    def by_subject(self, subject: str) -> OpenKey | None:
        key_id = self._id_of.get(subject)
        return self.by_id(key_id) if key_id is not None else None

    def put(self, key: OpenKey) -> None:
        with self._lock:
            self._by_id[key.id] = (monotonic_time.monotonic() + KEPT_SECONDS, key)
            self._by_id.move_to_end(key.id)
            self._id_of[key.subject] = key.id
            while len(self._by_id) > KEPT_KEYS:
                _id, (_until, old) = self._by_id.popitem(last=False)
                self._id_of.pop(old.subject, None)

    def drop(self, key: OpenKey) -> None:
        with self._lock:
            self._by_id.pop(key.id, None)
            self._id_of.pop(key.subject, None)

    def clear(self) -> None:
        with self._lock:
            self._by_id.clear()
            self._id_of.clear()


@dataclass(slots=True)
class _Passing:
    """Keys seen inside the thread's present transaction, which may yet be rolled back."""

    mark: object = None
    by_id: dict[int, OpenKey] = field(default_factory=dict)
    by_subject: dict[str, OpenKey] = field(default_factory=dict)


class _Thread(threading.local):
    def __init__(self) -> None:
        self.passing = _Passing()
        self.wanted: OrderedDict[int, None] = OrderedDict()


_cache = _Cache()
_thread = _Thread()


def _context(subject: str) -> bytes:
    return f"data key\x1f{subject}".encode()


def _passing() -> _Passing:
    # Django replaces this list at every commit and roll-back, of a savepoint too: while it is the
    # same list, what was read in this transaction still holds.
    mark = connection.run_on_commit
    if _thread.passing.mark is not mark:
        _thread.passing = _Passing(mark)
    return _thread.passing


def _keep(key: OpenKey) -> None:
    if not connection.in_atomic_block:
        _cache.put(key)
        return
    here = _passing()
    here.by_id[key.id] = key
    here.by_subject[key.subject] = key


def _keep_committed(key: OpenKey) -> None:
    # A key whose row is not committed must never be used by another transaction.
    if not connection.in_atomic_block:
        _cache.put(key)


def _opened(row: DataKey) -> OpenKey:
    plain = None
    if row.wrapped is not None:
        plain = keyring.provider().unwrap(
            row.kek_version, bytes(row.wrapped), _context(row.subject)
        )
    return OpenKey(row.pk, row.subject, plain)


def want(key_id: int) -> None:
    """Note that a row just loaded may need this key, so that many are fetched in one query."""
    wanted = _thread.wanted
    if key_id in wanted or _cache.by_id(key_id) is not None:
        return
    wanted[key_id] = None
    while len(wanted) > WANTED_AT_MOST:
        wanted.popitem(last=False)


def by_id(key_id: int, *, fresh: bool = False) -> OpenKey | None:
    """Give the key of this id, or None when there is none; `fresh` reads past the memory.

    Keys wanted by rows of the same thread come with it in the same query.
    """
    if not fresh:
        inside = connection.in_atomic_block
        known = (_passing().by_id.get(key_id) if inside else None) or _cache.by_id(key_id)
        if known is not None:
            return known
    ids = {key_id, *_thread.wanted}
    _thread.wanted.clear()
    found: OpenKey | None = None
    for row in DataKey.objects.filter(pk__in=ids).order_by("pk"):
        try:
            key = _opened(row)
        except keyring.KeyBroken:
            continue
        _keep(key)
        if key.id == key_id:
            found = key
    return found


def for_subject(subject: str) -> OpenKey:
    """Give the subject's key, made now if it is the first. Raises KeyDestroyed after erasure."""
    if connection.in_atomic_block:
        known = _passing().by_subject.get(subject) or _cache.by_subject(subject)
    else:
        known = _cache.by_subject(subject)
    if known is not None:
        known.secret()
        return known
    row = DataKey.objects.filter(subject=subject).first() or _make(subject)
    key = _opened(row)
    key.secret()
    _keep(key)
    if connection.in_atomic_block:
        transaction.on_commit(lambda: _keep_committed(key))
    return key


def _make(subject: str) -> DataKey:
    version, wrapped = keyring.provider().wrap(ciphers.new_key(), _context(subject))
    row = DataKey(subject=subject, wrapped=wrapped, kek_version=version, created_at=time.now())
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Another was first: everybody uses theirs.
        return DataKey.objects.get(subject=subject)
    return row


def rewrapped(row: DataKey) -> tuple[int, bytes]:
    """Wrap a row's key with the current key-encryption key. Raises KeyBroken, KeyDestroyed."""
    return keyring.provider().wrap(_opened(row).secret(), _context(row.subject))


def forget_cached(**_signal: Any) -> None:
    """Empty this process's memory of keys: after a restore, an erasure, or an emptied database."""
    _cache.clear()
    _thread.passing = _Passing()
    _thread.wanted.clear()
