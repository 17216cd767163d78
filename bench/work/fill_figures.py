"""Fills a demo centre's roll-ups as a year of contacts would have left them: every quarter hour,
queue and person, and every hour, category and unit."""

from __future__ import annotations

import itertools
import random
import sys
import time as monotonic
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.work.begin import begin, say
from bench.work.bulk import Table, changed, settle

DAYS = 400
PEOPLE, CATEGORIES, QUEUES = 200, 60, 10
# How the contacts of a day spread over its hours, midnight first.
HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 9, 12, 11, 8, 5, 7, 9, 9, 8, 6, 4, 4, 4, 3, 2, 1)


def main() -> None:
    """Fill and print how long it took."""
    count = int(sys.argv[1])
    begin()
    from django.db.models import Sum  # noqa: PLC0415

    from shouwen.assurance.monitoring import actions  # noqa: PLC0415
    from shouwen.assurance.monitoring.models import CategoryRollup, Grain, Rollup  # noqa: PLC0415
    from shouwen.assurance.monitoring.rules import day_start, month_start  # noqa: PLC0415
    from shouwen.ground.kernel import time  # noqa: PLC0415
    from shouwen.people.staff.models import Institution, Unit  # noqa: PLC0415
    from shouwen.service.cases.models import Category  # noqa: PLC0415

    began = monotonic.monotonic()
    dice = random.Random(1)  # a filling's dice
    home = Institution.objects.get(code="bank")
    units = list(Unit.objects.filter(institution=home).values_list("pk", flat=True))
    leaves = Category.objects.filter(institution=home, level=3).values_list("pk", flat=True)
    categories = [leaves[n % len(leaves)] for n in range(CATEGORIES)]
    now = time.now()
    first = day_start(now - timedelta(days=DAYS))
    per_quarter = count / DAYS / 96 / QUEUES
    mean = sum(HOURS) / len(HOURS)
    Rollup.objects.filter(institution=home).delete()
    CategoryRollup.objects.filter(institution=home).delete()
    table = Table(Rollup)
    ids = itertools.count(table.next_id())

    def one(at: Any, queue: int, person: int | None, contacts: int) -> list[Any]:
        return changed(
            blank,
            table,
            id=next(ids),
            starts_at=table.moment(at),
            of_person=person is not None,
            person_ref="" if person is None else f"pers_{person:026d}",
            queue_code=f"queue{queue}",
            channel="chat",
            unit_id=units[queue % len(units)],
            queued=contacts if person is None else 0,
            abandoned=contacts // 25 if person is None else 0,
            answered=contacts,
            answered_in_time=contacts - contacts // 10,
            wait_seconds=12.0 * contacts,
            replied=contacts,
            reply_seconds=15.0 * contacts,
            ended=contacts,
            handle_seconds=300.0 * contacts,
            wrapped_up=contacts,
            wrap_up_seconds=30.0 * contacts,
            solved_at_once=contacts - contacts // 4,
            rated=contacts // 3,
            satisfied=contacts // 3,
            score_5=contacts // 3,
            score_sum=contacts // 3 * 5,
            clocks_met=contacts,
            nonvoice_met=contacts,
        )

    blank = table.plain(Rollup(institution=home, grain=Grain.QUARTER))

    def quarters() -> Iterator[list[Any]]:
        """Every queue in every quarter hour; its people share it, a few of them at a time."""
        for number in range(DAYS * 96):
            at = first + timedelta(minutes=15 * number)
            busy = per_quarter * HOURS[(number // 4) % 24] / mean
            for queue in range(QUEUES):
                contacts = round(busy * dice.uniform(0.7, 1.3))
                if contacts and at <= now:
                    yield one(at, queue, None, contacts)

    def days() -> Iterator[list[Any]]:
        """Every person's days on two queues."""
        each = max(1, round(count / DAYS / PEOPLE / 2))
        for day in range(DAYS):
            at = first + timedelta(days=day)
            for person in range(PEOPLE):
                for queue in (person % QUEUES, (person + 1) % QUEUES):
                    yield changed(one(at, queue, person, each), table, grain=Grain.DAY)

    table.write(quarters())
    table.write(days())
    _months_of_people(table, Rollup, home.pk, first, now, blank, ids)
    kinds = Table(CategoryRollup)
    kind_ids = itertools.count(kinds.next_id())
    plain = kinds.plain(CategoryRollup(institution=home, grain=Grain.HOUR))
    kinds.write(
        changed(
            plain,
            kinds,
            id=next(kind_ids),
            starts_at=kinds.moment(first + timedelta(hours=hour)),
            category_id=category,
            unit_id=units[category % len(units)],
            classified=3,
            cases_closed=3,
            open_seconds=90000.0,
            dispatched=3,
            dispatched_once=2,
        )
        for hour in range(DAYS * 24)
        for category in sorted(set(categories))
        if HOURS[hour % 24] > 2
    )
    month = month_start(now)
    while month >= month_start(first):
        actions.rebuild(home.pk, month)
        month = month_start(month - timedelta(days=1))
    settle()
    whole = Rollup.objects.filter(grain=Grain.MONTH, of_person=False)
    say(
        contacts=whole.aggregate(all=Sum("queued"))["all"],
        rollups=Rollup.objects.count() + CategoryRollup.objects.count(),
        seconds=round(monotonic.monotonic() - began),
    )


def _months_of_people(
    table: Table, rows: Any, home: int, first: Any, now: Any, blank: list[Any], ids: Any
) -> None:
    """Sum the people's days into months, which are not rebuilt without their quarter hours."""
    from django.db.models import Sum  # noqa: PLC0415

    from shouwen.assurance.monitoring.models import Grain, counters_of  # noqa: PLC0415
    from shouwen.assurance.monitoring.rules import month_start, next_month  # noqa: PLC0415

    counters = counters_of(rows)
    month = month_start(first)
    while month <= now:
        within = rows.objects.filter(
            institution_id=home,
            grain=Grain.DAY,
            of_person=True,
            starts_at__gte=month,
            starts_at__lt=next_month(month),
        )
        sums = within.values("person_ref", "queue_code", "unit_id").annotate(
            **{name: Sum(name) for name in counters}
        )
        table.write(
            changed(
                blank,
                table,
                id=next(ids),
                starts_at=table.moment(month),
                grain=Grain.MONTH,
                of_person=True,
                channel="chat",
                **row,
            )
            for row in sums.order_by("person_ref", "queue_code")
        )
        month = next_month(month)


if __name__ == "__main__":
    main()
