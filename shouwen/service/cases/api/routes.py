"""The addresses under `/cases`: each parses, makes one call, and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.api import PROBLEMS, ApiRequest
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import actions, queries
from shouwen.service.cases.api import schemas
from shouwen.service.cases.api.asking import question_of
from shouwen.service.cases.api.doing import done
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import CaseDetailOut, CaseListOut
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries import searching

router = Router(tags=["cases"])


def _page(page: queries.Page) -> CaseListOut:
    return CaseListOut(items=[schemas.shown(row.case) for row in page.rows], next=page.next or None)


@router.get("", response={200: CaseListOut, **PROBLEMS}, summary="List cases")
def list_cases(request: ApiRequest, asked: Annotated[schemas.ListIn, Query()]) -> CaseListOut:
    """Give the cases within reach, newest first; the views of what is due go by due time."""
    if searching.names_a_customer(asked.q):
        raise Invalid(fields={"q": _("Send such a number by POST to /cases/search.")})
    values = asked.model_dump()
    filters = queries.Filters(after=values.pop("cursor"), **values)
    return _page(actions.look_for(request.actor, filters, at=time.now()))


@router.post("/search", response={200: CaseListOut, **PROBLEMS}, summary="Find a caller's cases")
def search_cases(request: ApiRequest, body: schemas.SearchIn) -> CaseListOut:
    """Find cases by the customer's whole telephone or identity number; the trail holds that."""
    filters = queries.Filters(after=body.cursor, limit=body.limit)
    actor = request.actor
    return _page(actions.look_for_customer(actor, body.number, filters, at=time.now()))


@router.post("", response={201: CaseDetailOut, **PROBLEMS}, summary="Open a case")
def open_case(request: ApiRequest, body: schemas.CaseIn, key: Key = "") -> Status[CaseDetailOut]:
    """Register a question; its clocks run from now. The same key gives the same case.

    A complaint is refused as `complaints-are-filed`: it goes to `POST /complaints`.
    """
    actor, at = request.actor, time.now()
    opened: list[Case] = []

    def work() -> str:
        staff_access.require(actor, "case.work")
        question, links = question_of(actor, body)
        opened.append(actions.open_case(question, actor=actor, at=at, **links))
        return str(opened[0].public_id)

    ref = once(request, "open", key, body, at, work)
    case = opened[0] if opened else queries.case_for(actor, ref)
    return Status(201, schemas.detailed(case, at))


@router.get("/{ref}", response={200: schemas.CaseReadOut, **PROBLEMS}, summary="Read a case")
def read_case(request: ApiRequest, ref: str) -> schemas.CaseReadOut:
    """Give a case with its clocks and every candidate; the reading goes on the trail."""
    at = time.now()
    return schemas.read(actions.view_case(request.actor, ref, at=at), at)


ACT = {200: CaseDetailOut, **PROBLEMS}


@router.post("/{ref}/accept", response=ACT, summary="Accept a case")
def accept(
    request: ApiRequest, ref: str, body: schemas.NothingIn | None = None, key: Key = ""
) -> CaseDetailOut:
    """Take responsibility for a new case."""
    nothing = body or schemas.NothingIn()
    actor = request.actor
    return done(
        request, ref, "accept", key, nothing, lambda c, at: actions.accept(c, actor=actor, at=at)
    )


@router.post("/{ref}/classify", response=ACT, summary="Classify a case")
def classify(
    request: ApiRequest, ref: str, body: schemas.ClassifyIn, key: Key = ""
) -> CaseDetailOut:
    """Give the case its third-level category."""
    actor = request.actor

    def do(case: Case, at: datetime) -> None:
        category = queries.category_for(case.institution_id, body.category)
        actions.classify(
            case,
            category,
            urgency=body.urgency,
            complexity=body.complexity,
            actor=actor,
            at=at,
        )

    return done(request, ref, "classify", key, body, do)


@router.post("/{ref}/assign", response=ACT, summary="Assign a case")
def assign(request: ApiRequest, ref: str, body: schemas.AssignIn, key: Key = "") -> CaseDetailOut:
    """Give the case to a handler; its owner stays."""
    actor = request.actor

    def do(case: Case, at: datetime) -> None:
        handler = queries.handler_for(actor, body.handler)
        actions.assign(case, handler, reason=body.reason, actor=actor, at=at)

    return done(request, ref, "assign", key, body, do)


@router.post("/{ref}/start", response=ACT, summary="Start working on a case")
def start(
    request: ApiRequest, ref: str, body: schemas.NothingIn | None = None, key: Key = ""
) -> CaseDetailOut:
    """Begin to work on an assigned case."""
    nothing = body or schemas.NothingIn()
    actor = request.actor
    return done(
        request, ref, "start", key, nothing, lambda c, at: actions.start_work(c, actor=actor, at=at)
    )


@router.post("/{ref}/opinion", response=ACT, summary="Record the opinion")
def opinion(request: ApiRequest, ref: str, body: schemas.OpinionIn, key: Key = "") -> CaseDetailOut:
    """Put down cause and solution; the first time this is the initial opinion."""
    actor = request.actor
    return done(
        request,
        ref,
        "opinion",
        key,
        body,
        lambda c, at: actions.record_opinion(
            c,
            cause=body.cause,
            solution=body.solution,
            expected_at=body.expected_at,
            actor=actor,
            at=at,
        ),
    )


