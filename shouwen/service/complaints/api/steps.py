"""The steps of a complaint by program, in their order."""

from __future__ import annotations

from datetime import datetime

from ninja import Router

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit.api import ApiRequest
from shouwen.people.staff.models import Person
from shouwen.service.cases import queries as cases
from shouwen.service.cases.api.repeating import Key
from shouwen.service.cases.api.schemas import NothingIn
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets, Risk, transfers_back
from shouwen.service.complaints.api import schemas
from shouwen.service.complaints.api.doing import ACT, done
from shouwen.service.complaints.api.schemas import ComplaintDetailOut
from shouwen.service.complaints.api.shapes import TakenBackIn
from shouwen.service.complaints.models import Complaint

steps_router = Router(tags=["complaints"])


def _named(actor: Actor, field: str, ref: str) -> Person:
    """Give a colleague that must be named. Raises Invalid."""
    found = queries.person_named(actor, field, ref)
    if found is None:
        raise actions.PeopleNeeded(fields={field: actions.PeopleNeeded.message})
    return found


@steps_router.post("/{ref}/accept", response=ACT, summary="Accept a complaint")
def accept(
    request: ApiRequest, ref: str, body: NothingIn | None = None, key: Key = ""
) -> ComplaintDetailOut:
    """Take the complaint on; who does so holds no other post in it."""
    actor = request.actor
    nothing = body or NothingIn()
    return done(
        request, ref, "accept", key, nothing, lambda c, at: actions.accept(c, actor=actor, at=at)
    )


@steps_router.post("/{ref}/classify", response=ACT, summary="Classify a complaint")
def classify(
    request: ApiRequest, ref: str, body: schemas.ClassifyIn, key: Key = ""
) -> ComplaintDetailOut:
    """Say what it is on each scale and who is complained of; looks whether it is a repeat."""
    actor = request.actor

    def do(one: Complaint, at: datetime) -> None:
        category = cases.category_for(one.institution_id, body.category)
        facets = Facets(
            cg_type=body.cg_type,
            om_class=body.om_class,
            sn_object=body.sn_object,
            urgency=body.urgency,
            complexity=body.complexity,
            person=queries.person_named(actor, "person", body.person),
            unit=queries.unit_named(actor, "unit", body.unit),
            seller=queries.person_named(actor, "seller", body.seller),
        )
        actions.classify(one, category, facets, actor=actor, at=at)

    return done(request, ref, "classify", key, body, do)


@steps_router.post("/{ref}/join-transfer", response=ACT, summary="Join a transfer by the regulator")
def join_transfer(
    request: ApiRequest, ref: str, body: schemas.JoinIn, key: Key = ""
) -> ComplaintDetailOut:
    """Link the regulator's number to a complaint that is here, instead of a second one."""
    actor = request.actor

    def do(one: Complaint, at: datetime) -> None:
        actions.join_transfer(
            one,
            source_ref=body.source_ref,
            regulator_on=body.regulator_on,
            actor=actor,
            at=at,
        )

    return done(request, ref, "join-transfer", key, body, do)


@steps_router.post("/{ref}/take-back-transfer", response=ACT, summary="Take a joined transfer back")
def take_back_transfer(
    request: ApiRequest, ref: str, body: TakenBackIn, key: Key = ""
) -> ComplaintDetailOut:
    """Free a regulator's number that was joined by mistake; by another than who joined it."""
    actor = request.actor

    def do(one: Complaint, at: datetime) -> None:
        transfers_back.take_back_transfer(one, reason=body.reason, actor=actor, at=at)

    return done(request, ref, "take-back", key, body, do)


@steps_router.post("/{ref}/no-repeat", response=ACT, summary="Take the repeat mark away")
def deny_repeat(
    request: ApiRequest, ref: str, body: NothingIn | None = None, key: Key = ""
) -> ComplaintDetailOut:
    """Say that it is another matter; the system does not mark it again."""
    actor = request.actor
    nothing = body or NothingIn()
    return done(
        request,
        ref,
        "no-repeat",
        key,
        nothing,
        lambda c, at: actions.deny_repeat(c, actor=actor, at=at),
    )


@steps_router.post("/{ref}/grade", response=ACT, summary="Grade a complaint")
def grade(
    request: ApiRequest, ref: str, body: schemas.GradeIn, key: Key = ""
) -> ComplaintDetailOut:
    """Give the institution's own grade, the tier where it changes, and what the risk asks for."""
    actor = request.actor

    def do(one: Complaint, at: datetime) -> None:
        given = queries.grade_for(one.institution_id, body.grade)
        asks = body.risk_response
        risk = None if asks is None else Risk(asks, body.risk_reason)
        actions.grade(
            one,
            given,
            tier=body.tier or 0,
            tier_reason=body.tier_reason,
            risk=risk,
            actor=actor,
            at=at,
        )

    return done(request, ref, "grade", key, body, do)


@steps_router.post("/{ref}/major", response=ACT, summary="Mark a complaint as major")
def mark_major(
    request: ApiRequest, ref: str, body: schemas.MajorIn, key: Key = ""
) -> ComplaintDetailOut:
    """Mark it as a major one, and name the executive who leads it."""
    actor = request.actor

    def do(one: Complaint, at: datetime) -> None:
        executive = queries.person_named(actor, "executive", body.executive)
        actions.mark_major(
            one,
            reason=body.reason,
            people=body.people,
            executive=executive,
            actor=actor,
            at=at,
        )

    return done(request, ref, "major", key, body, do)


