"""The time people spend on a case, noted by themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere, Words
from shouwen.ground.kernel.events import announce
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Person
from shouwen.service.cases import access
from shouwen.service.cases.actions import refusals
from shouwen.service.cases.actions.moving import tell_screens
from shouwen.service.cases.events import CaseEffortNoted, CaseEffortTakenBack
from shouwen.service.cases.models import MOST_MINUTES, Case, CaseEffort, EffortKind, State


class TimeOfNobody(NotAllowed):
    """A program that stands for nobody spends no time."""

    message = _("Time is noted by the person who spent it.")


class TakenBackAlready(Conflict):
    """The entry counts no more."""

    message = _("This entry has been taken back already.")


def _may_note(case: Case, actor: Actor) -> None:
    if not access.may_see(actor, case):
        raise NotThere
    staff_access.require(actor, "case.work")
    if not actor.is_person:
        raise TimeOfNobody
    refusals.refuse_merged(case)
    if case.state == State.ARCHIVED:
        raise refusals.CaseAlreadyArchived


@transaction.atomic
def note_effort(case: Case, kind: str, minutes: int, *, actor: Actor, at: datetime) -> CaseEffort:
    """Note so many minutes of one's own work on a case within reach, whoever handles it.

    Raises Invalid naming the wrong fields, TimeOfNobody, CaseMerged, CaseAlreadyArchived,
    NotAllowed, NotThere. Serves HB-2.2-03.
    """
    _may_note(case, actor)
    wrong: dict[str, Words] = {}
    if kind not in EffortKind.values:
        wrong["kind"] = _("Choose one of the values offered.")
    if not 1 <= minutes <= MOST_MINUTES:
        wrong["minutes"] = _("Enter between 1 and 1440 minutes.")
    if wrong:
        raise Invalid(fields=wrong)
    person = Person.objects.get(public_id=actor.ref)
    made = CaseEffort.objects.create(
        case=case, person=person, kind=kind, minutes=minutes, noted_at=at
    )
    detail: dict[str, str | int] = {"entry": made.public_id, "minutes": minutes, "kind": kind}
    audit.record(actor, "case.effort_noted", case, at=at, detail=detail)
    announce(
        CaseEffortNoted(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            person_id=person.pk,
            minutes=minutes,
        )
    )
    tell_screens(case)
    return made


@transaction.atomic
def take_back_effort(case: Case, ref: str, *, actor: Actor, at: datetime) -> None:
    """Have an entry of one's own count no more. Raises TakenBackAlready, NotThere and as above."""
    _may_note(case, actor)
    own = CaseEffort.objects.filter(case=case, public_id=ref, person__public_id=actor.ref)
    row = own.first()
    if row is None:
        raise NotThere
    if not own.filter(taken_back_at__isnull=True).update(taken_back_at=at):
        raise TakenBackAlready
    detail: dict[str, str | int] = {"entry": ref, "minutes": row.minutes, "kind": row.kind}
    audit.record(actor, "case.effort_taken_back", case, at=at, detail=detail)
    announce(
        CaseEffortTakenBack(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            person_id=row.person_id,
            minutes=row.minutes,
            noted_at=row.noted_at,
        )
    )
    tell_screens(case)
