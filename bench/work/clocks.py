"""Starts clocks one subject at a time and in bulk, then watches breaches among a million."""

from __future__ import annotations

import statistics
import time as monotonic
from datetime import timedelta

from bench.measuring import percentile
from bench.work.begin import begin, say
from bench.work.bulk import Table, copies, settle

OPEN_CLOCKS = 1_000_000
DAYS = 10
SINGLE_STARTS = 400
BULK_STARTS = 2_000
BREACHES = 200
EVERY_SECONDS = 0.25
INSTITUTION = 1


def main() -> None:
    """Measure and print."""
    begin()
    from shouwen.ground.kernel import time  # noqa: PLC0415  # Django is ready only now
    from shouwen.ground.kernel.actor import Actor  # noqa: PLC0415
    from shouwen.ground.policy import actions, ticker  # noqa: PLC0415
    from shouwen.ground.policy.clocks import Facts, Starting, Subject, start_many  # noqa: PLC0415
    from shouwen.ground.policy.models import Clock  # noqa: PLC0415

    actor = Actor.system("bench", INSTITUTION)
    packs = ("HB", "CG", "OM", "SN", "PV", "CBIRC-2020-3")
    actions.adopt_packs(INSTITUTION, packs, actor=actor, at=time.now())
    facts = Facts(kind="request", channel="chat")

    def start(refs: list[str]) -> int:
        made = start_many(
            "case.opened",
            [Starting(Subject("case", ref), facts) for ref in refs],
            institution_id=INSTITUTION,
            at=time.now(),
            actor=actor,
        )
        return len(made)

    start([f"warm{n}" for n in range(50)])
    rates = []
    for round_ in range(5):
        began, made = monotonic.perf_counter(), 0
        for number in range(SINGLE_STARTS // 5):
            made += start([f"one{round_}_{number}"])
        rates.append(made / (monotonic.perf_counter() - began))
    bulk = []
    for round_ in range(5):
        began = monotonic.perf_counter()
        made = start([f"bulk{round_}_{number}" for number in range(BULK_STARTS)])
        bulk.append(made / (monotonic.perf_counter() - began))
    say(
        what="clock starts",
        per_second_one_by_one=round(statistics.median(rates)),
        per_second_in_bulk=round(statistics.median(bulk)),
    )

    # A million open clocks, copied from a real one inside the database, none due for days.
    far = time.now() + timedelta(days=3)
    pattern = Clock.objects.filter(subject_ref__startswith="bulk").order_by("pk").first()
    if pattern is None:
        raise RuntimeError("No clock was started to copy")
    missing = OPEN_CLOCKS - Clock.objects.count()
    began = monotonic.perf_counter()
    table = Table(Clock)
    for day in range(DAYS):
        due = table.literal(far + timedelta(days=day))
        copies(
            table,
            pattern.pk,
            missing // DAYS,
            public_id=f"'clock_c{day}_' || (100000000000000000 + n)",
            subject_ref=f"'copy{day}_' || n",
            due_at=due,
            soon_at=due,
            next_at=due,
        )
    Clock.objects.filter(next_at__lt=far).update(due_at=far, soon_at=far, next_at=far)
    settle()
    filled = monotonic.perf_counter() - began

    # Due at known instants over the next seconds, as in the live loop.
    base = time.now() + timedelta(seconds=3)
    rows = []
    for number in range(BREACHES):
        row = _copy(pattern, f"due{number}")
        row.due_at = row.soon_at = row.next_at = base + timedelta(seconds=number * 0.05)
        row.hard = True
        rows.append(row)
    Clock.objects.bulk_create(rows)
    idle = []
    last = base + timedelta(seconds=BREACHES * 0.05 + 2)
    while time.now() < last:
        began = monotonic.perf_counter()
        done = ticker.tick(time.now())
        if not done:
            idle.append(monotonic.perf_counter() - began)
            monotonic.sleep(EVERY_SECONDS)
    delays = [
        (row.breached_at - row.due_at).total_seconds()
        for row in Clock.objects.filter(subject_ref__startswith="due", breached_at__isnull=False)
    ]
    if len(delays) != BREACHES:
        raise RuntimeError(f"{BREACHES - len(delays)} breaches were not seen")
    say(
        what="breach delay",
        seconds_filling=round(filled),
        open_clocks=Clock.objects.filter(state=Clock.State.RUNNING).count(),
        p50_ms=round(statistics.median(delays) * 1000),
        p99_ms=round(percentile(delays, 0.99) * 1000),
        worst_ms=round(max(delays) * 1000),
        idle_tick_ms=round(statistics.median(idle) * 1000, 2),
    )


def _copy(pattern, ref):  # type: ignore[no-untyped-def]  # one of the rooms' rows, loaded above
    copy = type(pattern).objects.model(
        **{
            field.attname: getattr(pattern, field.attname)
            for field in pattern._meta.concrete_fields
            if field.name not in ("id", "public_id")
        }
    )
    copy.subject_ref = ref
    return copy


if __name__ == "__main__":
    main()
