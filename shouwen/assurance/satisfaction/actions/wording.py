"""Surveys: worded as a draft, published from a day on, set aside; a sent wording stays.

Serves OM-4.3-02, OM-4.3-03, CG-4.3-01, SN-20-01.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.satisfaction import access
from shouwen.assurance.satisfaction.models import (
    Survey,
    SurveyKind,
    SurveyQuestion,
    SurveyVersion,
    VersionState,
)
from shouwen.assurance.satisfaction.rules import surveys as rules
from shouwen.assurance.satisfaction.rules.surveys import QuestionWording, SurveyWording
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.rules.phrases import find_forbidden
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution

FAULT_WORDS: dict[str, Words] = {
    "missing": _("Write it in both languages."),
    "too-long": _("This is too long to be read. Shorten it."),
    "out-of-window": _("Choose a number of days within the window of the clause."),
    "no-question": _("Ask at least one question."),
    "too-many": _("Ask twelve questions at most; fewer are answered more often."),
    "no-overall": _("Ask exactly one question for the overall satisfaction."),
    "unknown": _("Choose one of the values offered."),
    "not-by-this": _("This is measured on a scale of 1 to 5, or by yes or no where it is solved."),
    "twice": _("Another question measures this already."),
    "overall-optional": _("The overall satisfaction has to be answered: mark it as needed."),
    "choices-number": _("Give two to six choices, one a line."),
    "choices-languages": _("Write each choice as Chinese | English."),
    "choices-long": _("Keep each choice within 40 characters."),
    "choices-twice": _("Two choices are the same."),
}


class SurveyThereAlready(Conflict):
    """After a conversation or a case one survey is sent, not several."""

    message = _("There is a survey of this kind already. Change it, or set it aside first.")


class NothingToPublish(Conflict):
    """There is no draft."""

    message = _("There is no draft to publish. Change the wording first.")


def _tidy(text: str) -> str:
    plain = "".join(c for c in text if c.isprintable() or c.isspace())
    return " ".join(plain.encode(errors="ignore").decode().split())


def _tidied(wanted: SurveyWording) -> SurveyWording:
    texts: dict[str, Any] = {name: _tidy(getattr(wanted, name)) for name in rules.TEXTS}
    questions = tuple(
        replace(
            each,
            words_zh=_tidy(each.words_zh),
            words_en=_tidy(each.words_en),
            choices=tuple((_tidy(zh), _tidy(en)) for zh, en in each.choices)
            if each.kind == rules.CHOICE
            else (),
        )
        for each in wanted.questions
    )
    return replace(wanted, **texts, questions=questions)


def wording_of(version: SurveyVersion) -> SurveyWording:
    """Give a version's wording as it stands."""
    return SurveyWording(
        **{name: getattr(version, name) for name in rules.TEXTS},
        window_days=version.window_days,
        questions=tuple(
            QuestionWording(
                kind=each.kind,
                words_zh=each.words_zh,
                words_en=each.words_en,
                dimension=each.dimension,
                is_required=each.is_required,
                choices=tuple((zh, en) for zh, en in each.choices),
            )
            for each in version.questions.all()
        ),
    )


def _check(institution_id: int, wanted: SurveyWording, at: datetime) -> policy.Window:
    """Give the window's clause. Raises Invalid naming each wrong field."""
    window = policy.window(institution_id, rules.EVENT, at)
    wrong: dict[str, Words] = {
        fault.field: FAULT_WORDS[fault.code]
        for fault in rules.faults(wanted, window.first_days, window.last_days)
    }
    phrases = policy.phrases(institution_id, "chat")
    for field, text in rules.texts_of(wanted):
        for hit in find_forbidden(text, phrases)[:1]:
            words = _("“%(phrase)s” may not be said (%(clause)s).")
            wrong.setdefault(field, words % {"phrase": hit.phrase, "clause": hit.clause})
    if wrong:
        raise Invalid(fields=wrong)
    return window


@transaction.atomic
def write_survey(
    institution: Institution, kind: str, wanted: SurveyWording, *, actor: Actor, at: datetime
) -> Survey:
    """Begin a survey with its first draft; nothing is sent before it is published.

    Raises Invalid naming each wrong field, SurveyThereAlready, NotAllowed, NotThere.
    """
    access.require_wording(actor, institution.pk)
    wanted = _tidied(wanted)
    if kind not in SurveyKind.values:
        raise Invalid(fields={"kind": FAULT_WORDS["unknown"]})
    window = _check(institution.pk, wanted, at)
    by = staff.person_behind(actor)
    survey = Survey(institution=institution, kind=kind, changed_at=at, changed_by=by)
    _save(survey)
    version = SurveyVersion(survey=survey, number=1, worded_at=at, worded_by=by)
    _fill(version, wanted, window.clause)
    detail = audit.changes(None, _plain(wanted)) | {"version": 1}
    audit.record(actor, "survey.written", survey, at=at, detail=detail)
    return survey


