"""Whether somebody is to be asked by a survey, by what link, and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db.models import Count, Q

from shouwen.assurance.satisfaction import access
from shouwen.assurance.satisfaction.models import (
    Invitation,
    Rating,
    SubjectKind,
    SurveyAnswer,
    SurveyKind,
    SurveyLimit,
    SurveyQuestion,
    SurveyVersion,
)
from shouwen.assurance.satisfaction.queries.surveys import NO, YES, in_force
from shouwen.assurance.satisfaction.rules import SATISFIED_FROM, satisfaction_rate
from shouwen.assurance.satisfaction.rules import surveys as rules
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.tokens import digest_of
from shouwen.ground.policy import figures
from shouwen.ground.policy import queries as policy
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Purpose, Way
from shouwen.people.staff import access as rights
from shouwen.service.cases.models import Case

TOKEN_CHARACTERS = 100
# The customer's pages answer there.
LINK_PATH = "/s/"
Invites = Literal["survey", "stars", "nothing"]


@dataclass(frozen=True, slots=True)
class About:
    """What a survey asks about, whom, and when the service ended (None: it goes on)."""

    institution_id: int
    kind: str
    ref: str
    asked_ref: str
    customer_id: int | None
    ended_at: datetime | None
    way: str


@dataclass(frozen=True, slots=True)
class MayAsk:
    """By what is asked, until when, and the invitation that is there already, if one is."""

    version: SurveyVersion
    expires_at: datetime
    invitation: Invitation | None


@dataclass(frozen=True, slots=True)
class Limit:
    """How often at most one person is asked; `revision` is 0 where the house's figures count."""

    most: int
    days: int
    revision: int
    clause: str


def survey_limit(institution_id: int) -> Limit:
    """Give how often at most one person is asked at this institution."""
    usual, days = figures.figure("survey-asks-most"), figures.figure("survey-asks-days")
    row = SurveyLimit.objects.filter(institution_id=institution_id).first()
    if row is None:
        return Limit(usual.value, days.value, 0, usual.clause)
    return Limit(row.most, row.days, row.revision, usual.clause)


def about_contact(contact: Contact) -> About:
    """Name what is asked about after a conversation."""
    customer = contact.customer
    return About(
        contact.institution_id,
        SubjectKind.CONTACT,
        contact.public_id,
        customer.public_id if customer else contact.visitor_ref,
        contact.customer_id,
        # Who was never answered has nothing to say about an answer.
        contact.ended_at if contact.owner_id and not contact.is_open else None,
        Way.CHAT,
    )


def about_case(case: Case) -> About:
    """Name what is asked about after a case."""
    return About(
        case.institution_id,
        SubjectKind.CASE,
        case.public_id,
        case.customer.public_id if case.customer else case.public_id,
        case.customer_id,
        case.closed_at or case.customer_confirmed_at,
        Way.ANY,
    )


def may_ask(about: About, at: datetime) -> MayAsk | None:
    """Say whether and how somebody may be asked now; None where nobody is.

    The service is over, a survey of its kind counts, its window is open, it is not rated yet, the
    customer does not refuse surveys, and was not asked as often as the limit says.
    """
    if about.ended_at is None or not about.asked_ref or _is_rated(about):
        return None
    kind = SurveyKind.CONTACT if about.kind == SubjectKind.CONTACT else SurveyKind.CASE
    asked = Invitation.objects.filter(subject_kind=about.kind, subject_ref=about.ref)
    invitation = asked.select_related("version").first()
    if invitation is not None:
        if not invitation.is_open(at):
            return None
        return MayAsk(invitation.version, invitation.expires_at, invitation)
    version = in_force(about.institution_id, kind, at)
    if version is None:
        return None
    days = version.window_days
    expires_at = policy.close_of_working_day(about.institution_id, about.ended_at, days)
    if expires_at <= at or _is_unwanted(about) or _was_asked_enough(about, at):
        return None
    return MayAsk(version, expires_at, None)


def _is_rated(about: About) -> bool:
    return Rating.objects.filter(subject_kind=about.kind, subject_ref=about.ref).exists()


def _is_unwanted(about: About) -> bool:
    ids = [about.customer_id] if about.customer_id else []
    return bool(ids) and bool(customers.unwanted(ids, Purpose.SURVEY, about.way))


def _was_asked_enough(about: About, at: datetime) -> bool:
    limit = survey_limit(about.institution_id)
    asked = Invitation.objects.filter(
        institution_id=about.institution_id,
        asked_ref=about.asked_ref,
        asked_at__gt=at - timedelta(days=limit.days),
    )
    return asked.count() >= limit.most


