"""What stands behind a figure, within the asker's reach: contacts, cases, complaints, ratings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from shouwen.assurance.monitoring import kpis
from shouwen.assurance.monitoring import queries as figures
from shouwen.assurance.monitoring.models import HeldShare
from shouwen.assurance.monitoring.periods import Period
from shouwen.assurance.monitoring.queries import Question
from shouwen.assurance.satisfaction import queries as ratings
from shouwen.assurance.satisfaction.models import Rating, Score, SubjectKind
from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact, ContactState, Disposition
from shouwen.contact.routing import queries as routing
from shouwen.front.reports import access
from shouwen.front.reports.rules import CASE_MOMENTS, CONTACT_MOMENTS, Behind, behind_of
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.ground.kit.words import Words
from shouwen.people.staff import queries as staff
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case, State
from shouwen.service.complaints.models import Complaint

ROWS = 50
MOST_PAGES = 200
# A contact's facts follow its queueing within this; by it the index narrows what is read.
LONGEST_CONTACT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Item:
    """One contact or case behind a figure."""

    at: datetime
    name: str
    url: str
    place: str
    person: str
    outcome: Words
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of what stands behind a figure; numbers of the pages before and after, 0 for none."""

    kind: Behind
    items: list[Item]
    newer: int
    older: int


def behind(actor: Actor, asked: Question, number: int) -> Listed:
    """Give page `number` of what a figure was counted from, newest first.

    Only what the actor may read by itself is listed, so it can be less than the figure. Raises
    NotAllowed, also for a figure whose single things are not kept.
    """
    kpi = kpis.by_code()[asked.kpi]
    kind = behind_of(kpi.code)
    if kind is None or not access.may_look_behind(actor, kpi):
        raise NotAllowed
    number = max(1, min(number, MOST_PAGES))
    units = [unit.pk for unit in staff.units_below(actor, asked.unit)] if asked.unit else None
    build = {
        Behind.CONTACTS: _contacts,
        Behind.CASES: _cases,
        Behind.RATINGS: _ratings,
        Behind.COMPLAINTS: _complaints,
    }[kind]
    rows = build(actor, asked, units)
    found = list(rows[(number - 1) * ROWS : number * ROWS + 1])
    return Listed(
        kind,
        _items(actor, kind, found[:ROWS], asked),
        newer=number - 1,
        older=number + 1 if len(found) > ROWS and number < MOST_PAGES else 0,
    )


def _within(name: str, period: Period) -> Q:
    return Q(**{f"{name}__gte": period.start, f"{name}__lt": period.end})


def _contacts(actor: Actor, asked: Question, units: list[int] | None) -> QuerySet[Contact]:
    moments = Q(pk__in=())
    for name in CONTACT_MOMENTS[asked.kpi]:
        if name == "abandoned":
            moments |= Q(state=ContactState.ABANDONED) & _within("ended_at", asked.period)
        elif name in ("ended_at", "wrapped_up_at"):
            moments |= Q(answered_at__isnull=False) & _within(name, asked.period)
        else:
            moments |= _within(name, asked.period)
    wide = Period(asked.period.start - LONGEST_CONTACT, asked.period.end)
    found = conversations.contacts_of(actor).filter(moments, _within("queued_at", wide))
    if asked.queue:
        found = found.filter(queue_code=asked.queue)
    if asked.channel:
        found = found.filter(channel__iexact=asked.channel)
    if asked.person:
        found = found.filter(owner__public_id=asked.person)
    if units is not None:
        queues = routing.queues_of(actor.institution_id or 0)
        codes = [queue.code for queue in queues if queue.unit_id in units]
        found = found.filter(queue_code__in=codes)
    return found.order_by("-queued_at", "-pk")


def _cases(actor: Actor, asked: Question, units: list[int] | None) -> QuerySet[Case]:
    moment = CASE_MOMENTS[asked.kpi]
    found = cases.cases_of(actor).filter(_within(moment, asked.period))
    for name, value in (
        ("channel__iexact", asked.channel),
        ("owner__public_id", asked.person),
        ("category__code", asked.category),
    ):
        if value:
            found = found.filter(**{name: value})
    if asked.queue:
        # A case has no queue: figures of a queue count none.
        found = found.none()
    if units is not None:
        found = found.filter(unit_id__in=units)
    return found.select_related("owner", "unit").order_by(f"-{moment}", "-pk")


def _ratings(actor: Actor, asked: Question, units: list[int] | None) -> QuerySet[Rating]:
    """Ratings of contacts and cases that the actor reaches and the filters fit."""
    contacts = conversations.contacts_of(actor).order_by()
    their_cases = cases.cases_of(actor).order_by()
    if asked.channel:
        contacts = contacts.filter(channel__iexact=asked.channel)
        their_cases = their_cases.filter(channel__iexact=asked.channel)
    if asked.person:
        contacts = contacts.filter(owner__public_id=asked.person)
        their_cases = their_cases.filter(owner__public_id=asked.person)
    if asked.queue:
        contacts, their_cases = contacts.filter(queue_code=asked.queue), their_cases.none()
    if asked.category:
        contacts = contacts.none()
        their_cases = their_cases.filter(category__code=asked.category)
    if units is not None:
        queues = routing.queues_of(actor.institution_id or 0)
        codes = [queue.code for queue in queues if queue.unit_id in units]
        contacts = contacts.filter(queue_code__in=codes)
        their_cases = their_cases.filter(unit_id__in=units)
    return ratings.ratings_between(
        actor.institution_id or 0,
        asked.period.start,
        asked.period.end,
        contacts=contacts,
        cases=their_cases,
    )


