"""The same act on many complaints: each by itself, so that one refused row holds up no other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Outcome, texts
from shouwen.service.cases.actions.assigning import REASON_MAX_CHARACTERS
from shouwen.service.cases.actions.reminding import REMINDER_MAX_CHARACTERS
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions.working import assign
from shouwen.service.complaints.models import Complaint


def assign_many(
    refs: Sequence[str],
    *,
    handler: str,
    supervisor: str = "",
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> list[Outcome]:
    """Name the handler of each complaint, and who supervises it; a refused row is named.

    Without a supervisor each keeps its own. Both are given by id; one act a row on the trail.
    Raises NotAllowed, Invalid where no row is named, too many, or a person or the reason is wrong.
    """
    staff_access.require(actor, "complaint.work")
    chosen = _chosen(refs)
    worker = queries.person_named(actor, "handler", handler)
    if worker is None:
        raise Invalid(fields={"handler": _("Choose somebody.")})
    head = queries.person_named(actor, "supervisor", supervisor)
    reason = texts.allowed("reason", reason, REASON_MAX_CHARACTERS)

    def give(one: Complaint) -> None:
        over = head or one.supervisor
        if over is None:
            words = _("Nobody supervises it yet. Choose who does.")
            raise Invalid(fields={"supervisor": words})
        assign(one, handler=worker, supervisor=over, reason=reason, actor=actor, at=at)

    return cases.each_row(chosen, lambda ref: _found(actor, ref), give)


def remind_many(refs: Sequence[str], words: str, *, actor: Actor, at: datetime) -> list[Outcome]:
    """Remind the handler of each complaint; one act a row on the trail, a refused row named.

    Raises NotAllowed, Invalid where no row is named, too many, or nothing is written.
    """
    staff_access.require(actor, "complaint.work")
    chosen = _chosen(refs)
    words = texts.needed("text", words, REMINDER_MAX_CHARACTERS)

    def remind(one: Complaint) -> None:
        if one.assigned_at is None:
            # Whoever had the case before handles no complaint yet.
            raise Invalid(fields={"handler": _("Nobody handles it yet. Name the people first.")})
        cases.remind_handler(one.case, words, actor=actor, at=at)

    return cases.each_row(chosen, lambda ref: _found(actor, ref), remind)


def _chosen(refs: Sequence[str]) -> list[str]:
    return cases.chosen_rows(
        refs,
        none=_("Select at least one complaint."),
        more=_("Select at most %(most)s complaints at once."),
    )


def _found(actor: Actor, ref: str) -> tuple[str, Complaint]:
    one = queries.complaint_for(actor, ref)
    return one.case.number, one
