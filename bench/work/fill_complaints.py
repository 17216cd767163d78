"""Fills a demo centre on PostgreSQL with many complaints, inside the database itself:
`fill_complaints COUNT`.

Each copies one of the demo's complaints with its case, spread over units, types, grades, origins
and a year; 3 % are open, in the states of the demo's, with three clocks and three entries each. The
others are archived, with one entry and no clock. The texts of copies are the pattern's bytes, which
nobody can open under another row's name, so pages open the demo's own.
"""

from __future__ import annotations

import sys
import time as monotonic
from typing import Any

from bench.work.begin import begin, say
from bench.work.bulk import Table
from bench.work.fill_many import Bare, copy_rows

DAYS, OPEN_DAYS, OPEN_SHARE, ROWS_AT_ONCE = 360, 25, 0.03, 250_000
# Days from the first word to the case's tightest limit: of the open two in five are late.
DUE_DAYS = 15
# Longer numbers than the demo's own.
FIRST_NUMBER = 20_000_000
ENTRIES_OPEN, ENTRIES_ENDED, CLOCKS_OPEN = 3, 1, 3
TYPES = ("BUSINESS", "SERVICE", "PRODUCT", "TECHNICAL", "OTHER")
PATTERNS = """
    CREATE UNLOGGED TABLE grown_complaint AS
    SELECT m.id AS pattern, m.case_id, e.ends,
           row_number() OVER (PARTITION BY e.ends ORDER BY m.id) - 1 AS place,
           count(*) OVER (PARTITION BY e.ends) AS places
    FROM complaints_complaint m CROSS JOIN (VALUES (false), (true)) AS e(ends)
    WHERE m.institution_id = %s AND m.is_open AND (NOT e.ends OR m.responsible <> '')
"""
BY_NUMBER = """
    (SELECT n, g.pattern, g.case_id, NOT g.ends AS is_open,
            CASE WHEN g.ends
            THEN make_interval(secs => 86400.0 * ({open_days} + ({days} - {open_days})
                 * ({first_open} - n)::float / {first_open}))
            ELSE make_interval(secs => 86400.0 * {open_days} * ({count} - n) / {open_count})
            END AS older
     FROM generate_series({start}, {end}) AS n
     JOIN grown_complaint g ON g.ends = (n < {first_open}) AND g.place = n % g.places) by
"""
DUE = f"c.opened_at - by.older + interval '{DUE_DAYS} days'"
RAN_OUT = f"c.started_at - by.older + interval '{DUE_DAYS} days'"


def main() -> None:
    """Fill and print how long it took."""
    count = int(sys.argv[1])
    began = monotonic.monotonic()
    begin()
    from django.db import connection  # noqa: PLC0415  # Django is ready only now

    with connection.cursor() as cursor:
        for setting in (
            "synchronous_commit = off",
            # The keys were checked when the patterns were written.
            "session_replication_role = replica",
            "maintenance_work_mem = '1GB'",
            "work_mem = '64MB'",
            "jit = off",
        ):
            cursor.execute(f"SET {setting}")
        open_ones = _fill(cursor, count)
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    seconds = round(monotonic.monotonic() - began)
    say(complaints=count, open=open_ones, gib=round(size / 2**30, 1), seconds=seconds)


def _fill(cursor: Any, count: int) -> int:
    from shouwen.ground.policy.models import Clock  # noqa: PLC0415
    from shouwen.people.staff.models import Institution, Unit  # noqa: PLC0415
    from shouwen.service.cases.models import Case, CaseEntry  # noqa: PLC0415
    from shouwen.service.complaints.models import Complaint, ComplaintGrade  # noqa: PLC0415

    home = Institution.objects.get(code="bank")
    first_open = int(count * (1 - OPEN_SHARE))
    cursor.execute(PATTERNS, [home.pk])
    for name, table, column in (
        ("rentry", "cases_caseentry", "x.case_id = c.id"),
        ("rclock", "policy_clock", "x.subject_ref = c.public_id AND x.state = 'RUNNING'"),
    ):
        cursor.execute(
            f"CREATE UNLOGGED TABLE grown_{name} AS SELECT g.pattern, x.id AS row, "
            "row_number() OVER (PARTITION BY g.pattern ORDER BY x.id) AS place "
            "FROM grown_complaint g JOIN cases_case c ON c.id = g.case_id AND NOT g.ends "
            f"JOIN {table} x ON {column}"
        )
    tables = [Table(model) for model in (Case, Complaint, CaseEntry, Clock)]
    first = {table: table.next_id() for table in tables}
    units = _picked("unit", Unit.objects.filter(institution=home), "by.n / 7")
    grades = _picked("grade", ComplaintGrade.objects.filter(institution=home), "by.n / 3")
    with Bare(cursor, tables):
        for start in range(0, count, ROWS_AT_ONCE):
            source = BY_NUMBER.format(
                start=start,
                end=min(count, start + ROWS_AT_ONCE) - 1,
                count=count,
                days=DAYS,
                open_days=OPEN_DAYS,
                first_open=first_open,
                open_count=count - first_open,
            )
            _copy_some(cursor, source, tables, first, units, grades)
    return count - first_open


