"""Look-back by program: drawing a sample, whom the same hit, and what customers said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status

from shouwen.assurance.improvement import actions, forms, queries
from shouwen.assurance.improvement.models import FollowUp
from shouwen.assurance.improvement.models.lookback import TRIES_MOST, WORDS_MAX_CHARACTERS
from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import Ref
from shouwen.service.complaints import queries as complaints

follow_ups_router = Router(tags=["complaints"])
Words = Annotated[str, Field(max_length=WORDS_MAX_CHARACTERS)]
Percent = Annotated[int, Field(ge=1, le=100)]


class FollowUpListIn(Strict):
    """Which follow-ups, and from where to list."""

    state: Literal["", "WAITING", "DONE"] = ""
    cursor: Ref = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 30


class DrawIn(Strict):
    """Of the complaints closed on these days, both included, how many percent are drawn."""

    first: date
    last: date
    percent: Percent | None = None


class SpreadIn(Strict):
    """The cases, by id, whose customers the cause of a complaint hit too."""

    cases: Annotated[list[Ref], Field(min_length=1, max_length=60)]


class AnswerIn(Strict):
    """What came of asking; of who was reached the two steps, a score from 1 to 5, and words."""

    answer: Literal["SOLVED", "NOT_SOLVED", "UNREACHED", "REFUSED"]
    words: Words = ""
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    problem_confirmed: bool = False
    result_told: bool = False


class MissIn(Strict):
    """How many calls the caller knows of, before this one."""

    tries: Annotated[int, Field(ge=0, le=TRIES_MOST)]


class FollowUpOut(Schema):
    """One customer to be asked about one case; `source` is the complaint that led to them.

    Who `refuses_callbacks` is not called. The answer is empty while they wait.
    """

    id: str
    why: str
    case: str
    source: str
    drawn_at: datetime
    tries: int
    refuses_callbacks: bool
    answer: str
    score: int | None
    words: str
    done_by: str | None
    done_at: datetime | None


class FollowUpListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[FollowUpOut]
    next: str | None


class DrawnOut(Schema):
    """How many are to be asked."""

    drawn: int


class HitOut(Schema):
    """One case of another customer whom the cause may have hit."""

    case: str
    number: str
    customer: str
    opened_at: datetime


class HitListOut(Schema):
    """Whom the cause of a complaint may have hit, of each customer the newest case."""

    items: list[HitOut]


def _plain(row: FollowUp, refused: frozenset[str]) -> FollowUpOut:
    return FollowUpOut(
        id=row.public_id,
        why=row.why,
        case=row.case.public_id,
        source=row.source.public_id,
        drawn_at=row.drawn_at,
        tries=row.tries,
        refuses_callbacks=row.public_id in refused,
        answer=row.answer,
        score=row.score,
        words=row.words,
        done_by=row.done_by.public_id if row.done_by else None,
        done_at=row.done_at,
    )


@follow_ups_router.get("", response={200: FollowUpListOut, **PROBLEMS}, summary="List follow-ups")
def list_follow_ups(
    request: ApiRequest, asked: Annotated[FollowUpListIn, Query()]
) -> FollowUpListOut:
    """Give the follow-ups within reach, newest first."""
    done = {"": None, "WAITING": False, "DONE": True}[asked.state]
    found = queries.follow_ups_of(request.actor, done=done, after=asked.cursor, limit=asked.limit)
    items = [_plain(row, found.refused) for row in found.rows]
    return FollowUpListOut(items=items, next=found.next or None)


@follow_ups_router.post("", response={201: DrawnOut, **PROBLEMS}, summary="Draw a sample")
def draw(request: ApiRequest, body: DrawIn, key: Key = "") -> Status[DrawnOut]:
    """Draw a share of the complaints closed on these days, each once. The same key draws once."""
    actor, at = request.actor, time.now()

    def work() -> str:
        period = forms.period_of(body.first, body.last, at)
        percent = queries.usual_percent() if body.percent is None else body.percent
        return str(len(actions.draw_sample(period, percent=percent, actor=actor, at=at)))

    return Status(201, DrawnOut(drawn=int(once(request, "lookback", key, body, at, work))))


@follow_ups_router.get(
    "/hit-by/{ref}", response={200: HitListOut, **PROBLEMS}, summary="Whom the same may have hit"
)
def list_hit(request: ApiRequest, ref: str) -> HitListOut:
    """Give cases of other customers whom the cause of a complaint may have hit."""
    actor = request.actor
    complaint = complaints.complaint_for(actor, ref)
    items = [
        HitOut(
            case=row.public_id,
            number=row.number,
            customer=row.customer.public_id if row.customer else "",
            opened_at=row.opened_at,
        )
        for row in queries.hit_by_same(actor, complaint)
    ]
    return HitListOut(items=items)


@follow_ups_router.post(
    "/hit-by/{ref}", response={201: DrawnOut, **PROBLEMS}, summary="Have those hit asked"
)
def spread(request: ApiRequest, ref: str, body: SpreadIn) -> Status[DrawnOut]:
    """Have the customers of these cases asked; who is to be asked already is not asked twice."""
    actor = request.actor
    complaint = complaints.complaint_for(actor, ref)
    made = actions.follow_same_cause(complaint, body.cases, actor=actor, at=time.now())
    return Status(201, DrawnOut(drawn=len(made)))


@follow_ups_router.post(
    "/{ref}/record", response={200: FollowUpOut, **PROBLEMS}, summary="Record a follow-up"
)
def record(request: ApiRequest, ref: str, body: AnswerIn) -> FollowUpOut:
    """Put on record what a customer said when asked again, or that they refuse callbacks."""
    actor = request.actor
    found = queries.follow_up_for(actor, ref)
    said = actions.Said(**body.model_dump())
    actions.record_follow_up(found, said, actor=actor, at=time.now())
    return _read(request, ref)


@follow_ups_router.post(
    "/{ref}/miss", response={200: FollowUpOut, **PROBLEMS}, summary="Note a call without an answer"
)
def miss(request: ApiRequest, ref: str, body: MissIn) -> FollowUpOut:
    """Note that a customer was called and did not answer; they may be called again."""
    actor = request.actor
    found = queries.follow_up_for(actor, ref)
    actions.miss_follow_up(found, seen_tries=body.tries, actor=actor, at=time.now())
    return _read(request, ref)


def _read(request: ApiRequest, ref: str) -> FollowUpOut:
    row = queries.follow_up_for(request.actor, ref)
    return _plain(row, queries.refusing([row]))
