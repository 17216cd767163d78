"""Taking customers in from a table: checked first, then line by line in the background.

A line that speaks of a customer who is there already adds what is new and changes nothing else, so
that the same table taken in twice leaves everything as after the first time.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit import tables
from shouwen.ground.kit.tables import NotATable
from shouwen.ground.vault import blind
from shouwen.people.customers.actions.filing import (
    CustomerKnownAlready,
    add_contact_point,
    register_customer,
    set_tiers,
)
from shouwen.people.customers.models import ContactPoint, Customer, CustomerImport, PointKind
from shouwen.people.customers.queries.reading import surviving
from shouwen.people.customers.rules import importing as rules
from shouwen.people.customers.rules.importing import Row
from shouwen.people.staff.actions import handing_in
from shouwen.people.staff.actions.handing_in import Course
from shouwen.people.staff.models import Institution

BATCH_ROWS = 50
CHECKED_AT_ONCE = 400
REFUSALS: dict[str, Words] = {
    **tables.REFUSALS,
    "no-name-column": _("The column “Name” is missing. Use the sample's headings."),
}


# One course for all; what a line means is said below.
COURSE = Course(CustomerImport, "customer.import", "customers.import", ("made", "changed"))


@transaction.atomic
def check_import(
    institution: Institution, data: bytes, *, actor: Actor, at: datetime
) -> CustomerImport:
    """Check a table without taking anything in: which lines are wrong, new, known already.

    Raises NotAllowed, NotThere, Invalid for a file that is no such table.
    """
    COURSE.require(actor, institution.pk)
    try:
        table = rules.read_table(data, day_of(at))
    except NotATable as error:
        raise Invalid(fields={"file": error.words(REFUSALS)}) from error
    rows = [asdict(row) for row in table.rows]
    known = _count_known(institution.pk, table.rows)
    made = CustomerImport(institution=institution)
    found = handing_in.Findings(rows, table.faults, table.lines, table.bad_lines, known)
    handing_in.keep_checked(COURSE, made, data, found, actor=actor, at=at)
    return made


def start_import(found: CustomerImport, *, actor: Actor, at: datetime) -> None:
    """Have the good lines taken in, in the background. Raises NotAllowed, NotThere, ImportMoved."""
    handing_in.start_table(COURSE, found, actor=actor, at=at)


def drop_import(found: CustomerImport, *, actor: Actor, at: datetime) -> None:
    """Let a checked table go. Raises NotAllowed, NotThere, ImportMoved."""
    handing_in.drop_table(COURSE, found, actor=actor, at=at)


def import_waiting(at: datetime) -> int:
    """Take in the next lines of each running table, one transaction a batch; give how many."""
    return handing_in.take_waiting(COURSE, _take, at, rows_at_once=BATCH_ROWS)


def drop_old_imports(at: datetime) -> int:
    """Drop tables that were checked a day ago and never taken in; give how many."""
    return handing_in.drop_old_tables(COURSE, "customers", at)


def _count_known(institution_id: int, rows: list[Row]) -> int:
    """Count the lines whose customer is there already, many at a time."""
    count = 0
    for start in range(0, len(rows), CHECKED_AT_ONCE):
        chunk = [(row, _Blinds.of(row)) for row in rows[start : start + CHECKED_AT_ONCE]]
        here = Customer.objects.filter(institution_id=institution_id)
        ids = {blinds.id_number for _row, blinds in chunk if blinds.id_number}
        by_id = set(here.filter(id_blind__in=ids).values_list("id_blind", "kind"))
        values = {value for _row, blinds in chunk for value in blinds.points}
        found = ContactPoint.objects.filter(
            customer__institution_id=institution_id, value_blind__in=values
        ).values_list("value_blind", "customer__name_blind", "customer__kind", "customer__id_blind")
        by_point: dict[tuple[str, str, str], set[str]] = {}
        for value, name, kind, identity in found:
            by_point.setdefault((value, name, kind), set()).add(identity)
        count += sum(blinds.is_known(row, by_id, by_point) for row, blinds in chunk)
    return count


@dataclass(frozen=True, slots=True)
class _Blinds:
    """By what a line's customer is found again."""

    id_number: str
    name: str
    points: tuple[str, ...]

    @classmethod
    def of(cls, row: Row) -> _Blinds:
        points = (("phone", row.phone), ("email", row.email))
        return cls(
            blind.index("id_number", row.id_number) if row.id_number else "",
            blind.index("name", row.name),
            tuple(blind.index(kind, value) for kind, value in points if value),
        )

    def is_known(
        self,
        row: Row,
        by_id: set[tuple[str, str]],
        by_point: dict[tuple[str, str, str], set[str]],
    ) -> bool:
        if (self.id_number, row.kind) in by_id:
            return True
        same = [by_point.get((value, self.name, row.kind), set()) for value in self.points]
        # With another identity number it is another person of the same name.
        return any(not self.id_number or "" in identities for identities in same if identities)


def _known(institution_id: int, row: Row) -> Customer | None:
    """Give the customer a line speaks of: by identity number, else by name with phone or e-mail."""
    here = Customer.objects.filter(institution_id=institution_id, kind=row.kind)
    if row.id_number:
        by_id = here.filter(id_blind=blind.index("id_number", row.id_number)).first()
        if by_id is not None:
            return surviving([by_id])[0]
    points = Q(pk__in=())
    if row.phone:
        points |= Q(kind=PointKind.PHONE, value_blind=blind.index("phone", row.phone))
    if row.email:
        points |= Q(kind=PointKind.EMAIL, value_blind=blind.index("email", row.email))
    reached = ContactPoint.objects.filter(points, customer__institution_id=institution_id)
    found = here.filter(
        name_blind=blind.index("name", row.name), pk__in=reached.values("customer_id")
    )
    if row.id_number:
        # With another identity number it is another person of the same name.
        found = found.filter(id_blind="")
    first = found.order_by("pk").first()
    return surviving([first])[0] if first is not None else None


def _take(found: CustomerImport, line: dict[str, Any], actor: Actor, at: datetime) -> None:
    row = Row(**line)
    customer = _known(found.institution_id, row)
    if customer is None:
        try:
            customer = register_customer(
                found.institution,
                name=row.name,
                kind=row.kind,
                phone=row.phone,
                id_number=row.id_number,
                risk=row.risk or "LOW",
                value=row.value or "ORDINARY",
                language=row.language or settings.LANGUAGE_CODE,
                actor=actor,
                at=at,
            )
        except CustomerKnownAlready:
            # The same identity number under another kind: the file as it is stays.
            return
        found.made += 1
        if row.email:
            _add_point(customer, PointKind.EMAIL, row.email, actor, at)
        return
    changes = [
        _add_point(customer, kind, value, actor, at)
        for kind, value in ((PointKind.PHONE, row.phone), (PointKind.EMAIL, row.email))
        if value
    ]
    tiers = (row.risk or customer.risk, row.value or customer.value)
    if tiers != (customer.risk, customer.value):
        reason = f"import {found.public_id}"
        set_tiers(customer, risk=tiers[0], value=tiers[1], reason=reason, actor=actor, at=at)
        changes.append(True)
    found.changed += any(changes)


def _add_point(customer: Customer, kind: PointKind, value: str, actor: Actor, at: datetime) -> bool:
    digest = blind.index(kind.lower(), value)
    if ContactPoint.objects.filter(customer=customer, kind=kind, value_blind=digest).exists():
        return False
    add_contact_point(customer, kind=kind, value=value, actor=actor, at=at)
    return True
