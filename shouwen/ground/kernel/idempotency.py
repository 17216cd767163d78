"""A write that comes from outside has its effect once, however often it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kernel.models import IdempotencyKey

KEPT_HOURS = 48
KEY_MAX_CHARACTERS = 128


class KeyReused(Conflict):
    """The same key came with another body: one of the two is a mistake."""

    message = _("This idempotency key was used for another request. Send a new key.")


class StillRunning(Conflict):
    """The first request with this key has not finished."""

    message = _("The first request with this key is still running. Ask again in a moment.")


@dataclass(slots=True)
class Slot:
    """One key's place. `reference` is set when the effect has happened already."""

    row: IdempotencyKey
    reference: str

    def finish(self, reference: str) -> None:
        """Remember what the effect made, in the effect's own transaction."""
        self.row.reference = reference
        self.row.save(update_fields=["reference"])


def digest(body: bytes | str | dict[str, Any]) -> str:
    """Give the SHA-256 of a body; a dict counts by its values, not by the order of its keys."""
    if isinstance(body, dict):
        body = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
    raw = body.encode() if isinstance(body, str) else body
    return hashlib.sha256(raw).hexdigest()


@contextmanager
def once(
    scope: str, key: str, body: bytes | str | dict[str, Any], *, at: datetime
) -> Iterator[Slot]:
    """Hold a key's place for the length of one transaction, opened here.

    `slot.reference` says what an earlier request made; when it is empty, do the work and call
    `slot.finish(reference)`. Keys are kept 48 hours. Raises KeyReused for another body under the
    same key, Invalid for a key that is empty or too long.
    """
    if not key or len(key) > KEY_MAX_CHARACTERS:
        raise Invalid(fields={"Idempotency-Key": _("Send 1 to 128 characters.")})
    wanted = digest(body)
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = IdempotencyKey.objects.create(
                    scope=scope, key=key, body_digest=wanted, created_at=at
                )
        except IntegrityError:
            row = IdempotencyKey.objects.get(scope=scope, key=key)
            if row.body_digest != wanted:
                raise KeyReused from None
            if not row.reference:
                raise StillRunning from None
        yield Slot(row, row.reference)


def do_once(
    scope: str,
    key: str,
    body: bytes | str | dict[str, Any],
    work: Callable[[], str],
    *,
    at: datetime,
) -> str:
    """Do the work once for each key and give its reference, also to a repeat.

    Without a key the work is done each time. Raises what `once` raises, and what the work raises.
    """
    if not key:
        return work()
    with once(scope, key, body, at=at) as slot:
        if not slot.reference:
            slot.finish(work())
        return slot.reference or slot.row.reference


def forget_old_keys(at: datetime) -> int:
    """Drop keys past their 48 hours; a repeat that late is a new request."""
    oldest = at - timedelta(hours=KEPT_HOURS)
    dropped, _by_model = IdempotencyKey.objects.filter(created_at__lt=oldest).delete()
    return dropped
