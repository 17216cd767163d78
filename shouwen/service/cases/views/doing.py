"""What a person presses on the case page: ask first where words are needed, then do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kit import web
from shouwen.ground.kit.web import close_dialogs, idempotency_key, toast
from shouwen.people.customers import queries as customers
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, forms, queries
from shouwen.service.cases.models import Case, Complexity, EffortKind, ReplyBy, Urgency
from shouwen.service.cases.views import again, asking, away, effort, joining, showing

Doer = Callable[[Case, QueryDict, Actor, datetime], object]


def _classify(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    category = queries.category_for(case.institution_id, said.get("category", ""))
    actions.classify(
        case,
        category,
        urgency=said.get("urgency", ""),
        complexity=said.get("complexity", ""),
        actor=actor,
        at=at,
    )


def _assign(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    handler = queries.handler_for(actor, said.get("handler", ""))
    actions.assign(case, handler, reason=said.get("reason", ""), actor=actor, at=at)


def _opinion(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.record_opinion(
        case,
        cause=said.get("cause", ""),
        solution=said.get("solution", ""),
        expected_at=web.moment(said, "expected_at"),
        actor=actor,
        at=at,
    )


def _wait(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    outside = said.get("waits_for") == "outside"
    wait = actions.wait_outside if outside else actions.wait_for_customer
    wait(case, reason=said.get("reason", ""), actor=actor, at=at)


def _record_answer(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    words, channel = said.get("words", ""), said.get("channel", "")
    if said.get("answer") == "object":
        try:
            actions.record_objection(case, reason=words, channel=channel, actor=actor, at=at)
        except Invalid as error:
            # The form has one field for the words, whichever the answer.
            fields = {"words" if k == "reason" else k: v for k, v in error.fields.items()}
            raise Invalid(fields=fields) from error
    else:
        actions.record_confirmation(case, words=words, channel=channel, actor=actor, at=at)


def _link_customer(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    purpose = f"case {case.public_id}"
    found = customers.find_by_number(actor, said.get("customer", ""), at, purpose)
    if not found:
        raise Invalid(fields={"customer": _("No customer has this number.")})
    actions.link_customer(case, found[0], actor=actor, at=at)


def _ask_unit(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    unit = queries.unit_to_ask(case, said.get("unit", ""))
    actions.ask_unit(
        case,
        unit,
        said.get("asked", ""),
        due_at=web.moment(said, "due_at"),
        person=queries.person_to_ask(unit, staff_no=said.get("person", "")),
        actor=actor,
        at=at,
    )


def _ask_approval(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.ask_approval(
        case,
        said.get("what", ""),
        reason=said.get("reason", ""),
        amount=said.get("amount", ""),
        actor=actor,
        at=at,
    )


def _relate(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    other = queries.other_case(actor, number=said.get("other", ""))
    actions.relate_cases(case, other, said.get("kind", ""), actor=actor, at=at)


def _unrelate(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    other = queries.other_case(actor, number=said.get("other", ""))
    actions.unrelate_cases(case, other, actor=actor, at=at)


DOERS: dict[str, Doer] = {
    "accept": lambda case, _said, actor, at: actions.accept(case, actor=actor, at=at),
    "classify": _classify,
    "assign": _assign,
    "start": lambda case, _said, actor, at: actions.start_work(case, actor=actor, at=at),
    "opinion": _opinion,
    "wait": _wait,
    "carry_on": lambda case, said, actor, at: actions.carry_on(
        case, note=said.get("note", ""), actor=actor, at=at
    ),
    "resolve": lambda case, _said, actor, at: actions.resolve(case, actor=actor, at=at),
    "feedback": lambda case, said, actor, at: actions.send_feedback(
        case, said.get("text", ""), said.get("channel", ""), actor=actor, at=at
    ),
    "confirm_by_agent": lambda case, _said, actor, at: actions.confirm_by_agent(
        case, actor=actor, at=at
    ),
    "answer": _record_answer,
    "link": lambda case, _said, actor, at: actions.send_link_again(case, actor=actor, at=at),
    "close": lambda case, _said, actor, at: actions.close(case, actor=actor, at=at),
    "archive": lambda case, _said, actor, at: actions.archive(case, actor=actor, at=at),
    "note": lambda case, said, actor, at: actions.add_note(
        case,
        said.get("text", ""),
        for_customer=said.get("for_customer") == "yes",
        actor=actor,
        at=at,
    ),
    "remind": lambda case, said, actor, at: actions.remind_handler(
        case, said.get("text", ""), actor=actor, at=at
    ),
    "customer": _link_customer,
    "ask_unit": _ask_unit,
    "ask_approval": _ask_approval,
    "relate": _relate,
    "unrelate": _unrelate,
    "form": asking.fill,
    "effort": effort.note,
    "effort_back": effort.take_back,
    "reopen": again.reopen,
    "review": again.review,
    "point": again.add_point,
    "merge": joining.merge,
    "split": joining.split,
}
ASKED = frozenset(
    {
        "classify",
        "assign",
        "wait",
        "feedback",
        "answer",
        "note",
        "effort",
        "customer",
        "ask_unit",
        "ask_approval",
        "relate",
        "remind",
        "reopen",
        "review",
        "point",
        "merge",
        "split",
    }
)


def _choices(
    actor: Actor, case: Case, act: str, said: QueryDict, wrong: Mapping[str, Words]
) -> dict[str, Any]:
    """Give what a dialog offers to choose from."""
    match act:
        case "classify":
            return {
                "categories": queries.categories_of(
                    case.institution_id, held=case.category.code if case.category else ""
                ),
                "urgencies": Urgency.choices,
                "complexities": Complexity.choices,
            }
        case "assign":
            people = queries.handlers_for(actor).select_related("unit")
            return {"people": away.choices(people, time.now())}
        case "feedback" | "answer":
            return {"channels": ReplyBy.choices}
        case "review":
            return {"points": again.points_of(said, wrong)}
        case "merge":
            return {"offered": queries.may_be_merged(actor, case), "chosen": said.getlist("other")}
        case "split":
            return {"categories": queries.categories_of(case.institution_id)}
        case "effort":
            return {"efforts": EffortKind.choices}
        case "point":
            return {"kinds": again.POINT_KINDS}
        case "ask_unit":
            return {"units": queries.units_to_ask(case)}
        case _:
            return {}


def _dialog(
    request: StaffRequest,
    case: Case,
    act: str,
    *,
    said: QueryDict | None = None,
    wrong: Invalid | None = None,
) -> HttpResponse:
    fields = wrong.fields if wrong else {}
    context = {
        "case": case,
        "act": act,
        "said": said,
        "fields": fields,
        "me_ref": request.actor.ref,
        **_choices(request.actor, case, act, said or QueryDict(), fields),
    }
    status = wrong.status if wrong else 200
    return render(request, f"cases/dialogs/{act}.html", context, status=status)


@require_GET
@staff_required("case.read")
def ask(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Open the dialog of an act that needs words."""
    if act not in ASKED:
        raise Http404
    staff_access.require(request.actor, again.RIGHTS.get(act, "case.work"))
    return _dialog(request, queries.case_for(request.actor, ref), act)


