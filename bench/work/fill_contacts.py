"""Fills a demo centre with contacts that are over, their places in the queues, and the roll-ups
that hearing of them would have left."""

from __future__ import annotations

import itertools
import sys
import time as monotonic
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.work.begin import begin, say
from bench.work.bulk import Table, changed, ids, settle

DAYS = 90
WAIT_SECONDS, HANDLE_SECONDS, REPLY_SECONDS = 12.0, 300.0, 15.0
LEFT_EVERY, LATE_EVERY, RATED_EVERY = 25, 10, 3
WAITING_NOW = 40


def main() -> None:
    """Fill and print how long it took."""
    count = int(sys.argv[1])
    begin()
    from shouwen.assurance.monitoring.models import Rollup  # noqa: PLC0415
    from shouwen.assurance.monitoring.rules import quarter_of  # noqa: PLC0415
    from shouwen.contact.conversations.models import Contact  # noqa: PLC0415
    from shouwen.contact.routing.models import Queue, QueueEntry  # noqa: PLC0415
    from shouwen.ground.kernel import time  # noqa: PLC0415
    from shouwen.people.staff.models import Institution, Person  # noqa: PLC0415

    began = monotonic.monotonic()
    home = Institution.objects.get(code="bank")
    queues = list(Queue.objects.filter(institution=home).order_by("pk"))
    people = list(Person.objects.filter(institution=home).order_by("pk")[:8])
    contacts, places, rollups = Table(Contact), Table(QueueEntry), Table(Rollup)
    now = time.now()
    start = now - timedelta(days=DAYS)
    step = (now - start) / count
    first = contacts.next_id()
    place_ids = itertools.count(places.next_id())
    refs, place_refs = ids("cont", 1), ids("entr", 1)
    blank = contacts.plain(
        Contact(institution=home, channel="chat", state="ENDED", disposition="RESOLVED")
    )
    blank_place = places.plain(
        QueueEntry(institution=home, state="DONE", priority=0, queue=queues[0])
    )
    by_view: dict[tuple[Any, str, str], dict[str, float]] = {}

    def add(key: tuple[Any, str, str], **counts: float) -> None:
        view = by_view.get(key)
        if view is None:
            by_view[key] = counts
            return
        for name, by in counts.items():
            view[name] = view.get(name, 0) + by

    def contact_rows() -> Iterator[list[Any]]:
        for number in range(count):
            at = start + step * number
            queue = queues[number % len(queues)]
            person = people[number % len(people)]
            is_waiting = number >= count - WAITING_NOW
            left = not is_waiting and number % LEFT_EVERY == 0
            state = "QUEUED" if is_waiting else "ABANDONED" if left else "ENDED"
            quarter = quarter_of(at)
            everybody, own = (quarter, queue.code, ""), (quarter, queue.code, person.public_id)
            add(everybody, queued=1)
            answered = None
            if left:
                add(everybody, abandoned=1)
            elif not is_waiting:
                answered = at + timedelta(seconds=WAIT_SECONDS)
                for key in (everybody, own):
                    add(
                        key,
                        answered=1,
                        answered_in_time=int(number % LATE_EVERY != 0),
                        wait_seconds=WAIT_SECONDS,
                        replied=1,
                        reply_seconds=REPLY_SECONDS,
                        ended=1,
                        handle_seconds=HANDLE_SECONDS,
                        solved_at_once=1,
                    )
                    if number % RATED_EVERY == 0:
                        add(key, rated=1, satisfied=1, score_5=1)
            ended = None if is_waiting else at + timedelta(seconds=HANDLE_SECONDS)
            moments = {
                "arrived_at": at,
                "queued_at": at,
                "answered_at": answered,
                "first_reply_at": answered,
                "ended_at": ended,
                "wrapped_up_at": None if left else ended,
                "last_message_at": at,
            }
            yield changed(
                blank,
                contacts,
                id=first + number,
                public_id=next(refs),
                visitor_ref=f"bench-{number}",
                queue_code=queue.code,
                state=state,
                disposition="" if is_waiting else "ABANDONED" if left else "RESOLVED",
                owner_id=person.pk if answered else None,
                message_count=6,
                **{k: contacts.moment(v) if v else None for k, v in moments.items()},
            )

    def place_rows() -> Iterator[list[Any]]:
        for number in range(count):
            at = contacts.moment(start + step * number)
            is_waiting = number >= count - WAITING_NOW
            yield changed(
                blank_place,
                places,
                id=next(place_ids),
                public_id=next(place_refs),
                contact_id=first + number,
                queue_id=queues[number % len(queues)].pk,
                state="WAITING" if is_waiting else "DONE",
                enqueued_at=at,
                rank_at=at,
                closed_at=None if is_waiting else at,
            )

    contacts.write(contact_rows())
    places.write(place_rows())
    # The demo's own figures of these quarters give way to those of the many.
    Rollup.objects.filter(institution=home).delete()
    rollup_ids = itertools.count(rollups.next_id())
    rollups.write(
        changed(
            rollups.plain(
                Rollup(
                    institution=home,
                    starts_at=quarter,
                    queue_code=queue_code,
                    channel="chat",
                    person_ref=person_ref,
                    of_person=bool(person_ref),
                    **counts,
                )
            ),
            rollups,
            id=next(rollup_ids),
        )
        for (quarter, queue_code, person_ref), counts in by_view.items()
    )
    settle()
    say(
        contacts=Contact.objects.count(),
        rollups=Rollup.objects.count(),
        seconds=round(monotonic.monotonic() - began),
    )


if __name__ == "__main__":
    main()
