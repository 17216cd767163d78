"""What monitoring hears; each makes one call to its own actions."""

from __future__ import annotations

from datetime import datetime

from shouwen.assurance.monitoring import actions
from shouwen.assurance.monitoring.actions import Place
from shouwen.assurance.satisfaction.events import RatingGiven
from shouwen.contact.conversations import events as contact
from shouwen.contact.conversations.models import Contact, Disposition
from shouwen.contact.routing import queries as routing
from shouwen.ground.policy.events import ClockBreached, ClockEvent, ClockStopped
from shouwen.people.staff.models import Person
from shouwen.service.cases import events as case
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.events import ComplaintClosed, ResponsibilityAssigned

SCORE_COUNTERS = {5: "score_5", 4: "score_4", 3: "score_3"}
SOLVED = {Disposition.RESOLVED, Disposition.INFORMATION}
PHONE = "PHONE"
SECONDS_A_MINUTE = 60
# CG-2.3.1-05 counts what was fed back in time; SN-17-04 what was answered and done in time.
FEEDBACK = ("complaint.feedback", "feedback.first_response", "feedback.reply", "feedback.resolve")
PROMPT = (".first_response", ".resolve")


def _units(*person_ids: int | None) -> dict[str, int]:
    """Give each person's unit by public id."""
    wanted = [person_id for person_id in person_ids if person_id]
    if not wanted:
        return {}
    return dict(Person.objects.filter(pk__in=wanted).values_list("public_id", "unit_id"))


def _place(fact: contact.ContactFact) -> Place:
    if fact.institution_id is None:
        raise ValueError(f"{fact.name} without an institution")
    return Place(
        institution_id=fact.institution_id,
        at=fact.occurred_at,
        queue_code=fact.queue_code,
        channel=fact.channel,
        unit_id=routing.unit_of_queue(fact.institution_id, fact.queue_code) or 0,
    )


def count_queued(fact: contact.ContactQueued) -> None:
    """Count a contact routed to people, the first time only."""
    if not fact.is_return:
        actions.fold(_place(fact), queued=1)


def count_assigned(fact: contact.ContactAssigned) -> None:
    """Count a contact taken by its first person, and whether within the queue's seconds."""
    if not fact.is_first:
        return
    people = _units(fact.person_id)
    place = _place(fact)
    limit = routing.service_level_seconds(place.institution_id, fact.queue_code)
    waited = _waited_seconds(place, fact)
    actions.fold(
        place,
        people,
        answered=1,
        answered_in_time=int(waited <= limit),
        wait_seconds=waited,
    )


def _waited_seconds(place: Place, fact: contact.ContactAssigned) -> float:
    """Give how long the customer waited while the queue was open."""
    if fact.queued_at is None:
        return fact.wait_seconds
    found = routing.open_seconds(
        place.institution_id, fact.queue_code, fact.queued_at, fact.occurred_at
    )
    return fact.wait_seconds if found is None else found


def count_reply(fact: contact.ContactAnswered) -> None:
    """Count the first words of a person and how long they took."""
    people = _units(fact.person_id)
    actions.fold(_place(fact), people, replied=1, reply_seconds=fact.reply_seconds)


def count_end(fact: contact.ContactEnded) -> None:
    """Count a handled contact's end, or a customer who gave up waiting; spam is neither."""
    if fact.disposition == Disposition.SPAM:
        return
    if fact.was_answered:
        people = _units(fact.person_id or fact.owner_id)
        actions.fold(
            _place(fact),
            people,
            ended=1,
            handle_seconds=fact.handle_seconds,
            solved_at_once=int(fact.disposition in SOLVED),
        )
    elif fact.was_queued and fact.disposition != Disposition.CASE:
        # Whoever left a message while we were closed has given up nothing.
        actions.fold(_place(fact), abandoned=1)


def count_wrap_up(fact: contact.ContactWrappedUp) -> None:
    """Count the work after the talk and how long it took."""
    people = _units(fact.person_id)
    actions.fold(_place(fact), people, wrapped_up=1, wrap_up_seconds=fact.wrap_up_seconds)


def count_case_opened(fact: case.CaseOpened) -> None:
    """Count a new case for its first owner."""
    _fold_case(_case(pk=fact.case_id), fact.occurred_at, cases_opened=1)


def count_case_closed(fact: case.CaseClosed) -> None:
    """Count a closed case for its first owner: its time, its first dispatch, its record.

    Serves HB-6.2-06, OM-3.3.2-01, CG-2.4.1-02.
    """
    dispatches = cases.count_dispatches(fact.case_id)
    _fold_case(
        _case(pk=fact.case_id),
        fact.occurred_at,
        cases_closed=1,
        open_seconds=fact.open_seconds,
        dispatched=int(dispatches > 0),
        dispatched_once=int(dispatches == 1),
        records_checked=int(fact.record_complete is not None),
        records_complete=int(fact.record_complete is True),
    )


