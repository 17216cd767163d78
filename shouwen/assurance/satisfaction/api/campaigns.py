"""Campaigns for programs: planned, counted, launched and stopped, and what each run brought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.api.surveys import ResultsOut, results_out
from shouwen.assurance.satisfaction.models import Campaign
from shouwen.assurance.satisfaction.queries import RunLine
from shouwen.assurance.satisfaction.rules.campaigns import Plan
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Key, Strict
from shouwen.people.staff.models import Institution

router = Router(tags=["campaigns"])
Ref = Annotated[str, Field(max_length=48)]
MOST = 99_999
MAY_BE_EMPTY = ("unit", "value", "risk")


class CampaignIn(Strict):
    """The whole plan. `size` is how many of a NUMBER, or percent of a SHARE.

    Without `unit` customers of the whole institution are drawn, without tiers those of every tier;
    `ends_on` is the last day on which a run may begin. Days are Shanghai's, the window counts
    working days.
    """

    name: Annotated[str, Field(max_length=200)]
    survey: Ref
    unit: Ref | None = None
    way: Literal["CALL", "EMAIL"] = "CALL"
    had: Literal["CONTACTS", "CASES"]
    had_days: Annotated[int, Field(ge=0, le=MOST)]
    value: Annotated[str, Field(max_length=16)] | None = None
    risk: Annotated[str, Field(max_length=8)] | None = None
    sample: Literal["ALL", "NUMBER", "SHARE"]
    size: Annotated[int, Field(ge=0, le=MOST)] = 0
    every: Literal["ONCE", "MONTHLY", "QUARTERLY"]
    starts_on: date
    ends_on: date | None = None
    window_days: Annotated[int, Field(ge=0, le=MOST)]


class CampaignChangeIn(CampaignIn):
    """The whole plan anew, against the revision that was read."""

    revision: int


class StepIn(Strict):
    """A step, against the revision that was read."""

    revision: int


class CampaignsIn(Schema):
    """Which page of the campaigns."""

    model_config = ConfigDict(extra="forbid")

    page: Annotated[int, Field(ge=1, le=300)] = 1


class RunOut(Schema):
    """One round; `left_out` counts by reason who was drawn and not asked, and names nobody."""

    id: str
    planned_on: date
    began_at: datetime
    ended_at: datetime | None
    population: int
    drawn: int
    waiting: int
    asked: int
    answered: int
    response_rate: float | None
    left_out: dict[str, int]


class CampaignOut(Schema):
    """A campaign as planned; `next_on` is the day of the next run of one that runs."""

    id: str
    revision: int
    state: Literal["DRAFT", "RUNNING", "STOPPED", "ENDED"]
    name: str
    survey: str
    unit: str | None
    way: str
    had: str
    had_days: int
    value: str | None
    risk: str | None
    sample: str
    size: int
    every: str
    starts_on: date
    ends_on: date | None
    window_days: int
    clause: str
    next_on: date | None
    launched_at: datetime | None
    ended_at: datetime | None


class CampaignLineOut(CampaignOut):
    """A campaign with its latest run, if there was one."""

    latest_run: RunOut | None


class CampaignListOut(Schema):
    """A page of campaigns, newest first; `next` is the number of the page after it."""

    items: list[CampaignLineOut]
    next: int | None


class CampaignDetailOut(CampaignOut):
    """A campaign with its runs, newest first.

    `preview` is what was counted last: who could be drawn, would be drawn and asked, and who falls
    away by which reason. `is_counted` says that it is of the plan as it stands. Many are counted by
    the by: `is_being_counted` until the figures are there.
    """

    is_counted: bool
    is_being_counted: bool
    preview: dict[str, int] | None
    previewed_at: datetime | None
    runs: list[RunOut]


class RunResultsOut(Schema):
    """One run with what came back to it."""

    campaign: str
    run: RunOut
    results: ResultsOut


def _run(line: RunLine) -> RunOut:
    return RunOut(
        id=line.run.public_id,
        planned_on=line.run.planned_on,
        began_at=line.run.began_at,
        ended_at=line.run.ended_at,
        population=line.run.population,
        drawn=line.run.drawn,
        waiting=line.waiting,
        asked=line.asked,
        answered=line.answered,
        response_rate=line.response_rate,
        left_out=line.run.left_out,
    )


def _plain(campaign: Campaign) -> dict[str, object]:
    plan = asdict(actions.plan_of(campaign))
    stands = ("revision", "state", "clause", "next_on", "launched_at", "ended_at")
    return {
        **plan,
        **{name: plan[name] or None for name in MAY_BE_EMPTY},
        **{name: getattr(campaign, name) for name in stands},
        "id": campaign.public_id,
    }


def _plan(body: CampaignIn) -> Plan:
    said = body.model_dump(exclude={"revision"})
    empty = {name: said[name] or "" for name in MAY_BE_EMPTY}
    return Plan(**said | empty | {"name": " ".join(body.name.split())})


def _detail(request: ApiRequest, ref: str) -> CampaignDetailOut:
    view = queries.campaign_for(request.actor, ref, at=time.now())
    return CampaignDetailOut.model_validate(
        {
            **_plain(view.campaign),
            "is_counted": view.is_counted,
            "is_being_counted": view.is_being_counted,
            "preview": view.campaign.forecast,
            "previewed_at": view.campaign.forecast_at,
            "runs": [_run(line) for line in view.runs],
        }
    )


def _once(
    request: ApiRequest,
    act: str,
    key: str,
    body: Strict,
    work: Callable[[datetime], str],
    ref: str = "",
) -> str:
    """Do the work once for each key; give the campaign's id."""
    at = time.now()
    whole = {"campaign": ref, **body.model_dump(mode="json")}
    scope = f"api:campaign.{act}:{request.actor.ref}"
    return idempotency.do_once(scope, key, whole, lambda: work(at), at=at)


