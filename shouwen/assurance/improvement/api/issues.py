"""Issues by program: recording one, working on it, judging it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status

from shouwen.assurance.improvement import actions, queries
from shouwen.assurance.improvement.actions import Found
from shouwen.assurance.improvement.models import Issue
from shouwen.assurance.improvement.models.issues import TEXT_MAX_CHARACTERS, TITLE_MAX_CHARACTERS
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere, Words
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.ground.policy.queries import ClockView
from shouwen.people.staff import queries as staff
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import Ref
from shouwen.service.complaints import queries as complaints

issues_router = Router(tags=["complaints"])
Text = Annotated[str, Field(min_length=1, max_length=TEXT_MAX_CHARACTERS, pattern=r"\S")]
Title = Annotated[str, Field(min_length=1, max_length=TITLE_MAX_CHARACTERS, pattern=r"\S")]
StateName = Literal[
    "FOUND", "REPORTED", "RECTIFYING", "RECTIFIED", "ACCEPTED", "EVALUATED", "CLOSED"
]


class IssueListIn(Strict):
    """Of which state, and from where to list."""

    state: StateName | Literal[""] = ""
    cursor: Ref = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 30


class IssueIn(Strict):
    """What was found wrong; `complaint` is the id of the complaint in which it showed."""

    title: Title
    description: Text
    scope: Literal["INTERNAL", "EXTERNAL"] = "INTERNAL"
    cause: Ref = ""
    complaint: Ref = ""


class WordsIn(Strict):
    """To whom it is reported, and what."""

    words: Text


class ReasonIn(Strict):
    """Why it is sent back or opened again."""

    reason: Text


class AssignIn(Strict):
    """Whose it is, what counts as put right, and how that is checked."""

    unit: Ref
    owner: Ref
    standard: Text
    acceptance: Text


class ReportIn(Strict):
    """The rectification report."""

    report: Text


class AcceptIn(Strict):
    """What was checked, and from which later day its effect is judged."""

    words: Text
    effect_on: date


class EvaluateIn(Strict):
    """Whether it had its effect, and on what that rests."""

    is_effective: bool
    words: Text


class LimitOut(Schema):
    """One limit of an issue, with its clause."""

    event: str
    state: str
    due_at: datetime
    stopped_at: datetime | None
    clause: str


class IssueOut(Schema):
    """One issue in its present round; `clocks` in a list are those that run."""

    id: str
    title: str
    scope: str
    state: str
    round: int
    cause: str | None
    complaint: str | None
    unit: str | None
    owner: str | None
    found_at: datetime
    is_major: bool
    clocks: list[LimitOut]


class EntryOut(Schema):
    """One act of an issue's story; what was recorded by mistake stays and is marked."""

    sequence: int
    is_taken_back: bool
    act: str
    round: int
    at: datetime
    by: str
    words: str


class MeetingOut(Schema):
    """The special meeting of the present round."""

    called_by: str
    held_on: date
    people: str
    plan: str


class MeasureOut(Schema):
    """One measure of the present round that counts."""

    id: str
    what: str
    owner: str
    due_on: date


class IssueDetailOut(IssueOut):
    """An issue with all its limits and its story, oldest first."""

    description: str
    standard: str
    acceptance: str
    report: str
    rectified_by: str | None
    accepted_by: str | None
    effect_on: date | None
    is_effective: bool | None
    closed_at: datetime | None
    meeting: MeetingOut | None
    measures: list[MeasureOut]
    entries: list[EntryOut]


class IssueListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[IssueOut]
    next: str | None


def _limit(clock: ClockView) -> LimitOut:
    return LimitOut(
        event=clock.event,
        state=clock.state,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        clause=clock.clause,
    )


