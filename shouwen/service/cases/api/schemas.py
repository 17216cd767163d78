"""The shapes that programs send and get."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from shouwen.ground.kernel.moments import Moment
from shouwen.ground.kit.api import Strict
from shouwen.ground.policy.queries import ClockView
from shouwen.service.cases import queries
from shouwen.service.cases.api.answers import AnswerOut, shown_answer
from shouwen.service.cases.models import Case

PAGE_LIMIT = 100
MOST_ANSWERS = 120
Ref = Annotated[str, Field(max_length=48)]
Code = Annotated[str, Field(max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=5000)]
MaybeText = Annotated[str, Field(max_length=5000)]
Short = Annotated[str, Field(min_length=1, max_length=200)]
StateName = Literal[
    "NEW",
    "ACCEPTED",
    "CLASSIFIED",
    "ASSIGNED",
    "IN_PROGRESS",
    "WAITING_CUSTOMER",
    "WAITING_EXTERNAL",
    "RESOLVED",
    "FEEDBACK_SENT",
    "CLOSED",
    "ARCHIVED",
    "MERGED",
]
KindName = Literal["CONSULT", "REQUEST", "COMPLAINT", "FEEDBACK"]
NO_COMPLAINT = Field(
    description="`COMPLAINT` is refused with 422 `complaints-are-filed`: POST /complaints files it."
)
UrgencyName = Literal["URGENT", "ORDINARY", "REPEAT"]
ComplexityName = Literal["GENERAL", "COMPLEX", "SPECIAL"]
ChannelName = Literal["CHAT", "PHONE", "EMAIL", "SMS", "FAX", "WEB", "LETTER", "BRANCH", "API"]
ReplyByName = Literal["CHAT", "PHONE", "SMS", "EMAIL", "LETTER"]
ViewName = Literal[
    "mine", "owned", "unit", "soon", "late", "waiting", "answer", "review", "open", "all"
]

SortName = Literal["newest", "oldest", "due"]


# Answers to what the category asks, by the code of the item.
Answers = Annotated[
    dict[Annotated[str, Field(max_length=40)], MaybeText], Field(max_length=MOST_ANSWERS)
]


class CaseIn(Strict):
    """A question to be registered as a case; a complaint is sent to `POST /complaints`."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    description: Text
    kind: Annotated[KindName, NO_COMPLAINT] = "REQUEST"
    channel: ChannelName = "API"
    category: Code = ""
    urgency: UrgencyName = "ORDINARY"
    complexity: ComplexityName = "GENERAL"
    reply_by: ReplyByName = "PHONE"
    place: Annotated[str, Field(max_length=80)] = ""
    expected_at: Moment | None = None
    customer: Ref = ""
    contact: Ref = ""
    unit: Ref = ""
    owner: Ref = ""
    answers: Answers = Field(default_factory=dict)


class ChosenIn(Strict):
    """Which cases are meant; everything that is given must fit."""

    view: ViewName = "all"
    state: StateName | Literal[""] = ""
    category: Code = ""
    handler: Ref = ""
    urgency: UrgencyName | Literal[""] = ""
    q: Annotated[str, Field(max_length=80)] = ""


class ChosenInTimeIn(ChosenIn):
    """The same, opened in a span of time."""

    since: Moment | None = None
    until: Moment | None = None


class ListIn(ChosenInTimeIn):
    """Which cases to list, and from where."""

    sort: SortName | Literal[""] = ""
    cursor: Ref = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 30


class SearchIn(Strict):
    """A whole telephone or identity number, which never stands in an address."""

    number: Annotated[str, Field(min_length=7, max_length=24)]
    cursor: Ref = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 30


class NothingIn(Strict):
    """An act that needs no words."""


class ClassifyIn(Strict):
    """The third-level category, and what else becomes clear."""

    category: Annotated[str, Field(min_length=1, max_length=60)]
    urgency: UrgencyName | Literal[""] = ""
    complexity: ComplexityName | Literal[""] = ""


class AssignIn(Strict):
    """Who is to work on it, and why."""

    handler: Annotated[str, Field(min_length=1, max_length=48)]
    reason: Annotated[str, Field(max_length=500)] = ""


class OpinionIn(Strict):
    """The cause, the way to solve it, and when it will be done."""

    cause: Text
    solution: Text
    expected_at: Moment | None = None


class WaitIn(Strict):
    """For whom the case waits, and for what."""

    waits_for: Literal["customer", "outside"]
    reason: Short


class CarryOnIn(Strict):
    """What has come."""

    note: MaybeText = ""


class ResolveIn(Strict):
    """How it was solved, where that differs from the opinion."""

    solution: MaybeText = ""
    cause: MaybeText = ""


class FeedbackIn(Strict):
    """What the customer is told, and by which channel."""

    text: Annotated[str, Field(min_length=1, max_length=3000)]
    channel: ReplyByName


class ConfirmIn(Strict):
    """Who confirms. What a customer said elsewhere is recorded with channel and words."""

    by: Literal["agent", "customer"] = "agent"
    channel: ReplyByName | None = None
    words: MaybeText = ""


class ObjectIn(Strict):
    """What the customer objects to, and by which channel that was said."""

    reason: Text
    channel: ReplyByName


class NoteIn(Strict):
    """A note for the timeline."""

    text: Text
    for_customer: bool = False