def _step(
    request: ApiRequest, act: str, ref: str, key: str, body: StepIn, step: Callable[..., None]
) -> CampaignDetailOut:
    def work(at: datetime) -> str:
        found = queries.campaign_for(request.actor, ref, at=at).campaign
        step(found, seen=body.revision, actor=request.actor, at=at)
        return str(found.public_id)

    return _detail(request, _once(request, act, key, body, work, ref))


@router.get("", response={200: CampaignListOut, **PROBLEMS}, summary="List campaigns")
def list_campaigns(request: ApiRequest, asked: Annotated[CampaignsIn, Query()]) -> CampaignListOut:
    """List the campaigns within reach, newest first, each with its latest run."""
    found = queries.campaigns_of(request.actor, page=asked.page, at=time.now())
    items = [
        CampaignLineOut.model_validate({**_plain(row), "latest_run": _run(line) if line else None})
        for row, _survey, line in found.rows
    ]
    return CampaignListOut(items=items, next=asked.page + 1 if found.older else None)


@router.post("", response={201: CampaignDetailOut, **PROBLEMS}, summary="Plan a campaign")
def write_campaign(
    request: ApiRequest, body: CampaignIn, idempotency_key: Key
) -> Status[CampaignDetailOut]:
    """Plan a campaign; it asks nobody before it is counted and launched."""
    actor = request.actor
    if actor.institution_id is None:
        raise NotAllowed
    home = Institution.objects.get(pk=actor.institution_id)

    def work(at: datetime) -> str:
        made = actions.write_campaign(home, _plan(body), actor=actor, at=at)
        return str(made.public_id)

    return Status(201, _detail(request, _once(request, "write", idempotency_key, body, work)))


# Before /{ref}, which would take the word for a reference.
@router.get(
    "/runs/{ref}", response={200: RunResultsOut, **PROBLEMS}, summary="What one run brought"
)
def read_run(request: ApiRequest, ref: str) -> RunResultsOut:
    """Give how many were asked and answered in one run, and what they answered."""
    line = queries.run_for(request.actor, ref)
    found = queries.results_of_run(request.actor, line.run)
    return RunResultsOut(
        campaign=line.run.campaign.public_id,
        run=_run(line),
        results=results_out(found, line.run.version.number),
    )


@router.get("/{ref}", response={200: CampaignDetailOut, **PROBLEMS}, summary="Read a campaign")
def read_campaign(request: ApiRequest, ref: str) -> CampaignDetailOut:
    """Give a campaign with its plan, what its preview counted, and its runs (at most 24)."""
    return _detail(request, ref)


@router.put("/{ref}", response={200: CampaignDetailOut, **PROBLEMS}, summary="Plan anew")
def change_campaign(
    request: ApiRequest, ref: str, body: CampaignChangeIn, idempotency_key: Key
) -> CampaignDetailOut:
    """Plan anew what was not launched yet; it has to be counted again. 409 once it moved on."""

    def work(at: datetime) -> str:
        found = queries.campaign_for(request.actor, ref, at=at).campaign
        plan = _plan(body)
        actions.change_campaign(found, plan, seen=body.revision, actor=request.actor, at=at)
        return str(found.public_id)

    return _detail(request, _once(request, "change", idempotency_key, body, work, ref))


@router.post(
    "/{ref}/preview", response={200: CampaignDetailOut, **PROBLEMS}, summary="Count who is asked"
)
def preview_campaign(
    request: ApiRequest, ref: str, body: StepIn, idempotency_key: Key
) -> CampaignDetailOut:
    """Count whom a run today would ask and leave out; asks nobody."""
    return _step(request, "preview", ref, idempotency_key, body, actions.preview_campaign)


@router.post("/{ref}/launch", response={200: CampaignDetailOut, **PROBLEMS}, summary="Launch")
def launch_campaign(
    request: ApiRequest, ref: str, body: StepIn, idempotency_key: Key
) -> CampaignDetailOut:
    """Let it run from its first day on. 409 where its preview is of another plan, or of nobody."""
    return _step(request, "launch", ref, idempotency_key, body, actions.launch_campaign)


@router.post("/{ref}/stop", response={200: CampaignDetailOut, **PROBLEMS}, summary="Stop")
def stop_campaign(
    request: ApiRequest, ref: str, body: StepIn, idempotency_key: Key
) -> CampaignDetailOut:
    """Ask nobody any more; who was asked already may still answer."""
    return _step(request, "stop", ref, idempotency_key, body, actions.stop_campaign)
