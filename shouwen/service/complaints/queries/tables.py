"""Tables of complaints, for whoever takes them out of the ledger, and views that people keep.

The table is the ledger of HB-4.2-06: demand, process and result of every complaint, with every
clock; names and numbers are masked as the ledger shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.moments import FIRST_YEAR, LAST_YEAR
from shouwen.ground.kit.sheets import Cell, Column, Shape, moment_text
from shouwen.ground.kit.words import Words, money
from shouwen.ground.policy import packs
from shouwen.ground.policy import words as policy_words
from shouwen.ground.policy.queries import ClockView
from shouwen.ground.vault import masking
from shouwen.ground.vault.keys import KeyDestroyed
from shouwen.ground.vault.sealing import SealBroken, SealedText
from shouwen.people.staff.models import Unit
from shouwen.service.cases.models import Complexity, Urgency
from shouwen.service.cases.queries.clocks import clocks_of_cases
from shouwen.service.complaints.models import (
    CgType,
    Complaint,
    ComplaintGrade,
    OmClass,
    Origin,
    PlanAnswer,
    Responsible,
    SnObject,
    Solved,
    State,
    Tier,
)
from shouwen.service.complaints.queries.columns import COLUMN_WORDS, columns_asked, columns_shown
from shouwen.service.complaints.queries.ledger import (
    LIMIT_MAX,
    VIEW_WORDS,
    Filters,
    Row,
    View,
    chosen,
    ledger,
)
from shouwen.service.complaints.queries.results import Result, results_of
from shouwen.service.complaints.queries.wanted import (
    CLOCK_STATE_WORDS,
    CLOCKS,
    POSTS,
    ClockState,
    said_of_posts,
)

LEDGER = "complaints"
CHOICES: dict[str, list[str]] = {
    "view": [view.value for view in View],
    "state": State.values,
    "origin": Origin.values,
    "cg_type": CgType.values,
    "urgency": Urgency.values,
    "complexity": Complexity.values,
    "clock": list(CLOCKS),
    "clock_state": [state.value for state in ClockState],
    "sort": ["newest", "due"],
}
DAYS = ("since", "until")
FITTING = (*CHOICES, "grade", "unit", *POSTS, *DAYS)
KEPT = (*FITTING, "columns")
# One complaint or one group is no view to keep, but may be taken out. A table always has every
# column that HB-4.2-06 asks for.
TAKEN = (*FITTING, "number", "group")


def plain_of(filters: Filters, names: Sequence[str] = KEPT) -> dict[str, str]:
    """Write filters as plain values by name; what asks nothing is left out."""
    return {name: str(getattr(filters, name)) for name in names if getattr(filters, name)}


def filters_kept(plain: Mapping[str, Any]) -> Filters:
    """Read back what `plain_of` gave; a word that is no longer known asks nothing."""
    values: dict[str, Any] = {}
    for name in (*TAKEN, "columns"):
        value = str(plain.get(name, ""))
        if not value or (name in CHOICES and value not in CHOICES[name]):
            continue
        values[name] = day_asked(value) if name in DAYS else value
    values["columns"] = columns_asked([values.get("columns", "")])
    return Filters(**values)


def day_asked(value: str) -> date | None:
    """Read a day; None for what is none, and for a day of no year that complaints are of."""
    try:
        found = parse_date(value[:10])
    except ValueError:
        return None
    return found if found and FIRST_YEAR <= found.year <= LAST_YEAR else None


def words_of(institution_id: int, plain: Mapping[str, Any]) -> str:
    """Say in the reader's language which complaints are meant."""
    filters = filters_kept(plain)
    lists = (State, Origin, CgType, Urgency, Complexity)
    names = ("state", "origin", "cg_type", "urgency", "complexity")
    said = [str(VIEW_WORDS[View(filters.view)])]
    for choices, name in zip(lists, names, strict=True):
        value = getattr(filters, name)
        if value:
            said.append(str(dict(choices.choices)[value]))
    if filters.grade:
        grades = ComplaintGrade.objects.filter(institution_id=institution_id, code=filters.grade)
        grade = grades.first()
        said.append(grade.name if grade else filters.grade)
    if filters.unit:
        units = Unit.objects.filter(institution_id=institution_id, public_id=filters.unit)
        unit = units.first()
        said.append(unit.name if unit else filters.unit)
    said += said_of_posts(institution_id, {name: getattr(filters, name) for name in POSTS})
    if filters.clock:
        said.append(policy_words.event_title(filters.clock))
    if filters.clock_state:
        said.append(str(CLOCK_STATE_WORDS[ClockState(filters.clock_state)]))
    if filters.number:
        said.append(filters.number)
    if filters.since:
        said.append(_("received from %(day)s") % {"day": filters.since})
    if filters.until:
        said.append(_("received up to %(day)s") % {"day": filters.until})
    if filters.columns:
        shown = columns_shown(filters.columns)
        headings = _(", ").join(str(COLUMN_WORDS[name]) for name in COLUMN_WORDS if name in shown)
        said.append(_("columns: %(names)s") % {"names": headings})
    return " · ".join(said)