def _complaints(actor: Actor, asked: Question, units: list[int] | None) -> QuerySet[Complaint]:
    """Complaints within reach for which somebody, or somebody of the filters, is held."""
    held = _held(actor, asked)
    if units is not None:
        held = held.filter(unit_id__in=units)
    found = Complaint.objects.filter(
        pk__in=held.order_by().values("complaint_id"), case__in=cases.cases_of(actor).order_by()
    )
    if asked.queue or asked.category:
        # Neither a queue nor a category is what somebody is held responsible by.
        found = found.none()
    return found.select_related("case__unit").order_by("-received_at", "-pk")


def _held(actor: Actor, asked: Question) -> QuerySet[HeldShare]:
    return figures.held_between(
        actor.institution_id or 0,
        asked.period,
        of_findings=asked.kpi == "agent_complaint_rate",
        person=asked.person,
        channel=asked.channel,
    )


def _items(actor: Actor, kind: Behind, rows: Sequence[Any], asked: Question) -> list[Item]:
    queues = {q.code: q.name for q in routing.queues_of(actor.institution_id or 0)}
    match kind:
        case Behind.CONTACTS:
            return [_contact_item(row, queues) for row in rows]
        case Behind.CASES:
            return [_case_item(row, CASE_MOMENTS[asked.kpi]) for row in rows]
        case Behind.COMPLAINTS:
            return _complaint_items(actor, rows, asked)
        case _:
            return _rating_items(rows, queues)


def _contact_item(row: Contact, queues: dict[str, str]) -> Item:
    person = row.owner or row.handler
    waited = (
        ((row.answered_at or row.ended_at or row.queued_at) - row.queued_at).total_seconds()
        if row.queued_at
        else None
    )
    words = dict(Disposition.choices).get(row.disposition) or ContactState(row.state).label
    return Item(
        at=row.queued_at or row.arrived_at,
        name=row.subject or _("Contact without words"),
        url=reverse("desk:contact", args=[row.public_id]),
        place=queues.get(row.queue_code, row.queue_code),
        person=person.name if person else "",
        outcome=words,
        seconds=waited,
    )


def _case_item(row: Case, moment: str) -> Item:
    at: datetime = getattr(row, moment)
    closed = (row.closed_at - row.opened_at).total_seconds() if row.closed_at else None
    return Item(
        at=at,
        name=f"{row.number} {row.title}",
        url=reverse("cases:case", args=[row.public_id]),
        place=row.unit.name if row.unit else "",
        person=row.owner.name if row.owner else "",
        outcome=_file_words(row) if moment == "record_checked_at" else State(row.state).label,
        seconds=closed,
    )


def _file_words(row: Case) -> Words:
    """Say of a case how its file stood when it was first closed."""
    return _("File complete") if row.record_complete else _("File incomplete at closing")


def _complaint_items(actor: Actor, rows: Sequence[Complaint], asked: Question) -> list[Item]:
    """Name who is held for how much beside each; nobody where it is a unit as a whole."""
    held: dict[int, list[HeldShare]] = defaultdict(list)
    for one in _held(actor, asked).filter(complaint_id__in=[row.pk for row in rows]):
        held[one.complaint_id].append(one)
    shares = [one for each in held.values() for one in each]
    people = staff.names_by_ref({one.person_ref for one in shares if one.person_ref})
    units = staff.unit_keys({one.unit_id for one in shares})
    return [
        Item(
            at=row.received_at,
            name=f"{row.case.number} {row.case.title}",
            url=reverse("complaints:complaint", args=[row.public_id]),
            place=row.case.unit.name if row.case.unit else "",
            person=" / ".join(
                f"{people.get(one.person_ref) or units.get(one.unit_id, ('', ''))[1]} "
                f"{one.percent}%"
                for one in sorted(held[row.pk], key=lambda one: one.pk)
            ),
            outcome=row.get_state_display(),
            seconds=None,
        )
        for row in rows
    ]


def _rating_items(rows: Sequence[Rating], queues: dict[str, str]) -> list[Item]:
    contact_refs = [r.subject_ref for r in rows if r.subject_kind == SubjectKind.CONTACT]
    case_refs = [r.subject_ref for r in rows if r.subject_kind == SubjectKind.CASE]
    subjects: dict[str, Model] = dict(conversations.contacts_by_ref(contact_refs))
    for case in Case.objects.filter(public_id__in=case_refs).select_related("owner", "unit"):
        subjects[case.public_id] = case
    return [_rating_item(row, subjects.get(row.subject_ref), queues) for row in rows]


def _rating_item(row: Rating, subject: Model | None, queues: dict[str, str]) -> Item:
    words = _("%(score)s of 5: %(words)s") % {"score": row.score, "words": Score(row.score).label}
    if isinstance(subject, Case):
        held = _case_item(subject, "opened_at")
    elif isinstance(subject, Contact):
        held = _contact_item(subject, queues)
    else:
        raise TypeError("A rating without what was rated")
    return Item(row.given_at, held.name, held.url, held.place, held.person, words, None)
