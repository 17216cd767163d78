"""The life of an issue: found, reported, rectified, accepted, evaluated, closed (HB-4.3-01..07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access, queries
from shouwen.assurance.improvement.actions.issue_steps import enter, may, move, text
from shouwen.assurance.improvement.models import Cause, Issue, IssueState, Scope
from shouwen.assurance.improvement.models.issues import TITLE_MAX_CHARACTERS
from shouwen.assurance.improvement.rules.issues import Act
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import clocks
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person, Unit
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.models import Complaint

# Policy's names of what happens to an issue, and of the one limit a sending back starts anew.
FOUND, REPORTED, RECTIFIED = "issue.found", "issue.reported", "issue.rectified"
RECTIFY_CLOCK = "issue.rectify"
EFFECT_DAYS_MOST = 366
NO_SUCH = _("There is no such entry.")


class ReportMissing(Conflict):
    """Nothing is closed without the rectification report (HB-4.3-04)."""

    message = _("There is no rectification report yet. Have it handed in first.")


class OwnersReport(Conflict):
    """The report is the named person's."""

    message = _("The report is handed in by whom the issue was assigned to.")


class EffectTooEarly(Conflict):
    """An effect shows later than the day of the acceptance (HB-4.3-07)."""

    message = _("Its effect is judged later, from the day set at acceptance.")


