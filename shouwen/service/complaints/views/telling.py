"""The result in writing and how it is told, as a complaint's page asks for it and shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit import web
from shouwen.service.cases.models import ReplyBy
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Findings, Proof
from shouwen.service.complaints.models import Complaint, ComplaintRating, Medium, Solved, Title
from shouwen.service.complaints.models.telling import DIMENSIONS
from shouwen.service.complaints.views.fields import HIDDEN, Choices, Field, Step

CLOCK, DAY = "datetime-local", "date"
TEXT_MAX_CHARACTERS = 3000


def _opened(value: object) -> str:
    return getattr(value, "plain", "") if value else ""


def _offered(choices: Sequence[tuple[object, object]]) -> Choices:
    return [(str(code), str(label)) for code, label in choices]


def _issue_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    most = TEXT_MAX_CHARACTERS
    reads = _("The complainant reads this. Leave out what is for colleagues only.")
    return [
        Field("title", _("Addressed as"), Title.UNSAID, _offered(Title.choices)),
        Field("solved", _("Is it solved"), Solved.YES, _offered(Solved.choices)),
        Field("facts", _("Facts found"), _opened(one.facts), rows=4, most=most, hint=reads),
        Field("basis", _("Basis"), rows=3, most=most, hint=_("Law, rule, contract: what applies.")),
        Field("reasons", _("Reasons"), _opened(one.case.cause), rows=3, most=most),
        Field("outcome", _("Outcome"), _opened(one.case.solution), rows=3, most=most),
        Field("measures", _("Measures"), rows=2, most=most, required=False),
        Field("follow_up", _("What follows"), rows=2, most=most, required=False),
    ]


def _issue(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    names = ("facts", "basis", "reasons", "outcome", "solved", "measures", "follow_up", "title")
    findings = Findings(**{name: said.get(name, "") for name in names})
    actions.issue_notice(one, findings, actor=actor, at=at)


def _proof_fields(one: Complaint, medium: str) -> list[Field]:
    just_now = _("Leave empty where it was just now.")
    moment = Field("told_at", _("When"), required=False, kind=CLOCK, hint=just_now)
    match medium:
        case Medium.LETTER:
            return [
                Field("reference", _("Registered number"), most=60),
                Field("posted_on", _("Posted on"), kind=DAY),
            ]
        case Medium.HANDED:
            return [Field("receiver", _("Signed for by"), most=120), moment]
        case Medium.SMS | Medium.EMAIL:
            label = _("Sent to")
            hint = _("Number or address.")
            return [Field("receiver", label, most=120, hint=hint), moment]
        case Medium.PHONE:
            said = _("What was said, and what the complainant answered.")
            return [Field("said", _("Said on the telephone"), rows=3, hint=said), moment]
        case _:
            return []


def _feedback_fields(one: Complaint, _actor: Actor, said: QueryDict) -> list[Field]:
    medium = said.get("channel", one.case.reply_by)
    hint = _("The complainant sees this on their page, with the notice.")
    notice = queries.newest_notice(one)
    meant = notice.public_id if notice else ""
    return [
        Field("notice", "", meant, kind=HIDDEN),
        Field("channel", _("By"), medium, _offered(Medium.choices), steers=True),
        Field(
            "text",
            _("Result"),
            _opened(one.case.solution),
            rows=4,
            most=TEXT_MAX_CHARACTERS,
            hint=hint,
        ),
        *_proof_fields(one, medium),
    ]


def _feedback(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> object:
    text = said.get("text", "")
    medium = said.get("channel", "")
    proof = Proof(
        medium=medium,
        told_at=web.moment(said, "told_at"),
        posted_on=web.day(said, "posted_on"),
        receiver=said.get("receiver", ""),
        reference=said.get("reference", ""),
        said=said.get("said", ""),
    )
    meant = said.get("notice", "")
    return actions.send_feedback(one, text=text, proof=proof, notice_ref=meant, actor=actor, at=at)


def _try_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    media = [(code, label) for code, label in Medium.choices if code != Medium.PORTAL]
    return [
        Field("channel", _("By"), one.case.reply_by, _offered(media)),
        Field(
            "tried_at",
            _("When"),
            required=False,
            kind=CLOCK,
            hint=_("Today only; leave empty where it was just now."),
        ),
        Field("outcome", _("What came of it"), rows=3),
    ]


def _try(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.record_attempt(
        one,
        medium=said.get("channel", ""),
        outcome=said.get("outcome", ""),
        tried_at=web.moment(said, "tried_at"),
        actor=actor,
        at=at,
    )


def dimension_words() -> list[tuple[str, str]]:
    """Name the four dimensions of CG-4.3-01 as the complainant reads them."""
    return [
        ("timeliness", pgettext("complaint rating", "Timeliness")),
        ("effect", pgettext("complaint rating", "Effect of the solution")),
        ("communication", pgettext("complaint rating", "Communication")),
        ("follow_up", pgettext("complaint rating", "Follow-up")),
    ]


def _scores() -> Choices:
    words = (
        pgettext("complaint rating", "very dissatisfied"),
        pgettext("complaint rating", "dissatisfied"),
        pgettext("complaint rating", "neutral"),
        pgettext("complaint rating", "satisfied"),
        pgettext("complaint rating", "very satisfied"),
    )
    return [(str(score), f"{score} {said}") for score, said in enumerate(words, start=1)]


def _rate_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    return [
        *(Field(name, words, choices=[("", "—"), *_scores()]) for name, words in dimension_words()),
        Field("comment", _("In their words"), rows=2, required=False, most=500),
        Field("channel", _("By"), one.case.reply_by, _offered(ReplyBy.choices)),
    ]


def _rate(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.record_rating(
        one,
        {name: web.whole_number(said, name, default=0) for name in DIMENSIONS},
        comment=said.get("comment", ""),
        channel=said.get("channel", ""),
        actor=actor,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Rated:
    """What was said of one result, with its scores in words."""

    row: ComplaintRating
    scores: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Telling:
    """What the page says of the telling; `needed` is how many attempts on how many days."""

    notices: list[queries.Told]
    tries: int
    days: int
    needed: tuple[int, int]
    ratings: list[Rated]
    is_rated: bool


def shown(one: Complaint) -> Telling:
    """Give the notices, the attempts at the present result, and the ratings."""
    notices = queries.notices_of(one)
    tried = queries.attempts_of(one) if notices else []
    ratings = queries.ratings_of(one) if notices else []
    return Telling(
        notices=notices,
        tries=len(tried),
        days=queries.days_tried(tried),
        needed=queries.attempts_needed(),
        ratings=[
            Rated(row, [(words, getattr(row, name)) for name, words in dimension_words()])
            for row in ratings
        ],
        is_rated=any(row.about_at == one.feedback_at for row in ratings),
    )


TELLING: dict[str, Step] = {
    "issue": Step(lambda: _("Issue the result notice"), "file-text", _issue_fields, _issue),
    "try": Step(lambda: _("Record an attempt"), "phone-outgoing", _try_fields, _try),
    "feedback": Step(
        lambda: _("Tell the complainant the result"), "send", _feedback_fields, _feedback
    ),
    "rate": Step(lambda: _("Enter the complainant's rating"), "star", _rate_fields, _rate),
}
