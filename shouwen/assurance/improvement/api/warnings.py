"""Early warning by program: thresholds, what crossed one, and taking note of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status

from shouwen.assurance.improvement import access, actions, queries
from shouwen.assurance.improvement.actions import Wanted
from shouwen.assurance.improvement.models import (
    EarlyWarning,
    Threshold,
    WarningAddress,
    WarningLetter,
)
from shouwen.assurance.improvement.models.warnings import KEY_MAX_CHARACTERS, PLAN_MAX_CHARACTERS
from shouwen.assurance.improvement.rules import warnings as rules
from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import Ref

thresholds_router = Router(tags=["complaints"])
warnings_router = Router(tags=["complaints"])
addresses_router = Router(tags=["complaints"])
notices_router = Router(tags=["complaints"])
Figure = Literal["received", "type", "unit", "concerned", "category", "clock_late"]
MeasureName = Literal["COUNT", "SHARE", "RATE"]
Plan = Annotated[str, Field(min_length=1, max_length=PLAN_MAX_CHARACTERS, pattern=r"\S")]
ADDRESS_MAX_CHARACTERS = 254
Value = Annotated[str, Field(max_length=KEY_MAX_CHARACTERS)]
Most = Annotated[int, Field(ge=1, le=rules.MOST_COUNT)]
Least = Annotated[int, Field(ge=0, le=rules.MOST_COUNT)]
Days = Annotated[int, Field(ge=1, le=rules.MOST_DAYS)]
Hours = Annotated[int, Field(ge=1, le=rules.MOST_HOURS)]


class ThresholdIn(Strict):
    """What is watched: a figure of the report, one value of it by `key`, or each of them.

    Above `most` complaints, percent of all received, or complaints in a thousand contacts (RATE,
    for `received` and `category`), it warns. `clock_late` watches the limits of complaints, by
    `key` one of them, such as `complaint.first_response`. What is left out is the house's own
    figure; no document gives one.
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


class LetterOut(Schema):
    """One letter about a warning to a department; `unit` null for the whole institution.

    `why` says why it was not delivered, in one word or the carrier's numbers.
    """

    way: str
    unit: str | None
    state: str
    why: str
    ended_at: datetime | None


class WarningOut(Schema):
    """One warning with the figures of the moment it was raised; `of` is all received, or contacts.

    `told` people were told in the system, `seen` of them have seen it.
    """

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
    told: int
    seen: int
    letters: list[LetterOut]


class WarningListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[WarningOut]
    next: str | None


class AddressIn(Strict):
    """Where a department is told of warnings; without `unit`, of those of the whole institution."""

    way: Literal["EMAIL", "PHONE"]
    address: Annotated[str, Field(min_length=1, max_length=ADDRESS_MAX_CHARACTERS)]
    unit: Ref = ""


class AddressOut(Schema):
    """One address that counts, masked."""

    id: str
    way: str
    address: str
    unit: str | None
    set_at: datetime
    retired_at: datetime | None


class AddressListOut(Schema):
    """Every address that counts."""

    items: list[AddressOut]


class NoticeOut(Schema):
    """That the caller was told in the system of a warning, or of the near limit of an issue."""

    warning: str | None
    issue: str | None
    event: str
    due_at: datetime | None
    at: datetime
    seen_at: datetime | None


class NoticeListOut(Schema):
    """The caller's own newest notices."""

    items: list[NoticeOut]


class SeenOut(Schema):
    """How many were new."""

    seen: int


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


def _letter(row: WarningLetter) -> LetterOut:
    return LetterOut(
        way=row.to.way,
        unit=row.to.unit.public_id if row.to.unit else None,
        state=row.state,
        why=row.why,
        ended_at=row.ended_at,
    )


def _warnings(rows: list[EarlyWarning]) -> list[WarningOut]:
    told = queries.told_of(rows)
    return [_warning(row, told[row.pk]) for row in rows]


def _warning(row: EarlyWarning, told: queries.Told) -> WarningOut:
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
        told=told.people,
        seen=told.seen,
        letters=[_letter(letter) for letter in told.letters],
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
        usual, unit = queries.usual(), queries.unit_named(actor, body.unit, actions.NO_SUCH)
        most = usual.most(body.figure, body.measure)
        least = usual.from_so_many(body.measure)
        wanted = Wanted(
            figure=body.figure,
            key=body.key,
            measure=body.measure,
            most=most if body.most is None else body.most,
            least=least if body.least is None else body.least,
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
    return WarningListOut(items=_warnings(found.rows), next=found.next or None)


@warnings_router.post(
    "/{ref}/note", response={200: WarningOut, **PROBLEMS}, summary="Take note of a warning"
)
def note_warning(request: ApiRequest, ref: str, body: PlanIn) -> WarningOut:
    """Take note, saying what is done about it and what customers are told."""
    found, actor = queries.warning_for(request.actor, ref), request.actor
    actions.note_warning(found, plan=body.plan, actor=actor, at=time.now())
    return _warnings([queries.warning_for(actor, ref)])[0]


def _address(row: WarningAddress) -> AddressOut:
    return AddressOut(
        id=row.public_id,
        way=row.way,
        address=row.address.masked if row.address else "",
        unit=row.unit.public_id if row.unit else None,
        set_at=row.set_at,
        retired_at=row.retired_at,
    )


@addresses_router.get("", response={200: AddressListOut, **PROBLEMS}, summary="Read addresses")
def list_addresses(request: ApiRequest) -> AddressListOut:
    """Give where departments are told of warnings, masked."""
    return AddressListOut(items=[_address(row) for row in queries.addresses_of(request.actor)])


@addresses_router.post("", response={201: AddressOut, **PROBLEMS}, summary="Set an address")
def set_address(request: ApiRequest, body: AddressIn, key: Key = "") -> Status[AddressOut]:
    """Say where a department is told of warnings, by a way that is carried here.

    The same key sets once.
    """
    actor, at = request.actor, time.now()

    def work() -> str:
        unit = queries.unit_named(actor, body.unit, actions.NO_SUCH)
        made = actions.set_address(body.way, body.address, unit=unit, actor=actor, at=at)
        return str(made.public_id)

    ref = once(request, "warning-address", key, body, at, work)
    return Status(201, _address(queries.address_for(actor, ref)))


@addresses_router.post(
    "/{ref}/retire", response={200: AddressOut, **PROBLEMS}, summary="Take an address out"
)
def retire_address(request: ApiRequest, ref: str) -> AddressOut:
    """Take an address out; what was sent there stays."""
    actor = request.actor
    actions.retire_address(queries.address_for(actor, ref), actor=actor, at=time.now())
    return _address(queries.address_for(actor, ref))


@notices_router.get("", response={200: NoticeListOut, **PROBLEMS}, summary="Read own notices")
def list_notices(request: ApiRequest) -> NoticeListOut:
    """Give what the caller was told in the system, newest first: warnings, limits that are near."""
    access.require_reading(request.actor)
    rows = queries.notices_of(request.actor)
    items = [
        NoticeOut(
            warning=row.warning.public_id if row.warning else None,
            issue=row.issue.public_id if row.issue else None,
            event=row.event,
            due_at=row.due_at,
            at=row.at,
            seen_at=row.seen_at,
        )
        for row in rows
    ]
    return NoticeListOut(items=items)


@notices_router.post("/seen", response={200: SeenOut, **PROBLEMS}, summary="Notices were seen")
def see_notices(request: ApiRequest) -> SeenOut:
    """Note that the caller has seen their notices."""
    access.require_reading(request.actor)
    return SeenOut(seen=actions.see_notices(actor=request.actor, at=time.now()))