@steps_router.post("/{ref}/assign", response=ACT, summary="Name handler and supervisor")
def assign(
    request: ApiRequest, ref: str, body: schemas.AssignIn, key: Key = ""
) -> ComplaintDetailOut:
    """Name who handles and who supervises: two others than the acceptor."""
    actor = request.actor

    def do(one: Complaint, at: datetime) -> None:
        actions.assign(
            one,
            handler=_named(actor, "handler", body.handler),
            supervisor=_named(actor, "supervisor", body.supervisor),
            reason=body.reason,
            actor=actor,
            at=at,
        )

    return done(request, ref, "assign", key, body, do)


@steps_router.post("/{ref}/respond", response=ACT, summary="Record the first response")
def respond(
    request: ApiRequest, ref: str, body: schemas.SaidIn, key: Key = ""
) -> ComplaintDetailOut:
    """Record what the complainant was told first; stops the clocks of the first response."""
    actor = request.actor
    return done(
        request,
        ref,
        "respond",
        key,
        body,
        lambda c, at: actions.respond(
            c, words=body.words, channel=body.channel, actor=actor, at=at
        ),
    )


@steps_router.post("/{ref}/start", response=ACT, summary="Begin to investigate")
def start(
    request: ApiRequest, ref: str, body: NothingIn | None = None, key: Key = ""
) -> ComplaintDetailOut:
    """Begin to investigate, as the handler."""
    actor = request.actor
    nothing = body or NothingIn()
    return done(
        request, ref, "start", key, nothing, lambda c, at: actions.start(c, actor=actor, at=at)
    )


@steps_router.post("/{ref}/analyse", response=ACT, summary="Put down the facts found")
def analyse(
    request: ApiRequest, ref: str, body: schemas.AnalyseIn, key: Key = ""
) -> ComplaintDetailOut:
    """Put down the facts found."""
    actor = request.actor
    return done(
        request,
        ref,
        "analyse",
        key,
        body,
        lambda c, at: actions.analyse(c, facts=body.facts, actor=actor, at=at),
    )


@steps_router.post("/{ref}/plan", response=ACT, summary="Agree on the plan")
def plan(request: ApiRequest, ref: str, body: schemas.PlanIn, key: Key = "") -> ComplaintDetailOut:
    """Put down cause and plan, and what the complainant said to it."""
    actor = request.actor
    return done(
        request,
        ref,
        "plan",
        key,
        body,
        lambda c, at: actions.agree_plan(
            c,
            cause=body.cause,
            plan=body.plan,
            answer=body.answer,
            channel=body.channel,
            actor=actor,
            at=at,
        ),
    )


@steps_router.post("/{ref}/resolve", response=ACT, summary="Say that it is handled")
def resolve(
    request: ApiRequest, ref: str, body: schemas.ResolveIn | None = None, key: Key = ""
) -> ComplaintDetailOut:
    """Say that the plan is carried out."""
    actor = request.actor
    said = body or schemas.ResolveIn()
    return done(
        request,
        ref,
        "resolve",
        key,
        said,
        lambda c, at: actions.resolve(c, solution=said.solution, actor=actor, at=at),
    )


@steps_router.post("/{ref}/callback", response=ACT, summary="Record the callback")
def callback(
    request: ApiRequest, ref: str, body: schemas.CallbackIn, key: Key = ""
) -> ComplaintDetailOut:
    """Record the satisfaction callback; who is not satisfied is worked for again."""
    actor = request.actor
    return done(
        request,
        ref,
        "callback",
        key,
        body,
        lambda c, at: actions.call_back(
            c,
            is_satisfied=body.is_satisfied,
            words=body.words,
            channel=body.channel,
            actor=actor,
            at=at,
        ),
    )


@steps_router.post("/{ref}/close", response=ACT, summary="Close a complaint")
def close(
    request: ApiRequest, ref: str, body: NothingIn | None = None, key: Key = ""
) -> ComplaintDetailOut:
    """Look at what was done and close the loop, as the supervisor."""
    actor = request.actor
    nothing = body or NothingIn()
    return done(
        request, ref, "close", key, nothing, lambda c, at: actions.close(c, actor=actor, at=at)
    )


@steps_router.post("/{ref}/archive", response=ACT, summary="Archive a complaint")
def archive(
    request: ApiRequest, ref: str, body: NothingIn | None = None, key: Key = ""
) -> ComplaintDetailOut:
    """Put the closed file into the archive."""
    actor = request.actor
    nothing = body or NothingIn()
    return done(
        request, ref, "archive", key, nothing, lambda c, at: actions.archive(c, actor=actor, at=at)
    )


@steps_router.post("/{ref}/withdraw", response=ACT, summary="Record a withdrawal")
def withdraw(
    request: ApiRequest, ref: str, body: schemas.SaidIn, key: Key = ""
) -> ComplaintDetailOut:
    """Record that the complainant takes it back; it ends at once."""
    actor = request.actor
    return done(
        request,
        ref,
        "withdraw",
        key,
        body,
        lambda c, at: actions.withdraw(
            c, reason=body.words, channel=body.channel, actor=actor, at=at
        ),
    )
