"""Findings of responsibility by program: with shares, heard, contested and decided."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Router, Schema

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.ground.vault import masking
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import Ref, Text
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Finding, Share
from shouwen.service.complaints.actions.finding import CHOOSE
from shouwen.service.complaints.api.doing import ACT, done
from shouwen.service.complaints.api.finding_shapes import PartOut, parts_of
from shouwen.service.complaints.api.schemas import ComplaintDetailOut, ResponsibleName
from shouwen.service.complaints.models import Complaint, FindingPart

findings_router = Router(tags=["complaints"])
own_findings_router = Router(tags=["complaints"])
Said = Annotated[str, Field(min_length=1, max_length=2000)]
PositionName = Literal["AGREES", "DISAGREES"]


class ShareIn(Strict):
    """One who is held responsible, for how many percent and why; a partner by its name."""

    kind: Literal["STAFF", "UNIT", "PRODUCT", "SYSTEM", "PARTNER", "CUSTOMER"]
    percent: Annotated[int, Field(ge=1, le=100)] = 100
    person: Ref = ""
    unit: Ref = ""
    partner: Annotated[str, Field(max_length=80)] = ""
    ground: Annotated[str, Field(max_length=500)] = ""


class FindingIn(Strict):
    """Who or what is responsible, on which evidence; SHARED takes `shares` that make 100."""

    responsible: ResponsibleName
    evidence: Text
    shares: Annotated[list[ShareIn], Field(max_length=6)] = []


class HeardIn(Strict):
    """What a partner, or a unit that nobody leads, said to its part."""

    part: Ref
    position: PositionName | Literal["CONTESTS"]
    words: Said


class JudgedIn(Strict):
    """Whether the contested finding stands, and why; `finding` is what takes its place."""

    part: Ref
    outcome: Literal["UPHELD", "CHANGED"]
    opinion: Text
    finding: FindingIn | None = None


class StatementIn(Strict):
    """One's own statement."""

    position: PositionName
    words: Said


class WordsIn(Strict):
    """Why one contests it."""

    words: Said


class OwnPartOut(Schema):
    """What one is held responsible for, with nothing of the customer or of colleagues."""

    id: str
    number: str
    kind: str
    percent: int
    ground: str
    evidence: str | None
    is_current: bool
    set_at: datetime
    contest_until: datetime | None
    position: str
    statement: str | None
    state: str
    reason: str | None
    opinion: str | None
    decided_at: datetime | None


class OwnPartsOut(Schema):
    """The newest fifty."""

    items: list[OwnPartOut]


def share_of(actor: Actor, said: ShareIn, place: int) -> Share:
    """Read one share. Raises Invalid, naming its place."""
    field = f"held_{place}"
    return Share(
        kind=said.kind,
        percent=said.percent,
        person=queries.person_named(actor, field, said.person),
        unit=queries.unit_named(actor, field, said.unit),
        partner=said.partner,
        ground=said.ground,
    )


def finding_said(actor: Actor, said: FindingIn) -> Finding:
    """Read a finding. Raises Invalid."""
    shares = [share_of(actor, one, place) for place, one in enumerate(said.shares, start=1)]
    return Finding(said.responsible, said.evidence, tuple(shares))


@findings_router.post("/{ref}/responsibility", response=ACT, summary="Assign responsibility")
def responsibility(
    request: ApiRequest, ref: str, body: FindingIn, key: Key = ""
) -> ComplaintDetailOut:
    """Say who or what is responsible, on which evidence; whoever it concerns is told."""
    actor = request.actor

    def do(one: Complaint, at: datetime) -> None:
        found = finding_said(actor, body)
        actions.assign_responsibility(
            one,
            responsible=found.responsible,
            evidence=found.evidence,
            shares=found.shares,
            actor=actor,
            at=at,
        )

    return done(request, ref, "responsibility", key, body, do)


@findings_router.get(
    "/{ref}/finding", response={200: list[PartOut], **PROBLEMS}, summary="Read the finding"
)
def read_finding(request: ApiRequest, ref: str) -> list[PartOut]:
    """Give the parts of the present finding, and former ones that were contested."""
    return parts_of(actions.view_complaint(request.actor, ref, at=time.now()))


