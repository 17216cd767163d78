"""After the end, for programs: archive check, taking up again, reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Router, Schema, Status

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases import actions, queries
from shouwen.service.cases.actions import Judgement
from shouwen.service.cases.api.doing import done
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import CaseDetailOut, MaybeText, Text
from shouwen.service.cases.models import CaseReview, CaseRound

rounds_router = Router(tags=["cases"])


class ReopenIn(Strict):
    """Why the matter is not settled."""

    reason: Text


class ReviewIn(Strict):
    """The three points judged; `words` are needed where one of them is false."""

    content_ok: bool
    process_ok: bool
    customer_ok: bool
    words: MaybeText = ""


class RoundOut(Schema):
    """One ended round of a case."""

    number: int
    began_at: datetime
    closed_at: datetime
    archived_at: datetime | None
    handler: str
    cause: str | None
    solution: str | None
    feedback: str | None
    reason: str
    reopened_at: datetime
    reopened_by: str


class RoundListOut(Schema):
    """The ended rounds of a case, newest first."""

    items: list[RoundOut]


class ReviewOut(Schema):
    """What another person found."""

    id: str
    round: int
    finding: Literal["KEPT", "FOUND"]
    content_ok: bool
    process_ok: bool
    customer_ok: bool
    words: str | None
    reviewed_at: datetime
    reviewer: str


class ReviewListOut(Schema):
    """The reviews of a case, newest first."""

    items: list[ReviewOut]


class ArchiveItemOut(Schema):
    """One mandatory part of the archive file."""

    field: str
    is_there: bool


class ArchiveCheckOut(Schema):
    """Whether the file is complete, and each part of it."""

    is_complete: bool
    items: list[ArchiveItemOut]


def _shown_round(row: CaseRound) -> RoundOut:
    return RoundOut(
        number=row.number,
        began_at=row.began_at,
        closed_at=row.closed_at,
        archived_at=row.archived_at,
        handler=row.handler_name,
        cause=row.cause.plain if row.cause else None,
        solution=row.solution.plain if row.solution else None,
        feedback=row.feedback.plain if row.feedback else None,
        reason=row.reason.plain,
        reopened_at=row.reopened_at,
        reopened_by=row.reopened_by_name,
    )


def _shown_review(row: CaseReview) -> ReviewOut:
    return ReviewOut.model_validate(
        {
            "id": row.public_id,
            "round": row.round,
            "finding": row.finding,
            "content_ok": row.content_ok,
            "process_ok": row.process_ok,
            "customer_ok": row.customer_ok,
            "words": row.words.plain if row.words else None,
            "reviewed_at": row.reviewed_at,
            "reviewer": row.reviewer_name,
        }
    )


@rounds_router.get(
    "/{ref}/archive-check", response={200: ArchiveCheckOut, **PROBLEMS}, summary="Check the file"
)
def check_archive(request: ApiRequest, ref: str) -> ArchiveCheckOut:
    """Say what the archive file holds and what it lacks."""
    items = queries.archive_items(queries.case_for(request.actor, ref))
    return ArchiveCheckOut(
        is_complete=all(item.is_there for item in items),
        items=[ArchiveItemOut(field=item.field, is_there=item.is_there) for item in items],
    )


@rounds_router.post(
    "/{ref}/reopen", response={200: CaseDetailOut, **PROBLEMS}, summary="Take a case up again"
)
def reopen(request: ApiRequest, ref: str, body: ReopenIn, key: Key = "") -> CaseDetailOut:
    """Work a closed or archived case again; its clocks run anew, what was stays with it."""
    actor = request.actor
    return done(
        request,
        ref,
        "reopen",
        key,
        body,
        lambda c, at: actions.reopen(c, reason=body.reason, actor=actor, at=at),
    )


@rounds_router.get(
    "/{ref}/rounds", response={200: RoundListOut, **PROBLEMS}, summary="List ended rounds"
)
def list_rounds(request: ApiRequest, ref: str) -> RoundListOut:
    """Give what the case was before it was taken up again."""
    rows = queries.rounds_of(queries.case_for(request.actor, ref))
    return RoundListOut(items=[_shown_round(row) for row in rows])


@rounds_router.get(
    "/{ref}/reviews", response={200: ReviewListOut, **PROBLEMS}, summary="List reviews"
)
def list_reviews(request: ApiRequest, ref: str) -> ReviewListOut:
    """Give what other people found on looking at the case."""
    rows = queries.reviews_of(queries.case_for(request.actor, ref))
    return ReviewListOut(items=[_shown_review(row) for row in rows])


@rounds_router.post(
    "/{ref}/reviews", response={201: ReviewListOut, **PROBLEMS}, summary="Review a closed case"
)
def review(request: ApiRequest, ref: str, body: ReviewIn, key: Key = "") -> Status[ReviewListOut]:
    """Record a review by the person the key stands for; what is found sends the case back."""
    actor, at = request.actor, time.now()
    judgement = Judgement(body.content_ok, body.process_ok, body.customer_ok)

    def work() -> str:
        case = queries.case_for(actor, ref)
        actions.review(case, judgement, words=body.words, actor=actor, at=at)
        return str(case.public_id)

    once(request, "review", key, body, at, work, ref)
    return Status(201, list_reviews(request, ref))
