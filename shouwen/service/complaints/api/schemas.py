"""The shapes that programs send and get."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from shouwen.ground.kernel.moments import Moment
from shouwen.ground.kit.api import Strict
from shouwen.service.cases import queries as cases
from shouwen.service.cases.api.schemas import (
    ChannelName,
    ClockOut,
    Code,
    ComplexityName,
    MaybeText,
    PersonOut,
    Ref,
    ReplyByName,
    Text,
    UrgencyName,
    shown_clock,
)
from shouwen.service.complaints import queries
from shouwen.service.complaints.api.redress_shapes import RedressOut, redress_of
from shouwen.service.complaints.api.referrals import ReferralOut, referrals_of
from shouwen.service.complaints.api.shapes import (
    ClockName,
    ClockStateName,
    Colleague,
    ContestOut,
    ExtensionOut,
    SolvedName,
    ViewName,
    contests_of,
    extensions_of,
)
from shouwen.service.complaints.models import Complaint

PAGE_LIMIT = 100
StateName = Literal[
    "RECEIVED",
    "ACCEPTED",
    "CLASSIFIED",
    "GRADED",
    "STARTED",
    "ANALYSED",
    "RESPONSIBILITY_ASSIGNED",
    "PLAN_AGREED",
    "HANDLED",
    "FEEDBACK_SENT",
    "CALLBACK_DONE",
    "CLOSED",
    "ARCHIVED",
]
OriginName = Literal["CUSTOMER", "SYSTEM", "REGULATOR", "CLERK"]
# What the system finds, it proposes itself; nobody files it as found.
FiledOriginName = Literal["CUSTOMER", "REGULATOR", "CLERK"]
CapacityName = Literal["SELF", "AGENT", "HEIR"]
TypeName = Literal["BUSINESS", "SERVICE", "PRODUCT", "TECHNICAL", "OTHER"]
MajorName = Literal["PEOPLE", "DISASTER", "SAFETY", "PUBLIC_HEALTH", "JUDGED"]
ResponsibleName = Literal[
    "STAFF", "UNIT", "PRODUCT", "SYSTEM", "PARTNER", "CUSTOMER", "SHARED", "NONE"
]
AnswerName = Literal["AGREED", "PARTLY", "NOT_AGREED", "NOT_REACHED"]
Demand = Annotated[str, Field(min_length=1, max_length=2000)]


class ComplaintIn(Strict):
    """A complaint: of a case that is there, or entered whole with title and description."""

    demand: Demand
    case: Ref = ""
    title: Annotated[str, Field(max_length=120)] = ""
    description: MaybeText = ""
    origin: FiledOriginName = "CUSTOMER"
    channel: ChannelName = "API"
    reply_by: ReplyByName = "PHONE"
    urgency: UrgencyName = "ORDINARY"
    place: Annotated[str, Field(max_length=80)] = ""
    source_ref: Annotated[str, Field(max_length=60)] = ""
    regulator_on: date | None = None
    received_at: Moment | None = None
    customer: Ref = ""
    is_apart: bool = False
    complainant: Annotated[str, Field(max_length=80)] = ""
    reachable_at: Annotated[str, Field(max_length=120)] = ""


class ListIn(Strict):
    """Which complaints to list, and from where."""

    view: ViewName = "open"
    state: StateName | Literal[""] = ""
    origin: OriginName | Literal[""] = ""
    cg_type: TypeName | Literal[""] = ""
    urgency: UrgencyName | Literal[""] = ""
    complexity: ComplexityName | Literal[""] = ""
    unit: Ref = ""
    handler: Colleague = ""
    owner: Colleague = ""
    clock: ClockName = ""
    clock_state: ClockStateName | Literal[""] = ""
    number: Annotated[str, Field(max_length=24)] = ""
    group: Ref = ""
    sort: Literal["newest", "due", ""] = ""
    cursor: Ref = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = 30


class JoinIn(Strict):
    """The regulator's number of the transfer, and the day on which the regulator received it."""

    source_ref: Annotated[str, Field(min_length=1, max_length=60)]
    regulator_on: date | None = None