@findings_router.post(
    "/{ref}/finding-statement", response=ACT, summary="Record what a partner says to the finding"
)
def hear(request: ApiRequest, ref: str, body: HeardIn, key: Key = "") -> ComplaintDetailOut:
    """Record, as the handler, a statement or contest of who has no page here."""
    actor = request.actor

    def do(one: Complaint, at: datetime) -> None:
        rows = queries.finding_of(one)
        part = next((row for row in rows if row.public_id == body.part), None)
        if part is None:
            raise Invalid(fields={"part": CHOOSE})
        if body.position == "CONTESTS":
            actions.contest_finding(part, words=body.words, actor=actor, at=at)
        else:
            actions.state_on_finding(
                part, position=body.position, words=body.words, actor=actor, at=at
            )

    return done(request, ref, "finding-statement", key, body, do)


@findings_router.post(
    "/{ref}/finding-decision", response=ACT, summary="Decide on a contested finding"
)
def judge(request: ApiRequest, ref: str, body: JudgedIn, key: Key = "") -> ComplaintDetailOut:
    """Decide as somebody who neither made the finding nor is held by it."""
    actor = request.actor

    def do(one: Complaint, at: datetime) -> None:
        is_changed = body.outcome == "CHANGED"
        if is_changed == (body.finding is None):
            raise Invalid(fields={"finding": CHOOSE})
        changed = finding_said(actor, body.finding) if body.finding else None
        actions.decide_finding(
            one, body.part, opinion=body.opinion, changed=changed, actor=actor, at=at
        )

    return done(request, ref, "finding-decision", key, body, do)


def _own(part: FindingPart) -> OwnPartOut:
    evidence = part.complaint.evidence if part.is_current else None
    return OwnPartOut(
        id=part.public_id,
        number=part.complaint.case.number,
        kind=part.kind,
        percent=part.percent,
        ground=part.ground.plain,
        evidence=masking.redact(evidence.plain) if evidence else None,
        is_current=part.is_current,
        set_at=part.set_at,
        contest_until=part.contest_until,
        position=part.position,
        statement=part.statement.plain if part.statement else None,
        state=part.state,
        reason=part.reason.plain if part.reason else None,
        opinion=part.opinion.plain if part.opinion else None,
        decided_at=part.decided_at,
    )


@own_findings_router.get(
    "", response={200: OwnPartsOut, **PROBLEMS}, summary="List what one is held responsible for"
)
def own_findings(request: ApiRequest) -> OwnPartsOut:
    """Give the findings that concern whoever the key acts for; none for a program alone."""
    rows = queries.own_findings(request.actor)
    return OwnPartsOut(items=[_own(row.part) for row in rows])


@own_findings_router.get(
    "/{ref}",
    response={200: OwnPartOut, **PROBLEMS},
    summary="Read what one is held responsible for",
)
def own_finding(request: ApiRequest, ref: str) -> OwnPartOut:
    """Give one; the reading goes on the trail."""
    return _own(actions.view_finding(request.actor, ref, at=time.now()))


@own_findings_router.post(
    "/{ref}/statement", response={200: OwnPartOut, **PROBLEMS}, summary="Make a statement"
)
def state(request: ApiRequest, ref: str, body: StatementIn, key: Key = "") -> OwnPartOut:
    """Say once what one has to say to the finding."""
    actor, at = request.actor, time.now()

    def work() -> str:
        part = queries.own_part(actor, ref)
        actions.state_on_finding(part, position=body.position, words=body.words, actor=actor, at=at)
        return ref

    once(request, "complaint.finding.state", key, body, at, work, ref)
    return _own(queries.own_part(actor, ref))


@own_findings_router.post(
    "/{ref}/contest", response={200: OwnPartOut, **PROBLEMS}, summary="Contest a finding"
)
def contest(request: ApiRequest, ref: str, body: WordsIn, key: Key = "") -> OwnPartOut:
    """Contest it, once and in time."""
    actor, at = request.actor, time.now()

    def work() -> str:
        part = queries.own_part(actor, ref)
        actions.contest_finding(part, words=body.words, actor=actor, at=at)
        return ref

    once(request, "complaint.finding.contest", key, body, at, work, ref)
    return _own(queries.own_part(actor, ref))
