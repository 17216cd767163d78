"""The time of a special complaint, set by hand by law or internal rule (CG-3.2-06)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kit import words as kit_words
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import Complexity, EntryKind
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions.apart import is_one
from shouwen.service.complaints.actions.moving import move
from shouwen.service.complaints.actions.refusals import HandlerDecidesNot
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.states import Act

CLAUSE, EVENT, HAPPENING = "CG-3.2-06", "complaint.resolve", "complaint.limited"
# No law and no rule of a house gives longer; a later day is a slip of the pen.
MOST_DAYS = 2 * 365


class NotSpecial(Conflict):
    """Every other complaint has the time that the rules give it."""

    message = gettext_lazy(
        "Only a special complaint has its time set by hand. Classify it as special first."
    )


class LimitStands(Conflict):
    """A time that was set is put off by nobody; it may only become shorter."""

    message = gettext_lazy(
        "A time was set for this complaint already, and it stands. Only an earlier one may be set."
    )


@transaction.atomic
def set_special_limit(
    complaint: Complaint, due_at: datetime | None, *, basis: str, actor: Actor, at: datetime
) -> None:
    """Set until when a special complaint is handled, and by which law or rule.

    It counts beside all other limits, and the strictest of them wins; the complainant reads it on
    their page. Who handles the complaint does not set their own time. Raises Invalid, NotSpecial,
    LimitStands for a later moment than the one set, HandlerDecidesNot, NotAllowed for a program
    without a person, and the errors of `move`. Serves CG-3.2-06.
    """
    person = staff.person_acting(actor)
    wrong: dict[str, Words] = {}
    if due_at is None or due_at <= at:
        wrong["due_at"] = gettext_lazy("Choose a moment that is still to come.")
    elif due_at > at + timedelta(days=MOST_DAYS):
        wrong["due_at"] = gettext_lazy("Choose a moment within two years.")
    try:
        said = texts.needed("basis", basis, texts.SHORT_MAX_CHARACTERS)
    except Invalid as error:
        wrong |= error.fields
    if wrong or due_at is None:
        raise Invalid(fields=wrong)

    def on_case() -> None:
        case = complaint.case
        if case.complexity != Complexity.SPECIAL:
            raise NotSpecial
        handler = case.handler if complaint.assigned_at else None
        if handler is not None and is_one(actor, handler):
            raise HandlerDecidesNot
        held = queries.special_limit(complaint, at)
        if held is not None and due_at >= held:
            raise LimitStands
        cases.set_limit(case, EVENT, HAPPENING, limit_at=due_at, actor=actor, at=at)

    with translation.override(settings.LANGUAGE_CODE):
        told = _("Handled by %(when)s. %(basis)s") % {
            "when": kit_words.due_moment(due_at, at),
            "basis": said,
        }
    move(
        complaint,
        Act.LIMIT,
        actor=actor,
        at=at,
        on_case=on_case,
        note=Note(EntryKind.CUSTOMER, told, CLAUSE, person.name, visible=True),
        detail={"due_at": due_at.isoformat()},
    )
