"""What customers do to their own case by themselves: urge, withdraw."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kernel.events import announce
from shouwen.ground.kit import words
from shouwen.ground.policy import clocks
from shouwen.ground.vault import audit
from shouwen.people.customers import queries as customers
from shouwen.service.cases import access
from shouwen.service.cases.actions import approving, running, tasks, texts
from shouwen.service.cases.actions.moving import Note, enter, move, tell_screens
from shouwen.service.cases.events import CaseUrged, CaseWithdrawn
from shouwen.service.cases.models import Case, CaseEntry, EntryKind, ReplyBy
from shouwen.service.cases.queries.clocks import subject_of
from shouwen.service.cases.rules import states
from shouwen.service.cases.rules.states import Act

URGE = "urge"
URGE_CLAUSE = "OM-4.4-07"


class UrgedAlready(Conflict):
    """The customer has urged within the time the institution set."""

    message = gettext_lazy("You have asked us to hurry already. We are on it.")


class NothingToUrge(Conflict):
    """The customer has the word, or the case is over."""

    message = gettext_lazy("Nothing waits for us here. See what we wrote to you below.")


@transaction.atomic
def urge(case: Case, *, actor: Actor, at: datetime) -> None:
    """Ask the owner to hurry; the case is marked until somebody does something about it.

    `actor` is the customer. Raises UrgedAlready within the hours set, NothingToUrge, NotThere.
    """
    access.require_customer(actor, case)
    # The row is held, so that two presses at once are one.
    case = Case.objects.select_for_update().get(pk=case.pk)
    if not states.may_urge(states.State(case.state)):
        raise NothingToUrge
    hours = customers.self_service(case.institution_id).urge_every_hours
    last = CaseEntry.objects.filter(case=case, act=URGE).order_by("-id").first()
    if last is not None and last.at + timedelta(hours=hours) > at:
        again = words.moment(last.at + timedelta(hours=hours), at)
        raise UrgedAlready(
            _("You asked us to hurry at %(when)s. You can do so again at %(again)s.")
            % {"when": words.moment(last.at, at), "again": again}
        )
    Case.objects.filter(pk=case.pk).update(urged_at=at)
    enter(
        case,
        URGE,
        actor=actor,
        at=at,
        note=Note(EntryKind.CUSTOMER, clause=URGE_CLAUSE, visible=True),
    )
    audit.record(actor, "case.urged", case, at=at)
    announce(
        CaseUrged(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            owner_id=case.owner_id,
            handler_id=case.handler_id,
        )
    )
    tell_screens(case)


@transaction.atomic
def withdraw_by_customer(case: Case, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take a question back: its clocks and tasks end, and staff confirm and close it.

    The customer's own word stands for their confirmation (HB-2.3-01, HB-2.3-02). Raises
    CaseMovedOn once a result is there, NotThere, Invalid without a reason.
    """
    access.require_customer(actor, case)
    reason = texts.needed("reason", reason)
    note = Note(EntryKind.CUSTOMER, reason, "HB-2.3-02", visible=True)
    _withdraw(case, reason, note, actor=actor, at=at)


@transaction.atomic
def record_withdrawal(case: Case, *, reason: str, channel: str, actor: Actor, at: datetime) -> None:
    """Record that a customer took a question back by telephone, letter or in person.

    Raises what `withdraw_by_customer` does, NotYourCase.
    """
    access.require_work(actor, case, Act.WITHDRAW)
    if channel not in ReplyBy.values:
        raise Invalid(fields={"channel": gettext_lazy("Choose one of the values offered.")})
    reason = texts.needed("reason", reason)
    note = Note(EntryKind.CUSTOMER, reason, "HB-2.3-02", subject_name=channel, visible=True)
    _withdraw(case, reason, note, actor=actor, at=at)


def _withdraw(case: Case, reason: str, note: Note, *, actor: Actor, at: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        solution = _("Withdrawn by the customer: %(reason)s") % {"reason": reason}
    changes = {
        "resolved_at": at,
        "agent_confirmed_at": None,
        "customer_confirmed_at": at,
        "urged_at": None,
        "waits_for": "",
        "solution": case.seal("solution", solution),
    }
    move(case, Act.WITHDRAW, actor=actor, at=at, changes=changes, note=note)
    system = Actor.system("portal", case.institution_id)
    tasks.take_back_all(case, reason, actor=system, at=at)
    approving.end_requests(case, reason, actor=system, at=at)
    clocks.cancel_all(subject_of(case), reason="case.withdrawn", at=at, actor=system)
    running.note_tightest(case)
    announce(CaseWithdrawn(institution_id=case.institution_id, occurred_at=at, case_id=case.pk))
