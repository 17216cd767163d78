"""Surveys for those who may see them, and what is in force for those who send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import pgettext_lazy

from shouwen.assurance.satisfaction import access
from shouwen.assurance.satisfaction.models import (
    QuestionKind,
    Score,
    Survey,
    SurveyKind,
    SurveyQuestion,
    SurveyVersion,
    VersionState,
)
from shouwen.assurance.satisfaction.rules import surveys as asking
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import queries as policy
from shouwen.people.staff import access as rights

SURVEY_ROWS = 30
YES, NO = pgettext_lazy("answer", "Yes"), pgettext_lazy("answer", "No")
FACES = {1: "mood-sad-2", 2: "mood-sad", 3: "mood-neutral", 4: "mood-smile", 5: "mood-happy"}


@dataclass(frozen=True, slots=True)
class SurveyView:
    """One survey: the draft, what counts today, what comes, and every version, newest first."""

    survey: Survey
    versions: list[SurveyVersion]
    current: SurveyVersion | None
    coming: SurveyVersion | None
    may_word: bool

    @property
    def draft(self) -> SurveyVersion | None:
        """The wording that is not published yet."""
        return next((one for one in self.versions if one.is_draft), None)

    @property
    def newest(self) -> SurveyVersion:
        """The latest wording, published or not."""
        return self.versions[0]

    @property
    def shown(self) -> SurveyVersion:
        """What counts today, else the latest wording."""
        return self.current or self.newest


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """Some surveys; `older` says that there are more."""

    rows: list[SurveyView]
    older: bool


def _of(actor: Actor) -> QuerySet[Survey]:
    rights.require(actor, access.SEE_SURVEYS)
    versions = SurveyVersion.objects.order_by("-number").select_related("worded_by", "published_by")
    whole = versions.prefetch_related(
        Prefetch("questions", queryset=SurveyQuestion.objects.order_by("place"))
    )
    found = Survey.objects.filter(institution_id=actor.institution_id or 0)
    return found.select_related("institution", "changed_by").prefetch_related(
        Prefetch("versions", queryset=whole, to_attr="all_versions")
    )


def _view(actor: Actor, survey: Survey, today: date) -> SurveyView:
    versions: list[SurveyVersion] = survey.all_versions  # type: ignore[attr-defined]  # prefetched
    published = [one for one in versions if one.active_from is not None]
    begun = [one for one in published if one.active_from and one.active_from <= today]
    later = [one for one in published if one.active_from and one.active_from > today]
    return SurveyView(
        survey,
        versions,
        current=max(begun, key=_order, default=None),
        coming=min(later, key=_order, default=None),
        may_word=access.may_word(actor, survey.institution_id),
    )


def _order(version: SurveyVersion) -> tuple[date, int]:
    return version.active_from or date.min, version.number


def surveys_of(actor: Actor, *, is_active: bool, page: int, at: datetime) -> SurveyPage:
    """Give a page of the institution's surveys, newest first; three queries. Raises NotAllowed."""
    start = (page - 1) * SURVEY_ROWS
    found = _of(actor).filter(is_active=is_active).order_by("-pk")
    rows = list(found[start : start + SURVEY_ROWS + 1])
    today = day_of(at)
    return SurveyPage(
        [_view(actor, row, today) for row in rows[:SURVEY_ROWS]], older=len(rows) > SURVEY_ROWS
    )


def surveys_with(actor: Actor, wanted: Q, at: datetime) -> list[SurveyView]:
    """Give the institution's surveys that fit, newest first; three queries. Raises NotAllowed."""
    today = day_of(at)
    return [_view(actor, row, today) for row in _of(actor).filter(wanted).order_by("-pk")]


def survey_for(actor: Actor, ref: str, *, at: datetime) -> SurveyView:
    """Give one survey of the actor's institution. Raises NotAllowed, NotThere."""
    found = _of(actor).filter(public_id=ref).first() if ref.isprintable() else None
    if found is None:
        raise NotThere
    return _view(actor, found, day_of(at))


def version_in(view: SurveyView, number: int | None) -> SurveyVersion:
    """Give one version of a survey, the newest without a number. Raises NotThere."""
    if number is None:
        return view.newest
    for version in view.versions:
        if version.number == number:
            return version
    raise NotThere


def in_force(institution_id: int, kind: str, at: datetime) -> SurveyVersion | None:
    """Give what is to be asked now after a contact or a case, if anything is."""
    found = SurveyVersion.objects.filter(
        survey__institution_id=institution_id,
        survey__kind=kind,
        survey__is_active=True,
        state=VersionState.PUBLISHED,
        active_from__lte=day_of(at),
    )
    return found.select_related("survey").order_by("-active_from", "-number").first()


def days_offered(institution_id: int, at: datetime) -> tuple[list[int], str]:
    """Give the windows that may be chosen, in working days, and the clause that bounds them."""
    window = policy.window(institution_id, asking.EVENT, at)
    return list(range(window.first_days, window.last_days + 1)), window.clause


def kinds_free(actor: Actor) -> list[tuple[str, str]]:
    """List the kinds of surveys that may be begun: campaigns' any number, of the others one."""
    rights.require(actor, access.SEE_SURVEYS)
    taken = set(
        Survey.objects.filter(
            institution_id=actor.institution_id or 0,
            is_active=True,
            kind__in=asking.ONE_OF_A_KIND,
        ).values_list("kind", flat=True)
    )
    return [(code, str(label)) for code, label in SurveyKind.choices if code not in taken]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as a page shows it; `options` are value, words and drawing."""

    name: str
    words: str
    kind: str
    has_faces: bool
    is_required: bool
    options: list[tuple[str, str, str]]
    said: str
    wrong: str


def asked_of(version: SurveyVersion, said: Any = None, wrong: Any = None) -> list[Asked]:
    """Give a version's questions as they are answered, with what was said and what is wrong."""
    said, wrong = said or {}, wrong or {}
    return [
        Asked(
            name=f"q{question.place}",
            words=question.words,
            kind=question.kind,
            has_faces=question.dimension == asking.OVERALL,
            is_required=question.is_required,
            options=_options(question),
            said=said.get(f"q{question.place}", ""),
            wrong=str(wrong.get(f"q{question.place}", "")),
        )
        for question in version.questions.all()
    ]


def _options(question: SurveyQuestion) -> list[tuple[str, str, str]]:
    match question.kind:
        case QuestionKind.SCALE5:
            return [(str(score.value), str(score.label), FACES[score.value]) for score in Score]
        case QuestionKind.SCALE10:
            lowest, highest = asking.RANGE[asking.SCALE10]
            return [(str(number), str(number), "") for number in range(lowest, highest + 1)]
        case QuestionKind.YES_NO:
            return [("1", str(YES), "check"), ("0", str(NO), "x")]
        case QuestionKind.CHOICE:
            return [(str(n), words, "") for n, words in enumerate(question.choice_words, 1)]
    return []
