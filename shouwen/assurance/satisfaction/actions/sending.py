"""Asking by a survey and taking the answers: once for each contact and case, within its window.

The token has 256 random bits; only its SHA-256 is kept. Looking at the link spends nothing, since
mail scanners follow links; the answers do. Serves OM-2.4-03, OM-4.3-01, OM-4.3-03, CG-2.3.1-01.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.satisfaction import access, queries
from shouwen.assurance.satisfaction.actions.following import follow_up_campaign
from shouwen.assurance.satisfaction.actions.rating import RatedAlready, give_rating
from shouwen.assurance.satisfaction.models import (
    AskedAbout,
    AskedBy,
    Invitation,
    Solved,
    SurveyAnswer,
    SurveyLimit,
    SurveyQuestion,
)
from shouwen.assurance.satisfaction.queries.sending import About
from shouwen.assurance.satisfaction.rules import DIMENSIONS
from shouwen.assurance.satisfaction.rules import surveys as rules
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kernel.tokens import digest_of, new_token
from shouwen.ground.policy import clocks
from shouwen.ground.vault import audit
from shouwen.people.staff.models import Institution
from shouwen.service.cases.models import Case

MOST_ASKS, MOST_DAYS = 99, 366


class NotToAsk(Conflict):
    """Nobody is asked here: no survey, its window is over, unwanted, or asked often enough."""

    message = _(
        "This customer is not asked now: no survey counts, its time is over, the "
        "customer refuses surveys or was asked often enough."
    )


class SurveyAnswered(Conflict):
    """A survey is answered once; the first answers stay."""

    message = _("You have answered this already. Your answers are kept, thank you.")


class SurveyOver(Conflict):
    """The time for answering is over."""

    message = _("The time for answering is over. Thank you all the same.")


@dataclass(frozen=True, slots=True)
class Asked:
    """An invitation and the token of its link, which is told once."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(about: About, *, way: str, actor: Actor, at: datetime) -> Invitation | None:
    """Ask a customer about a contact or a case; None where nobody is to be asked.

    Called again, it changes nothing. The link's token is made when somebody needs the link.
    """
    found = queries.may_ask(about, at)
    if found is None or found.invitation is not None:
        return found.invitation if found else None
    invitation = Invitation(
        institution_id=about.institution_id,
        version=found.version,
        subject_kind=about.kind,
        subject_ref=about.ref,
        asked_ref=about.asked_ref,
        way=way,
        digest=digest_of(new_token()),
        asked_at=at,
        expires_at=found.expires_at,
    )
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError:
        # The constraint, not an earlier read, says who was first.
        return Invitation.objects.get(subject_kind=about.kind, subject_ref=about.ref)
    subject = clocks.Subject(about.kind, about.ref)
    clocks.stop_all("rating.invited", subject=subject, at=at, actor=actor)
    detail: dict[str, audit.Value] = {
        "about": about.ref,
        "way": way,
        "version": found.version.number,
    }
    audit.record(actor, "survey.asked", invitation, at=at, detail=detail)
    return invitation


def invite_after_case(case_id: int, *, at: datetime) -> Invitation | None:
    """Ask the customer of a case that was closed, by the link of its page. Serves OM-4.3-03."""
    case = Case.objects.select_related("customer").get(pk=case_id)
    actor = Actor.system("satisfaction", case.institution_id)
    return invite(queries.about_case(case), way=AskedBy.LINK, actor=actor, at=at)


@transaction.atomic
def ask_by_survey(about: About, *, way: str, actor: Actor, at: datetime) -> Asked:
    """Ask a customer about a contact or a case, and give the one-time link.

    Asked again, the same invitation gets a new link and the old one stops. Raises NotToAsk.
    """
    if actor.is_person or actor.kind is ActorKind.KEY:
        access.require_asking(actor, about.institution_id)
    invitation = invite(about, way=way, actor=actor, at=at)
    if invitation is None:
        raise NotToAsk
    token = new_token()
    waiting = Invitation.objects.filter(pk=invitation.pk, answered_at__isnull=True)
    if not waiting.update(digest=digest_of(token)):
        raise NotToAsk
    audit.record(actor, "survey.link_issued", invitation, at=at, detail={"way": way})
    return Asked(invitation, token)


@transaction.atomic
def answer_about(
    about: About, said: Mapping[str, str], *, actor: Actor, at: datetime
) -> Invitation:
    """Keep the answers of a customer whose own page asks them. Raises as `answer_survey` does."""
    invitation = invite(about, way=AskedBy.LINK, actor=actor, at=at)
    if invitation is None:
        raise SurveyOver
    return answer_survey(invitation, said, at=at)


