"""Redress by amount on a complaint's page, and the page of who decides on how much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Problem
from shouwen.ground.kit import web, words
from shouwen.people.approvals import actions as approval_actions
from shouwen.people.approvals import queries as approvals
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Role
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases.actions import texts
from shouwen.service.complaints import access, actions, queries
from shouwen.service.complaints.actions import redress_again
from shouwen.service.complaints.actions.redress import CLAUSE
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintRedress,
    RedressAttempt,
    RedressKind,
    RedressState,
)
from shouwen.service.complaints.models.redress import OUTSIDE_REF_MAX_CHARACTERS
from shouwen.service.complaints.rules.states import Act
from shouwen.service.complaints.views.fields import HIDDEN, Field, Step

OUTSIDE = "redress_outside"


@dataclass(frozen=True, slots=True)
class Shown:
    """One redress on the page; `deciders` are the roles that may approve it."""

    row: ComplaintRedress
    deciders: list[str]
    may_decide: bool
    may_give_result: bool
    may_ask_again: bool
    failed: list[RedressAttempt]


def shown(actor: Actor, one: Complaint, at: datetime) -> list[Shown]:
    """Give every redress with who decides on it, the newest first."""
    rows = queries.redress_of(one)
    decidable: set[str] = set()
    if any(row.is_waiting for row in rows):
        subject = (actions.SUBJECT, one.public_id)
        found = approvals.approvals_of(actor, *subject, at=at)
        decidable = {row.approval.public_id for row in found if row.may_decide}
    failed = queries.redress_failed(rows)
    return [
        Shown(
            row,
            [
                str(role.label)
                for role in Role
                if row.right in staff_access.RIGHTS.get(role.value, frozenset())
            ],
            may_decide=row.approval_ref in decidable,
            may_give_result=_may_give_result(actor, one, row),
            may_ask_again=_may_ask_again(actor, one, row),
            failed=failed.get(row.pk, []),
        )
        for row in rows
    ]


def _may_give_result(actor: Actor, one: Complaint, row: ComplaintRedress) -> bool:
    if row.state != RedressState.REQUESTED or not access.may_do(actor, one, Act.REDRESS):
        return False
    try:
        actions.refuse_redress_teller(one, row, actor)
    except Problem:
        return False
    return True


def _may_ask_again(actor: Actor, one: Complaint, row: ComplaintRedress) -> bool:
    if row.state != RedressState.FAILED:
        return False
    try:
        redress_again.refuse_again(one, row, actor)
    except Problem:
        return False
    return True


def may_propose(one: Complaint, found: list[Shown]) -> bool:
    """Whether there is place for another proposal, from what the page shows anyway."""
    return one.withdrawn_at is None and not any(each.row.is_waiting for each in found)


def _fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    levels = queries.redress_levels(one.institution_id)
    hint = _(
        "CNY, such as 1280.50. With what was granted before, a lead decides up to %(lead)s, "
        "senior management up to %(senior)s."
    ) % {"lead": words.money(levels.lead_fen), "senior": words.money(levels.senior_fen)}
    kinds = [(str(code), str(label)) for code, label in RedressKind.choices]
    most = WORDS_MAX_CHARACTERS
    return [
        Field("kind", pgettext("redress", "Kind"), choices=kinds),
        Field("amount", pgettext("redress", "Amount"), hint=hint, most=24),
        Field("reason", pgettext("redress", "Why it is to be made good"), rows=3, most=most),
        Field(
            "basis",
            pgettext("redress", "Basis"),
            rows=2,
            hint=_("The article of the contract, the rule or the judgement it stands on."),
            most=most,
        ),
    ]


def _propose(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.propose_redress(
        one,
        said.get("kind", ""),
        amount=said.get("amount", ""),
        reason=said.get("reason", ""),
        basis=said.get("basis", ""),
        actor=actor,
        at=at,
    )


def _outside_fields(one: Complaint, actor: Actor, said: QueryDict) -> list[Field]:
    kind, amount, *rest = _fields(one, actor, said)
    return [
        kind,
        replace(amount, hint=_("CNY, such as 80000.00: more than senior management here decides.")),
        Field("body", _("Granted by"), hint=_("The board, the head office, a court."), most=120),
        Field("decided_on", _("Day of the decision"), kind="date"),
        Field(
            "document", _("Document"), hint=_("The number of the resolution or letter."), most=120
        ),
        *rest,
    ]


def _record_outside(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.record_outside_redress(
        one,
        said.get("kind", ""),
        amount=said.get("amount", ""),
        reason=said.get("reason", ""),
        basis=said.get("basis", ""),
        body=said.get("body", ""),
        decided_on=web.day(said, "decided_on"),
        document=said.get("document", ""),
        actor=actor,
        at=at,
    )


def _result_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    asked = [row for row in queries.redress_of(one) if row.state == RedressState.REQUESTED]
    rows = [
        (row.public_id, f"{words.money(row.amount_fen)} · {row.get_kind_display()}")
        for row in asked
    ]
    outcomes = [
        (RedressState.PAID.value, str(RedressState.PAID.label)),
        (RedressState.FAILED.value, str(RedressState.FAILED.label)),
    ]
    return [
        Field("redress", pgettext("redress", "Redress"), choices=rows),
        Field("outcome", pgettext("redress", "What became of the payment"), choices=outcomes),
        Field(
            "reference",
            pgettext("redress", "Payment number"),
            hint=_("The number that the system that pays gave it."),
            most=OUTSIDE_REF_MAX_CHARACTERS,
        ),
        Field(
            "words",
            pgettext("redress", "Why it failed, where it did"),
            rows=2,
            required=False,
            most=texts.SHORT_MAX_CHARACTERS,
        ),
    ]


def _give_result(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.take_redress_result(
        one,
        said.get("redress", ""),
        outcome=said.get("outcome", ""),
        reference=said.get("reference", ""),
        words=said.get("words", ""),
        actor=actor,
        at=at,
    )


def _again_fields(_one: Complaint, _actor: Actor, said: QueryDict) -> list[Field]:
    return [
        Field(name, "", said.get(name, ""), kind=HIDDEN, required=False)
        for name in ("redress", "request")
    ]


def _ask_again(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    redress_again.ask_payment_again(
        one, said.get("redress", ""), said.get("request", ""), actor=actor, at=at
    )


REDRESSING: dict[str, Step] = {
    Act.REDRESS.value: Step(lambda: _("Propose a redress"), "building-bank", _fields, _propose),
    OUTSIDE: Step(
        lambda: _("Record a redress granted outside"),
        "building-bank",
        _outside_fields,
        _record_outside,
    ),
    "redress_result": Step(
        lambda: pgettext("redress", "Record the payment's result"),
        "building-bank",
        _result_fields,
        _give_result,
    ),
    "redress_again": Step(
        lambda: pgettext("redress", "Ask for the payment again"),
        "refresh",
        _again_fields,
        _ask_again,
    ),
}


def _plain(fen: int) -> str:
    """Write an amount as it is typed."""
    return f"{fen // 100}.{fen % 100:02}"


@require_http_methods(["GET", "POST"])
@staff_required("policy.read")
def levels(request: StaffRequest) -> HttpResponse:
    """Show up to which sum each level decides on redress, and ask for other sums."""
    home = request.person.institution
    problem: Problem | None = None
    if request.method == "POST":
        try:
            actions.ask_redress_levels(
                home,
                lead_most=request.POST.get("lead_most", ""),
                senior_most=request.POST.get("senior_most", ""),
                reason=request.POST.get("reason", ""),
                actor=request.actor,
                at=time.now(),
            )
        except Problem as error:
            if not error.fields and not isinstance(error, approval_actions.AlreadyAsked):
                raise
            problem = error
        else:
            return redirect(f"{reverse('complaints:redress_levels')}?done=yes")
    held, usual = queries.redress_levels(home.pk), queries.usual_levels()
    said = {"lead_most": _plain(held.lead_fen), "senior_most": _plain(held.senior_fen)}
    if problem:
        said = {name: request.POST.get(name, "") for name in said}
    fields = problem.fields if problem else {}
    context = {
        "held": held,
        "usual": usual,
        "clause": CLAUSE,
        "rows": [
            {
                "name": "lead_most",
                "label": _("A lead decides up to"),
                "value": said["lead_most"],
                "error": fields.get("lead_most", ""),
                "usual": words.money(usual.lead_fen),
            },
            {
                "name": "senior_most",
                "label": _("Senior management decides up to"),
                "value": said["senior_most"],
                "error": fields.get("senior_most", ""),
                "usual": words.money(usual.senior_fen),
            },
        ],
        "reason": request.POST.get("reason", "") if problem else "",
        "fields": fields,
        "problem": problem,
        "done": request.GET.get("done"),
        "may_ask": staff_access.has_right(request.actor, "policy.edit"),
    }
    status = problem.status if problem else 200
    return render(request, "complaints/redress_levels.html", context, status=status)