_COLUMNS = (
    Column(pgettext_lazy("complaint table", "Number")),
    Column(pgettext_lazy("complaint table", "Received"), Shape.MOMENT),
    Column(pgettext_lazy("complaint table", "Origin")),
    Column(pgettext_lazy("complaint table", "Channel")),
    Column(pgettext_lazy("complaint table", "Regulator's number")),
    Column(pgettext_lazy("complaint table", "Complainant")),
    Column(pgettext_lazy("complaint table", "Phone")),
    Column(pgettext_lazy("complaint table", "Subject"), Shape.LONG),
    Column(pgettext_lazy("complaint table", "Demand"), Shape.LONG),
    Column(pgettext_lazy("complaint table", "Type")),
    Column(pgettext_lazy("complaint table", "Class of the manual")),
    Column(pgettext_lazy("complaint table", "Object")),
    Column(pgettext_lazy("complaint table", "Unit complained of")),
    Column(pgettext_lazy("complaint table", "Seller")),
    Column(pgettext_lazy("complaint table", "Category"), Shape.LONG),
    Column(pgettext_lazy("complaint table", "Urgency")),
    Column(pgettext_lazy("complaint table", "Complexity")),
    Column(pgettext_lazy("complaint table", "Grade")),
    Column(pgettext_lazy("complaint table", "Tier")),
    Column(pgettext_lazy("complaint table", "Major")),
    Column(pgettext_lazy("complaint table", "Complained so often"), Shape.NUMBER),
    Column(pgettext_lazy("complaint table", "State")),
    Column(pgettext_lazy("complaint table", "Unit")),
    Column(pgettext_lazy("complaint table", "First owner")),
    Column(pgettext_lazy("complaint table", "Accepted by")),
    Column(pgettext_lazy("complaint table", "Handler")),
    Column(pgettext_lazy("complaint table", "Supervisor")),
    Column(pgettext_lazy("complaint table", "Facts found"), Shape.LONG),
    Column(pgettext_lazy("complaint table", "Responsible")),
    Column(pgettext_lazy("complaint table", "Plan"), Shape.LONG),
    Column(pgettext_lazy("complaint table", "Answer to the plan")),
    Column(pgettext_lazy("complaint table", "Handled"), Shape.MOMENT),
    Column(pgettext_lazy("complaint table", "Result")),
    Column(pgettext_lazy("complaint table", "Result as told"), Shape.LONG),
    Column(pgettext_lazy("complaint table", "Complainant told"), Shape.MOMENT),
    Column(pgettext_lazy("complaint table", "Redress granted (CNY)"), Shape.AMOUNT),
    Column(pgettext_lazy("complaint table", "Redress and its payment"), Shape.LONG),
    Column(pgettext_lazy("complaint table", "Extended to"), Shape.LONG),
    Column(pgettext_lazy("complaint table", "Objected"), Shape.MOMENT),
    Column(pgettext_lazy("complaint table", "Appeal and review"), Shape.LONG),
    Column(pgettext_lazy("complaint table", "Withdrawn"), Shape.MOMENT),
    Column(pgettext_lazy("complaint table", "Closed"), Shape.MOMENT),
)


def _clock_cell(clocks: list[ClockView], event: str) -> Cell:
    """Tell the limits of one kind: when due, and whether it was met, is late or stands still."""
    of_it = sorted((c for c in clocks if c.event == event), key=lambda c: c.started_at)
    told = []
    for clock in of_it:
        due = pgettext("complaint table", "due %(when)s") % {"when": moment_text(clock.due_at)}
        how = _how(clock)
        told.append(f"{due} · {how}" if how else due)
    return "; ".join(told) or None


def _how(clock: ClockView) -> str:
    own_time = packs.is_window(clock.event)
    if clock.stopped_at is not None:
        met = pgettext("complaint table", "met")
        words = met if clock.met else pgettext("complaint table", "met late")
        if own_time:
            words = pgettext("complaint table", "used")
        return f"{words} {moment_text(clock.stopped_at)}"
    if clock.state == "hold":
        if not clock.waits_for:
            return pgettext("complaint table", "on hold")
        return pgettext("complaint table", "on hold (%(cause)s)") % {"cause": clock.waits_for}
    if clock.state == "over":
        # The complainant's own time: nothing of the house is late.
        late = pgettext("complaint table", "late")
        return pgettext("complaint table", "time has passed") if own_time else late
    return ""


def _redress_cell(result: Result) -> Cell:
    """Tell each amount that was decided, and how far its payment is."""
    told = [_beside(money(row.amount_fen), row.get_state_display()) for row in result.redress]
    return "; ".join(told) or None


