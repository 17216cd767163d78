"""What this room hears from others."""

from __future__ import annotations

from shouwen.ground.policy.events import ClockBreached, ClockWarned
from shouwen.service.cases import actions
from shouwen.service.cases.queries.clocks import SUBJECT_KIND
from shouwen.service.cases.queries.tasks import TASK_KIND


def enter_breach(event: ClockBreached) -> None:
    """Enter a missed limit of a case, or of a task asked for it, on the timeline."""
    if event.subject_kind == SUBJECT_KIND:
        # Entered at the instant it became true, however late the news arrives.
        actions.note_breach(
            event.subject_ref, event=event.event, clause=event.clause, at=event.due_at
        )
    elif event.subject_kind == TASK_KIND:
        actions.note_task_limit(event.subject_ref, is_late=True, at=event.due_at)


def remind_of_task(event: ClockWarned) -> None:
    """Enter on the timeline that a task's end is near."""
    if event.subject_kind == TASK_KIND:
        actions.note_task_limit(event.subject_ref, is_late=False, at=event.occurred_at)
