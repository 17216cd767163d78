"""Fills a demo centre on PostgreSQL with many cases or contacts, inside the database itself:
`fill_many cases|contacts COUNT`.

Thin where depth does not matter to the pages that are measured, see docs/performance.md: cases that
ended keep only their description of the four texts, one entry and no clock. Texts of the copies are
the pattern's bytes, which nobody can open under another row's name, so pages open other cases.
"""

from __future__ import annotations

import sys
import time as monotonic
from typing import Any

from bench.work.begin import begin, say
from bench.work.bulk import Table

DAYS, OPEN_DAYS, OPEN_SHARE = 360, 5, 0.03
ROWS_AT_ONCE = 500_000
# As many cases as fill a page hold the same rare word, however many cases there are.
SAME_RARE_WORD = 40
# Longer numbers than the demo's own and those of `fill_cases`.
FIRST_NUMBER = 10_000_000
TERMS = 8
ENTRIES_OPEN, ENTRIES_ENDED, CLOCKS_OPEN = 3, 1, 3
WAITING_NOW = 40
TITLE_CHARACTERS = 100
BROKEN = "c.state = 'RUNNING' AND c.hard AND c.due_at - by.older <= now()"
THIN = ("cause", "solution", "feedback")

BY_CASE = """
    CREATE UNLOGGED TABLE grown_case AS
    SELECT id AS pattern, is_open, opened_at,
           row_number() OVER (PARTITION BY is_open ORDER BY id) - 1 AS place,
           count(*) OVER (PARTITION BY is_open) AS places,
           max(opened_at) OVER () AS newest
    FROM cases_case WHERE institution_id = %s AND state <> 'MERGED'
"""
# Which pattern each case follows and by how much it is older.
BY_NUMBER = """
    SELECT n, g.pattern, g.is_open, CASE WHEN g.is_open
        THEN make_interval(secs => 86400.0 * {open_days} * ({count} - n) / {open_count})
        ELSE g.opened_at - g.newest + make_interval(secs => 86400.0 * ({open_days}
             + ({days} - {open_days}) * ({first_open} - n)::float / {first_open})) END AS older
    FROM generate_series({start}, {end}) AS n
    JOIN grown_case g ON g.is_open = (n >= {first_open}) AND g.place = n %% g.places
"""


def main() -> None:
    """Fill and print how long it took."""
    what, count = sys.argv[1], int(sys.argv[2])
    began = monotonic.monotonic()
    begin()
    from django.db import connection  # noqa: PLC0415  # Django is ready only now

    with connection.cursor() as cursor:
        for setting in (
            "synchronous_commit = off",
            # The keys were checked when the patterns were written.
            "session_replication_role = replica",
            "maintenance_work_mem = '2GB'",
            "work_mem = '64MB'",
            "jit = off",
        ):
            cursor.execute(f"SET {setting}")
        sizes = {"cases": _cases, "contacts": _contacts}[what](cursor, count)
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    say(**sizes, gib=round(size / 2**30, 1), seconds=round(monotonic.monotonic() - began))


