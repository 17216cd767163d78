"""Tables that people hand in: checked first, then taken in line by line in the background.

What a line means is the room's that takes it; what becomes of a table is the same for all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere
from shouwen.ground.kit.tables import Fault
from shouwen.ground.vault import audit
from shouwen.people.staff import access
from shouwen.people.staff.models.handing_in import HandedTable, ImportState
from shouwen.people.staff.queries.actors import actor_of, person_acting

T = TypeVar("T", bound=HandedTable)
KEPT_HOURS = 24
FAULTS_KEPT = 5000
DROPPED_AT_ONCE = 50


class ImportMoved(Conflict):
    """A colleague has started or dropped it."""

    message = _("A colleague has started or dropped this import. Look at where it stands.")


@dataclass(frozen=True, slots=True)
class Course(Generic[T]):
    """How one room's tables go: where they are kept, by which right, under which acts.

    `counted` names what is counted while lines are taken in, beside `taken`.
    """

    model: type[T]
    right: str
    acts: str
    counted: tuple[str, ...]
    faults_kept: int = FAULTS_KEPT

    def require(self, actor: Actor, institution_id: int) -> None:
        """Let tables be taken in. Raises NotAllowed, NotThere for another institution's."""
        access.require(actor, self.right)
        if not access.same_institution(actor, institution_id):
            raise NotThere


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check found: lines in all, faults, and of the good ones how many are known already."""

    rows: list[dict[str, Any]]
    faults: list[Fault]
    lines: int
    bad_lines: int
    known: int


def plain_faults(faults: list[Fault]) -> list[list[Any]]:
    """Give faults as they are kept."""
    return [[each.line, each.column, each.code, each.other] for each in faults]


def keep_checked(
    course: Course[T], made: T, data: bytes, found: Findings, *, actor: Actor, at: datetime
) -> None:
    """Keep a table that was checked, its good lines sealed, on the trail.

    Runs in the caller's transaction. Raises NotAllowed for programs that act for no person.
    """
    made.asked_by = person_acting(actor)
    made.digest = hashlib.sha256(data).hexdigest()
    made.faults = plain_faults(found.faults[: course.faults_kept])
    made.lines, made.bad_lines = found.lines, found.bad_lines
    made.expected_new, made.expected_known = len(found.rows) - found.known, found.known
    made.checked_at = at
    made.table = json.dumps(found.rows, ensure_ascii=False)
    made.save(force_insert=True)
    detail: dict[str, audit.Value] = {
        "lines": made.lines,
        "bad": made.bad_lines,
        "digest": made.digest[:16],
    }
    audit.record(actor, f"{course.acts}_checked", made, at=at, detail=detail)


@transaction.atomic
def start_table(course: Course[T], found: T, *, actor: Actor, at: datetime) -> None:
    """Have the good lines taken in. Raises NotAllowed, NotThere, Invalid, ImportMoved."""
    course.require(actor, found.institution_id)
    if not found.good_lines:
        raise Invalid(fields={"file": _("No line of this table can be taken in.")})
    asker = person_acting(actor)
    moved = course.model._default_manager.filter(pk=found.pk, state=ImportState.CHECKED)
    if not moved.update(state=ImportState.RUNNING, started_at=at, asked_by=asker):
        raise ImportMoved
    detail: dict[str, audit.Value] = {"lines": found.good_lines}
    audit.record(actor, f"{course.acts}_started", found, at=at, detail=detail)


@transaction.atomic
def drop_table(course: Course[T], found: T, *, actor: Actor, at: datetime) -> None:
    """Let a checked table go. Raises NotAllowed, NotThere, ImportMoved."""
    course.require(actor, found.institution_id)
    _drop(course, found, actor=actor, at=at)


def _drop(course: Course[T], found: T, *, actor: Actor, at: datetime) -> None:
    moved = course.model._default_manager.filter(pk=found.pk, state=ImportState.CHECKED)
    if not moved.update(state=ImportState.DROPPED, ended_at=at, table=None):
        raise ImportMoved
    audit.record(actor, f"{course.acts}_dropped", found, at=at)


def take_waiting(
    course: Course[T],
    take: Callable[[T, dict[str, Any], Actor, datetime], None],
    at: datetime,
    *,
    rows_at_once: int,
    turns: int = 1,
) -> int:
    """Take in the next lines of each running table; give how many were done.

    One transaction takes `rows_at_once`; a table has at most `turns` of them before the next one.
    """
    running = course.model._default_manager.filter(state=ImportState.RUNNING).order_by("pk")
    return sum(
        _take_lines(course, take, pk, at, rows_at_once, turns)
        for pk in list(running.values_list("pk", flat=True))
    )


def _take_lines(
    course: Course[T],
    take: Callable[[T, dict[str, Any], Actor, datetime], None],
    pk: int,
    at: datetime,
    rows_at_once: int,
    turns: int,
) -> int:
    done = 0
    # Opened once for all turns: a long table costs more to open than some lines to take in.
    lines: list[dict[str, Any]] | None = None
    for _turn in range(turns):
        with transaction.atomic():
            # The row is held, so that two processes never take the same lines.
            held = course.model._default_manager.select_for_update(of=("self",))
            if lines is not None:
                held = held.defer("table")
            found = held.select_related("institution", "asked_by").get(pk=pk)
            if found.state != ImportState.RUNNING:
                break
            actor = actor_of(found.asked_by).for_purpose(f"import {found.public_id}")
            if not found.asked_by.is_active or not access.has_right(actor, course.right):
                _end(course, found, ImportState.STOPPED, actor, at)
                return done + 1
            if lines is None:
                lines = json.loads(found.table.plain) if found.table else []
            rows = lines[found.taken : found.taken + rows_at_once]
            named = len(found.faults)
            for row in rows:
                take(found, row, actor, at)
            found.taken += len(rows)
            done += len(rows)
            if found.taken >= found.good_lines:
                _end(course, found, ImportState.DONE, actor, at)
                break
            # The faults of a long table are many times what else changes.
            faults = ["faults"] if len(found.faults) != named else []
            found.save(update_fields=["taken", *faults, *course.counted])
    return done


def _end(course: Course[T], found: T, state: ImportState, actor: Actor, at: datetime) -> None:
    found.state, found.ended_at, found.table = state, at, None
    fields = ["state", "ended_at", "table", "taken", "faults", *course.counted]
    found.save(update_fields=fields)
    detail: dict[str, audit.Value] = {
        name: getattr(found, name) for name in ("taken", *course.counted)
    }
    act = f"{course.acts}_ended"
    audit.record(actor, act, found, at=at, detail=detail, result=state.lower())


def drop_old_tables(course: Course[T], room: str, at: datetime) -> int:
    """Drop tables that were checked a day ago and never taken in; give how many."""
    old = course.model._default_manager.filter(
        state=ImportState.CHECKED,
        table__isnull=False,
        checked_at__lt=at - timedelta(hours=KEPT_HOURS),
    ).select_related("institution")
    dropped = 0
    for found in list(old.order_by("pk")[:DROPPED_AT_ONCE]):
        try:
            with transaction.atomic():
                _drop(course, found, actor=Actor.system(room, found.institution_id), at=at)
        except ImportMoved:
            # Somebody started or dropped it in between.
            continue
        dropped += 1
    return dropped