class ClassifyIn(Strict):
    """What it is on each scale, and who is complained of; what is left out is not so."""

    category: Annotated[str, Field(min_length=1, max_length=60)]
    cg_type: TypeName
    om_class: Literal["ACCOUNT_ABNORMAL", "POOR_SERVICE", "WRONG_INFORMATION", ""] = ""
    sn_object: Literal["PRODUCT", "SYSTEM", "SERVICE", ""] = ""
    urgency: UrgencyName = "ORDINARY"
    complexity: ComplexityName = "GENERAL"
    person: Ref = ""
    unit: Ref = ""
    seller: Ref = ""


class GradeIn(Strict):
    """The institution's grade by its code, the tier where it changes, and what the risk asks for.

    `risk_response` says that the risk asks to complete it within 72 hours (CG-5.2-02), or no more;
    a change needs `risk_reason`, and so does another tier than the one given first: `tier_reason`.
    """

    grade: Annotated[str, Field(min_length=1, max_length=20)]
    tier: Literal[1, 2, 3] | None = None
    tier_reason: Annotated[str, Field(max_length=200)] = ""
    risk_response: bool | None = None
    risk_reason: Annotated[str, Field(max_length=200)] = ""


class MajorIn(Strict):
    """Why it is major, how many came in person, and which executive leads."""

    reason: MajorName
    people: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    executive: Ref = ""


class AssignIn(Strict):
    """Who handles and who supervises."""

    handler: Annotated[str, Field(min_length=1, max_length=48)]
    supervisor: Annotated[str, Field(min_length=1, max_length=48)]
    reason: Annotated[str, Field(max_length=500)] = ""


class SaidIn(Strict):
    """What was said to the complainant, or by them, and by which channel."""

    words: Text
    channel: ReplyByName


class AnalyseIn(Strict):
    """The facts found."""

    facts: Text


class PlanIn(Strict):
    """Cause and plan, and what the complainant said to it."""

    cause: Text
    plan: Text
    answer: AnswerName
    channel: ReplyByName = "PHONE"


class ResolveIn(Strict):
    """How it was settled, where that differs from the plan."""

    solution: MaybeText = ""


class CallbackIn(SaidIn):
    """What the complainant said at the callback, and whether it is settled for them."""

    is_satisfied: bool


class FiledOut(Schema):
    """What the complainant is given: the number, and what happens next with dates."""

    id: str
    case: str
    number: str
    received_at: datetime
    clocks: list[ClockOut]


class ComplaintOut(Schema):
    """A complaint in lists; `number`, category and clocks are those of its case."""

    id: str
    case: str
    number: str
    title: str
    state: StateName
    origin: OriginName
    channel: ChannelName
    source_ref: str
    capacity: CapacityName
    cg_type: TypeName | None
    om_class: str
    sn_object: str
    category: Code | None
    urgency: UrgencyName
    complexity: ComplexityName
    risk_response: bool
    grade: str | None
    tier: int
    is_major: bool
    major_reason: str
    repeat_number: int
    repeat_of: str | None
    # The lead of its group, its own size as a lead, and whether its complainant speaks for all.
    group_lead: str | None
    group_size: int
    is_representative: bool
    customer: str | None
    unit: str | None
    owner: PersonOut | None
    acceptor: PersonOut | None
    handler: PersonOut | None
    supervisor: PersonOut | None
    executive: PersonOut | None
    responsible: str
    due_at: datetime | None
    received_at: datetime
    filed_at: datetime
    regulator_on: date | None
    transferred_at: datetime | None
    accepted_at: datetime | None
    classified_at: datetime | None
    graded_at: datetime | None
    responded_at: datetime | None
    started_at: datetime | None
    analysed_at: datetime | None
    responsibility_at: datetime | None
    planned_at: datetime | None
    handled_at: datetime | None
    feedback_at: datetime | None
    callback_at: datetime | None
    withdrawn_at: datetime | None
    closed_at: datetime | None
    archived_at: datetime | None


