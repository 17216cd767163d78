"""Exports as their askers see them, and what stands in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kit.sheets import Cell, Column, Format, Shape
from shouwen.ground.policy import figures
from shouwen.ground.vault import masking
from shouwen.people.staff import access as staff_access
from shouwen.service.cases.models import CaseExport, ExportState, State, Urgency
from shouwen.service.cases.ports import Table, table_named
from shouwen.service.cases.queries.answers import AnswerColumns
from shouwen.service.cases.queries.categories import names_by_code
from shouwen.service.cases.queries.effort import Times
from shouwen.service.cases.queries.ledger import Row
from shouwen.service.cases.queries.scope import VIEW_WORDS, Filters, View

CASE_LEDGER = "cases"
REF_MAX_CHARACTERS = 48
LIMIT_MAX = 100
KEPT_FILTERS = ("view", "state", "category", "handler", "urgency", "q", "sort", "since", "until")
MOMENTS = ("since", "until")


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file with the name and the format it is handed out with."""

    data: bytes
    name: str
    format: str


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export with what it held, in words."""

    export: CaseExport
    words: str
    is_ready: bool


@dataclass(frozen=True, slots=True)
class ExportPage:
    """A stretch of exports; `next` is a cursor, empty at the end."""

    rows: list[ExportRow]
    next: str


@dataclass(frozen=True, slots=True)
class Prospect:
    """What an export would be: how many rows, and whether a second person must approve."""

    rows: int
    most: int
    alone: int
    words: str

    @property
    def is_possible(self) -> bool:
        """Whether there is something, and not too much."""
        return 0 < self.rows <= self.most

    @property
    def needs_approval(self) -> bool:
        """Whether somebody else must approve."""
        return self.rows > self.alone


def prospect_of(table: Table, actor: Actor, plain: Mapping[str, str], *, at: datetime) -> Prospect:
    """Say what an export from a ledger would be. Raises NotAllowed."""
    for right in table.rights:
        staff_access.require(actor, right)
    most = figures.figure("export-most").value
    return Prospect(
        rows=table.count(actor, plain, most + 1, at=at),
        most=most,
        alone=figures.figure("export-alone").value,
        words=table.say(actor.institution_id or 0, plain),
    )


def exports_of(actor: Actor, *, cursor: str = "", limit: int = 30, at: datetime) -> ExportPage:
    """List what the actor has asked for, newest first. Raises NotAllowed, Invalid."""
    staff_access.require(actor, "case.export")
    limit = max(1, min(limit, LIMIT_MAX))
    rows = CaseExport.objects.filter(asked_by__public_id=actor.ref)
    if cursor:
        place = _readable(cursor) and rows.filter(public_id=cursor).values_list("pk").first()
        if not place:
            raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
        rows = rows.filter(pk__lt=place[0])
    found = list(rows.order_by("-id")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    return ExportPage(rows_of_exports(found, at), found[-1].public_id if more else "")


def rows_of_exports(found: list[CaseExport], at: datetime) -> list[ExportRow]:
    """Give exports of one asker in words; of cases with one query for any number."""
    of_cases = [export for export in found if export.ledger == CASE_LEDGER]
    codes = {export.filters.get("category", "") for export in of_cases} - {""}
    names = names_by_code(found[0].institution_id, codes) if codes else {}
    return [ExportRow(export, _words(export, names), _is_ready(export, at)) for export in found]


def _words(export: CaseExport, names: Mapping[str, str]) -> str:
    if export.ledger == CASE_LEDGER:
        return filter_words(export.filters, names)
    table = table_named(export.ledger)
    return f"{table.title} · {table.say(export.institution_id, export.filters)}"


def _is_ready(export: CaseExport, at: datetime) -> bool:
    return (
        export.state == ExportState.READY
        and export.expires_at is not None
        and export.expires_at > at
    )


def words_of_filters(institution_id: int, plain: Mapping[str, Any]) -> str:
    """Say which cases are meant, where there is one export alone."""
    code = plain.get("category", "")
    return filter_words(plain, names_by_code(institution_id, {code}) if code else {})


def export_for(actor: Actor, public_id: str) -> CaseExport:
    """Give an export of the actor's own. Raises NotThere, also for a colleague's."""
    found = None
    if _readable(public_id):
        own = CaseExport.objects.filter(asked_by__public_id=actor.ref, public_id=public_id)
        found = own.first()
    if found is None:
        raise NotThere
    return found


def _readable(ref: str) -> bool:
    return len(ref) <= REF_MAX_CHARACTERS and ref.isprintable()


def plain_filters(filters: Filters) -> dict[str, str]:
    """Write filters as plain values by name; what looks personal in a search is masked."""
    found: dict[str, str] = {}
    for name in KEPT_FILTERS:
        value = getattr(filters, name)
        if isinstance(value, datetime):
            found[name] = value.isoformat()
        elif value:
            found[name] = masking.redact(value) if name == "q" else str(value)
    return found


def filters_of(plain: Mapping[str, Any]) -> Filters:
    """Read filters back."""
    known = {field.name for field in fields(Filters)} & set(KEPT_FILTERS)
    values: dict[str, Any] = {name: plain[name] for name in known if name in plain}
    for name in MOMENTS:
        if name in values:
            values[name] = parse_datetime(values[name])
    return Filters(**values)


def filter_words(plain: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Say in the reader's language which cases are meant; `names` gives categories by code."""
    words = [str(VIEW_WORDS[View(plain.get("view", View.ALL))])]
    if plain.get("state") in State.values:
        words.append(str(State(plain["state"]).label))
    if plain.get("urgency") in Urgency.values:
        words.append(str(Urgency(plain["urgency"]).label))
    if plain.get("category"):
        words.append(names.get(plain["category"], plain["category"]))
    if plain.get("q"):
        words.append(f"“{plain['q']}”")
    words += [str(plain[name])[:10] for name in MOMENTS if plain.get(name)]
    return " · ".join(words)


