"""Taking complaints in from a table: checked first, then line by line in the background.

A line whose outside number is on the ledger already changes nothing, so that the same table taken
in twice leaves everything as after the first time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Problem, Words
from shouwen.ground.kit import tables
from shouwen.ground.kit.tables import Fault, NotATable, Table
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Customer
from shouwen.people.staff.actions import handing_in
from shouwen.people.staff.actions.handing_in import Course, Findings
from shouwen.people.staff.models import Institution
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.actions import Note
from shouwen.service.cases.models import EntryKind
from shouwen.service.cases.queries.categories import live_category
from shouwen.service.complaints.actions.filing import Statement, file_complaint
from shouwen.service.complaints.actions.transfers import OwnComplaintOpen, TransferKnown
from shouwen.service.complaints.models import Complaint, ComplaintImport, ImportedComplaint
from shouwen.service.complaints.queries import transfers
from shouwen.service.complaints.rules import importing as rules
from shouwen.service.complaints.rules.importing import Row

# Few at once: with SQLite whoever writes meanwhile waits for the whole transaction.
BATCH_ROWS = 5
TURNS = 10
CHECKED_AT_ONCE = 400
# Every wrong line is named, each of its columns once.
FAULTS_KEPT = rules.MEASURE.most_rows * len(rules.HEADINGS)
PURPOSE = "complaint"
IMPORTED = "complaint_imported"
COURSE = Course(
    ComplaintImport,
    "complaint.import",
    "complaints.import",
    ("made", "left_out"),
    faults_kept=FAULTS_KEPT,
)
REFUSALS: dict[str, Words] = {
    **tables.REFUSALS,
    "too-large": _("The file is larger than 10 MB. Split it."),
    "too-many-rows": _("The file has more than 10,000 lines. Split it."),
    "columns-missing": _("Columns are missing: %(about)s. Use the sample's headings."),
}


class _Wrong(Exception):
    """A good line cannot be taken in any more: in which column, and why."""

    def __init__(self, column: str, code: str) -> None:
        """Take the column and the reason's code."""
        super().__init__(code)
        self.column, self.code = column, code


@transaction.atomic
def check_import(
    institution: Institution, data: bytes, *, actor: Actor, at: datetime
) -> ComplaintImport:
    """Check a table without taking anything in: which lines are wrong, new, known already.

    Raises NotAllowed, NotThere, Invalid for a file that is no such table.
    """
    COURSE.require(actor, institution.pk)
    try:
        table = rules.read_table(data, at)
    except NotATable as error:
        raise Invalid(fields={"file": error.words(REFUSALS)}) from error
    table, known = _held_against_the_ledger(institution.pk, table)
    made = ComplaintImport(institution=institution)
    rows = [asdict(row) for row in table.rows]
    found = Findings(rows, table.faults, table.lines, table.bad_lines, known)
    handing_in.keep_checked(COURSE, made, data, found, actor=actor, at=at)
    return made


def start_import(found: ComplaintImport, *, actor: Actor, at: datetime) -> None:
    """Have the good lines taken in. Raises NotAllowed, NotThere, Invalid, ImportMoved."""
    handing_in.start_table(COURSE, found, actor=actor, at=at)


def drop_import(found: ComplaintImport, *, actor: Actor, at: datetime) -> None:
    """Let a checked table go. Raises NotAllowed, NotThere, ImportMoved."""
    handing_in.drop_table(COURSE, found, actor=actor, at=at)


def import_waiting(at: datetime) -> int:
    """Take in the next lines of each running table, few in one transaction; give how many."""
    return handing_in.take_waiting(COURSE, _take, at, rows_at_once=BATCH_ROWS, turns=TURNS)


def drop_old_imports(at: datetime) -> int:
    """Drop tables that were checked a day ago and never taken in; give how many."""
    return handing_in.drop_old_tables(COURSE, "complaints", at)


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), CHECKED_AT_ONCE):
        yield values[start : start + CHECKED_AT_ONCE]


def _imported(institution_id: int, refs: list[str]) -> dict[str, datetime]:
    """Give which outside numbers are on the ledger, and when their complaints were received."""
    here = ImportedComplaint.objects.filter(institution_id=institution_id)
    return {
        ref: received_at
        for chunk in _chunks(refs)
        for ref, received_at in here.filter(outside_ref__in=chunk).values_list(
            "outside_ref", "complaint__received_at"
        )
    }


def _is_another(row: Row, received_at: datetime) -> bool:
    """Whether the number stands on the ledger for what was received at another time."""
    return datetime.fromisoformat(row.received_at) != received_at


def _numbered(institution_id: int, refs: list[str]) -> set[str]:
    """Give which numbers of the regulator are on the ledger."""
    here = Complaint.objects.filter(institution_id=institution_id)
    return {
        ref
        for chunk in _chunks(refs)
        for ref in here.filter(source_ref__in=chunk).values_list("source_ref", flat=True)
    }


