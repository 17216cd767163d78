"""Surveys for programs: what is asked, by whom worded, from when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.models import AskedBy, SurveyVersion
from shouwen.assurance.satisfaction.queries import Results, SurveyView
from shouwen.contact.conversations import queries as conversations
from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases import queries as cases

router = Router(tags=["surveys"])


class SurveysIn(Schema):
    """Which surveys, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    active: bool = True
    page: Annotated[int, Field(ge=1, le=300)] = 1


class ChoiceOut(Schema):
    """One choice in both languages; `value` answers for it."""

    value: int
    zh: str
    en: str


class QuestionOut(Schema):
    """One question in both languages; `dimension` says what it measures, if anything."""

    place: int
    kind: Literal["SCALE5", "SCALE10", "YES_NO", "CHOICE", "TEXT"]
    dimension: str | None
    required: bool
    words_zh: str
    words_en: str
    choices: list[ChoiceOut]


class VersionOut(Schema):
    """One wording; `window_days` are working days, `active_from` a day in Shanghai."""

    number: int
    state: Literal["DRAFT", "PUBLISHED"]
    name_zh: str
    name_en: str
    intro_zh: str
    intro_en: str
    window_days: int
    clause: str
    active_from: date | None
    published_at: datetime | None
    questions: list[QuestionOut]


class SurveyOut(Schema):
    """A survey; `in_force` is the number of the version that is sent today."""

    id: str
    kind: Literal["CONTACT", "CASE", "CAMPAIGN"]
    active: bool
    revision: int
    in_force: int | None
    name_zh: str
    name_en: str


class SurveyListOut(Schema):
    """A page of surveys; `next` is the number of the page after it."""

    items: list[SurveyOut]
    next: int | None


class SurveyDetailOut(SurveyOut):
    """A survey with each of its versions, newest first."""

    versions: list[VersionOut]


class LinkIn(Strict):
    """What is asked about: a closed case or an ended contact, by its id."""

    about: Literal["case", "contact"]
    id: Annotated[str, Field(max_length=48)]


class LinkOut(Schema):
    """A one-time link; the one given before for the same case or contact works no more."""

    invitation: str
    address: str
    expires_at: datetime


class ResultsIn(Schema):
    """Which version; the one in force without a number, else the newest."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, le=99999)] | None = None


class CountOut(Schema):
    """How many gave one answer."""

    answer: str
    count: int


class QuestionResultOut(Schema):
    """What came back to one question; `mean` only of a scale."""

    place: int
    dimension: str | None
    answered: int
    mean: float | None
    counts: list[CountOut]


class ResultsOut(Schema):
    """How many were asked and answered (`response_rate`), apart from how satisfied they were."""

    version: int
    invited: int
    answered: int
    response_rate: float | None
    satisfaction_rate: float | None
    questions: list[QuestionResultOut]


def _plain(view: SurveyView) -> dict[str, object]:
    shown = view.current or view.newest
    return {
        "id": view.survey.public_id,
        "kind": view.survey.kind,
        "active": view.survey.is_active,
        "revision": view.survey.revision,
        "in_force": view.current.number if view.current and view.survey.is_active else None,
        "name_zh": shown.name_zh,
        "name_en": shown.name_en,
    }


def _version(version: SurveyVersion) -> VersionOut:
    return VersionOut(
        number=version.number,
        state="DRAFT" if version.is_draft else "PUBLISHED",
        name_zh=version.name_zh,
        name_en=version.name_en,
        intro_zh=version.intro_zh,
        intro_en=version.intro_en,
        window_days=version.window_days,
        clause=version.clause,
        active_from=version.active_from,
        published_at=version.published_at,
        questions=[
            QuestionOut.model_validate(
                {
                    "place": each.place,
                    "kind": each.kind,
                    "dimension": each.dimension or None,
                    "required": each.is_required,
                    "words_zh": each.words_zh,
                    "words_en": each.words_en,
                    "choices": [
                        {"value": value, "zh": zh, "en": en}
                        for value, (zh, en) in enumerate(each.choices, 1)
                    ],
                }
            )
            for each in version.questions.all()
        ],
    )


def results_out(found: Results, version: int) -> ResultsOut:
    """Say what came back to a wording of this number."""
    return ResultsOut(
        version=version,
        invited=found.invited,
        answered=found.answered,
        response_rate=found.response_rate,
        satisfaction_rate=found.satisfaction_rate,
        questions=[
            QuestionResultOut(
                place=each.question.place,
                dimension=each.question.dimension or None,
                answered=each.answered,
                mean=each.mean,
                counts=[CountOut(answer=said, count=n) for said, n, _share in each.counts],
            )
            for each in found.questions
        ],
    )


@router.get("", response={200: SurveyListOut, **PROBLEMS}, summary="List surveys")
def list_surveys(request: ApiRequest, asked: Annotated[SurveysIn, Query()]) -> SurveyListOut:
    """List the institution's surveys, newest first: those in use, or those set aside."""
    found = queries.surveys_of(
        request.actor, is_active=asked.active, page=asked.page, at=time.now()
    )
    return SurveyListOut(
        items=[SurveyOut.model_validate(_plain(view)) for view in found.rows],
        next=asked.page + 1 if found.older else None,
    )


# Before /{ref}, which would take the word for a reference.
@router.post("/links", response={200: LinkOut, **PROBLEMS}, summary="Ask by a one-time link")
def make_link(request: ApiRequest, body: LinkIn) -> LinkOut:
    """Ask about a case or a contact, to be sent by your own channel.

    Asked again, the same invitation gets a new link. 409 where the customer is not to be asked.
    """
    if body.about == "case":
        about = queries.about_case(cases.case_for(request.actor, body.id))
    else:
        about = queries.about_contact(conversations.contact_for(request.actor, body.id))
    asked = actions.ask_by_survey(about, way=AskedBy.LINK, actor=request.actor, at=time.now())
    return LinkOut(
        invitation=asked.invitation.public_id,
        address=queries.survey_address(asked.token),
        expires_at=asked.invitation.expires_at,
    )


@router.get("/{ref}", response={200: SurveyDetailOut, **PROBLEMS}, summary="Read a survey")
def read_survey(request: ApiRequest, ref: str) -> SurveyDetailOut:
    """Give a survey with every version, so that an answer can be read beside its question."""
    view = queries.survey_for(request.actor, ref, at=time.now())
    versions = [_version(version) for version in view.versions]
    return SurveyDetailOut.model_validate({**_plain(view), "versions": versions})


@router.get(
    "/{ref}/results", response={200: ResultsOut, **PROBLEMS}, summary="What came back to a survey"
)
def read_results(request: ApiRequest, ref: str, asked: Annotated[ResultsIn, Query()]) -> ResultsOut:
    """Give how many were asked and answered, and what they answered, question by question."""
    view = queries.survey_for(request.actor, ref, at=time.now())
    version = queries.version_in(view, asked.version) if asked.version else view.shown
    found = queries.results_of(request.actor, version)
    return results_out(found, version.number)
