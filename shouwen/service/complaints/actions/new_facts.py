"""A complainant brings new facts and reasons: the law's time counts anew from their receipt."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit import words as kit_words
from shouwen.ground.policy.models import Clock
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind, ReplyBy
from shouwen.service.complaints import access
from shouwen.service.complaints.actions.moving import move
from shouwen.service.complaints.actions.working import CHOOSE
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules import outside, states
from shouwen.service.complaints.rules.states import Act, State

CLAUSE = "CBIRC-2020-3-20-5"
WITH_RESULT = frozenset({State.HANDLED, State.FEEDBACK_SENT, State.CALLBACK_DONE})


class EndedAlready(Conflict):
    """What has ended is taken up again first; its whole time counts anew then."""

    message = gettext_lazy(
        "This complaint has ended. Take it up again on its case; all of its time counts anew then."
    )


@transaction.atomic
def take_new_facts(
    complaint: Complaint,
    *,
    words: str,
    channel: str,
    received_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> list[Clock]:
    """Take down new facts; give the clocks whose limits count anew from `received_on`.

    A result that is there already falls: the complaint is worked again, as after an objection. The
    complainant reads on their page what came and until when the decision is due. Raises Invalid,
    EndedAlready, and the errors of `move`. Serves CBIRC-2020-3-20-5.
    """
    said = texts.needed("words", words)
    wrong: dict[str, Words] = {}
    if channel not in ReplyBy.values:
        wrong["channel"] = CHOOSE
    if received_on is not None and received_on > day_of(at):
        wrong["received_on"] = gettext_lazy("Choose today or an earlier day.")
    elif received_on is not None and received_on < day_of(complaint.received_at):
        wrong["received_on"] = gettext_lazy(
            "They came after the complaint itself. Choose a later day."
        )
    if wrong:
        raise Invalid(fields=wrong)
    if State(complaint.state) in states.ENDED_STATES:
        access.require(actor, complaint, Act.NEW_FACTS)
        raise EndedAlready
    _work_again(complaint, channel, actor=actor, at=at)
    day = received_on or day_of(at)
    detail = {"channel": channel, "received_on": str(day)}
    move(complaint, Act.NEW_FACTS, actor=actor, at=at, detail=detail)
    counts_at = outside.counts_anew_at(received_on, at)
    begun = cases.begin_anew(
        complaint.case,
        "complaint.new_facts",
        clause=CLAUSE,
        counts_at=counts_at,
        actor=actor,
        at=at,
    )
    note = Note(
        EntryKind.CUSTOMER,
        f"{said}\n{_until(begun, counts_at, at)}".strip(),
        CLAUSE,
        subject_name=channel,
        visible=True,
    )
    cases.tell(complaint.case, f"complaint_{Act.NEW_FACTS.value}", note, actor=actor, at=at)
    return begun


def _work_again(complaint: Complaint, channel: str, *, actor: Actor, at: datetime) -> None:
    """Let a result fall that did not know of what came; the companion follows its case."""
    if State(complaint.state) not in WITH_RESULT:
        return
    access.require(actor, complaint, Act.NEW_FACTS)
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("New facts and reasons came")
    cases.record_objection(complaint.case, reason=reason, channel=channel, actor=actor, at=at)
    complaint.refresh_from_db()


def _until(begun: list[Clock], counts_at: datetime, at: datetime) -> str:
    """Say until when the decision is due now; nothing where no limit counts anew."""
    dues = [
        datetime.fromisoformat(limit["due_at"])
        for clock in begun
        for limit in clock.candidates
        if datetime.fromisoformat(limit["started_at"]) == counts_at
    ]
    if not dues:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        return _("The time for the decision counts anew. It is due by %(when)s.") % {
            "when": kit_words.due_moment(min(dues), at)
        }