def _save(survey: Survey) -> None:
    try:
        with transaction.atomic():
            survey.save()
    except IntegrityError as error:
        raise SurveyThereAlready(fields={"kind": SurveyThereAlready.message}) from error


def _fill(version: SurveyVersion, wanted: SurveyWording, clause: str) -> None:
    for name in (*rules.TEXTS, "window_days"):
        setattr(version, name, getattr(wanted, name))
    version.clause = clause
    version.save()
    version.questions.all().delete()
    SurveyQuestion.objects.bulk_create(
        SurveyQuestion(
            version=version,
            place=place,
            kind=each.kind,
            dimension=each.dimension,
            is_required=each.is_required,
            words_zh=each.words_zh,
            words_en=each.words_en,
            choices=[list(pair) for pair in each.choices],
        )
        for place, each in enumerate(wanted.questions, 1)
    )


@transaction.atomic
def change_survey(
    survey: Survey, wanted: SurveyWording, *, seen: int, actor: Actor, at: datetime
) -> SurveyVersion:
    """Change the draft, or begin the next one; what is published stays as it is.

    `seen` is the revision that was on the screen. Raises Conflict when somebody changed it
    meanwhile, Invalid, NotAllowed, NotThere.
    """
    access.require_wording(actor, survey.institution_id)
    wanted = _tidied(wanted)
    window = _check(survey.institution_id, wanted, at)
    _turn(survey, seen, actor, at)
    last = survey.versions.order_by("-number").prefetch_related("questions")[0]
    before = wording_of(last)
    if last.is_draft:
        version = last
        version.worded_at, version.worded_by = at, staff.person_behind(actor)
    else:
        version = SurveyVersion(
            survey=survey,
            number=last.number + 1,
            worded_at=at,
            worded_by=staff.person_behind(actor),
        )
    _fill(version, wanted, window.clause)
    detail = audit.changes(_plain(before), _plain(wanted)) | {"version": version.number}
    audit.record(actor, "survey.changed", survey, at=at, detail=detail)
    return version


@transaction.atomic
def publish_survey(
    survey: Survey, active_from: date, *, seen: int, actor: Actor, at: datetime
) -> SurveyVersion:
    """Let the draft count from a day on, today at the earliest; it is not changed any more.

    Raises NothingToPublish, Conflict, Invalid for a day that is over, NotAllowed, NotThere.
    """
    access.require_wording(actor, survey.institution_id)
    if active_from < day_of(at):
        raise Invalid(fields={"active_from": _("Choose today or a later day.")})
    _turn(survey, seen, actor, at)
    draft = survey.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        raise NothingToPublish
    before = survey.versions.filter(state=VersionState.PUBLISHED).order_by("-number").first()
    draft.state, draft.active_from = VersionState.PUBLISHED, active_from
    draft.published_at, draft.published_by = at, staff.person_behind(actor)
    draft.save(update_fields=["state", "active_from", "published_at", "published_by"])
    detail: dict[str, audit.Value] = {
        "version.after": draft.number,
        "active_from.after": active_from.isoformat(),
    }
    if before is not None and before.active_from is not None:
        detail["version.before"] = before.number
        detail["active_from.before"] = before.active_from.isoformat()
    audit.record(actor, "survey.published", survey, at=at, detail=detail)
    return draft


@transaction.atomic
def set_survey_aside(
    survey: Survey, *, active: bool, seen: int, actor: Actor, at: datetime
) -> Survey:
    """Stop sending a survey, or take it up again; what was answered stays.

    Raises Conflict, SurveyThereAlready, NotAllowed, NotThere.
    """
    access.require_wording(actor, survey.institution_id)
    _turn(survey, seen, actor, at)
    if survey.is_active != active:
        survey.is_active = active
        _save(survey)
        act = "survey.reinstated" if active else "survey.retired"
        audit.record(actor, act, survey, at=at, detail={"before": not active, "after": active})
    return survey


def _turn(survey: Survey, seen: int, actor: Actor, at: datetime) -> None:
    """Take the survey's next revision. Raises Conflict where somebody else has taken it."""
    held = Survey.objects.filter(pk=survey.pk, revision=seen)
    if not held.update(revision=seen + 1, changed_at=at, changed_by=staff.person_behind(actor)):
        raise Conflict
    survey.refresh_from_db()


def _plain(wording: SurveyWording) -> dict[str, audit.Value]:
    """Give each field and each question whole, as the trail says them."""
    plain: dict[str, audit.Value] = {name: getattr(wording, name) for name in rules.TEXTS}
    plain["window_days"] = wording.window_days
    for place, question in enumerate(wording.questions, 1):
        plain[f"q{place}"] = json.dumps(asdict(question), ensure_ascii=False)
    return plain
