"""Redress by program: proposed, its payment's result, and who decides up to which sum."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from ninja import Field, Router, Schema

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import redress_again
from shouwen.service.complaints.api.doing import ACT, done
from shouwen.service.complaints.api.redress_shapes import KindName, RedressOut, shown
from shouwen.service.complaints.api.schemas import ComplaintDetailOut

redress_router = Router(tags=["complaints"])
redress_levels_router = Router(tags=["complaints"])
# CNY as text with at most two decimals: a number of a program may lose its fen.
Amount = Annotated[str, Field(min_length=1, max_length=24)]
Words = Annotated[str, Field(min_length=1, max_length=WORDS_MAX_CHARACTERS)]


class RedressIn(Strict):
    """What is to be made good, by how much (CNY, such as `1280.50`), why and on which basis."""

    kind: KindName
    amount: Amount
    reason: Words
    basis: Words


class OutsideRedressIn(RedressIn):
    """The same, with who granted it outside, when, and by which document."""

    granted_by: Annotated[str, Field(min_length=1, max_length=120)]
    granted_on: date
    document: Annotated[str, Field(min_length=1, max_length=120)]


class ResultIn(Strict):
    """What became of the payment, its number outside, and why where it failed."""

    outcome: Literal["PAID", "FAILED"]
    reference: Annotated[str, Field(min_length=1, max_length=60)]
    words: Annotated[str, Field(max_length=200)] = ""
    # Which request it answers; the present one where it is empty.
    request: Annotated[str, Field(max_length=60)] = ""


class AgainIn(Strict):
    """Which request failed, so that a late second call asks for nothing."""

    request: Annotated[str, Field(min_length=1, max_length=60)]


class LevelsIn(Strict):
    """Up to which sum for one complaint, CNY as text, each level decides, and why."""

    lead_most: Amount
    senior_most: Amount
    reason: Words


class LevelsOut(Schema):
    """Up to which sum for one complaint each level decides; `approval` waits, where asked."""

    lead_most_fen: int
    senior_most_fen: int
    currency: Literal["CNY"]
    approval: str | None


@redress_router.post("/{ref}/redress", response=ACT, summary="Propose a redress")
def propose(request: ApiRequest, ref: str, body: RedressIn, key: Key = "") -> ComplaintDetailOut:
    """Propose as the handler, for another person of the level to decide at `/approvals`."""
    actor = request.actor
    return done(
        request,
        ref,
        "redress",
        key,
        body,
        lambda c, at: actions.propose_redress(
            c,
            body.kind,
            amount=body.amount,
            reason=body.reason,
            basis=body.basis,
            actor=actor,
            at=at,
        ),
    )


@redress_router.post(
    "/{ref}/redress-outside", response=ACT, summary="Record a redress granted outside"
)
def record_outside(
    request: ApiRequest, ref: str, body: OutsideRedressIn, key: Key = ""
) -> ComplaintDetailOut:
    """Record what the board or the head office granted; senior management confirms the document."""
    actor = request.actor
    return done(
        request,
        ref,
        "redress_outside",
        key,
        body,
        lambda c, at: actions.record_outside_redress(
            c,
            body.kind,
            amount=body.amount,
            reason=body.reason,
            basis=body.basis,
            body=body.granted_by,
            decided_on=body.granted_on,
            document=body.document,
            actor=actor,
            at=at,
        ),
    )


@redress_router.post(
    "/{ref}/redress/{redress}/result",
    response={200: RedressOut, **PROBLEMS},
    summary="Give a payment's result",
)
def result(
    request: ApiRequest, ref: str, redress: str, body: ResultIn, key: Key = ""
) -> RedressOut:
    """Say what became of the payment that was asked for; the same again changes nothing."""
    actor, at = request.actor, time.now()

    def work() -> str:
        actions.take_redress_result(
            queries.complaint_for(actor, ref),
            redress,
            outcome=body.outcome,
            reference=body.reference,
            words=body.words,
            request=body.request,
            actor=actor,
            at=at,
        )
        return ref

    once(request, "complaint.redress_result", key, body, at, work, f"{ref}/{redress}")
    found = queries.redress_for(queries.complaint_for(actor, ref), redress)
    if found is None:
        raise NotThere
    return shown(found)


@redress_router.post(
    "/{ref}/redress/{redress}/again", response=ACT, summary="Ask for a failed payment again"
)
def again(
    request: ApiRequest, ref: str, redress: str, body: AgainIn, key: Key = ""
) -> ComplaintDetailOut:
    """Ask again as the handler: same sum and decision, under a new request number."""
    return done(
        request,
        ref,
        "redress_again",
        key,
        body,
        lambda c, at: redress_again.ask_payment_again(
            c, redress, body.request, actor=request.actor, at=at
        ),
    )


def _levels(institution_id: int, approval: str | None = None) -> LevelsOut:
    held = queries.redress_levels(institution_id)
    return LevelsOut(
        lead_most_fen=held.lead_fen,
        senior_most_fen=held.senior_fen,
        currency="CNY",
        approval=approval,
    )


@redress_levels_router.get(
    "/redress-levels",
    response={200: LevelsOut, **PROBLEMS},
    summary="Read who decides on how much redress",
)
def read_levels(request: ApiRequest) -> LevelsOut:
    """Give up to which sum leads and senior management decide; beyond it nobody here does."""
    staff_access.require(request.actor, "policy.read")
    return _levels(request.actor.institution_id or 0)


@redress_levels_router.post(
    "/redress-levels",
    response={200: LevelsOut, **PROBLEMS},
    summary="Ask for other levels of redress",
)
def ask_levels(request: ApiRequest, body: LevelsIn) -> LevelsOut:
    """Ask, for another person to decide at `/approvals`; the present sums count until then."""
    home = Institution.objects.filter(pk=request.actor.institution_id or 0).first()
    if home is None:
        raise NotThere
    asked = actions.ask_redress_levels(
        home,
        lead_most=body.lead_most,
        senior_most=body.senior_most,
        reason=body.reason,
        actor=request.actor,
        at=time.now(),
    )
    return _levels(home.pk, asked.public_id)