COLUMNS = (
    Column(gettext_lazy("Number")),
    Column(gettext_lazy("Opened"), Shape.MOMENT),
    Column(gettext_lazy("Customer")),
    Column(pgettext_lazy("export", "Phone")),
    Column(gettext_lazy("Subject"), Shape.LONG),
    Column(gettext_lazy("Category"), Shape.LONG),
    Column(gettext_lazy("Urgency")),
    Column(gettext_lazy("Complexity")),
    Column(gettext_lazy("State")),
    Column(pgettext_lazy("export", "Channel")),
    Column(gettext_lazy("Unit")),
    Column(gettext_lazy("First owner")),
    Column(gettext_lazy("Handler")),
    Column(gettext_lazy("Due"), Shape.MOMENT),
    Column(pgettext_lazy("export", "Resolved"), Shape.MOMENT),
    Column(pgettext_lazy("export", "Closed"), Shape.MOMENT),
    Column(pgettext_lazy("export", "Noted time (min)"), Shape.NUMBER),
    Column(pgettext_lazy("export", "Conversation (min)"), Shape.NUMBER),
)


def columns(answers: AnswerColumns) -> tuple[Column, ...]:
    """Give the columns of an export, the answers to the category's form last."""
    return (*COLUMNS, *answers.columns)


def cells(row: Row, times: Times) -> tuple[Cell, ...]:
    """Give one case as the ledger shows it: names and numbers masked; then the time it took."""
    case = row.case
    return (
        case.number,
        case.opened_at,
        case.customer.name.masked if case.customer else None,
        row.phone,
        case.title,
        " › ".join(row.category),
        str(row.urgency),
        str(row.complexity),
        str(row.state),
        str(row.channel),
        case.unit.name if case.unit else None,
        case.owner.name if case.owner else None,
        case.handler.name if case.handler else None,
        case.due_at,
        case.resolved_at,
        case.closed_at,
        times.noted_minutes,
        times.talk_minutes,
    )


FORMATS = tuple(kind.value for kind in Format)