@router.post("/{ref}/wait", response=ACT, summary="Wait for the customer or somebody outside")
def wait(request: ApiRequest, ref: str, body: schemas.WaitIn, key: Key = "") -> CaseDetailOut:
    """Wait; clocks whose rules allow it are held."""
    actor = request.actor
    wait_for = actions.wait_for_customer if body.waits_for == "customer" else actions.wait_outside
    return done(
        request,
        ref,
        "wait",
        key,
        body,
        lambda c, at: wait_for(c, reason=body.reason, actor=actor, at=at),
    )


@router.post("/{ref}/carry-on", response=ACT, summary="Go on with a case that waited")
def carry_on(
    request: ApiRequest, ref: str, body: schemas.CarryOnIn | None = None, key: Key = ""
) -> CaseDetailOut:
    """Go on; held clocks run again."""
    said = body or schemas.CarryOnIn()
    actor = request.actor
    return done(
        request,
        ref,
        "carry-on",
        key,
        said,
        lambda c, at: actions.carry_on(c, note=said.note, actor=actor, at=at),
    )


@router.post("/{ref}/resolve", response=ACT, summary="Resolve a case")
def resolve(
    request: ApiRequest, ref: str, body: schemas.ResolveIn | None = None, key: Key = ""
) -> CaseDetailOut:
    """Say that the matter is settled inside."""
    said = body or schemas.ResolveIn()
    actor = request.actor
    return done(
        request,
        ref,
        "resolve",
        key,
        said,
        lambda c, at: actions.resolve(
            c, solution=said.solution, cause=said.cause, actor=actor, at=at
        ),
    )


@router.post(
    "/{ref}/feedback", response={200: schemas.FeedbackOut, **PROBLEMS}, summary="Tell the customer"
)
def feedback(
    request: ApiRequest, ref: str, body: schemas.FeedbackIn, key: Key = ""
) -> schemas.FeedbackOut:
    """Tell the customer the result and make the link by which they confirm or object."""
    actor = request.actor
    sent: list[actions.Sent] = []

    def do(case: Case, at: datetime) -> None:
        sent.append(actions.send_feedback(case, body.text, body.channel, actor=actor, at=at))

    detail = done(request, ref, "feedback", key, body, do)
    return schemas.FeedbackOut(
        **detail.model_dump(),
        link=sent[0].link if sent else None,
        in_chat=bool(sent) and sent[0].in_chat,
    )


@router.post("/{ref}/confirm", response=ACT, summary="Confirm as agent, or for the customer")
def confirm(
    request: ApiRequest, ref: str, body: schemas.ConfirmIn | None = None, key: Key = ""
) -> CaseDetailOut:
    """Say as the agent that it is settled, or record the customer's confirmation."""
    said = body or schemas.ConfirmIn()
    actor = request.actor

    def do(case: Case, at: datetime) -> None:
        if said.by == "agent":
            actions.confirm_by_agent(case, actor=actor, at=at)
        else:
            actions.record_confirmation(
                case, words=said.words, channel=said.channel or "", actor=actor, at=at
            )

    return done(request, ref, "confirm", key, said, do)


@router.post("/{ref}/object", response=ACT, summary="Record the customer's objection")
def record_objection(
    request: ApiRequest, ref: str, body: schemas.ObjectIn, key: Key = ""
) -> CaseDetailOut:
    """Record an objection; the case is worked again."""
    actor = request.actor
    return done(
        request,
        ref,
        "object",
        key,
        body,
        lambda c, at: actions.record_objection(
            c, reason=body.reason, channel=body.channel, actor=actor, at=at
        ),
    )


@router.post("/{ref}/close", response=ACT, summary="Close a case")
def close(
    request: ApiRequest, ref: str, body: schemas.NothingIn | None = None, key: Key = ""
) -> CaseDetailOut:
    """End a case on which agent and customer agree."""
    nothing = body or schemas.NothingIn()
    actor = request.actor
    return done(
        request, ref, "close", key, nothing, lambda c, at: actions.close(c, actor=actor, at=at)
    )


@router.post("/{ref}/archive", response=ACT, summary="Archive a case")
def archive(
    request: ApiRequest, ref: str, body: schemas.NothingIn | None = None, key: Key = ""
) -> CaseDetailOut:
    """Put a closed case whose file is complete into the archive."""
    nothing = body or schemas.NothingIn()
    actor = request.actor
    return done(
        request, ref, "archive", key, nothing, lambda c, at: actions.archive(c, actor=actor, at=at)
    )


@router.post("/{ref}/notes", response=ACT, summary="Add a note")
def add_note(request: ApiRequest, ref: str, body: schemas.NoteIn, key: Key = "") -> CaseDetailOut:
    """Put a note on the timeline."""
    actor = request.actor
    return done(
        request,
        ref,
        "note",
        key,
        body,
        lambda c, at: actions.add_note(
            c, body.text, for_customer=body.for_customer, actor=actor, at=at
        ),
    )


@router.post("/{ref}/customer", response=ACT, summary="Link the customer")
def link_customer(
    request: ApiRequest, ref: str, body: schemas.LinkCustomerIn, key: Key = ""
) -> CaseDetailOut:
    """Say for whom the case is, once that is known."""
    actor = request.actor

    def do(case: Case, at: datetime) -> None:
        customer = queries.customer_for_case(actor, case.public_id, body.customer, at)
        actions.link_customer(case, customer, actor=actor, at=at)

    return done(request, ref, "customer", key, body, do)
