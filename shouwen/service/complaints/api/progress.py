"""What a complainant was told of the progress, by program."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from shouwen.ground.kit.api import PROBLEMS, ApiRequest
from shouwen.service.cases.api.repeating import Key
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.api.doing import ACT, done
from shouwen.service.complaints.api.schemas import ComplaintDetailOut, SaidIn

progress_router = Router(tags=["complaints"])


class ProgressOut(Schema):
    """One milestone: the way they chose, what became of it, and how and when they were told."""

    milestone: str
    reached_at: datetime
    channel: str
    state: str
    by_hand: bool
    why: str
    told_at: datetime | None
    told_way: str


@progress_router.get(
    "/{ref}/progress",
    response={200: list[ProgressOut], **PROBLEMS},
    summary="List what was told of the progress",
)
def progress_list(request: ApiRequest, ref: str) -> list[ProgressOut]:
    """List the newest milestones, each told or to be told; `by_hand` is for a person to tell."""
    one = queries.complaint_for(request.actor, ref)
    return [
        ProgressOut(
            milestone=row.milestone,
            reached_at=row.reached_at,
            channel=row.channel,
            state=row.state,
            by_hand=row.by_hand,
            why=row.why,
            told_at=row.told_at,
            told_way=row.told_way,
        )
        for row in queries.progress_of(one)
    ]


@progress_router.post("/{ref}/progress", response=ACT, summary="Record that progress was told")
def progress_told(request: ApiRequest, ref: str, body: SaidIn, key: Key = "") -> ComplaintDetailOut:
    """Record that the complainant was told where it stands; everything due is settled by it."""
    actor = request.actor
    return done(
        request,
        ref,
        "progress",
        key,
        body,
        lambda c, at: actions.tell_progress(
            c, words=body.words, channel=body.channel, actor=actor, at=at
        ),
    )