def _picked(name: str, rows: Any, turn: str) -> str:
    """Give SQL that picks one of some rows' ids in turns."""
    ids = ", ".join(str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True))
    return f"(ARRAY[{ids}])[1 + ({turn}) % array_length(ARRAY[{ids}], 1)]"


def _copy_some(
    cursor: Any, source: str, tables: list[Table], first: dict[Table, int], units: str, grades: str
) -> None:
    cases, complaints, entries, clocks = tables
    kinds = "(ARRAY[" + ", ".join(f"'{kind}'" for kind in TYPES) + "])[1 + (by.n / 2) % 5]"
    ref = "'case_8' || lpad(by.n::text, 25, '0')"
    copy_rows(
        cursor,
        cases,
        f"{source} JOIN cases_case c ON c.id = by.case_id",
        id=f"{first[cases]} + by.n",
        public_id=ref,
        number="'GD' || to_char((c.opened_at - by.older) AT TIME ZONE 'UTC', 'YYYYMMDD') "
        f"|| '-' || (by.n + {FIRST_NUMBER})",
        is_open="by.is_open",
        state="CASE WHEN by.is_open THEN c.state ELSE 'ARCHIVED' END",
        unit_id=units,
        urgency="CASE WHEN by.n % 10 = 0 THEN 'URGENT' ELSE c.urgency END",
        complexity="CASE WHEN by.n % 50 = 0 THEN 'SPECIAL' ELSE c.complexity END",
        due_at=f"CASE WHEN by.is_open THEN {DUE} END",
        soon_at=f"CASE WHEN by.is_open THEN {DUE} - interval '1 day' END",
        **dict.fromkeys(
            ("closed_at", "customer_confirmed_at", "agent_confirmed_at", "reviewed_at"),
            "CASE WHEN NOT by.is_open THEN c.opened_at - by.older END",
        ),
    )
    copy_rows(
        cursor,
        complaints,
        f"{source} JOIN complaints_complaint c ON c.id = by.pattern",
        id=f"{first[complaints]} + by.n",
        public_id="'complaint_8' || lpad(by.n::text, 25, '0')",
        case_id=f"{first[cases]} + by.n",
        is_open="by.is_open",
        state="CASE WHEN by.is_open THEN c.state ELSE 'ARCHIVED' END",
        cg_type=f"CASE WHEN c.cg_type = '' THEN '' ELSE {kinds} END",
        grade_id=f"CASE WHEN c.grade_id IS NULL THEN NULL ELSE {grades} END",
        source_ref="''",
        origin="CASE WHEN by.n % 25 = 0 THEN 'REGULATOR' ELSE 'CUSTOMER' END",
        is_major="by.n % 500 = 0",
        major_reason="CASE WHEN by.n % 500 = 0 THEN 'JUDGED' ELSE '' END",
        repeat_of_id="CASE WHEN by.n % 20 = 0 THEN by.pattern END",
        archived_at="CASE WHEN by.is_open THEN NULL ELSE c.received_at - by.older END",
    )
    copy_rows(
        cursor,
        entries,
        f"{source} JOIN grown_rentry g ON g.pattern = by.pattern AND g.place <= "
        f"CASE WHEN by.is_open THEN {ENTRIES_OPEN} ELSE {ENTRIES_ENDED} END "
        "JOIN cases_caseentry c ON c.id = g.row",
        id=f"{first[entries]} + by.n * 8 + g.place",
        public_id="'entry_8' || lpad((by.n * 8 + g.place)::text, 25, '0')",
        case_id=f"{first[cases]} + by.n",
    )
    copy_rows(
        cursor,
        clocks,
        f"{source} JOIN grown_rclock g ON by.is_open AND g.pattern = by.pattern "
        f"AND g.place <= {CLOCKS_OPEN} JOIN policy_clock c ON c.id = g.row",
        id=f"{first[clocks]} + by.n * 8 + g.place",
        public_id="'clock_8' || lpad((by.n * 8 + g.place)::text, 25, '0')",
        subject_ref=ref,
        due_at=RAN_OUT,
        soon_at=f"{RAN_OUT} - interval '1 day'",
        breached_at=f"CASE WHEN {RAN_OUT} <= now() THEN {RAN_OUT} END",
        # What is late among the copies has been told of long ago.
        next_at="NULL",
    )


if __name__ == "__main__":
    main()