def _cases(cursor: Any, count: int) -> dict[str, int]:
    from shouwen.contact.conversations.models import Contact  # noqa: PLC0415
    from shouwen.ground.policy.models import Clock  # noqa: PLC0415
    from shouwen.people.staff.models import Institution  # noqa: PLC0415
    from shouwen.service.cases.models import Case, CaseEntry, CaseTerm  # noqa: PLC0415

    home = Institution.objects.get(code="bank")
    first_open = int(count * (1 - OPEN_SHARE))
    cursor.execute(BY_CASE, [home.pk])
    _patterns_of_terms(cursor, home.pk)
    tables = [Table(model) for model in (Case, CaseTerm, CaseEntry, Clock)]
    cases, found_terms, entries, clocks = tables
    first = {table: table.next_id() for table in tables}
    # The same as where `_contacts` begins, also while it is at it.
    own = Contact.objects.exclude(public_id__startswith="cont_9").order_by("-pk")
    first_contact = own.values_list("pk", flat=True)[0] + 1
    with Bare(cursor, tables):
        for start in range(0, count, ROWS_AT_ONCE):
            numbers = BY_NUMBER.format(
                start=start,
                end=min(count, start + ROWS_AT_ONCE) - 1,
                count=count,
                days=DAYS,
                open_days=OPEN_DAYS,
                first_open=first_open,
                open_count=count - first_open,
            ).replace("%%", "%")
            ref = "'case_9' || lpad(by.n::text, 25, '0')"
            rare = f"by.n % {max(1, count // SAME_RARE_WORD)}"
            number = (
                "'GD' || to_char((c.opened_at - by.older) AT TIME ZONE 'UTC', 'YYYYMMDD') || '-' "
                f"|| (by.n + {FIRST_NUMBER})"
            )
            copy_rows(
                cursor,
                cases,
                f"({numbers}) by JOIN cases_case c ON c.id = by.pattern",
                id=f"{first[cases]} + by.n",
                public_id=ref,
                number=number,
                # Each came of its own contact, which is filled beside.
                contact_id=f"CASE WHEN c.contact_id IS NOT NULL THEN {first_contact} + by.n END",
                title=f"left(c.title, {TITLE_CHARACTERS}) || ' A' || ({rare})",
                **{name: f"CASE WHEN by.is_open THEN c.{name} END" for name in THIN},
            )
            cursor.execute(
                f"INSERT INTO cases_caseterm (id, institution_id, term, case_id) "
                f"SELECT {first[found_terms]} + by.n * 8 + t.place, {home.pk}, CASE t.form "
                f"WHEN 'number' THEN lower({number}) "
                f"WHEN 'tail' THEN (by.n + {FIRST_NUMBER})::text "
                f"WHEN 'rare' THEN 'a' || ({rare}) ELSE t.term END, {first[cases]} + by.n "
                f"FROM ({numbers}) by JOIN cases_case c ON c.id = by.pattern "
                f"JOIN grown_term t ON t.pattern = by.pattern"
            )
            copy_rows(
                cursor,
                entries,
                f"({numbers}) by JOIN grown_entry g ON g.pattern = by.pattern AND g.place <= "
                f"CASE WHEN by.is_open THEN {ENTRIES_OPEN} ELSE {ENTRIES_ENDED} END "
                f"JOIN cases_caseentry c ON c.id = g.entry",
                id=f"{first[entries]} + by.n * 8 + g.place",
                public_id="'entry_9' || lpad((by.n * 8 + g.place)::text, 25, '0')",
                case_id=f"{first[cases]} + by.n",
            )
            copy_rows(
                cursor,
                clocks,
                f"({numbers}) by JOIN grown_clock g ON by.is_open AND g.pattern = by.pattern "
                f"AND g.place <= {CLOCKS_OPEN} JOIN policy_clock c ON c.id = g.clock",
                id=f"{first[clocks]} + by.n * 8 + g.place",
                public_id="'clock_9' || lpad((by.n * 8 + g.place)::text, 25, '0')",
                subject_ref=ref,
                # What is late among the copies has been told of long ago.
                next_at="NULL",
                breached_at=f"CASE WHEN {BROKEN} THEN c.due_at - by.older "
                "ELSE c.breached_at - by.older END",
            )
    return {"cases": count, "open": count - first_open}


def _patterns_of_terms(cursor: Any, home: int) -> None:
    """Note what each pattern is found by: what its number gives, a rare word, and of the others
    those that are in most patterns, since they grow most."""
    for name, table, column, key in (
        ("entry", "cases_caseentry", "x.case_id", "g.pattern"),
        ("clock", "policy_clock", "x.subject_ref", "c.public_id"),
    ):
        cursor.execute(
            f"CREATE UNLOGGED TABLE grown_{name} AS SELECT g.pattern, x.id AS {name}, "
            f"row_number() OVER (PARTITION BY g.pattern ORDER BY x.id) AS place "
            f"FROM grown_case g JOIN cases_case c ON c.id = g.pattern "
            f"JOIN {table} x ON {column} = {key}"
        )
    cursor.execute(
        "CREATE UNLOGGED TABLE grown_term AS SELECT pattern, form, term, "
        "place FROM (SELECT pattern, form, term, "
        "row_number() OVER (PARTITION BY pattern ORDER BY held DESC, form, term) - 1 AS place "
        "FROM (SELECT g.pattern, '' AS form, t.term, count(*) OVER (PARTITION BY t.term) AS held "
        "FROM grown_case g JOIN cases_caseterm t ON t.case_id = g.pattern "
        "WHERE t.term !~ '[a-z0-9]' UNION ALL SELECT pattern, form, '', 9999 FROM grown_case "
        "CROSS JOIN (VALUES ('number'), ('tail'), ('rare')) AS forms(form)) every) placed "
        f"WHERE place < {TERMS}"
    )
    for name in ("case", "entry", "clock", "term"):
        cursor.execute(f"ANALYZE grown_{name}")


