"""A fact in its public form: references and states, nothing personal, no row's own number."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from shouwen.front.integrations.rules.catalogue import Kind
from shouwen.ground.kernel.events import Event
from shouwen.people.staff import queries as staff
from shouwen.service.cases import queries as cases

Named = Callable[[list[int]], dict[int, str]]


def _first(keys: dict[int, tuple[str, str]]) -> dict[int, str]:
    return {pk: code for pk, (code, _name) in keys.items()}


# What a row's number stands for, by the end of the field's name; any other is a person.
_NAMED: dict[str, Named] = {
    "case_id": cases.case_refs,
    "into_id": cases.case_refs,
    "part_id": cases.case_refs,
    "task_id": cases.task_refs,
    "unit_id": lambda ids: _first(staff.unit_keys(ids)),
    "category_id": lambda ids: _first(cases.category_keys(ids)),
}


def moment(at: datetime) -> str:
    """Write a moment in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _outside(name: str) -> str:
    """Give the name by which a field goes out."""
    return name.removesuffix("_public_id").removesuffix("_id").removesuffix("_code")


def _plain(name: str, value: Any) -> Any:
    """Give what goes out of a field's value."""
    if name.endswith("_id") and not name.endswith("_public_id"):
        return None if value is None else _NAMED.get(name, staff.refs_by_id)([value]).get(value)
    if isinstance(value, datetime):
        return moment(value)
    return round(value, 3) if isinstance(value, float) else value


def object_of(kind: Kind, event: Event) -> tuple[str, str]:
    """Give kind and public id of what an event is about."""
    about = kind.about or str(getattr(event, "subject_kind", ""))
    ref = _plain(kind.ref, getattr(event, kind.ref))
    return about.rpartition(".")[2], str(ref or "")


def body_of(
    public_id: str,
    kind: str,
    at: datetime,
    institution: str,
    about: tuple[str, str],
    data: dict[str, Any],
) -> str:
    """Write the JSON text that is sent and signed."""
    whole = {
        "id": public_id,
        "type": kind,
        "at": moment(at),
        "institution": institution,
        "object": {"kind": about[0], "ref": about[1]},
        "data": data,
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def data_of(kind: Kind, event: Event) -> dict[str, Any]:
    """Give what is told of an event besides its object."""
    return {_outside(name): _plain(name, getattr(event, name)) for name in kind.fields}


def data_names(kind: Kind) -> list[str]:
    """Name the fields of an event's data as they go out."""
    return [_outside(name) for name in kind.fields]
