"""A complainant contests the decision: appeal within the house, 核查 by the unit above."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases import access as case_access
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind, ReplyBy
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions import refusals
from shouwen.service.complaints.actions.moving import move, write
from shouwen.service.complaints.actions.outside import refuse_referred
from shouwen.service.complaints.actions.working import CHOOSE
from shouwen.service.complaints.models import Complaint, ComplaintContest, ContestKind, ContestState
from shouwen.service.complaints.rules import contesting, states
from shouwen.service.complaints.rules.contesting import Contest, Decider, NotThem, Outcome
from shouwen.service.complaints.rules.states import Act, State

ASKS = {ContestKind.APPEAL: Act.APPEAL, ContestKind.REVIEW: Act.REVIEW}
DECIDES = {ContestKind.APPEAL: Act.ANSWER, ContestKind.REVIEW: Act.DECIDE}
CLAUSES = {ContestKind.APPEAL: "CG-3.2-08", ContestKind.REVIEW: "CBIRC-2020-3-22-1"}
DECIDING = {ContestKind.APPEAL: "CG-3.2-08", ContestKind.REVIEW: "CBIRC-2020-3-22-2"}
REQUESTED, DECIDED = "complaint.review_requested", "complaint.review_decided"
REVIEW_CLOCK = "complaint.review_decide"
OPEN_TO_OBJECTION = (State.HANDLED, State.FEEDBACK_SENT, State.CALLBACK_DONE)


class NothingToContest(Conflict):
    """No decision was told that could be contested."""

    message = gettext_lazy("There is no decision to contest yet. It is told first.")


class ContestedAlready(Conflict):
    """A decision is contested once each way."""

    message = gettext_lazy("This was asked for already. The answer is told to the complainant.")


class ReviewWindowOver(Conflict):
    """The time to ask for a 核查 has passed."""

    message = gettext_lazy(
        "The time to ask for a review ended 30 days after the decision was told. Mediation, "
        "arbitration and court remain."
    )


class NothingAsked(Conflict):
    """Nothing waits for this decision."""

    message = gettext_lazy("Nobody waits for this decision. Look at what was decided.")


class DecidedOneself(Conflict):
    """Whoever had a hand in a decision does not judge it."""

    message = gettext_lazy("Whoever had a hand in the decision does not judge it. Ask a colleague.")


class UnitAboveDecides(Conflict):
    """A 核查 is for the unit above the one that decided (CBIRC-2020-3-22)."""

    message = gettext_lazy(
        "A review is decided by the unit above. Pass it on to a colleague there."
    )


@transaction.atomic
def contest(
    complaint: Complaint, kind: str, *, words: str, channel: str, actor: Actor, at: datetime
) -> ComplaintContest:
    """Record that the complainant contests the decision by telephone, letter or in person.

    A 核查 ends the time to ask for one and starts the thirty days to decide and tell. Raises
    Invalid, NothingToContest, ContestedAlready, ReviewWindowOver, and the errors of `move`. Serves
    CG-3.2-08, CBIRC-2020-3-22-1.
    """
    act, said = _checked(kind, words)
    if channel not in ReplyBy.values:
        raise Invalid(fields={"channel": CHOOSE})
    move(
        complaint,
        act,
        actor=actor,
        at=at,
        on_case=lambda: _refuse_contest(complaint, kind, at),
        detail={"channel": channel},
    )
    made = _keep(complaint, kind, said, channel, staff.person_behind(actor), at)
    cases.tell(
        complaint.case,
        f"complaint_{act.value}",
        _note(kind, said, channel),
        happening=_happening(kind),
        actor=actor,
        at=at,
    )
    return made


@transaction.atomic
def contest_by_complainant(
    complaint: Complaint, kind: str, *, words: str, actor: Actor, at: datetime
) -> ComplaintContest:
    """Take the complainant's own appeal or request for a 核查 by their page.

    `actor` is the customer. Raises what `contest` raises, NotThere for anybody else.
    """
    case_access.require_customer(actor, complaint.case)
    act, said = _checked(kind, words)
    standing = complaint.standing
    reason = states.why_not(act, standing)
    if reason is not None:
        raise NothingToContest
    _refuse_contest(complaint, kind, at)
    write(complaint, act, standing, {}, actor=actor, at=at, detail={})
    made = _keep(complaint, kind, said, "", None, at)
    cases.tell_by_customer(
        complaint.case,
        f"complaint_{act.value}",
        _note(kind, said, ""),
        happening=_happening(kind),
        actor=actor,
        at=at,
    )
    return made


def _checked(kind: str, words: str) -> tuple[Act, str]:
    if kind not in ContestKind.values:
        raise Invalid(fields={"kind": CHOOSE})
    return ASKS[ContestKind(kind)], texts.needed("words", words)


def _note(kind: str, said: str, channel: str) -> Note:
    clause = CLAUSES[ContestKind(kind)]
    return Note(EntryKind.CUSTOMER, said, clause, subject_name=channel, visible=True)


def _happening(kind: str) -> str:
    return REQUESTED if kind == ContestKind.REVIEW else ""


def _refuse_contest(complaint: Complaint, kind: str, at: datetime) -> None:
    if complaint.feedback_at is None:
        raise NothingToContest
    # What is asked about an older decision waits on beside it: each is answered (CBIRC-2020-3-22).
    if queries.is_contested(complaint, kind):
        raise ContestedAlready
    if kind == ContestKind.REVIEW and queries.window_is_over(complaint, at):
        raise ReviewWindowOver


def _keep(
    complaint: Complaint, kind: str, said: str, channel: str, taker: Person | None, at: datetime
) -> ComplaintContest:
    made = ComplaintContest(
        complaint=complaint,
        kind=kind,
        about_at=complaint.feedback_at or at,
        decided_in=complaint.told_in,
        asked_by_way=channel,
        taken_by=taker,
        asked_at=at,
    )
    made.reason = said
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise ContestedAlready from None
    return made


@transaction.atomic
def decide_contest(
    complaint: Complaint,
    kind: str,
    *,
    outcome: str,
    opinion: str,
    channel: str,
    contest_ref: str | None = None,
    actor: Actor,
    at: datetime,
) -> ComplaintContest:
    """Decide on an appeal or a 核查 and tell the complainant; a changed decision is worked again.

    The one that waits longest is decided first; the limit of the next counts from its own request.

    Raises Invalid, NothingAsked, DecidedOneself, UnitAboveDecides, RecusedHere, ReferralGoingOn
    while somebody outside helps, NotAllowed for a program without a person, ComplaintMovedOn where
    another than `contest_ref` waits longest, and the errors of `move`. Serves CG-3.2-08,
    CBIRC-2020-3-22-2.
    """
    if kind not in ContestKind.values:
        raise Invalid(fields={"kind": CHOOSE})
    wrong: dict[str, Words] = {
        name: CHOOSE
        for name, value, offered in (
            ("outcome", outcome, [one.value for one in Outcome]),
            ("channel", channel, ReplyBy.values),
        )
        if value not in offered
    }
    if wrong:
        raise Invalid(fields=wrong)
    said = texts.needed("opinion", opinion)
    decider = staff.person_acting(actor)
    act = DECIDES[ContestKind(kind)]
    decided: list[ComplaintContest] = []

    def on_case() -> None:
        _refuse_decider(complaint, kind, decider, actor)
        refuse_referred(complaint)
        one = queries.open_contest(complaint, kind)
        if one is None:
            raise NothingAsked
        if contest_ref not in (None, one.public_id):
            raise refusals.ComplaintMovedOn
        decided.append(_settle(one, outcome, said, channel, decider, at))

    move(complaint, act, actor=actor, at=at, on_case=on_case, detail={"outcome": outcome})
    (one,) = decided
    with translation.override(settings.LANGUAGE_CODE):
        told = f"{one.get_state_display()}\n{said}"
    clause = DECIDING[ContestKind(kind)]
    note = Note(EntryKind.CUSTOMER, told, clause, subject_name=channel, visible=True)
    cases.tell(
        complaint.case,
        f"complaint_{act.value}",
        note,
        happening=DECIDED if kind == ContestKind.REVIEW else "",
        actor=actor,
        at=at,
    )
    following = queries.open_contest(complaint, kind)
    if following is not None and kind == ContestKind.REVIEW:
        cases.begin_waiting(
            complaint.case,
            REVIEW_CLOCK,
            REQUESTED,
            counts_at=following.asked_at,
            actor=actor,
            at=at,
        )
    if outcome == Outcome.CHANGED:
        _work_again(complaint, said, channel, actor=actor, at=at)
    return one


def refuse_decider(complaint: Complaint, kind: str, actor: Actor) -> None:
    """Let whoever looks decide. Raises DecidedOneself, UnitAboveDecides."""
    person = staff.person_behind(actor)
    if person is not None:
        _refuse_decider(complaint, kind, person, actor)


def _refuse_decider(complaint: Complaint, kind: str, decider: Person, actor: Actor) -> None:
    others = Person.objects.filter(public_id__in=actor.stands_in_for).values_list("pk", flat=True)
    who = Decider(decider.pk, decider.unit.path, frozenset(others if actor.stands_in_for else ()))
    one = queries.open_contest(complaint, kind)
    unit = one.decided_in if one else complaint.told_in
    match contesting.why_not(Contest(kind), who, queries.decided(complaint, unit)):
        case NotThem.WORKED_ON_IT:
            raise DecidedOneself(
                _("%(name)s had a hand in the decision and does not judge it. Ask a colleague.")
                % {"name": decider.name}
            )
        case NotThem.NOT_SUPERIOR:
            raise UnitAboveDecides


def _settle(
    one: ComplaintContest, outcome: str, said: str, channel: str, decider: Person, at: datetime
) -> ComplaintContest:
    values = {
        "state": outcome,
        "opinion": one.seal("opinion", said),
        "decided_by": decider,
        "decided_at": at,
        "told_by_way": channel,
    }
    # Two may decide at once: the row count says who was first.
    if not ComplaintContest.objects.filter(pk=one.pk, state=ContestState.ASKED).update(**values):
        raise refusals.ComplaintMovedOn
    for field, value in values.items():
        setattr(one, field, value)
    return one


def _work_again(
    complaint: Complaint, said: str, channel: str, *, actor: Actor, at: datetime
) -> None:
    """Send the complaint back to work; the companion follows its case."""
    case = complaint.case
    state = State(complaint.state)
    if state in states.ENDED_STATES:
        cases.reopen(case, reason=said, actor=actor, at=at)
    elif state in OPEN_TO_OBJECTION:
        cases.record_objection(case, reason=said, channel=channel, actor=actor, at=at)
    complaint.refresh_from_db()


def end_with_the_complaint(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Let what was contested end with a complaint that is taken back; each is on the trail."""
    waiting = complaint.contests.filter(state=ContestState.ASKED)
    for one in waiting.order_by("pk"):
        waiting.filter(pk=one.pk).update(state=ContestState.TAKEN_BACK, decided_at=at)
        detail = {"contest": one.public_id, "kind": one.kind}
        audit.record(actor, "complaint.contest_ended", complaint, at=at, detail=detail)
