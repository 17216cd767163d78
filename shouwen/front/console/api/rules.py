"""The working calendar and forbidden words for programs: `/policy/calendar`, `/policy/phrases`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status

from shouwen.front.console import actions
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Key, Strict, once
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.queries import PhraseRow
from shouwen.people.approvals import api as approvals_api
from shouwen.people.approvals import queries as approvals
from shouwen.people.approvals.api import ApprovalOut
from shouwen.people.staff import access

rules_router = Router(tags=["policy"])

READ = "policy.read"
# Where the statutory calendar begins, and an end that no limit reaches.
FIRST_YEAR, LAST_YEAR = 2005, 2100
KindName = Literal["command", "discrimination", "false_claim", "insult", "presumption", "vague"]


class YearIn(Strict):
    """Which year; this one where nothing is said."""

    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None


class PeriodOut(Schema):
    """One worked period of a weekday (0 is Monday); one that ends at 00:00 lasts to midnight."""

    weekday: int
    begins: str
    ends: str


class StretchOut(Schema):
    """Days in a row that differ from the week for one reason, both ends counted.

    `is_own` says that the institution entered them; others are as the State Council decreed.
    A worked day has the hours of the week's first worked day.
    """

    first: date
    last: date
    name: str
    is_worked: bool
    is_own: bool


class CalendarOut(Schema):
    """One year: the week, what differs from it, and how many days are worked, to check against.

    Where `is_decreed` is false, the State Council's arrangement is not at hand: besides what was
    entered, only weekends and holidays on fixed dates are off.
    """

    year: int
    week: list[PeriodOut]
    differing: list[StretchOut]
    worked_days: int
    is_decreed: bool


class DaysIn(Strict):
    """Days in a row that are to be off, worked, or as the week and the law have them."""

    first: date
    last: date | None = None
    what: Literal["OFF", "WORKED", "USUAL"]
    name: Annotated[str, Field(max_length=20)] = ""


class CalendarIn(Strict):
    """Days that are to differ, and by which decree or notice."""

    days: Annotated[list[DaysIn], Field(min_length=1, max_length=actions.LINES_AT_MOST)]
    reason: Annotated[str, Field(min_length=1, max_length=400)]


class PhrasesIn(Strict):
    """Which words: all, or the institution's own alone."""

    own: bool = False


class PhraseIn(Strict):
    """Words that may not be said, on one family of channels or (blank) on all."""

    phrase: Annotated[str, Field(min_length=2, max_length=40)]
    kind: KindName
    channel: Literal["", "web", "phone"] = ""
    say_instead: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1, max_length=60)]


class PhraseOut(Schema):
    """Forbidden words; `id` is null for those of a rule pack, whose clause is the `source`.

    `channels` are families of channels, none for all. `counts` is false where the institution
    has switched the clause off.
    """

    id: str | None
    phrase: str
    kind: str
    channels: list[str]
    say_instead: str
    source: str
    counts: bool


class PhraseListOut(Schema):
    """All of them at once, so `next` is null."""

    items: list[PhraseOut]
    next: str | None


@rules_router.get(
    "/calendar", response={200: CalendarOut, **PROBLEMS}, summary="A year's working calendar"
)
def read_calendar(request: ApiRequest, asked: Annotated[YearIn, Query()]) -> CalendarOut:
    """Give the caller's institution's working calendar, by which limits in working days go."""
    access.require(request.actor, READ)
    year = asked.year or day_of(time.now()).year
    found = policy.calendar_of_year(request.actor.institution_id or 0, year)
    return CalendarOut(
        year=year,
        week=[
            PeriodOut(weekday=day, begins=f"{begins:%H:%M}", ends=f"{ends:%H:%M}")
            for day, periods in sorted(found.week.items())
            for begins, ends in periods
        ],
        differing=[
            StretchOut(
                first=one.first,
                last=one.last,
                name=str(one.name),
                is_worked=one.is_worked,
                is_own=one.is_own,
            )
            for one in found.stretches
        ],
        worked_days=found.worked_days,
        is_decreed=found.unknown_from is None,
    )


@rules_router.post(
    "/calendar/days",
    response={201: ApprovalOut, **PROBLEMS},
    summary="Ask that days be off or worked",
)
def ask_days(request: ApiRequest, body: CalendarIn, key: Key = "") -> Status[ApprovalOut]:
    """Ask a second person for days that differ, such as a year's holidays as decreed.

    The key must act for a person. Nothing changes before the decision.
    """
    actor, at = request.actor, time.now()
    lines = [
        actions.Days(place, one.first, one.last, one.what, one.name)
        for place, one in enumerate(body.days)
    ]

    def work() -> str:
        try:
            asked = actions.ask_days(lines, reason=body.reason, actor=actor, at=at)
        except Invalid as error:
            raise Invalid(fields={_named(name): said for name, said in error.fields.items()}) from (
                error
            )
        return str(asked.public_id)

    made = once(request, "calendar.days", key, body, work, at=at)
    row = approvals.row_of(actor, approvals.approval_for(actor, made), at)
    return Status(201, approvals_api.shown(row))


def _named(field: str) -> str:
    """Name a field of the page's form, such as `first_0`, as it stands in the body."""
    name, _under, place = field.rpartition("_")
    return f"days.{place}.{name}" if place.isdigit() else field


@rules_router.get(
    "/phrases", response={200: PhraseListOut, **PROBLEMS}, summary="Words that may not be said"
)
def list_phrases(request: ApiRequest, asked: Annotated[PhrasesIn, Query()]) -> PhraseListOut:
    """Give the institution's own forbidden words, newest first, then those of the rule packs."""
    rows = _phrases(request)
    return PhraseListOut(
        items=[_phrase(row) for row in rows if row.ref or not asked.own], next=None
    )


def _phrases(request: ApiRequest) -> list[PhraseRow]:
    access.require(request.actor, READ)
    return policy.phrase_rows(request.actor.institution_id or 0, time.now())


def _phrase(row: PhraseRow) -> PhraseOut:
    return PhraseOut.model_validate(
        {
            "id": row.ref or None,
            "phrase": row.phrase,
            "kind": row.code,
            "channels": list(row.channels),
            "say_instead": row.say_instead,
            "source": row.clause,
            "counts": row.counts,
        }
    )


def _own_phrase(request: ApiRequest, ref: str) -> PhraseOut:
    """Give one of the institution's own. Raises NotAllowed, NotThere."""
    for row in _phrases(request):
        if row.ref and row.ref == ref:
            return _phrase(row)
    raise NotThere


@rules_router.post("/phrases", response={201: PhraseOut, **PROBLEMS}, summary="Forbid words")
def forbid(request: ApiRequest, body: PhraseIn, key: Key = "") -> Status[PhraseOut]:
    """Forbid words at the caller's institution, from now on."""
    actor, at = request.actor, time.now()

    def work() -> str:
        made = actions.forbid_phrase(**body.model_dump(), actor=actor, at=at)
        return str(made.public_id)

    ref = once(request, "phrase.forbid", key, body, work, at=at)
    return Status(201, _own_phrase(request, ref))


@rules_router.delete(
    "/phrases/{ref}", response={200: PhraseOut, **PROBLEMS}, summary="Let words be said again"
)
def end(request: ApiRequest, ref: str) -> PhraseOut:
    """End words of the institution's own list and give back what stood; ended ones are a 404."""
    found = _own_phrase(request, ref)
    actions.end_phrase(ref, actor=request.actor, at=time.now())
    return found
