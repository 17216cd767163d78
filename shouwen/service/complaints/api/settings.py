"""What an institution sets for its complaints: `/complaint-settings`."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Router, Schema

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.api.shapes import GradeOut

settings_router = Router(tags=["complaints"])
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S")]
Piece = Annotated[str, Field(min_length=1, max_length=600)]


class GradeIn(Strict):
    """One grade; the order of the list is its rank, the gravest first."""

    code: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9_.-]+$")]
    name_zh: Name
    name_en: Name


class SettingsIn(Strict):
    """Days within which the same matter is a repeat, and every grade there is to be."""

    repeat_days: Annotated[int, Field(ge=1, le=730)]
    grades: Annotated[list[GradeIn], Field(min_length=1, max_length=9)]


class SettingsOut(Schema):
    """What is set now."""

    repeat_days: int
    grades: list[GradeOut]
    # Days after which silence stands for a yes; null, as usual, for never. No document has it.
    silence_days: int | None
    # Days in which who is held responsible may contest it. No document names them.
    finding_days: int
    # The request that another person decides on; null where nothing was just asked for.
    approval: str | None = None


class SilenceIn(Strict):
    """Days after which a told complainant's silence stands for a yes, null for never; and why."""

    days: Annotated[int, Field(ge=7, le=365)] | None
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class FindingDaysIn(Strict):
    """Days in which who is held responsible may contest it."""

    days: Annotated[int, Field(ge=1, le=90)]


class PiecesIn(Strict):
    """The pieces of the result notice in Chinese, and why they change."""

    opening: Piece
    review: Piece
    mediation: Piece
    arbitration: Piece
    court: Piece
    closing: Piece
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class WordsOut(Schema):
    """The six pieces of one version."""

    version: str
    opening: str
    review: str
    mediation: str
    arbitration: str
    court: str
    closing: str


class PiecesOut(WordsOut):
    """The pieces that count now, and those that wait for approval, if any do."""

    waiting: str | None
    waiting_words: WordsOut | None


def _pieces(institution_id: int) -> PiecesOut:
    asked = queries.pieces_asked(institution_id)
    return PiecesOut(
        **queries.pieces_in_force(institution_id),
        waiting=asked["version"] if asked else None,
        waiting_words=WordsOut(**asked) if asked else None,
    )


def _home(request: ApiRequest) -> Institution:
    home = Institution.objects.filter(pk=request.actor.institution_id or 0).first()
    if home is None:
        raise NotThere
    return home


def _shown(institution_id: int, approval: str | None = None) -> SettingsOut:
    grades = [
        GradeOut(code=row.code, name_zh=row.name_zh, name_en=row.name_en, rank=row.rank)
        for row in queries.grades_of(institution_id)
    ]
    return SettingsOut(
        repeat_days=queries.repeat_days(institution_id),
        grades=grades,
        silence_days=queries.silence_days(institution_id),
        finding_days=queries.finding_days(institution_id),
        approval=approval,
    )


@settings_router.get(
    "", response={200: SettingsOut, **PROBLEMS}, summary="Read the settings of complaints"
)
def read_settings(request: ApiRequest) -> SettingsOut:
    """Give the grades and the days of repeats."""
    staff_access.require(request.actor, "policy.read")
    return _shown(request.actor.institution_id or 0)


@settings_router.put(
    "", response={200: SettingsOut, **PROBLEMS}, summary="Set the settings of complaints"
)
def set_settings(request: ApiRequest, body: SettingsIn) -> SettingsOut:
    """Set grades and days; a grade that is left out is given no more and stays where it was."""
    actor, at = request.actor, time.now()
    home = _home(request)
    grades = [actions.GradeWords(one.code, one.name_zh, one.name_en) for one in body.grades]
    actions.set_all(home, body.repeat_days, grades, actor=actor, at=at)
    return _shown(home.pk)


@settings_router.post(
    "/silence", response={200: SettingsOut, **PROBLEMS}, summary="Ask when silence is a yes"
)
def ask_silence(request: ApiRequest, body: SilenceIn) -> SettingsOut:
    """Ask, for another person to decide at `/approvals`; null for never.

    It counts for whoever is told from then on. It is off unless set, and no document speaks of it.
    """
    home = _home(request)
    asked = actions.ask_silence_days(
        home, body.days, reason=body.reason, actor=request.actor, at=time.now()
    )
    return _shown(home.pk, asked.public_id)


@settings_router.put(
    "/finding-days",
    response={200: SettingsOut, **PROBLEMS},
    summary="Set how long findings may be contested",
)
def set_finding_days(request: ApiRequest, body: FindingDaysIn) -> SettingsOut:
    """Set the days for findings made from now on; no document names them."""
    home = _home(request)
    actions.set_finding_days(home, body.days, actor=request.actor, at=time.now())
    return _shown(home.pk)


@settings_router.get(
    "/notice-words",
    response={200: PiecesOut, **PROBLEMS},
    summary="Read the words of result notices",
)
def read_words(request: ApiRequest) -> PiecesOut:
    """Give the pieces of which result notices are built now."""
    staff_access.require(request.actor, "policy.read")
    return _pieces(request.actor.institution_id or 0)


@settings_router.post(
    "/notice-words",
    response={200: PiecesOut, **PROBLEMS},
    summary="Ask for other words of result notices",
)
def ask_words(request: ApiRequest, body: PiecesIn) -> PiecesOut:
    """Ask, for another person to decide at `/approvals`; issued notices stay as they are."""
    home, said = _home(request), body.model_dump()
    reason = said.pop("reason")
    actions.ask_wording(home, said, reason=reason, actor=request.actor, at=time.now())
    return _pieces(home.pk)
