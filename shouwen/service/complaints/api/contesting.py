"""Appeals and 核查 by program: asked for by the complainant, decided by whoever may."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Router

from shouwen.ground.kit.api import ApiRequest, Strict
from shouwen.service.cases.api.repeating import Key
from shouwen.service.cases.api.schemas import Ref, ReplyByName, Text
from shouwen.service.complaints import actions
from shouwen.service.complaints.api.doing import ACT, done
from shouwen.service.complaints.api.schemas import ComplaintDetailOut, SaidIn
from shouwen.service.complaints.models import Complaint, ContestKind

contesting_router = Router(tags=["complaints"])


class DecisionIn(Strict):
    """What becomes of the decision, why, and how the complainant is told.

    `contest` names the one that is meant; without it, the one that waits longest.
    """

    outcome: Literal["UPHELD", "CHANGED"]
    opinion: Text
    channel: ReplyByName
    contest: Ref = ""


def _ask(
    request: ApiRequest, ref: str, kind: str, door: str, body: SaidIn, key: str
) -> ComplaintDetailOut:
    def do(one: Complaint, at: datetime) -> None:
        actions.contest(
            one, kind, words=body.words, channel=body.channel, actor=request.actor, at=at
        )

    return done(request, ref, door, key, body, do)


def _decide(
    request: ApiRequest, ref: str, kind: str, door: str, body: DecisionIn, key: str
) -> ComplaintDetailOut:
    def do(one: Complaint, at: datetime) -> None:
        actions.decide_contest(
            one,
            kind,
            outcome=body.outcome,
            opinion=body.opinion,
            channel=body.channel,
            contest_ref=body.contest or None,
            actor=request.actor,
            at=at,
        )

    return done(request, ref, door, key, body, do)


@contesting_router.post("/{ref}/appeal", response=ACT, summary="Record an appeal")
def appeal(request: ApiRequest, ref: str, body: SaidIn, key: Key = "") -> ComplaintDetailOut:
    """Record that the complainant appeals against the decision that was told."""
    return _ask(request, ref, ContestKind.APPEAL, "appeal", body, key)


@contesting_router.post("/{ref}/review", response=ACT, summary="Record a request for a review")
def review(request: ApiRequest, ref: str, body: SaidIn, key: Key = "") -> ComplaintDetailOut:
    """Record that the complainant asks the unit above for a 核查, in time for it."""
    return _ask(request, ref, ContestKind.REVIEW, "review", body, key)


@contesting_router.post("/{ref}/appeal-answer", response=ACT, summary="Answer an appeal")
def answer(request: ApiRequest, ref: str, body: DecisionIn, key: Key = "") -> ComplaintDetailOut:
    """Answer as somebody without a hand in the decision, and tell the complainant."""
    return _decide(request, ref, ContestKind.APPEAL, "answer", body, key)


@contesting_router.post("/{ref}/review-decision", response=ACT, summary="Decide a review")
def decide(request: ApiRequest, ref: str, body: DecisionIn, key: Key = "") -> ComplaintDetailOut:
    """Decide as the unit above, within 30 days of the request, and tell the complainant."""
    return _decide(request, ref, ContestKind.REVIEW, "decide", body, key)