def _held_against_the_ledger(institution_id: int, table: Table[Row]) -> tuple[Table[Row], int]:
    """Find what only the ledger knows to be wrong, and count the lines it has already.

    A line that is on the ledger already is right: it changes nothing. One whose number stands there
    for something else is wrong, since nobody would see that it was left out.
    """
    known = _imported(institution_id, [row.outside_ref for row in table.rows])
    new = [row for row in table.rows if row.outside_ref not in known]
    numbers = _numbered(institution_id, [row.source_ref for row in new if row.source_ref])
    whose = customers.whose(institution_id, [row.customer for row in new if row.customer])
    transferred = [
        customer.pk
        for row in new
        if row.origin == "REGULATOR"
        for customer in whose.get(row.customer, [])
    ]
    complaining = transfers.who_complains(institution_id, transferred)
    codes = case_queries.codes_by_words(institution_id)
    faults = [
        Fault(row.line, "outside_ref", "other-known")
        for row in table.rows
        if row.outside_ref in known and _is_another(row, known[row.outside_ref])
    ]
    for row in new:
        before = len(faults)
        if row.source_ref in numbers:
            faults.append(Fault(row.line, "source_ref", "number-known"))
        if row.category and row.category.lower() not in codes:
            faults.append(Fault(row.line, "category", "unknown"))
        found = whose.get(row.customer, [])
        if row.customer and len(found) != 1:
            faults.append(Fault(row.line, "customer", "several" if found else "nobody"))
        elif row.origin == "REGULATOR" and any(each.pk in complaining for each in found):
            faults.append(Fault(row.line, "customer", "own-open"))
        if len(faults) == before and not row.source_ref:
            # When a later line is taken in, this one is open.
            complaining.update(each.pk for each in found)
    table = rules.without(table, faults)
    table.rows = [replace(row, category=codes.get(row.category.lower(), "")) for row in table.rows]
    return table, sum(row.outside_ref in known for row in table.rows)


def _take(found: ComplaintImport, line: dict[str, Any], actor: Actor, at: datetime) -> None:
    """Enter what one line says, or name why it cannot be entered any more."""
    row = Row(**line)
    if _is_here(found, row):
        return
    try:
        with transaction.atomic():
            _enter(found, row, actor, at)
    except IntegrityError:
        # Another table with the same line is being taken in at this moment.
        if not _is_here(found, row):
            raise
        return
    except _Wrong as wrong:
        _leave_out(found, row, wrong.column, wrong.code)
        return
    except TransferKnown:
        _leave_out(found, row, "source_ref", "number-known")
        return
    except OwnComplaintOpen:
        _leave_out(found, row, "customer", "own-open")
        return
    except Problem:
        _leave_out(found, row, "", "refused")
        return
    found.made += 1


def _is_here(found: ComplaintImport, row: Row) -> bool:
    """Whether the line's number is on the ledger; what it stands for otherwise is left out."""
    received_at = _imported(found.institution_id, [row.outside_ref]).get(row.outside_ref)
    if received_at is None:
        return False
    if _is_another(row, received_at):
        _leave_out(found, row, "outside_ref", "other-known")
    return True


def _leave_out(found: ComplaintImport, row: Row, column: str, code: str) -> None:
    found.left_out += 1
    named = handing_in.plain_faults([Fault(row.line, column, code)])
    found.faults = sorted([*found.faults, *named], key=lambda fault: int(fault[0]))


def _customer(row: Row, actor: Actor, at: datetime) -> Customer | None:
    """Give the customer of a line; looking is on the trail. Raises _Wrong."""
    if not row.customer:
        return None
    found = customers.find_for_table(actor, row.customer, at, PURPOSE)
    if len(found) != 1:
        raise _Wrong("customer", "several" if found else "nobody")
    return found[0]


def _enter(found: ComplaintImport, row: Row, actor: Actor, at: datetime) -> None:
    home = found.institution_id
    category = live_category(home, row.category) if row.category else None
    if row.category and category is None:
        raise _Wrong("category", "unknown")
    statement = Statement(
        title=row.title,
        description=row.description,
        demand=row.demand,
        origin=row.origin,
        channel=row.channel,
        reply_by=row.reply_by,
        urgency=row.urgency,
        place=row.place,
        complainant=row.complainant,
        reachable_at=row.reachable_at,
        source_ref=row.source_ref,
        regulator_on=date.fromisoformat(row.regulator_on) if row.regulator_on else None,
        received_at=datetime.fromisoformat(row.received_at),
    )
    complaint = file_complaint(
        statement, customer=_customer(row, actor, at), category=category, actor=actor, at=at
    )
    note = Note(EntryKind.INTERNAL, subject_name=row.outside_ref)
    cases.tell(complaint.case, IMPORTED, note, actor=actor, at=at)
    ImportedComplaint.objects.create(
        institution_id=home,
        complaint=complaint,
        handed=found,
        line=row.line,
        outside_ref=row.outside_ref,
    )