def invites_by(contact_ref: str, at: datetime) -> Invites:
    """Say by what the chat invites after a contact: a survey, the five stars, or nothing.

    Where a survey counts, nobody is asked by stars who was asked often enough.
    """
    found = Contact.objects.select_related("customer").filter(public_id=contact_ref)
    contact = found.first()
    if contact is None:
        return "stars"
    about = about_contact(contact)
    if may_ask(about, at) is not None:
        return "survey"
    asked = Invitation.objects.filter(subject_kind=about.kind, subject_ref=about.ref).exists()
    counts = in_force(about.institution_id, SurveyKind.CONTACT, at) is not None
    return "nothing" if asked or (counts and _was_asked_enough(about, at)) else "stars"


def invitation_of(token: str) -> Invitation | None:
    """Give the invitation a link opens, answered or over or not; None for no such link."""
    if not token.isascii() or len(token) > TOKEN_CHARACTERS:
        return None
    digest = digest_of(token)
    found = Invitation.objects.filter(digest=digest)
    return (
        found.select_related("version__survey", "institution")
        .prefetch_related("version__questions")
        .first()
    )


def survey_address(token: str) -> str:
    """Give the whole address of a survey's link."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{LINK_PATH}{token}/"


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What came back to one question: how many answered, the mean, and how many by each answer."""

    question: SurveyQuestion
    answered: int
    mean: float | None
    counts: list[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Results:
    """What came back to one version: how many were asked and answered, apart from how well."""

    invited: int
    answered: int
    rated: int
    satisfied: int
    questions: list[QuestionResult]

    @property
    def response_rate(self) -> float | None:
        """Answered / invited, 0 to 1; says nothing about the answers."""
        return self.answered / self.invited if self.invited else None

    @property
    def satisfaction_rate(self) -> float | None:
        """Satisfied / answered, 0 to 1. Serves SN-21-01."""
        return satisfaction_rate(self.satisfied, self.rated)


def results_of(actor: Actor, version: SurveyVersion, asked: Q | None = None) -> Results:
    """Give what came back to one version, or to its invitations that fit `asked`; two queries.

    Raises NotAllowed.
    """
    rights.require(actor, access.SEE_SURVEYS)
    fits = asked if asked is not None else Q()
    total = Invitation.objects.filter(fits, version=version).aggregate(
        invited=Count("pk"), answered=Count("pk", Q(answered_at__isnull=False))
    )
    sent = Invitation.objects.filter(fits, version=version) if asked is not None else None
    rows = SurveyAnswer.objects.filter(question__version=version)
    if sent is not None:
        rows = rows.filter(invitation__in=sent)
    counted: dict[int, dict[int | None, int]] = {}
    for place, number, count in (
        rows.values_list("question__place", "number").annotate(n=Count("pk")).order_by()
    ):
        counted.setdefault(place, {})[number] = count
    questions = list(version.questions.all())
    overall = next(
        (counted.get(q.place, {}) for q in questions if q.dimension == rules.OVERALL), {}
    )
    return Results(
        invited=total["invited"],
        answered=total["answered"],
        rated=sum(overall.values()),
        satisfied=sum(n for score, n in overall.items() if score and score >= SATISFIED_FROM),
        questions=[_result(question, counted.get(question.place, {})) for question in questions],
    )


def _result(question: SurveyQuestion, counts: dict[int | None, int]) -> QuestionResult:
    answered = sum(counts.values())
    numbers = {number: n for number, n in counts.items() if number is not None}
    is_scale = question.kind in (rules.SCALE5, rules.SCALE10)
    mean = sum(number * n for number, n in numbers.items()) / answered if answered else None
    return QuestionResult(
        question,
        answered,
        mean if is_scale else None,
        [(words, n, round(100 * n / answered)) for words, n in _named(question, numbers)]
        if answered
        else [],
    )


def _named(question: SurveyQuestion, numbers: dict[int, int]) -> Sequence[tuple[str, int]]:
    """Name each possible answer with how many chose it; none for words."""
    from_, until = rules.RANGE.get(question.kind, (1, len(question.choices)))
    if question.kind == rules.CHOICE:
        words = dict(enumerate(question.choice_words, 1))
    elif question.kind == rules.YES_NO:
        words = {0: str(NO), 1: str(YES)}
    else:
        words = {}
    return [
        (words.get(number, str(number)), numbers.get(number, 0))
        for number in range(from_, until + 1)
    ]
