"""Early warning by program: thresholds, what crossed one, and taking note of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status

from shouwen.assurance.improvement import actions, queries
from shouwen.assurance.improvement.actions import Wanted
from shouwen.assurance.improvement.models import EarlyWarning, Threshold
from shouwen.assurance.improvement.models.warnings import KEY_MAX_CHARACTERS, PLAN_MAX_CHARACTERS
from shouwen.assurance.improvement.rules import warnings as rules
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff import queries as staff
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import Ref

thresholds_router = Router(tags=["complaints"])
warnings_router = Router(tags=["complaints"])
Figure = Literal["received", "type", "unit", "concerned", "category"]
MeasureName = Literal["COUNT", "SHARE"]
Plan = Annotated[str, Field(min_length=1, max_length=PLAN_MAX_CHARACTERS, pattern=r"\S")]
Value = Annotated[str, Field(max_length=KEY_MAX_CHARACTERS)]
Most = Annotated[int, Field(ge=1, le=rules.MOST_COUNT)]
Least = Annotated[int, Field(ge=0, le=rules.MOST_COUNT)]
Days = Annotated[int, Field(ge=1, le=rules.MOST_DAYS)]
Hours = Annotated[int, Field(ge=1, le=rules.MOST_HOURS)]


class ThresholdIn(Strict):
    """What is watched: a figure of the report, one value of it by `key`, or each of them.

    Above `most` complaints, or percent of all received, it warns. What is left out is the house's
    own figure; no document gives one.
    """

    figure: Figure
    key: Value = ""
    measure: MeasureName = "COUNT"
    most: Most | None = None
    least: Least | None = None
    days: Days | None = None
    answer_hours: Hours | None = None
    unit: Ref = ""


class ThresholdOut(Schema):
    """One threshold that counts."""

    id: str
    figure: str
    key: str
    measure: str
    most: int
    least: int
    days: int
    answer_hours: int
    unit: str | None
    set_at: datetime
    retired_at: datetime | None


class ThresholdListOut(Schema):
    """Every threshold that counts."""

    items: list[ThresholdOut]


class WarningListIn(Strict):
    """Which warnings, and from where to list."""

    state: Literal["", "WAITING", "NOTED"] = ""
    cursor: Ref = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class WarningOut(Schema):
    """One warning with the figures of the moment it was raised; `of` is all received."""

    id: str
    threshold: ThresholdOut
    key: str
    count: int
    of: int
    first: date
    last: date
    raised_at: datetime
    answer_by: datetime
    noted_at: datetime | None
    noted_by: str | None
    plan: str
    ended_at: datetime | None


class WarningListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[WarningOut]
    next: str | None


class PlanIn(Strict):
    """What is done about it, and what customers are told."""

    plan: Plan


def _threshold(row: Threshold) -> ThresholdOut:
    return ThresholdOut(
        id=row.public_id,
        figure=row.figure,
        key=row.key,
        measure=row.measure,
        most=row.most,
        least=row.least,
        days=row.days,
        answer_hours=row.answer_hours,
        unit=row.unit.public_id if row.unit else None,
        set_at=row.set_at,
        retired_at=row.retired_at,
    )


def _warning(row: EarlyWarning) -> WarningOut:
    return WarningOut(
        id=row.public_id,
        threshold=_threshold(row.threshold),
        key=row.key,
        count=row.count,
        of=row.of,
        first=row.first,
        last=row.last,
        raised_at=row.raised_at,
        answer_by=row.answer_by,
        noted_at=row.noted_at,
        noted_by=row.noted_by.public_id if row.noted_by else None,
        plan=row.plan,
        ended_at=row.ended_at,
    )


@thresholds_router.get("", response={200: ThresholdListOut, **PROBLEMS}, summary="Read thresholds")
def list_thresholds(request: ApiRequest) -> ThresholdListOut:
    """Give the thresholds of early warning that count."""
    return ThresholdListOut(items=[_threshold(row) for row in queries.thresholds_of(request.actor)])


@thresholds_router.post("", response={201: ThresholdOut, **PROBLEMS}, summary="Set a threshold")
def set_threshold(request: ApiRequest, body: ThresholdIn, key: Key = "") -> Status[ThresholdOut]:
    """Set a threshold; what is above it already warns at once. The same key sets once."""
    actor, at = request.actor, time.now()

    def work() -> str:
        usual, unit = queries.usual(), None
        if body.unit:
            try:
                unit = staff.unit_for(actor, body.unit)
            except NotThere:
                raise Invalid(fields={"unit": actions.NO_SUCH}) from None
        most = usual.share if body.measure == "SHARE" else usual.count
        wanted = Wanted(
            figure=body.figure,
            key=body.key,
            measure=body.measure,
            most=most if body.most is None else body.most,
            least=usual.least if body.least is None else body.least,
            days=usual.days if body.days is None else body.days,
            answer_hours=usual.hours if body.answer_hours is None else body.answer_hours,
            unit=unit,
        )
        return str(actions.set_threshold(wanted, actor=actor, at=at).public_id)

    ref = once(request, "threshold", key, body, at, work)
    return Status(201, _threshold(queries.threshold_for(actor, ref)))


@thresholds_router.post(
    "/{ref}/retire", response={200: ThresholdOut, **PROBLEMS}, summary="Retire a threshold"
)
def retire_threshold(request: ApiRequest, ref: str) -> ThresholdOut:
    """Let a threshold warn no more; the warnings it raised stay."""
    actor = request.actor
    found = queries.threshold_for(actor, ref)
    actions.retire_threshold(found, actor=actor, at=time.now())
    return _threshold(queries.threshold_for(actor, ref))


@warnings_router.get("", response={200: WarningListOut, **PROBLEMS}, summary="List warnings")
def list_warnings(request: ApiRequest, asked: Annotated[WarningListIn, Query()]) -> WarningListOut:
    """Give the warnings of the institution, newest first."""
    noted = {"": None, "WAITING": False, "NOTED": True}[asked.state]
    found = queries.warnings_of(request.actor, noted=noted, after=asked.cursor, limit=asked.limit)
    return WarningListOut(items=[_warning(row) for row in found.rows], next=found.next or None)


@warnings_router.post(
    "/{ref}/note", response={200: WarningOut, **PROBLEMS}, summary="Take note of a warning"
)
def note_warning(request: ApiRequest, ref: str, body: PlanIn) -> WarningOut:
    """Take note, saying what is done about it and what customers are told."""
    found, actor = queries.warning_for(request.actor, ref), request.actor
    actions.note_warning(found, plan=body.plan, actor=actor, at=time.now())
    return _warning(queries.warning_for(actor, ref))
