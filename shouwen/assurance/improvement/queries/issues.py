"""Issues as far as the asker reaches them, with their limits and their story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access
from shouwen.assurance.improvement.models import (
    Issue,
    IssueEntry,
    IssueMeasure,
    IssueMeeting,
    IssueState,
)
from shouwen.assurance.improvement.queries.returns import REF_MAX_CHARACTERS
from shouwen.assurance.improvement.rules import issues as rules
from shouwen.assurance.improvement.rules.issues import Act, State
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.clocks import Facts, Subject
from shouwen.ground.policy.queries import ClockView
from shouwen.people.staff import queries as staff
from shouwen.people.staff.access import RIGHTS
from shouwen.people.staff.models import Person, RoleGrant, Unit
from shouwen.people.staff.ports import AT_ONCE, OpenItem
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.models import Complaint

SUBJECT_KIND = "issue"
ISSUE_FACTS = Facts(SUBJECT_KIND)
ROWS = 30
PEOPLE_MOST = 300
RELATIONS = (
    "cause",
    "complaint__case",
    "unit",
    "owner",
    "found_by",
    "rectified_by",
    "accepted_by",
    "evaluated_by",
)


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One issue of a list with the limits that run."""

    issue: Issue
    clocks: list[ClockView]


@dataclass(frozen=True, slots=True)
class IssuePage:
    """A stretch of issues, newest first; `next` is a cursor, empty at the end."""

    lines: list[IssueLine]
    next: str


@dataclass(frozen=True, slots=True)
class IssueDetail:
    """One issue with every limit, its story oldest first, and what this reader may do now.

    `measures` are those of the present round that were not taken back.
    """

    issue: Issue
    clocks: list[ClockView]
    entries: list[IssueEntry]
    acts: list[Act]
    measures: list[IssueMeasure]
    taken_back: frozenset[int]
    retractable: frozenset[int]

    @property
    def meeting(self) -> IssueMeeting | None:
        """The special meeting of the present round, if it was held and stands."""
        held = IssueMeeting.objects.filter(
            entry__issue=self.issue, entry__round=self.issue.round, entry__taken_back_by=None
        )
        return held.order_by("-pk").first()


def subject_of(issue: Issue) -> Subject:
    """Give what the clocks of an issue run on."""
    return Subject(SUBJECT_KIND, issue.public_id)


def _seen(actor: Actor) -> QuerySet[Issue]:
    access.require_issues(actor)
    found = Issue.objects.filter(institution_id=actor.institution_id or 0)
    if not actor.all_units:
        own = Q(owner__public_id=actor.ref) | Q(found_by__public_id=actor.ref)
        found = found.filter(Q(unit__isnull=True) | Q(unit_id__in=actor.unit_ids) | own)
    return found.select_related(*RELATIONS)


