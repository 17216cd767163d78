"""The left pane: who is with me, who waits, what I follow, what has ended today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils.translation import gettext as _

from shouwen.contact.conversations.models import Contact, ContactState, Disposition, Handling
from shouwen.contact.routing import queries as routing
from shouwen.contact.routing.models import EntryState, QueueEntry, Spike
from shouwen.front.desk.queries import naming
from shouwen.front.desk.queries.figures import day_start
from shouwen.front.desk.queries.mine import Mine, Row, mine_of, with_keys
from shouwen.front.desk.queries.wants import wants_of
from shouwen.front.desk.rules.waiting import ReplyTarget
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit.words import duration
from shouwen.people.staff.access import has_right
from shouwen.people.staff.models import Institution, Person
from shouwen.service.cases.models import Case

TABS = ("open", "follow", "ended")
MOST_WAITING = 20
MOST_FOLLOWED = 50
MOST_ENDED = 50


@dataclass(frozen=True, slots=True)
class FollowRow:
    """One open case that the person owns."""

    ref: str
    number: str
    title: str
    state: str
    due_at: datetime | None
    due_state: str
    due_words: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the three lists and how many are in it."""

    key: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who waits in the institution's queues: the first of them, how many, since when."""

    institution: Institution
    rows: list[Row]
    count: int
    since: datetime | None
    spikes: list[Spike]


@dataclass(frozen=True, slots=True)
class QueuePane:
    """The left pane as one person sees it."""

    person: Person
    tab: str
    tabs: list[Tab]
    mine: Mine
    ended: list[Row]
    waits: Waiting | None
    follow: list[FollowRow]
    owned_count: int
    tightest_due: datetime | None
    tightest_state: str
    tightest_words: str


def queue_pane(
    actor: Actor, person: Person, *, tab: str, on: str, now: datetime, target: ReplyTarget
) -> QueuePane:
    """Give the left pane; `on` is the public id of the open contact. Queries do not grow."""
    tab = tab if tab in TABS else TABS[0]
    mine = mine_of(actor, person, on=on, now=now, target=target)
    owned = Case.objects.filter(
        institution_id=person.institution_id, owner=person, is_open=True
    ).aggregate(count=Count("pk"), due=Min("due_at"), soon=Min("soon_at"))
    ended = _ended_today(person, now)
    return QueuePane(
        person=person,
        tab=tab,
        tabs=[
            Tab("open", _("With me"), len(mine.rows)),
            Tab("follow", _("To follow"), owned["count"]),
            Tab("ended", _("Ended"), len(ended)),
        ],
        mine=mine,
        ended=with_keys(_ended_rows(ended, on)) if tab == "ended" else [],
        waits=waiting_for(actor, person) if tab == "open" else None,
        follow=_follow_rows(person, now) if tab == "follow" else [],
        owned_count=owned["count"],
        tightest_due=owned["due"],
        tightest_state=_due_state(owned["due"], owned["soon"], now),
        tightest_words=_short_left(owned["due"], now) if owned["due"] else "",
    )


def waiting_for(actor: Actor, person: Person) -> Waiting:
    """Give who waits in the queues of the person's institution. Queries do not grow."""
    waiting = QueueEntry.objects.filter(
        institution_id=person.institution_id, state=EntryState.WAITING
    ).aggregate(count=Count("pk"), since=Min("enqueued_at"))
    return Waiting(
        institution=person.institution,
        rows=_waiting_rows(actor, person) if waiting["count"] else [],
        count=waiting["count"],
        since=waiting["since"],
        spikes=routing.spikes_running(person.institution_id),
    )


def _waiting_rows(actor: Actor, person: Person) -> list[Row]:
    entries = (
        QueueEntry.objects.filter(institution_id=person.institution_id, state=EntryState.WAITING)
        .select_related("contact__customer", "queue")
        .order_by("rank_at", "pk")[:MOST_WAITING]
    )
    wants = wants_of(entry.contact for entry in entries)
    may_take = has_right(actor, "contact.take")
    return [
        Row(
            ref=entry.contact.public_id,
            name=naming.name_of(entry.contact),
            tag=naming.tier_of(entry.contact),
            want=wants.get(entry.contact_id) or entry.queue.name,
            icon=naming.icon_of(entry.contact),
            since=entry.contact.queued_at or entry.enqueued_at,
            may_take=may_take,
        )
        for entry in entries
    ]


def _ended_today(person: Person, now: datetime) -> list[Contact]:
    had = (
        Handling.objects.filter(
            person=person, until_at__gte=day_start(now), contact__state=ContactState.ENDED
        )
        .select_related("contact__customer")
        .order_by("-until_at", "-pk")[:MOST_ENDED]
    )
    return list({handling.contact_id: handling.contact for handling in had}.values())


def _ended_rows(contacts: list[Contact], on: str) -> list[Row]:
    wants = wants_of(contacts)
    return [
        Row(
            ref=contact.public_id,
            name=naming.name_of(contact),
            tag="",
            want=wants.get(contact.pk, ""),
            icon=naming.icon_of(contact),
            ended_at=contact.ended_at,
            words=str(Disposition(contact.disposition).label) if contact.disposition else "",
            is_on=contact.public_id == on,
        )
        for contact in contacts
    ]


def _follow_rows(person: Person, now: datetime) -> list[FollowRow]:
    cases = Case.objects.filter(
        institution_id=person.institution_id, owner=person, is_open=True
    ).order_by("-pk")[:MOST_FOLLOWED]
    rows = [
        FollowRow(
            ref=case.public_id,
            number=case.number,
            title=case.title,
            state=str(case.get_state_display()),
            due_at=case.due_at,
            due_state=_due_state(case.due_at, case.soon_at, now),
            due_words=_short_left(case.due_at, now) if case.due_at else "",
        )
        for case in cases
    ]
    far = now + timedelta(days=36500)
    return sorted(rows, key=lambda row: row.due_at or far)


def _due_state(due_at: datetime | None, soon_at: datetime | None, now: datetime) -> str:
    if due_at is None:
        return ""
    if now >= due_at:
        return "over"
    return "soon" if soon_at is not None and now >= soon_at else "safe"


def _short_left(due_at: datetime, now: datetime) -> str:
    """Say what is left in one unit, for a place with little room: 3小时, 超时35分."""
    seconds = abs((due_at - now).total_seconds())
    unit = next((unit for unit in (86400, 3600, 60) if seconds >= unit), 1)
    span = duration(seconds // unit * unit)
    return span if due_at >= now else _("%(time)s late") % {"time": span}
