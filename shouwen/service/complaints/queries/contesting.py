"""What a complainant contests, and who had a hand in what is contested."""

from __future__ import annotations

from datetime import datetime

from shouwen.ground.policy.models import Clock
from shouwen.people.staff.models import Person, Unit
from shouwen.service.cases.models import CaseEntry
from shouwen.service.cases.queries.clocks import subject_of
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintContest,
    ContestKind,
    ContestState,
)
from shouwen.service.complaints.rules.contesting import Decided
from shouwen.service.complaints.rules.states import Act, State, states_before

WINDOW = "complaint.review_apply"
# The steps by which a decision comes about.
DECIDING = (Act.ANALYSE, Act.RESPONSIBILITY, Act.PLAN, Act.RESOLVE, Act.ISSUE, Act.FEEDBACK)
MOST_ROWS = 20


def contests_of(complaint: Complaint) -> list[ComplaintContest]:
    """Give what was contested, the newest first."""
    rows = complaint.contests.select_related("decided_by", "taken_by")
    return list(rows.order_by("-pk")[:MOST_ROWS])


def open_contest(complaint: Complaint, kind: str) -> ComplaintContest | None:
    """Give the appeal or 核查 that waits longest for a decision."""
    found = complaint.contests.filter(kind=kind, state=ContestState.ASKED)
    return found.select_related("decided_in").order_by("pk").first()


def is_contested(complaint: Complaint, kind: str) -> bool:
    """Whether the present decision was contested this way, whatever came of it."""
    told_at = complaint.feedback_at
    if told_at is None:
        return False
    return complaint.contests.filter(kind=kind, about_at=told_at).exists()


def window_is_over(complaint: Complaint, at: datetime) -> bool:
    """Whether the time to ask for a 核查 has passed; without a rule in force it does not."""
    subject = subject_of(complaint.case)
    clocks = Clock.objects.filter(
        subject_kind=subject.kind, subject_ref=subject.ref, event=WINDOW
    ).exclude(state=Clock.State.CANCELLED)
    newest = clocks.order_by("-pk").first()
    return newest is not None and (newest.state != Clock.State.RUNNING or at >= newest.due_at)


def may_be_contested(complaint: Complaint, kind: str, at: datetime) -> bool:
    """Whether the complainant may contest the decision this way now."""
    told = complaint.feedback_at is not None
    if not told or State(complaint.state) not in states_before(Act.APPEAL):
        return False
    if is_contested(complaint, kind):
        return False
    return kind == ContestKind.APPEAL or not window_is_over(complaint, at)


def deciding_unit(complaint: Complaint) -> Unit | None:
    """Give the unit that decides on a complaint now: its handler's, else its case's."""
    case = complaint.case
    return case.handler.unit if case.handler else case.unit


def decided(complaint: Complaint, unit: Unit | None) -> Decided:
    """Give who made the decision, which was made in `unit`.

    Handler, supervisor and executive, who took a step of the handling before, who gave more time,
    who issued its notices, and who answered what was contested before.
    """
    case = complaint.case
    people = {case.handler_id, complaint.supervisor_id, complaint.executive_id}
    steps = [f"complaint_{act.value}" for act in DECIDING]
    # Former handlers and their deputies are known by the steps they took.
    taken = CaseEntry.objects.filter(case=case, act__in=steps).values("actor_ref")
    people |= set(Person.objects.filter(public_id__in=taken).values_list("pk", flat=True))
    people |= set(complaint.extensions.values_list("decided_by_id", flat=True))
    people |= set(complaint.notices.values_list("issued_by_id", flat=True))
    people |= set(complaint.contests.values_list("decided_by_id", flat=True))
    return Decided(
        unit_path=unit.path if unit else "",
        people=frozenset(pk for pk in people if pk is not None),
        is_top=unit is None or unit.parent_id is None,
    )