class ComplaintDetailOut(ComplaintOut):
    """A complaint with its words and clocks."""

    description: str
    demand: str
    facts: str | None
    evidence: str | None
    cause: str | None
    plan: str | None
    plan_answer: str
    # Whether the demand is met, by the newest notice of the result.
    solved: SolvedName | None
    feedback: str | None
    concerned_person: PersonOut | None
    concerned_unit: str | None
    seller: PersonOut | None
    clocks: list[ClockOut]
    extensions: list[ExtensionOut]
    contests: list[ContestOut]
    referrals: list[ReferralOut]
    redress: list[RedressOut]


class FeedbackOut(ComplaintDetailOut):
    """The complaint, and the complainant's link; a repeated request cannot show it again."""

    link: str | None


class ComplaintListOut(Schema):
    """One page; `next` is the cursor of the page after it, null on the last one."""

    items: list[ComplaintOut]
    next: str | None


INSTANTS = tuple(name for name in ComplaintOut.model_fields if name.endswith("_at"))
SAME = (
    "state",
    "origin",
    "source_ref",
    "regulator_on",
    "capacity",
    "om_class",
    "sn_object",
    "tier",
    "is_major",
    "major_reason",
    "repeat_number",
    "group_size",
    "is_representative",
    "responsible",
)


def _person(person: object) -> PersonOut | None:
    if person is None:
        return None
    return PersonOut(id=person.public_id, name=person.name)  # type: ignore[attr-defined]  # Person


def _fields(one: Complaint) -> dict[str, object]:
    case = one.case
    return {
        **{name: getattr(one, name) for name in (*SAME, *INSTANTS) if name != "due_at"},
        "id": one.public_id,
        "case": case.public_id,
        "number": case.number,
        "title": case.title,
        "channel": case.channel,
        "cg_type": one.cg_type or None,
        "category": case.category.code if case.category else None,
        "urgency": case.urgency,
        "complexity": case.complexity,
        "risk_response": case.asks_risk_response,
        "grade": one.grade.code if one.grade else None,
        "repeat_of": one.repeat_of.public_id if one.repeat_of else None,
        "group_lead": one.group_lead.public_id if one.group_lead else None,
        "customer": case.customer.public_id if case.customer else None,
        "unit": case.unit.public_id if case.unit else None,
        "owner": _person(case.owner),
        "acceptor": _person(one.acceptor),
        "handler": _person(case.handler),
        "supervisor": _person(one.supervisor),
        "executive": _person(one.executive),
        "due_at": case.due_at,
    }


def shown(one: Complaint) -> ComplaintOut:
    """Give a complaint as a list shows it."""
    return ComplaintOut.model_validate(_fields(one))


def filed(one: Complaint, at: datetime) -> FiledOut:
    """Give what is told at the door: the number and the dates."""
    clocks = [shown_clock(view) for view in cases.clocks_of_case(one.case, at)]
    return FiledOut(
        id=one.public_id,
        case=one.case.public_id,
        number=one.case.number,
        received_at=one.received_at,
        clocks=clocks,
    )


def detailed(one: Complaint, at: datetime) -> ComplaintDetailOut:
    """Give a complaint whole, as of `at`."""
    case = one.case
    return ComplaintDetailOut.model_validate(
        {
            **_fields(one),
            "description": case.description.plain,
            "demand": one.demand.plain,
            "facts": one.facts.plain if one.facts else None,
            "evidence": one.evidence.plain if one.evidence else None,
            "cause": case.cause.plain if case.cause else None,
            "plan": case.solution.plain if case.solution else None,
            "plan_answer": one.plan_answer,
            "solved": queries.solved_of(one) or None,
            "feedback": case.feedback.plain if case.feedback else None,
            "concerned_person": _person(one.concerned_person),
            "concerned_unit": one.concerned_unit.public_id if one.concerned_unit else None,
            "seller": _person(one.seller),
            "clocks": [shown_clock(view) for view in cases.clocks_of_case(case, at)],
            "extensions": extensions_of(one, at),
            "contests": contests_of(one),
            "referrals": referrals_of(one),
            "redress": redress_of(one),
        }
    )
