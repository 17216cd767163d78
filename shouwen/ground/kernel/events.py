"""Facts in the past tense, stored with the change that made them and told after commit."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, get_type_hints

from django.db import transaction

from shouwen.ground.kernel import hearers, wake
from shouwen.ground.kernel.models import Delivery, OutboxEvent


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact. Subclasses name it and add ids and plain values, nothing personal."""

    name: ClassVar[str]
    registry: ClassVar[dict[str, type[Event]]] = {}

    institution_id: int | None
    occurred_at: datetime

    def __init_subclass__(cls, **options: Any) -> None:
        """Enter the new kind of fact under its name, so that a stored one can be read back."""
        super().__init_subclass__(**options)
        known = Event.registry.setdefault(cls.name, cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"Two events are called {cls.name}")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    raise TypeError(f"An event holds ids and plain values, not {type(value).__name__}")


def to_json(event: Event) -> str:
    """Write the event's values as JSON text."""
    values = {f.name: _plain(getattr(event, f.name)) for f in dataclasses.fields(event)}
    return json.dumps(values, ensure_ascii=False)


def from_json(name: str, text: str) -> Event:
    """Read back a stored event. Raises KeyError for a name no event bears."""
    kind = Event.registry[name]
    values = json.loads(text)
    for key in _moments_of(name):
        if values.get(key) is not None:
            values[key] = datetime.fromisoformat(values[key])
    return kind(**values)


@lru_cache
def _moments_of(name: str) -> tuple[str, ...]:
    """Name the fields that hold a moment; annotations are texts, and reading them takes long."""
    kind = Event.registry[name]
    hints = get_type_hints(kind)
    return tuple(
        field.name
        for field in dataclasses.fields(kind)
        if hints[field.name] in (datetime, datetime | None)
    )


def announce(event: Event) -> None:
    """Store the fact in the current transaction, with one delivery for each durable hearer.

    Raises TransactionManagementError outside a transaction: a fact without its change is a lie.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{event.name} announced outside a change")
    heard_by = hearers.hearers_for(event)
    if not heard_by:
        return
    row = OutboxEvent.objects.create(
        name=event.name,
        institution_id=event.institution_id,
        values=to_json(event),
        occurred_at=event.occurred_at,
    )
    Delivery.objects.bulk_create(
        Delivery(event=row, hearer=hearers.path_of(hearer), next_try_at=event.occurred_at)
        for hearer in heard_by
    )
    transaction.on_commit(wake.deliver.set)
