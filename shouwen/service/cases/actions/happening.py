"""What happens to a case in the room that stands over it, and the first word to the customer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import access
from shouwen.service.cases.actions import running, texts
from shouwen.service.cases.actions.moving import Note, enter, tell_screens
from shouwen.service.cases.actions.refusals import refuse_merged
from shouwen.service.cases.models import Case, EntryKind, ReplyBy
from shouwen.service.cases.rules.states import Act

RESPOND = "respond"


@transaction.atomic
def tell(
    case: Case,
    act: str,
    note: Note,
    *,
    happening: str = "",
    happened_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Enter on the timeline what the room above did.

    `happening` tells the case's clocks of it, such as `complaint.accepted`; it lies at
    `happened_at` where that was before `at`, and what it begins counts from `at`.
    """
    access.require_work(actor, case, Act.CLASSIFY)
    enter(case, act, actor=actor, at=at, note=note)
    if happening:
        running.passed(case, happening, actor=actor, at=happened_at or at, begins_at=at)
    tell_screens(case)


@transaction.atomic
def tell_beside(case: Case, act: str, note: Note, *, actor: Actor, at: datetime) -> None:
    """Enter what somebody did whom the room above lets in; internal, and no clock hears of it.

    Raises NotThere for anybody of another institution.
    """
    if not staff_access.same_institution(actor, case.institution_id):
        raise NotThere
    enter(case, act, actor=actor, at=at, note=note)
    tell_screens(case)


@transaction.atomic
def tell_by_customer(
    case: Case, act: str, note: Note, *, happening: str = "", actor: Actor, at: datetime
) -> None:
    """Enter on the timeline what the customer did in the room above. Raises NotThere."""
    access.require_customer(actor, case)
    enter(case, act, actor=actor, at=at, note=note)
    if happening:
        running.passed(case, happening, actor=actor, at=at)
    tell_screens(case)


@transaction.atomic
def tell_by_concerned(case: Case, act: str, note: Note, *, actor: Actor, at: datetime) -> None:
    """Enter what a colleague whom the matter concerns said; the room above says who that is.

    They may have no right to the case itself: nothing of it is given back.
    """
    enter(case, act, actor=actor, at=at, note=note)
    tell_screens(case)


@transaction.atomic
def hold_clocks(case: Case, cause: str, *, clause: str, actor: Actor, at: datetime) -> list[Clock]:
    """Let the limits that `clause` lets wait for `cause` stand still from `at`; give their clocks.

    The case itself is worked on: an appraisal or a mediation goes on beside it.
    """
    access.require_work(actor, case, Act.CLASSIFY)
    return running.stand_still(case, cause, clause=clause, actor=actor, at=at)


@transaction.atomic
def release_clocks(
    case: Case, cause: str, *, clause: str, ended_at: datetime, actor: Actor, at: datetime
) -> None:
    """Let what stood still for `cause` count again from `ended_at`."""
    access.require_work(actor, case, Act.CLASSIFY)
    running.counts_again(case, cause, clause=clause, ended_at=ended_at, actor=actor, at=at)


@transaction.atomic
def begin_anew(
    case: Case, happening: str, *, clause: str, counts_at: datetime, actor: Actor, at: datetime
) -> list[Clock]:
    """Let the limits that `clause` restarts count anew from `counts_at`; give their clocks."""
    access.require_work(actor, case, Act.CLASSIFY)
    return running.counts_anew(
        case, happening, clause=clause, counts_at=counts_at, actor=actor, at=at
    )


@transaction.atomic
def set_limit(
    case: Case, event: str, happening: str, *, limit_at: datetime, actor: Actor, at: datetime
) -> None:
    """Let a moment set by hand count on the clock of an event, beside the limits of the rules."""
    access.require_work(actor, case, Act.CLASSIFY)
    running.limited_by_hand(case, event, happening, limit_at=limit_at, actor=actor, at=at)
    tell_screens(case)


@transaction.atomic
def begin_waiting(
    case: Case, event: str, happening: str, *, counts_at: datetime, actor: Actor, at: datetime
) -> None:
    """Let the clock of what waited behind another of its sort run, counted from `counts_at`."""
    access.require_work(actor, case, Act.CLASSIFY)
    running.counts_from(case, event, happening, counts_at=counts_at, actor=actor)
    tell_screens(case)


@transaction.atomic
def record_response(case: Case, *, words: str, channel: str, actor: Actor, at: datetime) -> None:
    """Record what the customer was told first: that the matter is dealt with, and by whom.

    Stops the clocks of the first response. Serves HB-4.2-03, CG-4.1-03, CG-5.2-01.
    """
    access.require_work(actor, case, Act.OPINION)
    refuse_merged(case)
    words = texts.needed("words", words)
    if channel not in ReplyBy.values:
        raise Invalid(fields={"channel": _("Choose one of the values offered.")})
    note = Note(EntryKind.CUSTOMER, words, "HB-4.2-03", subject_name=channel, visible=True)
    enter(case, RESPOND, actor=actor, at=at, note=note)
    audit.record(actor, "case.responded", case, at=at, detail={"channel": channel})
    running.passed(case, "case.responded", actor=actor, at=at)
    tell_screens(case)
