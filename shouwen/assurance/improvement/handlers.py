"""What improvement hears; each makes one call to its own actions."""

from __future__ import annotations

from shouwen.assurance.improvement import actions
from shouwen.assurance.improvement.events import AccountabilityDecided
from shouwen.assurance.improvement.queries.issues import SUBJECT_KIND
from shouwen.ground.policy.events import ClockWarned


def count_accountable(event: AccountabilityDecided) -> None:
    """Let figures count who was found accountable, or count them no more."""
    actions.count_accountable(event.accountability_id)


def remind_of_issue(event: ClockWarned) -> None:
    """Tell who is in charge of an issue that a limit is near."""
    if event.subject_kind == SUBJECT_KIND:
        actions.tell_limit_near(
            event.subject_ref, event=event.event, due_at=event.due_at, at=event.occurred_at
        )
