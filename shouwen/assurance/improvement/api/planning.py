"""The plan of a major issue by program: its mark, its meeting, its measures, what is taken back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from ninja import Field

from shouwen.assurance.improvement import actions, queries
from shouwen.assurance.improvement.api.issues import (
    IssueDetailOut,
    ReasonIn,
    Text,
    detailed,
    issues_router,
)
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff import queries as staff
from shouwen.service.cases.api.schemas import Ref

__all__ = ["issues_router"]


class MeetingIn(Strict):
    """The special meeting of a major issue: who called it, when, who took part, the plan."""

    called_by: Literal["HEAD_OFFICE", "BRANCH"]
    held_on: date
    people: Text
    plan: Text


class MeasureIn(Strict):
    """One measure of the plan, in whose name, until which day."""

    what: Text
    owner: Ref
    due_on: date


class TakeBackIn(Strict):
    """Which entry was recorded by mistake, by its sequence in the story, and why."""

    entry: Annotated[int, Field(ge=1, le=2**31 - 1)]
    reason: Text


@issues_router.post(
    "/{ref}/major", response={200: IssueDetailOut, **PROBLEMS}, summary="Mark an issue as major"
)
def mark_major(request: ApiRequest, ref: str, body: ReasonIn) -> IssueDetailOut:
    """Mark it as major: it is not handed in without its special meeting."""
    found, actor = queries.issue_for(request.actor, ref), request.actor
    actions.mark_major(found, reason=body.reason, actor=actor, at=time.now())
    return detailed(request, ref)


@issues_router.post(
    "/{ref}/meet", response={200: IssueDetailOut, **PROBLEMS}, summary="Record the special meeting"
)
def record_meeting(request: ApiRequest, ref: str, body: MeetingIn) -> IssueDetailOut:
    """Record the meeting that head office or a branch called, and its plan."""
    found, actor = queries.issue_for(request.actor, ref), request.actor
    met = actions.Met(**body.model_dump())
    actions.record_meeting(found, met, actor=actor, at=time.now())
    return detailed(request, ref)


@issues_router.post(
    "/{ref}/measure", response={200: IssueDetailOut, **PROBLEMS}, summary="Add a measure"
)
def add_measure(request: ApiRequest, ref: str, body: MeasureIn) -> IssueDetailOut:
    """Put one measure of the plan into somebody's name, until a day."""
    found, actor = queries.issue_for(request.actor, ref), request.actor
    try:
        owner = staff.person_for(actor, body.owner)
    except NotThere:
        raise Invalid(fields={"owner": actions.NO_SUCH}) from None
    actions.add_measure(
        found, what=body.what, owner=owner, due_on=body.due_on, actor=actor, at=time.now()
    )
    return detailed(request, ref)


@issues_router.post(
    "/{ref}/take-back", response={200: IssueDetailOut, **PROBLEMS}, summary="Take an entry back"
)
def take_back(request: ApiRequest, ref: str, body: TakeBackIn) -> IssueDetailOut:
    """Take back a mark, a meeting or a measure recorded by mistake; the story keeps both."""
    found, actor = queries.issue_for(request.actor, ref), request.actor
    actions.take_back(found, body.entry, reason=body.reason, actor=actor, at=time.now())
    return detailed(request, ref)
