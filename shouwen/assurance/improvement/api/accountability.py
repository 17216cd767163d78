"""Holding somebody accountable by program: proposing it, each step of it, reading how far it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status

from shouwen.assurance.improvement import access, actions, queries
from shouwen.assurance.improvement.models import Accountability, AccountabilityEntry
from shouwen.assurance.improvement.models.issues import TEXT_MAX_CHARACTERS
from shouwen.assurance.improvement.rules.accountability import OWN, Act
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere, Words
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff import queries as staff
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import Ref
from shouwen.service.complaints import queries as complaints

accountability_router = Router(tags=["complaints"])
Text = Annotated[str, Field(min_length=1, max_length=TEXT_MAX_CHARACTERS, pattern=r"\S")]
ConductName = Literal["POOR_HANDLING", "BUCK_PASSING", "PERFUNCTORY"]
StateName = Literal["PROPOSED", "INVESTIGATED", "DETERMINED", "HANDLED", "CLEARED"]
SUMMARIES: dict[Act, str] = {
    Act.STATE: "Hand in one's statement",
    Act.SILENT: "Record that nothing was said",
    Act.INVESTIGATE: "Conclude the investigation",
    Act.DETERMINE: "Find accountable",
    Act.CLEAR: "Find not accountable",
    Act.CONTEST: "Contest the finding",
    Act.KEEP: "Let the finding stand",
    Act.LIFT: "Lift the finding",
    Act.HANDLE: "Record that it is handled",
}


class AccountabilityListIn(Strict):
    """Of which state, and from where to list."""

    state: StateName | Literal[""] = ""
    cursor: Ref = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 30


class ProposalIn(Strict):
    """Who is held accountable for how a complaint was dealt with, by id, and on what grounds."""

    complaint: Ref
    person: Ref
    conduct: ConductName
    grounds: Text


class StepIn(Strict):
    """The words of a step, and the version that whoever takes it was looking at."""

    words: Text
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]


class AccountabilityOut(Schema):
    """One person held accountable for one conduct; of oneself the complaint has a number alone."""

    id: str
    complaint: str | None
    number: str
    person: str
    unit: str
    conduct: str
    state: str
    is_contested: bool
    version: int
    proposed_at: datetime


class AccountabilityStepOut(Schema):
    """One step; who took it is not told to the person concerned, but for their own."""

    act: str
    at: datetime
    by: str | None
    words: str


class AccountabilityDetailOut(AccountabilityOut):
    """One with its steps, oldest first, and those that the caller may take now."""

    acts: list[str]
    steps: list[AccountabilityStepOut]


class AccountabilityListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[AccountabilityOut]
    next: str | None


def _plain(row: Accountability, *, hides: bool) -> dict[str, object]:
    return {
        "id": row.public_id,
        "complaint": None if hides else row.complaint.public_id,
        "number": row.complaint.case.number,
        "person": row.person.public_id,
        "unit": row.unit.public_id,
        "conduct": row.conduct,
        "state": row.state,
        "is_contested": row.standing.is_contested,
        "version": row.version,
        "proposed_at": row.proposed_at,
    }


def _step(entry: AccountabilityEntry, *, hides: bool) -> AccountabilityStepOut:
    is_told = not hides or Act(entry.act) in OWN
    by = entry.by.public_id if is_told else None
    return AccountabilityStepOut(act=entry.act, at=entry.at, by=by, words=entry.words.plain)


def _detailed(request: ApiRequest, ref: str) -> AccountabilityDetailOut:
    found = queries.accountability_detail(request.actor, ref, at=time.now())
    more = {
        "acts": [act.value for act in found.acts],
        "steps": [_step(entry, hides=found.hides) for entry in found.entries],
    }
    plain = _plain(found.row, hides=found.hides)
    return AccountabilityDetailOut.model_validate({**plain, **more})


@accountability_router.get(
    "", response={200: AccountabilityListOut, **PROBLEMS}, summary="List who is held accountable"
)
def list_accountability(
    request: ApiRequest, asked: Annotated[AccountabilityListIn, Query()]
) -> AccountabilityListOut:
    """Give what concerns the caller, and what is within reach of who takes steps, newest first."""
    actor = request.actor
    found = queries.accountabilities_of(
        actor, state=asked.state, after=asked.cursor, limit=asked.limit, at=time.now()
    )
    items = [
        AccountabilityOut.model_validate(_plain(row, hides=queries.hides_from(actor, row)))
        for row in found.rows
    ]
    return AccountabilityListOut(items=items, next=found.next or None)


@accountability_router.post(
    "", response={201: AccountabilityDetailOut, **PROBLEMS}, summary="Propose accountability"
)
def propose_accountability(
    request: ApiRequest, body: ProposalIn, key: Key = ""
) -> Status[AccountabilityDetailOut]:
    """Propose that somebody is held accountable, who is heard. The same key proposes once."""
    actor, at = request.actor, time.now()
    access.require_accountability_act(actor, Act.PROPOSE)

    def work() -> str:
        wrong: dict[str, Words] = {}
        try:
            complaint = complaints.complaint_for(actor, body.complaint)
        except NotThere:
            wrong["complaint"] = actions.NO_SUCH
        try:
            person = staff.person_for(actor, body.person)
        except NotThere:
            wrong["person"] = actions.NO_SUCH
        if wrong:
            raise Invalid(fields=wrong)
        made = actions.propose_accountability(
            complaint, person, conduct=body.conduct, grounds=body.grounds, actor=actor, at=at
        )
        return str(made.public_id)

    ref = once(request, "accountability", key, body, at, work)
    return Status(201, _detailed(request, ref))


@accountability_router.get(
    "/{ref}", response={200: AccountabilityDetailOut, **PROBLEMS}, summary="Read one of them"
)
def read_accountability(request: ApiRequest, ref: str) -> AccountabilityDetailOut:
    """Give one with its steps, and what the caller may do now."""
    return _detailed(request, ref)


def _taking(act: Act) -> Callable[[ApiRequest, str, StepIn], AccountabilityDetailOut]:
    def take(request: ApiRequest, ref: str, body: StepIn) -> AccountabilityDetailOut:
        actor, at = request.actor, time.now()
        row = queries.accountability_for(actor, ref, at=at)
        actions.take_step(row, act, words=body.words, seen=body.version, actor=actor, at=at)
        return _detailed(request, ref)

    take.__name__ = f"accountability_{act.value.lower()}"
    take.__doc__ = "Take this step; refused where another was faster, is concerned or comes first."
    return take


for one, told in SUMMARIES.items():
    accountability_router.post(
        f"/{{ref}}/{one.value.lower()}",
        response={200: AccountabilityDetailOut, **PROBLEMS},
        summary=told,
    )(_taking(one))
