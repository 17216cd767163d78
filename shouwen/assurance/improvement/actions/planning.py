"""A major issue: its special meeting, measures in somebody's name, and what is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access, queries
from shouwen.assurance.improvement.actions.issue_steps import IssueMovedOn, may, move, text
from shouwen.assurance.improvement.actions.saying import redacted
from shouwen.assurance.improvement.models import (
    Caller,
    Issue,
    IssueMeasure,
    IssueMeeting,
)
from shouwen.assurance.improvement.models.issues import TEXT_MAX_CHARACTERS
from shouwen.assurance.improvement.rules import issues as rules
from shouwen.assurance.improvement.rules.issues import Act
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.people.staff.ports import Heir

DAYS_MOST = 366


class NotMajor(Conflict):
    """The meeting is for major issues, one in each round."""

    message = _("This asks for a major issue whose meeting is still to come. Look at its story.")


class MeetingFirst(Conflict):
    """Measures are those of a meeting."""

    message = _("Record the special meeting first, then its measures.")


class NotTakenBack(Conflict):
    """Not everything is undone by a stroke."""

    message = _("This entry cannot be taken back here, or was already. Look at the story.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What a special meeting was: who called it, when, who took part, what was decided."""

    called_by: str
    held_on: date
    people: str
    plan: str


@transaction.atomic
def mark_major(issue: Issue, *, reason: str, actor: Actor, at: datetime) -> None:
    """Mark an issue as major: it is not handed in without its special meeting.

    Raises Invalid, NotAllowed, NotThere, IssueMovedOn. Serves HB-4.3-06.
    """
    person = may(issue, Act.MAJOR, actor)
    if issue.is_major:
        raise IssueMovedOn
    move(
        issue,
        Act.MAJOR,
        person,
        actor=actor,
        at=at,
        changes={"is_major": True},
        words=text("reason", reason),
        name="issue.marked_major",
    )


@transaction.atomic
def record_meeting(issue: Issue, met: Met, *, actor: Actor, at: datetime) -> None:
    """Record the special meeting that head office or a branch called.

    Raises Invalid by field, NotAllowed, NotThere, IssueMovedOn, NotMajor. Serves HB-4.3-06.
    """
    person = may(issue, Act.MEET, actor)
    if not rules.suits(Act.MEET, queries.plan_of(issue)):
        raise NotMajor
    if met.called_by not in Caller.values:
        raise Invalid(fields={"called_by": _("Choose one of the values offered.")})
    if not day_of(issue.found_at) <= met.held_on <= day_of(at):
        words = _("Choose the day it was held: not before the finding, not after today.")
        raise Invalid(fields={"held_on": words})
    people, plan = text("people", met.people), text("plan", met.plan)
    entry = move(
        issue,
        Act.MEET,
        person,
        actor=actor,
        at=at,
        changes={"met_on": met.held_on},
        words=plan,
        name="issue.met",
    )
    IssueMeeting.objects.create(
        entry=entry, called_by=met.called_by, held_on=met.held_on, people=people, plan=plan
    )


@transaction.atomic
def add_measure(
    issue: Issue, *, what: str, owner: Person, due_on: date, actor: Actor, at: datetime
) -> None:
    """Put one measure of the plan into somebody's name, until a day.

    Raises Invalid by field, NotAllowed, NotThere, IssueMovedOn, MeetingFirst. Serves HB-4.3-06.
    """
    person = may(issue, Act.MEASURE, actor)
    if issue.met_on is None:
        raise MeetingFirst
    if owner.institution_id != issue.institution_id or not owner.is_active:
        raise Invalid(fields={"owner": _("There is no such entry.")})
    if not day_of(at) <= due_on <= day_of(at) + timedelta(days=DAYS_MOST):
        raise Invalid(fields={"due_on": _("Choose a day from today on, within a year.")})
    said = text("what", what)
    entry = move(
        issue,
        Act.MEASURE,
        person,
        actor=actor,
        at=at,
        changes={},
        words=said,
        name="issue.measure_added",
    )
    IssueMeasure.objects.create(
        entry=entry, issue=issue, round=issue.round, what=said, owner=owner, due_on=due_on
    )


@transaction.atomic
def take_back(issue: Issue, sequence: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take back what was recorded by mistake: the mark, the meeting with its measures, a measure.

    The story keeps both. Raises Invalid, NotAllowed, NotThere, IssueMovedOn, NotTakenBack.
    """
    person = may(issue, Act.RETRACT, actor)
    wrong = queries.retractable(issue).filter(sequence=sequence).first()
    if wrong is None:
        raise NotTakenBack
    act = Act(wrong.act)
    undone: dict[Act, dict[str, Any]] = {
        Act.MAJOR: {"is_major": False},
        Act.MEET: {"met_on": None},
    }
    move(
        issue,
        Act.RETRACT,
        person,
        actor=actor,
        at=at,
        changes=undone.get(act, {}),
        words=text("reason", reason),
        name="issue.taken_back",
        takes_back=wrong,
    )
    measures = IssueMeasure.objects.filter(issue=issue, round=issue.round, retracted_at=None)
    if act is Act.MEASURE:
        measures = measures.filter(entry=wrong)
    if act is not Act.MAJOR:
        measures.update(retracted_at=at)


@transaction.atomic
def hand_over_issue(
    leaver: Person, ref: str, heir: Heir, reason: str, actor: Actor, at: datetime
) -> bool:
    """Give what a leaver has to rectify, and the measures in their name, to somebody else.

    Who may do so is staff's to say. False where nothing of it is the leaver's any more. Raises
    Invalid where the heir does not work on issues.
    """
    issue = queries.issues_in_name(leaver).select_for_update(of=("self",)).filter(public_id=ref)
    held = issue.first()
    to = heir.person
    if held is None or to is None:
        return False
    if not staff_access.has_right(staff.actor_of(to), access.WORKS_ISSUES):
        raise Invalid(fields={"heir": _("This person does not work on issues.")})
    is_owner = held.owner_id == leaver.pk
    changes: dict[str, Any] = {"owner": to, "unit": heir.unit} if is_owner else {}
    move(
        held,
        Act.HAND_OVER,
        staff.person_acting(actor),
        actor=actor,
        at=at,
        changes=changes,
        words=redacted("reason", f"{leaver.name} → {to.name}: {reason}", TEXT_MAX_CHARACTERS),
        name="issue.handed_over",
    )
    IssueMeasure.objects.filter(issue=held, owner=leaver, retracted_at=None).update(owner=to)
    return True