@require_POST
@staff_required("case.read")
def do(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Do it, and show what is true now, whoever was first."""
    doer = DOERS.get(act)
    if doer is None:
        raise Http404
    actor, at = request.actor, time.now()
    case = queries.case_for(actor, ref)
    problem, outcome = "", None
    try:
        outcome = _once(request, case, act, doer, at)
    except Invalid as error:
        return _wrong(request, ref, act, error)
    except Conflict as error:
        problem = str(error)
    fresh = queries.case_for(actor, ref)
    context = showing.case_page(actor, fresh, at) | {"problem": problem, "after_act": True}
    context["asked_anew"] = not problem and act in asking.CHANGES_THE_FORM
    link = _link_of(outcome)
    if link:
        # Without a public address in the settings the link is whole as this page was reached.
        context["link"] = request.build_absolute_uri(link)
    response = render(request, "cases/case.html#after", context)
    if not link:
        close_dialogs(response)
    return response if problem else toast(response, _done_words(act))


def _once(request: StaffRequest, case: Case, act: str, doer: Doer, at: datetime) -> object:
    """Do it once for each key; a repeat has no outcome to show."""
    body = web.form_body(request)
    body["case"] = [case.public_id]
    outcome: list[object] = []

    def work() -> str:
        outcome.append(doer(case, request.POST, request.actor, at))
        return str(case.public_id)

    scope = f"page:case.{act}:{request.actor.ref}"
    idempotency.do_once(scope, idempotency_key(request), body, work, at=at)
    return outcome[0] if outcome else None


def _link_of(outcome: object) -> str:
    if isinstance(outcome, actions.Sent):
        return "" if outcome.in_chat else outcome.link
    return outcome if isinstance(outcome, str) else ""


def _wrong(request: StaffRequest, ref: str, act: str, error: Invalid) -> HttpResponse:
    """Give the form back with what was typed and each wrong field's words."""
    at = time.now()
    case = queries.case_for(request.actor, ref)
    if act in ASKED:
        response = _dialog(request, case, act, said=request.POST, wrong=error)
        return reswap(retarget(response, "#sw-dialogs"), "innerHTML")
    context = showing.case_page(request.actor, case, at)
    if act == "opinion":
        context |= {"said": request.POST, "fields": error.fields}
        response = render(request, "cases/case.html#plan", context, status=error.status)
        return reswap(retarget(response, "#case-plan"), "outerHTML")
    if act == "form":
        context |= forms.rows_of(context["asked"], request.POST, error.fields)
        response = render(request, "cases/case.html#asked", context, status=error.status)
        return reswap(retarget(response, "#case-asked"), "outerHTML")
    context |= {
        "problem": str(error),
        "problem_fields": [str(words) for words in error.fields.values()],
        "problem_items": act == "archive",
        "after_act": True,
    }
    return close_dialogs(render(request, "cases/case.html#after", context, status=error.status))


def _done_words(act: str) -> str:
    match act:
        case "accept":
            return _("Accepted.")
        case "classify":
            return _("Classified.")
        case "assign":
            return _("Assigned.")
        case "start":
            return _("Started.")
        case "opinion":
            return _("Solution submitted.")
        case "wait":
            return _("The case waits.")
        case "carry_on":
            return _("Carried on.")
        case "resolve":
            return _("Resolved.")
        case "feedback":
            return _("Result sent to the customer.")
        case "link":
            return _("New link made; the old one no longer works.")
        case "close":
            return _("Closed.")
        case "archive":
            return _("Archived.")
        case "merge":
            return _("Merged; the other cases point here.")
        case "split":
            return _("Split off; the new case is linked here.")
        case "reopen":
            return _("Taken up again; its clocks run anew.")
        case "review":
            return _("Review recorded.")
        case "relate":
            return _("Linked.")
        case "remind":
            return _("Reminded.")
        case "effort":
            return _("Time noted.")
        case "effort_back":
            return _("Entry taken back.")
        case "unrelate":
            return _("Link removed; the timeline keeps it.")
        case "ask_unit":
            return _("Asked. You see the answer here.")
        case "ask_approval":
            return _("Asked. You see the decision here.")
        case _:
            return _("Saved.")