def count_objection(fact: case.CaseObjected) -> None:
    """Count a result that the customer did not accept."""
    _fold_case(_case(pk=fact.case_id), fact.occurred_at, cases_objected=1)


def count_effort(fact: case.CaseEffortNoted) -> None:
    """Count the time a person noted on a case, for the case's unit and for that person."""
    _fold_effort(fact, fact.occurred_at, fact.minutes)


def uncount_effort(fact: case.CaseEffortTakenBack) -> None:
    """Count it no more, in the stretch of time in which it was noted."""
    _fold_effort(fact, fact.noted_at, -fact.minutes)


def _fold_effort(
    fact: case.CaseEffortNoted | case.CaseEffortTakenBack, at: datetime, minutes: int
) -> None:
    counts: dict[str, float] = {"effort_seconds": minutes * SECONDS_A_MINUTE}
    _fold_for(fact.person_id, _case(pk=fact.case_id), at, counts)


def count_reason(fact: case.CaseClassified) -> None:
    """Count why customers come, by third-level category."""
    if fact.institution_id is not None:
        actions.fold_category(
            institution_id=fact.institution_id,
            category_id=fact.category_id,
            unit_id=_case(pk=fact.case_id).unit_id or 0,
            at=fact.occurred_at,
            classified=1,
        )


def count_rating(fact: RatingGiven) -> None:
    """Count a rating, for the queue and the first owner of what was rated."""
    _fold_subject(
        fact.subject_kind,
        fact.subject_ref,
        fact.occurred_at,
        rated=1,
        satisfied=int(fact.satisfied),
        score_sum=fact.score,
        **{SCORE_COUNTERS.get(fact.score, "score_low"): 1},
    )


def count_held(fact: ResponsibilityAssigned) -> None:
    """Count whom a complaint's finding holds responsible, and the former one no more."""
    actions.restate_finding(fact.complaint_id)


def look_at_held(fact: ComplaintClosed) -> None:
    """Count nobody any more where the complainant took the complaint back."""
    actions.restate_finding(fact.complaint_id)


def look_again_at_held(fact: case.CaseReopened) -> None:
    """Count again what stands, where a complaint is worked once more."""
    found = complaints.complaint_of_case(fact.case_id)
    if found is not None:
        actions.restate_finding(found)


def count_breach(fact: ClockBreached) -> None:
    """Count a hard limit that passed."""
    _fold_clock(fact, clocks_breached=1, **_duties(fact, met=False))


def count_kept(fact: ClockStopped) -> None:
    """Count a promise that was kept, or a target that was missed.

    A hard limit that passed has been counted when it passed.
    """
    if fact.hard and fact.late:
        return
    _fold_clock(fact, clocks_met=int(fact.hard), **_duties(fact, met=not fact.late))


def _duties(fact: ClockEvent, *, met: bool) -> dict[str, float]:
    counts: dict[str, float] = {}
    if fact.event in FEEDBACK:
        counts["feedback_met" if met else "feedback_late"] = 1
    if fact.event.endswith(PROMPT):
        counts["nonvoice_met" if met else "nonvoice_late"] = 1
    return counts


def _fold_clock(fact: ClockEvent, **counts: float) -> None:
    _fold_subject(fact.subject_kind, fact.subject_ref, fact.occurred_at, **counts)


def _case(**key: object) -> Case:
    """Read what figures need of a case."""
    needed = ("institution_id", "channel", "unit_id", "owner_id", "category_id")
    return Case.objects.only(*needed).get(**key)


def _fold_case(found: Case, at: datetime, **counts: float) -> None:
    _fold_for(found.owner_id, found, at, counts)


def _fold_for(person_id: int | None, found: Case, at: datetime, counts: dict[str, float]) -> None:
    """Count for the case's unit and for a person."""
    people = _units(person_id)
    place = Place(
        institution_id=found.institution_id,
        at=at,
        channel=found.channel.lower(),
        unit_id=found.unit_id or 0,
        category_id=found.category_id or 0,
    )
    actions.fold(place, people, **counts)


def _fold_subject(kind: str, ref: str, at: datetime, **counts: float) -> None:
    """Count for the contact or case that a rating or a clock is about; others have no figures."""
    if kind == "case":
        found = _case(public_id=ref)
        _fold_case(found, at, **_by_channel(found.channel, counts))
    elif kind == "contact":
        contacts = Contact.objects.only("institution_id", "queue_code", "channel", "owner_id")
        held = contacts.get(public_id=ref)
        people = _units(held.owner_id)
        place = Place(
            institution_id=held.institution_id,
            at=at,
            queue_code=held.queue_code,
            channel=held.channel,
            unit_id=routing.unit_of_queue(held.institution_id, held.queue_code) or 0,
        )
        actions.fold(place, people, **_by_channel(held.channel, counts))


def _by_channel(channel: str, counts: dict[str, float]) -> dict[str, float]:
    """Leave out what counts for other channels than the telephone alone (SN-17-04)."""
    if channel.upper() != PHONE:
        return counts
    return {name: by for name, by in counts.items() if not name.startswith("nonvoice_")}
