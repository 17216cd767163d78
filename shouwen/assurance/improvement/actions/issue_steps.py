"""What every act on an issue shares: who may, what is stored, the entry and the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access, queries
from shouwen.assurance.improvement.actions.saying import redacted
from shouwen.assurance.improvement.models import Issue, IssueEntry
from shouwen.assurance.improvement.models.issues import TEXT_MAX_CHARACTERS
from shouwen.assurance.improvement.rules import issues as rules
from shouwen.assurance.improvement.rules.issues import Act, State
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person


class IssueMovedOn(Conflict):
    """Somebody was first, or it is not so far yet."""

    message = _("This issue stands elsewhere by now. Look at its state, then decide.")


class JudgedByAnother(Conflict):
    """Whoever put it right judges nothing of it (HB-4.3-05)."""

    message = _("Whoever rectified it does not judge it. Ask a colleague.")


class MeetingMissing(Conflict):
    """A major issue is put right by the plan of its special meeting (HB-4.3-06)."""

    message = _(
        "This is a major issue. Record its special meeting and a measure in somebody's name first."
    )


def text(field: str, words: str, most: int = TEXT_MAX_CHARACTERS) -> str:
    """Give words of an issue as they are kept. Raises Invalid, naming the field."""
    return redacted(field, words, most)


def enter(
    issue: Issue,
    act: Act,
    person: Person,
    at: datetime,
    words: str,
    takes_back: IssueEntry | None = None,
) -> IssueEntry:
    """Write an act into the story, as the issue stands now."""
    return IssueEntry.objects.create(
        issue=issue,
        sequence=issue.version,
        round=issue.round,
        act=str(act),
        by=person,
        at=at,
        words=words,
        takes_back=takes_back,
    )


def may(issue: Issue, act: Act, actor: Actor) -> Person:
    """Give who acts. Raises NotAllowed, NotThere, IssueMovedOn, JudgedByAnother, MeetingMissing."""
    access.require_issue_act(actor, act)
    queries.issue_for(actor, issue.public_id)
    person = staff.person_acting(actor)
    if not rules.fits(act, State(issue.state)):
        raise IssueMovedOn
    did = (issue.rectified_by_id, issue.owner_id)
    if act in rules.BY_ANOTHER and rules.is_concerned(person.pk, did):
        raise JudgedByAnother
    if act in (Act.RECTIFY, Act.ACCEPT) and not rules.is_planned(queries.plan_of(issue)):
        raise MeetingMissing
    return person


def move(
    issue: Issue,
    act: Act,
    person: Person,
    *,
    actor: Actor,
    at: datetime,
    changes: Mapping[str, Any],
    words: str = "",
    name: str,
    takes_back: IssueEntry | None = None,
) -> IssueEntry:
    """Store an act with its entry and its line of the trail. Raises IssueMovedOn."""
    step = rules.STEPS.get(act)
    to = (step.to if step else None) or State(issue.state)
    values = {**changes, "state": str(to)}
    found = Issue.objects.filter(pk=issue.pk, version=issue.version, state=issue.state)
    # Two may press at once: the row count, not an earlier read, says who was first.
    if not found.update(**values, version=F("version") + 1):
        raise IssueMovedOn
    was = issue.state
    for field, value in values.items():
        setattr(issue, field, value)
    issue.version += 1
    entry = enter(issue, act, person, at, words, takes_back)
    detail: dict[str, audit.Value] = {"from": was, "to": str(to), "round": issue.round}
    audit.record(actor, name, issue, at=at, detail=detail)
    return entry
