"""Fills a demo centre with cases: copies of its own, each with entries, clocks and search terms.

Every text is sealed anew for its row, so that pages open them as they would any other.
"""

from __future__ import annotations

import itertools
import sys
import time as monotonic
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bench.work.begin import begin, say
from bench.work.bulk import Table, changed, ids, settle

DAYS = 360
OPEN_DAYS = 5
OPEN_SHARE = 0.03
CASES_AT_ONCE = 5_000
SEALED = ("description", "cause", "solution", "feedback")


def main() -> None:
    """Fill and print how long it took."""
    count = int(sys.argv[1])
    begin()
    from shouwen.ground.policy.models import Clock, ClockEntry  # noqa: PLC0415
    from shouwen.ground.vault import ciphers, sealing  # noqa: PLC0415
    from shouwen.people.staff.models import Institution  # noqa: PLC0415
    from shouwen.service.cases.models import Case, CaseEntry, CaseTerm, State  # noqa: PLC0415
    from shouwen.service.cases.rules import terms  # noqa: PLC0415

    began = monotonic.monotonic()
    suite = ciphers.chosen()
    home = Institution.objects.get(code="bank")
    cases, entries, found_terms = Table(Case), Table(CaseEntry), Table(CaseTerm)
    clocks, lines = Table(Clock), Table(ClockEntry)

    def seal(table: Table, text: str, subject: str, ref: str, field: str) -> str:
        name = table.model._meta.db_table
        return sealing.seal(text, suite=suite, subject=subject, table=name, ref=ref, field=field)

    def moved(table: Table, values: list[Any], by: timedelta) -> list[Any]:
        return [value - by if isinstance(value, datetime) else value for value in values]

    patterns = []
    # Copies made inside the database are no patterns: their texts cannot be opened.
    own = Case.objects.filter(institution=home).exclude(public_id__startswith="case_9")
    for case in own.select_related("category__parent__parent"):
        of_case = CaseEntry.objects.filter(case=case).order_by("pk")
        of_clock = defaultdict(list)
        running = list(Clock.objects.filter(subject_kind="case", subject_ref=case.public_id))
        for line in ClockEntry.objects.filter(clock__in=running).order_by("clock", "sequence"):
            of_clock[line.clock_id].append(lines.plain(line))
        category, names = case.category, []
        while category is not None:
            names += [category.name_zh, category.name_en]
            category = category.parent
        patterns.append(
            {
                "case": case,
                "values": cases.plain(case),
                "texts": {name: getattr(case, name) for name in SEALED},
                "entries": [(entries.plain(e), e.text.plain if e.text else "") for e in of_case],
                "clocks": [(clocks.plain(clock), of_clock[clock.pk]) for clock in running],
                "names": names,
            }
        )
    for pattern in patterns:
        texts = pattern["texts"]
        pattern["texts"] = {k: v.plain for k, v in texts.items() if v is not None and v.plain}
    still_open = [p for p in patterns if p["case"].is_open]
    ended = [p for p in patterns if not p["case"].is_open] or still_open
    case_ids = itertools.count(cases.next_id())
    clock_ids = itertools.count(clocks.next_id())
    entry_ids, line_ids = itertools.count(entries.next_id()), itertools.count(lines.next_id())
    term_ids = itertools.count(found_terms.next_id())
    case_refs, entry_refs = ids("case", 1), ids("entry", 1)
    clock_refs = ids("clock", 1)
    newest = max(p["case"].opened_at for p in patterns)
    first_open = int(count * (1 - OPEN_SHARE))

    def build(numbers: range) -> dict[Table, list[Any]]:
        made: dict[Table, list[Any]] = {t: [] for t in (cases, entries, found_terms, clocks, lines)}
        for number in numbers:
            is_open = number >= first_open
            kind = still_open if is_open and still_open else ended
            pattern = kind[number % len(kind)]
            case = pattern["case"]
            if is_open:
                by = timedelta(days=OPEN_DAYS * (count - number) / (count - first_open))
            else:
                age = OPEN_DAYS + (DAYS - OPEN_DAYS) * (first_open - number) / first_open
                by = (case.opened_at - newest) + timedelta(days=age)
            pk, ref = next(case_ids), next(case_refs)
            opened = case.opened_at - by
            serial = f"GD{opened:%Y%m%d}-{number + 10_000:06d}"
            title = f"{case.title[:100]} A{number % 20_000:05d}"
            subject = case.seal_ref
            made[cases].append(
                changed(
                    moved(cases, pattern["values"], by),
                    cases,
                    id=pk,
                    public_id=ref,
                    number=serial,
                    title=title,
                    **{
                        name: seal(cases, pattern["texts"][name], subject, ref, name)
                        if name in pattern["texts"]
                        else None
                        for name in SEALED
                    },
                )
            )
            for values, text in pattern["entries"]:
                entry_ref = next(entry_refs)
                sealed = seal(entries, text, subject, entry_ref, "text") if text else None
                made[entries].append(
                    changed(
                        moved(entries, values, by),
                        entries,
                        id=next(entry_ids),
                        public_id=entry_ref,
                        case_id=pk,
                        text=sealed,
                    )
                )
            for values, of_clock in pattern["clocks"]:
                clock_id = next(clock_ids)
                made[clocks].append(
                    changed(
                        moved(clocks, values, by),
                        clocks,
                        id=clock_id,
                        public_id=next(clock_refs),
                        subject_ref=ref,
                        # What is late among the copies has been told of long ago.
                        next_at=None,
                    )
                )
                made[lines] += [
                    changed(moved(lines, line, by), lines, id=next(line_ids), clock_id=clock_id)
                    for line in of_clock
                ]
            made[found_terms] += [
                (next(term_ids), home.pk, term, pk)
                for term in terms.case_terms(title, serial, *pattern["names"])
            ]
        return made

    def steps() -> Iterator[range]:
        for first in range(0, count, CASES_AT_ONCE):
            yield range(first, min(count, first + CASES_AT_ONCE))

    if found_terms.names != ["id", "institution_id", "term", "case_id"]:
        raise RuntimeError("The search terms have other columns now")
    for numbers in steps():
        for table, rows in build(numbers).items():
            table.write(rows)
    settle()
    say(
        cases=Case.objects.count(),
        open=Case.objects.exclude(state__in=(State.CLOSED, State.ARCHIVED)).count(),
        seconds=round(monotonic.monotonic() - began),
    )


if __name__ == "__main__":
    main()