def _plain(row: Issue, clocks: list[ClockView]) -> dict[str, object]:
    return {
        "id": row.public_id,
        "title": row.title,
        "scope": row.scope,
        "state": row.state,
        "round": row.round,
        "cause": row.cause.public_id if row.cause else None,
        "complaint": row.complaint.public_id if row.complaint else None,
        "unit": row.unit.public_id if row.unit else None,
        "owner": row.owner.public_id if row.owner else None,
        "found_at": row.found_at,
        "is_major": row.is_major,
        "clocks": [_limit(clock) for clock in clocks],
    }


def detailed(request: ApiRequest, ref: str) -> IssueDetailOut:
    """Give an issue with its limits and its story as a program reads it."""
    found = queries.issue_detail(request.actor, ref, at=time.now())
    row = found.issue
    entries = [
        EntryOut(
            sequence=e.sequence,
            is_taken_back=e.sequence in found.taken_back,
            act=e.act,
            round=e.round,
            at=e.at,
            by=e.by.public_id,
            words=e.words,
        )
        for e in found.entries
    ]
    held = found.meeting if row.met_on else None
    meeting = held and MeetingOut(
        called_by=held.called_by, held_on=held.held_on, people=held.people, plan=held.plan
    )
    measures = [
        MeasureOut(id=m.public_id, what=m.what, owner=m.owner.public_id, due_on=m.due_on)
        for m in found.measures
    ]
    more = {
        "description": row.description,
        "standard": row.standard,
        "acceptance": row.acceptance,
        "report": row.report,
        "rectified_by": row.rectified_by.public_id if row.rectified_by else None,
        "accepted_by": row.accepted_by.public_id if row.accepted_by else None,
        "effect_on": row.effect_on,
        "is_effective": row.is_effective,
        "closed_at": row.closed_at,
        "meeting": meeting,
        "measures": measures,
        "entries": entries,
    }
    return IssueDetailOut.model_validate({**_plain(row, found.clocks), **more})


@issues_router.get("", response={200: IssueListOut, **PROBLEMS}, summary="List issues")
def list_issues(request: ApiRequest, asked: Annotated[IssueListIn, Query()]) -> IssueListOut:
    """Give the issues within reach, newest first, with the limits that run."""
    found = queries.issues_of(
        request.actor, state=asked.state, after=asked.cursor, limit=asked.limit, at=time.now()
    )
    items = [IssueOut.model_validate(_plain(line.issue, line.clocks)) for line in found.lines]
    return IssueListOut(items=items, next=found.next or None)


@issues_router.post("", response={201: IssueDetailOut, **PROBLEMS}, summary="Record an issue")
def raise_issue(request: ApiRequest, body: IssueIn, key: Key = "") -> Status[IssueDetailOut]:
    """Record what was found; the limits to report and to rectify begin. The same key records once.

    The texts name no customer.
    """
    actor, at = request.actor, time.now()

    def work() -> str:
        complaint = None
        if body.complaint:
            try:
                complaint = complaints.complaint_for(actor, body.complaint)
            except NotThere:
                raise Invalid(fields={"complaint": actions.NO_SUCH}) from None
        found = Found(
            title=body.title,
            description=body.description,
            scope=body.scope,
            cause=queries.cause_named(actor, body.cause) if body.cause else None,
            complaint=complaint,
        )
        return str(actions.raise_issue(found, actor=actor, at=at).public_id)

    return Status(201, detailed(request, once(request, "issue", key, body, at, work)))


@issues_router.get("/{ref}", response={200: IssueDetailOut, **PROBLEMS}, summary="Read an issue")
def read_issue(request: ApiRequest, ref: str) -> IssueDetailOut:
    """Give an issue with its limits and its story."""
    return detailed(request, ref)


@issues_router.post(
    "/{ref}/report", response={200: IssueDetailOut, **PROBLEMS}, summary="Report an issue"
)
def report_issue(request: ApiRequest, ref: str, body: WordsIn) -> IssueDetailOut:
    """Report it to those in charge, which ends the limit to report."""
    found = queries.issue_for(request.actor, ref)
    actions.report_issue(found, words=body.words, actor=request.actor, at=time.now())
    return detailed(request, ref)


