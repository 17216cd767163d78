"""New facts, appraisal, mediation, and the time of a special complaint by program."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from ninja import Field, Router

from shouwen.ground.kernel.moments import Moment
from shouwen.ground.kit.api import ApiRequest, Strict
from shouwen.service.cases.api.repeating import Key
from shouwen.service.complaints import actions
from shouwen.service.complaints.api.doing import ACT, done
from shouwen.service.complaints.api.schemas import ComplaintDetailOut, SaidIn

outside_router = Router(tags=["complaints"])


class NewFactsIn(SaidIn):
    """What is new in their words, by which way it came, and on which day; today where none."""

    received_on: date | None = None


class ReferIn(SaidIn):
    """What is asked of whom outside, since when, and what the complainant was told of it."""

    kind: Literal["APPRAISAL", "MEDIATION"]
    body: Annotated[str, Field(min_length=1, max_length=120)]
    began_on: date | None = None


class ReturnIn(SaidIn):
    """On which day it ended, today where none, and what the complainant was told of the result."""

    ended_on: date | None = None


class LimitIn(Strict):
    """Until when a special complaint is handled, and by which law or internal rule."""

    due_at: Moment
    basis: Annotated[str, Field(min_length=1, max_length=200)]


@outside_router.post("/{ref}/limit", response=ACT, summary="Set the time of a special complaint")
def limit(request: ApiRequest, ref: str, body: LimitIn, key: Key = "") -> ComplaintDetailOut:
    """Set until when a special complaint is handled; it counts beside all other limits."""
    actor = request.actor
    return done(
        request,
        ref,
        "limit",
        key,
        body,
        lambda c, at: actions.set_special_limit(
            c, body.due_at, basis=body.basis, actor=actor, at=at
        ),
    )


@outside_router.post("/{ref}/new-facts", response=ACT, summary="Record new facts")
def new_facts(request: ApiRequest, ref: str, body: NewFactsIn, key: Key = "") -> ComplaintDetailOut:
    """Record new facts and reasons; the law's time counts anew from the day they came."""
    actor = request.actor
    return done(
        request,
        ref,
        "new_facts",
        key,
        body,
        lambda c, at: actions.take_new_facts(
            c,
            words=body.words,
            channel=body.channel,
            received_on=body.received_on,
            actor=actor,
            at=at,
        ),
    )


@outside_router.post("/{ref}/refer", response=ACT, summary="Record an appraisal or mediation")
def refer(request: ApiRequest, ref: str, body: ReferIn, key: Key = "") -> ComplaintDetailOut:
    """Record that somebody outside was asked; only the limits that may wait for it stand still."""
    actor = request.actor
    return done(
        request,
        ref,
        "refer",
        key,
        body,
        lambda c, at: actions.begin_referral(
            c,
            body.kind,
            body=body.body,
            words=body.words,
            channel=body.channel,
            began_on=body.began_on,
            actor=actor,
            at=at,
        ),
    )


@outside_router.post("/{ref}/return", response=ACT, summary="Record its end")
def come_back(request: ApiRequest, ref: str, body: ReturnIn, key: Key = "") -> ComplaintDetailOut:
    """Record what came of it; time counts again from the day it ended."""
    actor = request.actor
    return done(
        request,
        ref,
        "return",
        key,
        body,
        lambda c, at: actions.end_referral(
            c,
            words=body.words,
            channel=body.channel,
            ended_on=body.ended_on,
            actor=actor,
            at=at,
        ),
    )