@transaction.atomic
def answer_survey(invitation: Invitation, said: Mapping[str, str], *, at: datetime) -> Invitation:
    """Keep a customer's answers, once; the overall one counts as the rating of its subject.

    `said` holds the answer to each question by its place: q1, q2 … Raises Invalid naming each
    question, SurveyAnswered, SurveyOver.
    """
    questions = list(invitation.version.questions.all())
    answers = _read(questions, said)
    open_now = Invitation.objects.filter(
        pk=invitation.pk, answered_at__isnull=True, expires_at__gt=at
    )
    # The row count, not an earlier read, says who was first.
    if not open_now.update(answered_at=at):
        invitation.refresh_from_db()
        raise SurveyAnswered if invitation.answered_at else SurveyOver
    invitation.answered_at = at
    actor = Actor.customer(invitation.asked_ref, invitation.institution_id)
    for question in questions:
        answer = answers.get(question.place)
        if answer is None:
            continue
        row = SurveyAnswer(invitation=invitation, question=question, answered_at=at)
        if isinstance(answer, int):
            row.number = answer
        else:
            row.words = answer
        row.save(force_insert=True)
    audit.record(actor, "survey.answered", invitation, at=at, detail={"answers": len(answers)})
    if invitation.subject_kind == AskedAbout.CAMPAIGN:
        _follow_campaign(invitation, questions, answers, at)
    else:
        _rate(invitation, questions, answers, actor, at)
    return invitation


def _measured(
    questions: list[SurveyQuestion], answers: Mapping[int, int | str]
) -> tuple[dict[str, int | str], str]:
    """Give what was answered by what it measures, and the first words."""
    measured = {
        question.dimension: answers[question.place]
        for question in questions
        if question.dimension and question.place in answers
    }
    words = [answer for answer in answers.values() if isinstance(answer, str)]
    return measured, words[0] if words else ""


def _follow_campaign(
    invitation: Invitation,
    questions: list[SurveyQuestion],
    answers: Mapping[int, int | str],
    at: datetime,
) -> None:
    """A campaign rates no contact and no case, but a low answer is followed up all the same."""
    measured, words = _measured(questions, answers)
    follow_up_campaign(invitation, int(measured[rules.OVERALL]), words, at=at)


def _rate(
    invitation: Invitation,
    questions: list[SurveyQuestion],
    answers: Mapping[int, int | str],
    actor: Actor,
    at: datetime,
) -> None:
    """Let the answers be the rating of the contact or case, unless it has one."""
    measured, words = _measured(questions, answers)
    solved = {1: Solved.YES, 0: Solved.NO}.get(int(measured.get(rules.SOLVED, -1)), Solved.UNSAID)
    try:
        give_rating(
            clocks.Subject(invitation.subject_kind, invitation.subject_ref),
            institution_id=invitation.institution_id,
            score=int(measured[rules.OVERALL]),
            dimensions={
                name: int(measured[name.upper()]) for name in DIMENSIONS if name.upper() in measured
            },
            comment=words,
            solved=solved,
            actor=actor,
            at=at,
        )
    except RatedAlready:
        # Rated by the five faces before: the first rating stays, these answers too.
        return


def _read(questions: list[SurveyQuestion], said: Mapping[str, str]) -> dict[int, int | str]:
    """Read the answers by place. Raises Invalid naming each question that is wrong."""
    answers: dict[int, int | str] = {}
    wrong: dict[str, Words] = {}
    for question in questions:
        name = f"q{question.place}"
        text = said.get(name, "").strip()
        if not text:
            if question.is_required:
                wrong[name] = _("This one has to be answered.")
        elif question.kind == rules.TEXT:
            plain = text.encode(errors="ignore").decode().replace("\x00", "")
            if len(plain) > rules.ANSWER_CHARACTERS:
                wrong[name] = _("Up to 200 characters.")
            elif plain:
                answers[question.place] = plain
        else:
            is_number = text.isascii() and text.isdigit() and len(text) <= 2
            number = int(text) if is_number else -1
            if rules.is_answer(question.kind, number, len(question.choices)):
                answers[question.place] = number
            else:
                wrong[name] = _("Choose one of the answers.")
    if wrong:
        raise Invalid(fields=wrong)
    return answers


@transaction.atomic
def set_survey_limit(
    institution: Institution, most: int, days: int, *, seen: int, actor: Actor, at: datetime
) -> None:
    """Say how often at most one person is asked. Raises Invalid, Conflict, NotAllowed, NotThere.

    `seen` is the revision that was on the screen, 0 before there is one. Serves SN-20-01.
    """
    access.require_wording(actor, institution.pk)
    wrong: dict[str, Words] = {}
    if not 1 <= most <= MOST_ASKS:
        wrong["most"] = _("Enter a number from 1 to 99.")
    if not 1 <= days <= MOST_DAYS:
        wrong["days"] = _("Enter a number from 1 to 366.")
    if wrong:
        raise Invalid(fields=wrong)
    before = queries.survey_limit(institution.pk)
    if before.revision != seen:
        raise Conflict
    if seen:
        held = SurveyLimit.objects.filter(institution=institution, revision=seen)
        if not held.update(most=most, days=days, revision=seen + 1):
            raise Conflict
    else:
        try:
            with transaction.atomic():
                SurveyLimit.objects.create(institution=institution, most=most, days=days)
        except IntegrityError as error:
            raise Conflict from error
    detail: dict[str, audit.Value] = {
        "most.before": before.most,
        "most.after": most,
        "days.before": before.days,
        "days.after": days,
    }
    kind = ("staff.institution", institution.public_id)
    audit.record(actor, "survey.limit_set", kind, at=at, detail=detail)
