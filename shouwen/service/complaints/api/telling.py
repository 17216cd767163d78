"""The result in writing by program: issued, told with its proof, tried, rated, handed out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Field, Router, Schema

from shouwen.contact.conversations.views import as_download
from shouwen.ground.kernel import time
from shouwen.ground.kernel.moments import Moment
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases.api.repeating import Key
from shouwen.service.cases.api.schemas import MaybeText, PersonOut, ReplyByName, Text
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Findings, Proof
from shouwen.service.complaints.api import schemas
from shouwen.service.complaints.api.doing import ACT, done
from shouwen.service.complaints.api.schemas import ComplaintDetailOut
from shouwen.service.complaints.api.shapes import SolvedName
from shouwen.service.complaints.models import Complaint, ComplaintRating
from shouwen.service.complaints.models.telling import DIMENSIONS

telling_router = Router(tags=["complaints"])
MediumName = Literal["PHONE", "SMS", "EMAIL", "LETTER", "HANDED", "CHAT", "PORTAL"]
TriedName = Literal["PHONE", "SMS", "EMAIL", "LETTER", "HANDED", "CHAT"]
Finding = Annotated[str, Field(max_length=3000)]
Score = Annotated[int, Field(ge=1, le=5)]


class NoticeIn(Strict):
    """What the notice says; facts, reasons and outcome left empty are those of the record."""

    basis: Finding
    facts: Finding = ""
    reasons: Finding = ""
    outcome: Finding = ""
    solved: SolvedName = "YES"
    measures: Finding = ""
    follow_up: Finding = ""
    title: Literal["MR", "MS", "UNSAID", "BODY"] = "UNSAID"


class FeedbackIn(Strict):
    """What the complainant is told, and what proves it, as the channel asks.

    LETTER: `reference` and `posted_on`. HANDED: `receiver`, who signed. SMS, EMAIL: `receiver`, the
    number or address. PHONE: `said`, what was said. PORTAL: after enough attempts. `told_at` is
    now where it is left out, and is left out for CHAT and PORTAL. `notice` is the id of the notice
    that was told; where another was issued meanwhile, nothing is recorded.
    """

    text: Annotated[str, Field(min_length=1, max_length=3000)]
    channel: MediumName
    notice: Annotated[str, Field(max_length=40)] | None = None
    told_at: Moment | None = None
    posted_on: date | None = None
    receiver: Annotated[str, Field(max_length=120)] = ""
    reference: Annotated[str, Field(max_length=60)] = ""
    said: MaybeText = ""


class AttemptIn(Strict):
    """An attempt that did not reach the complainant."""

    channel: TriedName
    outcome: Text
    tried_at: Moment | None = None


class RatingIn(Strict):
    """What the complainant said of the handling, 1 to 5 on each dimension (CG-4.3-01)."""

    timeliness: Score
    effect: Score
    communication: Score
    follow_up: Score
    channel: ReplyByName
    comment: Annotated[str, Field(max_length=500)] = ""


class ProofOut(Schema):
    """What shows that a notice was told."""

    channel: MediumName
    told_at: datetime
    receiver: str
    reference: str
    said: str
    attempts: int
    attempt_days: int
    recorded_by: PersonOut | None
    recorded_at: datetime


class AttemptOut(Schema):
    """One attempt."""

    channel: MediumName
    tried_at: datetime
    outcome: str
    recorded_at: datetime


class SealOut(Schema):
    """Whose electronic seal a PDF bears, and the SHA-256 of its certificate."""

    name: str
    sha256: str


class NoticeOut(Schema):
    """One issued notice; its files never change, and their digests stand on the trail.

    `seal` says whose electronic seal the PDF bears, null where it bears none; with `language` `en`
    an English rendering follows the Chinese text, which decides.
    """

    id: str
    number: str
    solved: SolvedName
    wording: str
    language: Literal["zh-hans", "en"]
    issued_at: datetime
    issued_by: PersonOut
    size_bytes: int
    pdf_sha256: str
    text_sha256: str
    seal: SealOut | None
    proof: ProofOut | None
    attempts: list[AttemptOut]


class RatingOut(Schema):
    """What the complainant said of the handling; no channel where they entered it alone.

    `about_at` is when the result was told that it is about.
    """

    timeliness: int
    effect: int
    communication: int
    follow_up: int
    comment: str
    channel: str
    about_at: datetime
    given_at: datetime


class NoticesOut(Schema):
    """Every notice and every rating, the newest first; `rating` is the newest."""

    items: list[NoticeOut]
    rating: RatingOut | None
    ratings: list[RatingOut]


def _person(person: object) -> PersonOut | None:
    ref, name = getattr(person, "public_id", ""), getattr(person, "name", "")
    return PersonOut(id=ref, name=name) if ref else None


def _proof(told: queries.Told) -> ProofOut | None:
    row = told.proof
    if row is None:
        return None
    return ProofOut.model_validate(
        {
            "channel": row.medium,
            "told_at": row.told_at,
            "receiver": row.receiver.plain if row.receiver else "",
            "reference": row.reference,
            "said": row.said.plain if row.said else "",
            "attempts": row.attempts,
            "attempt_days": row.attempt_days,
            "recorded_by": _person(row.recorded_by),
            "recorded_at": row.recorded_at,
        }
    )


def _notice(told: queries.Told) -> NoticeOut:
    row = told.notice
    same = (
        "number",
        "solved",
        "wording",
        "language",
        "issued_at",
        "size_bytes",
        "pdf_sha256",
        "text_sha256",
    )
    tried = [
        {
            "channel": one.medium,
            "tried_at": one.tried_at,
            "outcome": one.outcome.plain,
            "recorded_at": one.recorded_at,
        }
        for one in told.attempts
    ]
    seal = {"name": row.seal_name, "sha256": row.seal_sha256} if row.seal_name else None
    return NoticeOut.model_validate(
        {
            **{name: getattr(row, name) for name in same},
            "id": row.public_id,
            "issued_by": _person(row.issued_by),
            "seal": seal,
            "proof": _proof(told),
            "attempts": tried,
        }
    )


@telling_router.post("/{ref}/notice", response=ACT, summary="Issue the result notice")
def issue(request: ApiRequest, ref: str, body: NoticeIn, key: Key = "") -> ComplaintDetailOut:
    """Issue the notice of the present result in Chinese, as PDF and as text; it is frozen."""
    actor = request.actor

    def do(one: Complaint, at: datetime) -> None:
        case = one.case
        said = body.model_dump()
        held = {"facts": one.facts, "reasons": case.cause, "outcome": case.solution}
        for name, value in held.items():
            if not said[name].strip() and value:
                said[name] = value.plain
        actions.issue_notice(one, Findings(**said), actor=actor, at=at)

    return done(request, ref, "issue", key, body, do)


@telling_router.post(
    "/{ref}/feedback",
    response={200: schemas.FeedbackOut, **PROBLEMS},
    summary="Tell the complainant the result",
)
def feedback(request: ApiRequest, ref: str, body: FeedbackIn, key: Key = "") -> schemas.FeedbackOut:
    """Tell the result of the issued notice with its proof; the clocks stop when it was told.

    The answer holds the link by which the complainant confirms or objects.
    """
    actor = request.actor
    links: list[str] = []

    def do(one: Complaint, at: datetime) -> None:
        proof = Proof(
            medium=body.channel,
            told_at=body.told_at,
            posted_on=body.posted_on,
            receiver=body.receiver,
            reference=body.reference,
            said=body.said,
        )
        sent = actions.send_feedback(
            one, text=body.text, proof=proof, notice_ref=body.notice, actor=actor, at=at
        )
        links.append(sent.link)

    detail = done(request, ref, "feedback", key, body, do)
    return schemas.FeedbackOut(**detail.model_dump(), link=links[0] if links else None)


@telling_router.post("/{ref}/attempts", response=ACT, summary="Record an attempt at telling")
def attempt(request: ApiRequest, ref: str, body: AttemptIn, key: Key = "") -> ComplaintDetailOut:
    """Record that the complainant was not reached; enough of these let their own page count."""
    actor = request.actor
    return done(
        request,
        ref,
        "try",
        key,
        body,
        lambda c, at: actions.record_attempt(
            c,
            medium=body.channel,
            outcome=body.outcome,
            tried_at=body.tried_at,
            actor=actor,
            at=at,
        ),
    )


@telling_router.post("/{ref}/rating", response=ACT, summary="Enter the complainant's rating")
def rating(request: ApiRequest, ref: str, body: RatingIn, key: Key = "") -> ComplaintDetailOut:
    """Enter what the complainant said of the handling; whoever handled it does not."""
    actor = request.actor
    scores = {name: getattr(body, name) for name in DIMENSIONS}
    return done(
        request,
        ref,
        "callback",
        key,
        body,
        lambda c, at: actions.record_rating(
            c, scores, comment=body.comment, channel=body.channel, actor=actor, at=at
        ),
    )


@telling_router.get(
    "/{ref}/notices", response={200: NoticesOut, **PROBLEMS}, summary="List the result notices"
)
def list_notices(request: ApiRequest, ref: str) -> NoticesOut:
    """Give every notice with its proof and attempts, and what was said of each result."""
    one = queries.complaint_for(request.actor, ref)
    given = [_rating(row) for row in queries.ratings_of(one)]
    items = [_notice(told) for told in queries.notices_of(one)]
    return NoticesOut(items=items, rating=given[0] if given else None, ratings=given)


def _rating(row: ComplaintRating) -> RatingOut:
    return RatingOut.model_validate(
        {
            **{name: getattr(row, name) for name in DIMENSIONS},
            "comment": row.comment.plain if row.comment else "",
            "channel": row.channel,
            "about_at": row.about_at,
            "given_at": row.given_at,
        }
    )


@telling_router.get(
    "/{ref}/notices/{notice}/pdf",
    response={200: bytes, **PROBLEMS},
    summary="Download a result notice",
)
def notice_pdf(request: ApiRequest, ref: str, notice: str) -> HttpResponse:
    """Give the PDF as it was issued, byte by byte; each time is on the trail."""
    one = queries.complaint_for(request.actor, ref)
    opened = actions.open_notice(notice, complaint=one, actor=request.actor, at=time.now())
    return as_download(opened)


@telling_router.get(
    "/{ref}/notices/{notice}/text",
    response={200: bytes, **PROBLEMS},
    summary="Download a result notice as text",
)
def notice_text(request: ApiRequest, ref: str, notice: str) -> HttpResponse:
    """Give the same notice as text; each time is on the trail."""
    one = queries.complaint_for(request.actor, ref)
    opened = actions.open_notice_text(notice, complaint=one, actor=request.actor, at=time.now())
    return as_download(opened)
