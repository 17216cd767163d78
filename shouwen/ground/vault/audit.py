"""The trail: what was done and looked at, written in the transaction that does it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import models, transaction

from shouwen.ground.kernel import wake
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import masking
from shouwen.ground.vault.models import AuditPending, AuditRow

Value = str | int | bool | None
ObjectOrRef = models.Model | tuple[str, str] | None

PURPOSE_CHARACTERS = 200
FIELDS_CHARACTERS = 400
ACT_PATTERN = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z0-9_\-]+)+$")
# Control characters keep the parts of a row apart in its hash, so none may stand inside a part.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _clean(text: str, at_most: int) -> str:
    # Half a character (a lone surrogate from JSON) cannot be stored either.
    return _CONTROL.sub(" ", text).encode(errors="replace").decode()[:at_most]


def _free(text: str, at_most: int) -> str:
    return masking.redact(_clean(text, at_most))[:at_most]


def _detail(values: Mapping[str, Value]) -> str:
    if not values:
        return ""
    plain: dict[str, Value] = {}
    for key, value in values.items():
        if not isinstance(value, str | int | bool) and value is not None:
            raise TypeError(f"Audit detail holds plain values, not {type(value).__name__}: {key}")
        plain[key] = _free(value, 1000) if isinstance(value, str) else value
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def name_of(thing: ObjectOrRef) -> tuple[str, str]:
    """Give kind and public id of what an act was about."""
    if thing is None:
        return "", ""
    if isinstance(thing, tuple):
        return thing
    return thing._meta.label_lower, str(thing.public_id)  # type: ignore[attr-defined]  # every audited row has one


def changes(before: Mapping[str, Value] | None, after: Mapping[str, Value]) -> dict[str, Value]:
    """Say field by field what differs: what it is now, and what it was unless the thing is new."""
    old = before or {}
    said: dict[str, Value] = {}
    for name in sorted(old.keys() | after.keys()):
        if before is None or old.get(name) != after.get(name):
            said[f"{name}.after"] = after.get(name)
            if before is not None:
                said[f"{name}.before"] = old.get(name)
    return said


def record(
    actor: Actor,
    act: str,
    thing: ObjectOrRef,
    *,
    at: datetime,
    result: str = "done",
    fields: Iterable[str] = (),
    purpose: str = "",
    detail: Mapping[str, Value] | None = None,
) -> AuditRow:
    """Put one act on the trail, in the current transaction: if this fails, so does the act.

    `act` is `subject.verb` in the past (`case.opened`, `customer.viewed`); `thing` is a row with a
    public id, a pair (kind, ref), or None. `fields` and `detail` name fields and ids, never
    personal values; what looks like one is masked. Raises TransactionManagementError outside a
    transaction, ValueError for an act of another form.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{act} recorded outside its transaction")
    if not ACT_PATTERN.match(act):
        raise ValueError(f"Not an act: {act}")
    kind, ref = name_of(thing)
    row = AuditRow.objects.create(
        institution_id=actor.institution_id,
        at=at,
        actor_kind=actor.kind.value,
        actor_ref=_clean(actor.ref, 80),
        actor_roles=_clean(",".join(sorted(actor.roles)), 200),
        act=act,
        object_kind=_clean(kind, 80),
        object_ref=_clean(ref, 80),
        result=_clean(result, 40),
        fields=_clean(",".join(fields), FIELDS_CHARACTERS),
        purpose=_free(purpose or actor.purpose, PURPOSE_CHARACTERS),
        detail=_detail(detail or {}),
    )
    AuditPending.objects.create(row=row)
    transaction.on_commit(wake.sequence.set)
    return row