def issues_of(
    actor: Actor, *, state: str = "", after: str = "", limit: int = ROWS, at: datetime
) -> IssuePage:
    """List issues within reach, all or of one state. Raises NotAllowed, Invalid."""
    limit = max(1, min(limit, 100))
    rows = _seen(actor)
    if state:
        if state not in IssueState.values:
            raise Invalid(fields={"state": _("Choose one of the values offered.")})
        rows = rows.filter(state=state)
    if after:
        place = rows.filter(public_id=after[:REF_MAX_CHARACTERS]) if after.isprintable() else None
        pk = place.values_list("pk", flat=True).first() if place is not None else None
        if pk is None:
            raise Invalid(fields={"cursor": _("Begin again without a cursor.")})
        rows = rows.filter(pk__lt=pk)
    found = list(rows.order_by("-pk")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    running = policy.clocks_of_many([subject_of(row) for row in found], at)
    lines = [
        IssueLine(row, [c for c in running.get(row.public_id, []) if c.stopped_at is None])
        for row in found
    ]
    return IssuePage(lines, found[-1].public_id if more else "")


def issues_from(actor: Actor, complaint: Complaint) -> list[Issue]:
    """Give the issues within reach that a complaint led to, newest first. Raises NotAllowed."""
    return list(_seen(actor).filter(complaint=complaint).order_by("-pk")[:ROWS])


def issue_for(actor: Actor, public_id: str) -> Issue:
    """Give an issue within reach. Raises NotAllowed, NotThere."""
    rows, found = _seen(actor), None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotThere
    return found


def issue_detail(actor: Actor, public_id: str, *, at: datetime) -> IssueDetail:
    """Give an issue with all that belongs to it. Raises NotAllowed, NotThere."""
    issue = issue_for(actor, public_id)
    rows = IssueEntry.objects.filter(issue=issue).select_related("by").order_by("sequence")
    entries, measures = list(rows), list(measures_of(issue).select_related("owner"))
    sequences = {entry.pk: entry.sequence for entry in entries}
    can_go = frozenset(retractable(issue).values_list("sequence", flat=True))
    plan = _plan(issue, len(measures), len(can_go))
    return IssueDetail(
        issue,
        policy.clocks_of(subject_of(issue), at),
        entries,
        _acts(actor, issue, plan, at),
        measures,
        frozenset(sequences[e.takes_back_id] for e in entries if e.takes_back_id),
        can_go,
    )


def measures_of(issue: Issue) -> QuerySet[IssueMeasure]:
    """Give the measures of an issue's present round that count."""
    rows = IssueMeasure.objects.filter(issue=issue, round=issue.round, retracted_at__isnull=True)
    return rows.order_by("due_on", "pk")


def retractable(issue: Issue) -> QuerySet[IssueEntry]:
    """Give the entries that may be taken back as recorded by mistake."""
    acts = [str(act) for act in rules.RETRACTABLE]
    standing = IssueEntry.objects.filter(issue=issue, act__in=acts, taken_back_by__isnull=True)
    # A mark stands through all rounds; what a wrong meeting decided went with it.
    present = standing.filter(Q(round=issue.round) | Q(act=str(Act.MAJOR)))
    return present.exclude(measure__retracted_at__isnull=False).order_by("sequence")


def plan_of(issue: Issue) -> rules.Plan:
    """Give how far the plan of an issue is; nothing is asked for one that is not major."""
    if not issue.is_major:
        return _plan(issue, 0, 0)
    return _plan(issue, measures_of(issue).count(), 0)


def _plan(issue: Issue, measures: int, can_go: int) -> rules.Plan:
    return rules.Plan(issue.is_major, issue.met_on is not None, measures, can_go)


def issues_in_name(person: Person) -> QuerySet[Issue]:
    """Give the issues that a person has to rectify, or has a measure of, before the report."""
    states = [str(state) for state in rules.BEFORE_REPORT]
    measures = IssueMeasure.objects.filter(
        owner=person, retracted_at__isnull=True, round=F("issue__round")
    )
    own = Q(owner=person, state=IssueState.RECTIFYING) | Q(pk__in=measures.values("issue_id"))
    found = Issue.objects.filter(own, institution_id=person.institution_id, state__in=states)
    return found.order_by("pk")


def open_issues_of(person: Person) -> list[OpenItem]:
    """Give what a person has to rectify, the oldest first."""
    return [OpenItem(row.public_id, row.title) for row in issues_in_name(person)[:AT_ONCE]]


def _acts(actor: Actor, issue: Issue, plan: rules.Plan, at: datetime) -> list[Act]:
    """Give the acts that would not be refused to this reader now."""
    person = staff.person_behind(actor)
    if person is None:
        return []
    did = (issue.rectified_by_id, issue.owner_id)
    is_concerned = rules.is_concerned(person.pk, did)
    is_early = issue.effect_on is None or day_of(at) < issue.effect_on
    return [
        act
        for act in rules.possible(State(issue.state), is_effective=issue.is_effective)
        if access.may_do(actor, act)
        and rules.suits(act, plan)
        and not (act in rules.BY_ANOTHER and is_concerned)
        and not (act is Act.RECTIFY and issue.owner_id != person.pk)
        and not (act is Act.EVALUATE and is_early)
    ]


def complaint_numbered(actor: Actor, number: str, *, at: datetime) -> Complaint:
    """Give the complaint of a number within reach. Raises NotAllowed, Invalid."""
    found = None
    if number.isprintable() and len(number) <= REF_MAX_CHARACTERS:
        within = complaints.chosen(actor, complaints.Filters(view="all"), at=at)
        found = within.filter(case__number=number).order_by("pk").first()
    if found is None:
        words = _("No complaint within your reach has this number. Check it and try again.")
        raise Invalid(fields={"complaint": words})
    return found


def owners_to_choose(actor: Actor) -> tuple[list[Unit], list[Person]]:
    """Give the open units within reach, and the people there whose role works on issues."""
    roles = [role for role, rights in RIGHTS.items() if access.WORKS_ISSUES in rights]
    holders = RoleGrant.objects.filter(role__in=roles).values("person_id")
    people = staff.people_of(actor).filter(is_active=True, pk__in=holders)
    return list(staff.unit_tree(actor)), list(people[:PEOPLE_MOST])