def copy_rows(cursor: Any, table: Table, source: str, **columns: str) -> None:
    """Copy rows `c` of a table into it, all moments by `older`, with some columns changed."""

    def chosen(field: Any) -> str:
        if field.attname in columns:
            return columns[field.attname]
        moved = field.get_internal_type() == "DateTimeField"
        return f'c."{field.column}"' + (" - by.older" if moved else "")

    listed = ", ".join(f'"{field.column}"' for field in table.fields)
    values = ", ".join(chosen(field) for field in table.fields)
    cursor.execute(
        f'INSERT INTO "{table.model._meta.db_table}" ({listed}) SELECT {values} FROM {source}'
    )


class Bare:
    """Tables without their indexes for a while: those are built at the end, in one go each."""

    def __init__(self, cursor: Any, tables: list[Table]) -> None:
        """Take the tables; the pattern's rows are found by scanning meanwhile."""
        self.cursor = cursor
        self.names = [table.model._meta.db_table for table in tables]
        self.tables = tables
        self.kept: list[str] = []

    def __enter__(self) -> None:
        """Drop what is not a constraint of another table's, and note how it was."""
        for name in self.names:
            self.cursor.execute(
                "SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x "
                "JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = %s::regclass "
                "AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)",
                [name],
            )
            for index, made_by in self.cursor.fetchall():
                self.kept.append(made_by)
                self.cursor.execute(f'DROP INDEX "{index}"')
            self.cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE conrelid = %s::regclass AND contype = 'u'",
                [name],
            )
            for constraint, made_by in self.cursor.fetchall():
                self.kept.append(f'ALTER TABLE "{name}" ADD CONSTRAINT "{constraint}" {made_by}')
                self.cursor.execute(f'ALTER TABLE "{name}" DROP CONSTRAINT "{constraint}"')

    def __exit__(self, *_error: object) -> None:
        """Build them again, count the keys on, and look at the tables."""
        for made_by in self.kept:
            self.cursor.execute(made_by)
        for table in self.tables:
            table._count_on()
            self.cursor.execute(f'VACUUM ANALYZE "{table.model._meta.db_table}"')


def _contacts(cursor: Any, count: int) -> dict[str, int]:
    """Add contacts of a year that are over, and some that wait, with their places in the queues."""
    from shouwen.contact.conversations.models import Contact  # noqa: PLC0415
    from shouwen.contact.routing.models import QueueEntry  # noqa: PLC0415
    from shouwen.people.staff.models import Institution  # noqa: PLC0415

    home = Institution.objects.get(code="bank")
    contacts, places = Table(Contact), Table(QueueEntry)
    done = {"institution": home, "state": "ENDED", "queued_at__isnull": False}
    pattern = Contact.objects.filter(**done, owner__isnull=False).order_by("-pk")[0]
    place = QueueEntry.objects.filter(contact=pattern).order_by("-pk")[0]
    first, first_place = contacts.next_id(), places.next_id()
    older = f"make_interval(secs => 86400.0 * {DAYS} * ({count} - n)::float / {count})"
    with Bare(cursor, [contacts, places]):
        for start in range(0, count, ROWS_AT_ONCE):
            numbers = (
                f"(SELECT n, {older} AS older FROM generate_series({start}, "
                f"{min(count, start + ROWS_AT_ONCE) - 1}) AS n) by"
            )
            waits = f"by.n >= {count - WAITING_NOW}"
            copy_rows(
                cursor,
                contacts,
                f"{numbers} JOIN conversations_contact c ON c.id = {pattern.pk}",
                id=f"{first} + by.n",
                public_id="'cont_9' || lpad(by.n::text, 25, '0')",
                visitor_ref="'many-' || by.n",
                state=f"CASE WHEN {waits} THEN 'QUEUED' ELSE c.state END",
            )
            copy_rows(
                cursor,
                places,
                f"{numbers} JOIN routing_queueentry c ON c.id = {place.pk}",
                id=f"{first_place} + by.n",
                public_id="'entr_9' || lpad(by.n::text, 25, '0')",
                contact_id=f"{first} + by.n",
                state=f"CASE WHEN {waits} THEN 'WAITING' ELSE 'DONE' END",
            )
    return {"contacts": count}


if __name__ == "__main__":
    main()