@issues_router.post(
    "/{ref}/assign", response={200: IssueDetailOut, **PROBLEMS}, summary="Assign an issue"
)
def assign_issue(request: ApiRequest, ref: str, body: AssignIn) -> IssueDetailOut:
    """Say whose it is, what counts as put right, and how that is checked."""
    actor = request.actor
    found = queries.issue_for(actor, ref)
    wrong: dict[str, Words] = {}
    try:
        unit = staff.unit_for(actor, body.unit)
    except NotThere:
        wrong["unit"] = actions.NO_SUCH
    try:
        owner = staff.person_for(actor, body.owner)
    except NotThere:
        wrong["owner"] = actions.NO_SUCH
    if wrong:
        raise Invalid(fields=wrong)
    actions.assign_issue(
        found,
        unit=unit,
        owner=owner,
        standard=body.standard,
        acceptance=body.acceptance,
        actor=actor,
        at=time.now(),
    )
    return detailed(request, ref)


@issues_router.post(
    "/{ref}/rectify", response={200: IssueDetailOut, **PROBLEMS}, summary="Hand in the report"
)
def rectify_issue(request: ApiRequest, ref: str, body: ReportIn) -> IssueDetailOut:
    """Hand in the rectification report, which ends the limit to rectify."""
    found = queries.issue_for(request.actor, ref)
    actions.rectify_issue(found, report=body.report, actor=request.actor, at=time.now())
    return detailed(request, ref)


@issues_router.post(
    "/{ref}/accept", response={200: IssueDetailOut, **PROBLEMS}, summary="Accept what was done"
)
def accept_issue(request: ApiRequest, ref: str, body: AcceptIn) -> IssueDetailOut:
    """Accept what another person put right."""
    found, actor = queries.issue_for(request.actor, ref), request.actor
    actions.accept_issue(
        found, words=body.words, effect_on=body.effect_on, actor=actor, at=time.now()
    )
    return detailed(request, ref)


@issues_router.post(
    "/{ref}/send-back", response={200: IssueDetailOut, **PROBLEMS}, summary="Send an issue back"
)
def send_back_issue(request: ApiRequest, ref: str, body: ReasonIn) -> IssueDetailOut:
    """Send it back as not put right yet; the limit to rectify begins anew."""
    found = queries.issue_for(request.actor, ref)
    actions.send_back_issue(found, reason=body.reason, actor=request.actor, at=time.now())
    return detailed(request, ref)


@issues_router.post(
    "/{ref}/evaluate", response={200: IssueDetailOut, **PROBLEMS}, summary="Evaluate the effect"
)
def evaluate_issue(request: ApiRequest, ref: str, body: EvaluateIn) -> IssueDetailOut:
    """Say, from the day set at acceptance, whether it had its effect."""
    found, actor = queries.issue_for(request.actor, ref), request.actor
    actions.evaluate_issue(
        found, is_effective=body.is_effective, words=body.words, actor=actor, at=time.now()
    )
    return detailed(request, ref)


@issues_router.post(
    "/{ref}/close", response={200: IssueDetailOut, **PROBLEMS}, summary="Close an issue"
)
def close_issue(request: ApiRequest, ref: str) -> IssueDetailOut:
    """Close what is put right, accepted and had its effect; never without the report."""
    found = queries.issue_for(request.actor, ref)
    actions.close_issue(found, actor=request.actor, at=time.now())
    return detailed(request, ref)


@issues_router.post(
    "/{ref}/reopen", response={200: IssueDetailOut, **PROBLEMS}, summary="Reopen an issue"
)
def reopen_issue(request: ApiRequest, ref: str, body: ReasonIn) -> IssueDetailOut:
    """Open it again because it returned; a new round with its limits begins."""
    found = queries.issue_for(request.actor, ref)
    actions.reopen_issue(found, reason=body.reason, actor=request.actor, at=time.now())
    return detailed(request, ref)