def _extended_cell(result: Result) -> Cell:
    """Tell until when a limit was moved, and of which clause it is."""
    told = [_beside(moment_text(row.until), row.limit_clause) for row in result.extensions]
    return "; ".join(told) or None


def _contested_cell(result: Result) -> Cell:
    """Tell each appeal and review: when it was asked for, and what came of it."""
    told = []
    for row in result.contests:
        asked = f"{row.get_kind_display()} {moment_text(row.asked_at)}"
        told.append(_beside(asked, row.get_state_display()))
    return "; ".join(told) or None


def _beside(what: str, how: str) -> str:
    return f"{what} · {how}"


def _cells(row: Row, clocks: list[ClockView], result: Result) -> tuple[Cell, ...]:
    one, case = row.complaint, row.complaint.case
    return (
        case.number,
        one.received_at,
        str(row.origin),
        str(row.channel),
        one.source_ref or None,
        _name(one),
        row.phone,
        case.title,
        _redacted(one.demand),
        str(row.cg_type),
        str(OmClass(one.om_class).label) if one.om_class else None,
        str(SnObject(one.sn_object).label) if one.sn_object else None,
        one.concerned_unit.name if one.concerned_unit else None,
        one.seller.name if one.seller else None,
        " › ".join(row.category),
        str(row.urgency),
        str(row.complexity),
        one.grade.name if one.grade else None,
        str(Tier(one.tier).label),
        _("yes") if one.is_major else None,
        one.repeat_number,
        str(row.state),
        case.unit.name if case.unit else None,
        case.owner.name if case.owner else None,
        one.acceptor.name if one.acceptor else None,
        case.handler.name if one.assigned_at and case.handler else None,
        one.supervisor.name if one.supervisor else None,
        _redacted(one.facts),
        str(Responsible(one.responsible).label) if one.responsible else None,
        _redacted(case.solution),
        str(PlanAnswer(one.plan_answer).label) if one.plan_answer else None,
        one.handled_at,
        str(Solved(result.solved).label) if result.solved else None,
        _redacted(case.feedback),
        one.feedback_at,
        result.granted_fen if result.redress else None,
        _redress_cell(result),
        _extended_cell(result),
        one.objected_at,
        _contested_cell(result),
        one.withdrawn_at,
        one.closed_at,
        *(_clock_cell(clocks, event) for event in CLOCKS),
    )


def _name(one: Complaint) -> str | None:
    if one.case.customer:
        return one.case.customer.name.masked
    return one.complainant.masked if one.complainant else None


def _redacted(text: SealedText | None) -> str | None:
    """Give a text in its words with what looks personal masked; asterisks once it is erased."""
    if text is None:
        return None
    try:
        return masking.redact(text.plain)
    except (SealBroken, KeyDestroyed):
        return masking.HIDDEN


class ComplaintTable:
    """The ledger of the complaints, as the cases' `ports.Table` asks for it."""

    name = LEDGER
    kind = "complaint.export"
    title: Words = gettext_lazy("Complaint ledger")
    rights: tuple[str, ...] = ("case.export", "complaint.read")

    def count(self, actor: Actor, plain: Mapping[str, str], most: int, *, at: datetime) -> int:
        """Count the complaints that fit, up to `most`."""
        return chosen(actor, filters_kept(plain), at=at).order_by("-pk")[:most].count()

    def say(self, institution_id: int, plain: Mapping[str, str]) -> str:
        """Say which complaints are meant."""
        return words_of(institution_id, plain)

    def ask(self, rows: int, what: str) -> str:
        """Say what a second person is asked to approve."""
        return _("Export %(rows)s complaints (%(what)s)") % {"rows": rows, "what": what}

    def columns(self, institution_id: int, plain: Mapping[str, str]) -> Sequence[Column]:
        """Give what HB-4.2-06 asks of the ledger, then every clock."""
        clocks = (Column(policy_words.event_title(event), Shape.LONG) for event in CLOCKS)
        return (*_COLUMNS, *clocks)

    def rows(
        self, actor: Actor, plain: Mapping[str, str], most: int, *, at: datetime
    ) -> Iterator[tuple[Cell, ...]]:
        """Give the complaints page by page."""
        filters, left = replace(filters_kept(plain), limit=LIMIT_MAX), most
        while left > 0:
            page = ledger(actor, filters, at=at)
            rows = page.rows[:left]
            clocks = clocks_of_cases([row.complaint.case for row in rows], at)
            results = results_of([row.complaint for row in rows])
            for row in rows:
                one = row.complaint
                yield _cells(row, clocks.get(one.case.public_id, []), results[one.pk])
            left -= len(page.rows)
            if not page.next:
                return
            filters = replace(filters, after=page.next)


TABLE = ComplaintTable()