class NotEffective(Conflict):
    """What came back is reopened, not closed."""

    message = _("It had no effect. Reopen it instead of closing it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found wrong, and where it showed."""

    title: str
    description: str
    scope: str = Scope.INTERNAL
    cause: Cause | None = None
    complaint: Complaint | None = None


@transaction.atomic
def raise_issue(found: Found, *, actor: Actor, at: datetime) -> Issue:
    """Record what was found; the limits to report and to rectify begin.

    Raises Invalid by field, NotAllowed, NotThere. Serves HB-4.3-01, HB-4.3-03, HB-4.3-04.
    """
    staff_access.require(actor, access.WORKS_ISSUES)
    person = staff.person_acting(actor)
    if found.scope not in Scope.values:
        raise Invalid(fields={"scope": _("Choose one of the values offered.")})
    cause, complaint = found.cause, found.complaint
    if cause is not None and (cause.institution_id != person.institution_id or cause.is_retired):
        raise Invalid(fields={"cause": _("There is no such cause.")})
    if complaint is not None:
        complaints.complaint_for(actor, complaint.public_id)
    made = Issue.objects.create(
        institution_id=person.institution_id,
        title=text("title", found.title, TITLE_MAX_CHARACTERS),
        description=text("description", found.description),
        scope=found.scope,
        cause=cause,
        complaint=complaint,
        found_by=person,
        found_at=at,
        version=1,
    )
    enter(made, Act.RAISE, person, at, made.description)
    _start_clocks(made, actor, at)
    detail: dict[str, audit.Value] = {"scope": str(found.scope)}
    audit.record(actor, "issue.raised", made, at=at, detail=detail)
    return made


def _start_clocks(issue: Issue, actor: Actor, at: datetime) -> None:
    clocks.start_all(
        FOUND,
        subject=queries.subject_of(issue),
        institution_id=issue.institution_id,
        facts=queries.ISSUE_FACTS,
        at=at,
        actor=actor,
        since=at,
    )


@transaction.atomic
def report_issue(issue: Issue, *, words: str, actor: Actor, at: datetime) -> None:
    """Report it to those in charge, which ends the limit to report.

    Raises Invalid, NotAllowed, NotThere, IssueMovedOn. Serves HB-4.3-03.
    """
    person = may(issue, Act.REPORT, actor)
    said = text("words", words)
    move(
        issue,
        Act.REPORT,
        person,
        actor=actor,
        at=at,
        changes={},
        words=said,
        name="issue.reported",
    )
    clocks.stop_all(REPORTED, subject=queries.subject_of(issue), at=at, actor=actor)


@transaction.atomic
def assign_issue(
    issue: Issue,
    *,
    unit: Unit,
    owner: Person,
    standard: str,
    acceptance: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Say whose it is, what counts as put right, and how that is checked; may be said anew.

    Raises Invalid by field, NotAllowed, NotThere, IssueMovedOn. Serves HB-4.3-05.
    """
    person = may(issue, Act.ASSIGN, actor)
    if unit.institution_id != issue.institution_id or unit.closed_at is not None:
        raise Invalid(fields={"unit": NO_SUCH})
    if owner.institution_id != issue.institution_id or not owner.is_active:
        raise Invalid(fields={"owner": NO_SUCH})
    if not staff_access.has_right(staff.actor_of(owner), access.WORKS_ISSUES):
        raise Invalid(fields={"owner": _("This person does not work on issues.")})
    changes = {
        "unit": unit,
        "owner": owner,
        "standard": text("standard", standard),
        "acceptance": text("acceptance", acceptance),
    }
    move(
        issue,
        Act.ASSIGN,
        person,
        actor=actor,
        at=at,
        changes=changes,
        words=f"{unit.name} · {owner.name}",
        name="issue.assigned",
    )


@transaction.atomic
def rectify_issue(issue: Issue, *, report: str, actor: Actor, at: datetime) -> None:
    """Hand in the report that it is put right, which ends the limit to rectify.

    Raises Invalid, NotAllowed, NotThere, IssueMovedOn, OwnersReport, MeetingMissing. Serves
    HB-4.3-04, HB-4.3-06.
    """
    person = may(issue, Act.RECTIFY, actor)
    if person.pk != issue.owner_id:
        raise OwnersReport
    said = text("report", report)
    changes = {"report": said, "rectified_by": person, "rectified_at": at}
    move(
        issue,
        Act.RECTIFY,
        person,
        actor=actor,
        at=at,
        changes=changes,
        words=said,
        name="issue.rectified",
    )
    clocks.stop_all(RECTIFIED, subject=queries.subject_of(issue), at=at, actor=actor)


@transaction.atomic
def accept_issue(issue: Issue, *, words: str, effect_on: date, actor: Actor, at: datetime) -> None:
    """Accept what was put right, as another person, and set when its effect can be judged.

    Raises Invalid by field, NotAllowed, NotThere, IssueMovedOn, JudgedByAnother. Serves HB-4.3-05.
    """
    person = may(issue, Act.ACCEPT, actor)
    said, today = text("words", words), day_of(at)
    if not today < effect_on <= today + timedelta(days=EFFECT_DAYS_MOST):
        raise Invalid(fields={"effect_on": _("Choose a day after today, within a year.")})
    move(
        issue,
        Act.ACCEPT,
        person,
        actor=actor,
        at=at,
        changes={"accepted_by": person, "effect_on": effect_on},
        words=said,
        name="issue.accepted",
    )


@transaction.atomic
def send_back_issue(issue: Issue, *, reason: str, actor: Actor, at: datetime) -> None:
    """Send it back as not put right yet; the limit to rectify begins anew.

    Raises Invalid, NotAllowed, NotThere, IssueMovedOn, JudgedByAnother. Serves HB-4.3-05.
    """
    person = may(issue, Act.SEND_BACK, actor)
    move(
        issue,
        Act.SEND_BACK,
        person,
        actor=actor,
        at=at,
        changes={"report": "", "rectified_by": None, "rectified_at": None},
        words=text("reason", reason),
        name="issue.sent_back",
    )
    clocks.start(
        RECTIFY_CLOCK,
        subject=queries.subject_of(issue),
        institution_id=issue.institution_id,
        facts=queries.ISSUE_FACTS,
        at=at,
        actor=actor,
    )


@transaction.atomic
def evaluate_issue(
    issue: Issue, *, is_effective: bool, words: str, actor: Actor, at: datetime
) -> None:
    """Say, some time later, whether what was done had its effect.

    Raises Invalid, NotAllowed, NotThere, IssueMovedOn, JudgedByAnother, EffectTooEarly. Serves
    HB-4.3-07.
    """
    person = may(issue, Act.EVALUATE, actor)
    if issue.effect_on is None or day_of(at) < issue.effect_on:
        raise EffectTooEarly
    move(
        issue,
        Act.EVALUATE,
        person,
        actor=actor,
        at=at,
        changes={"evaluated_by": person, "is_effective": is_effective},
        words=text("words", words),
        name="issue.evaluated",
    )


@transaction.atomic
def close_issue(issue: Issue, *, actor: Actor, at: datetime) -> None:
    """Close what is put right, accepted and had its effect.

    Raises NotAllowed, NotThere, ReportMissing, IssueMovedOn, NotEffective. Serves HB-4.3-04,
    HB-4.3-07.
    """
    access.require_issue_act(actor, Act.CLOSE)
    if not issue.report and issue.state != IssueState.CLOSED:
        raise ReportMissing
    person = may(issue, Act.CLOSE, actor)
    if not issue.is_effective:
        raise NotEffective
    move(
        issue, Act.CLOSE, person, actor=actor, at=at, changes={"closed_at": at}, name="issue.closed"
    )


@transaction.atomic
def reopen_issue(issue: Issue, *, reason: str, actor: Actor, at: datetime) -> None:
    """Open it again because it returned or had no effect; a new round, with its limits, begins.

    Raises Invalid, NotAllowed, NotThere, IssueMovedOn. Serves HB-4.3-07.
    """
    person = may(issue, Act.REOPEN, actor)
    changes: dict[str, Any] = {
        "round": issue.round + 1,
        "report": "",
        "rectified_by": None,
        "rectified_at": None,
        "accepted_by": None,
        "effect_on": None,
        "evaluated_by": None,
        "is_effective": None,
        "closed_at": None,
        # What returned needs a plan of its own (HB-4.3-06).
        "met_on": None,
    }
    move(
        issue,
        Act.REOPEN,
        person,
        actor=actor,
        at=at,
        changes=changes,
        words=text("reason", reason),
        name="issue.reopened",
    )
    _start_clocks(issue, actor, at)