class LinkCustomerIn(Strict):
    """The customer the case is for."""

    customer: Annotated[str, Field(min_length=1, max_length=48)]


class CandidateOut(Schema):
    """One clause that asks for a time."""

    clause: str
    due_at: datetime


class ClockOut(Schema):
    """One clock with the clause that counts and every candidate."""

    event: str
    state: str
    due_at: datetime
    clause: str
    hard: bool
    candidates: list[CandidateOut]


class PersonOut(Schema):
    """A colleague."""

    id: str
    name: str


class CaseOut(Schema):
    """A case in lists."""

    id: str
    number: str
    title: str
    state: StateName
    merged_into: str | None
    kind: KindName
    category: str | None
    category_path: list[str]
    urgency: UrgencyName
    complexity: ComplexityName
    channel: ChannelName
    reply_by: ReplyByName
    customer: str | None
    contact: str | None
    unit: str | None
    owner: PersonOut | None
    handler: PersonOut | None
    waits_for: str
    expected_at: datetime | None
    due_at: datetime | None
    opened_at: datetime
    round: int
    reopened_at: datetime | None
    reviewed_at: datetime | None
    resolved_at: datetime | None
    agent_confirmed_at: datetime | None
    customer_confirmed_at: datetime | None
    customer_objected_at: datetime | None
    closed_at: datetime | None
    archived_at: datetime | None


class CaseDetailOut(CaseOut):
    """A case with its words and clocks."""

    description: str
    cause: str | None
    solution: str | None
    feedback: str | None
    clocks: list[ClockOut]
    form: list[AnswerOut]


class TimesOut(Schema):
    """The time the case and those merged into it took: noted by people, measured in talks.

    Adding the two would count talks twice. Who it was is at `/cases/{ref}/effort`.
    """

    noted_minutes: int
    conversation_seconds: int


class CaseReadOut(CaseDetailOut):
    """A case as it is read by itself: with the time it took."""

    effort: TimesOut


class FeedbackOut(CaseDetailOut):
    """The case, and the customer's link; a repeated request cannot show the link again."""

    link: str | None
    in_chat: bool


class CaseListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[CaseOut]
    next: str | None


class CategoryOut(Schema):
    """A third-level category."""

    code: str
    path: list[str]


class CategoryListOut(Schema):
    """The institution's tree, as its third-level categories."""

    items: list[CategoryOut]


def _person(person: object) -> PersonOut | None:
    if person is None:
        return None
    return PersonOut(id=person.public_id, name=person.name)  # type: ignore[attr-defined]  # Person


def _plain_fields(case: Case) -> dict[str, object]:
    return {
        "id": case.public_id,
        "number": case.number,
        "title": case.title,
        "state": case.state,
        "merged_into": case.merged_into.public_id if case.merged_into else None,
        "kind": case.kind,
        "category": case.category.code if case.category else None,
        "category_path": list(queries.category_path(case.category)),
        "urgency": case.urgency,
        "complexity": case.complexity,
        "channel": case.channel,
        "reply_by": case.reply_by,
        "customer": case.customer.public_id if case.customer else None,
        "unit": case.unit.public_id if case.unit else None,
        "owner": _person(case.owner),
        "handler": _person(case.handler),
        "waits_for": case.waits_for,
        "expected_at": case.expected_at,
        "due_at": case.due_at,
        "opened_at": case.opened_at,
        "round": case.round,
        "reopened_at": case.reopened_at,
        "reviewed_at": case.reviewed_at,
        "resolved_at": case.resolved_at,
        "agent_confirmed_at": case.agent_confirmed_at,
        "customer_confirmed_at": case.customer_confirmed_at,
        "customer_objected_at": case.customer_objected_at,
        "closed_at": case.closed_at,
        "archived_at": case.archived_at,
        "contact": case.contact.public_id if case.contact else None,
    }


def shown(case: Case) -> CaseOut:
    """Give a case as a list shows it."""
    return CaseOut.model_validate(_plain_fields(case))


def shown_clock(view: ClockView) -> ClockOut:
    """Give a clock as programs see it."""
    return ClockOut(
        event=view.event,
        state=view.state,
        due_at=view.due_at,
        clause=view.clause,
        hard=view.hard,
        candidates=[CandidateOut(clause=c.clause, due_at=c.due_at) for c in view.limits],
    )


def detail_fields(case: Case, at: datetime) -> dict[str, object]:
    """Give everything a caller within reach may know of a case."""
    return {
        **_plain_fields(case),
        "description": case.description.plain,
        "cause": case.cause.plain if case.cause else None,
        "solution": case.solution.plain if case.solution else None,
        "feedback": case.feedback.plain if case.feedback else None,
        "clocks": [shown_clock(view) for view in queries.clocks_of_case(case, at)],
        "form": [shown_answer(one) for one in queries.asked_of(case)],
    }


def detailed(case: Case, at: datetime) -> CaseDetailOut:
    """Give a case whole, as of `at`."""
    return CaseDetailOut.model_validate(detail_fields(case, at))


def read(case: Case, at: datetime) -> CaseReadOut:
    """Give a case whole with the time it took until `at`."""
    effort = queries.effort_of(case, at)
    times = TimesOut(noted_minutes=effort.noted_minutes, conversation_seconds=effort.talk_seconds)
    return CaseReadOut.model_validate({**detail_fields(case, at), "effort": times})
