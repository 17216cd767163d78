"""What a category asks, on the case page: shown, filled in, ticked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import access, actions, forms, queries
from shouwen.service.cases.models import Case
from shouwen.service.cases.rules.asking import NEEDED, NO
from shouwen.service.cases.rules.states import Act, State, next_act

# After these the form is another one, or may no longer be written in; else what is typed stays.
CHANGES_THE_FORM = frozenset({"form", "accept", "classify", "assign", "reopen", "close", "archive"})


def fill(case: Case, said: QueryDict, actor: Actor, at: datetime) -> None:
    """Fill in what was sent; a point that was on the page and is not ticked is taken back."""
    answers = forms.answers_in(said)
    answers |= {code: NO for code in said.getlist("point") if code not in answers}
    actions.fill_form(case, answers, actor=actor, at=at)


def card(actor: Actor, case: Case) -> dict[str, Any]:
    """Gather the card of a case the actor may see; two queries."""
    asked = queries.asked_of(case)
    act = next_act(case.standing)
    # Whoever writes the opinion resolves the case next.
    steps = NEEDED.get(Act.RESOLVE if act is Act.OPINION else act, ()) if act else ()
    closed = case.state == State.CLOSED
    may_fill = case.state not in (State.ARCHIVED, State.MERGED) and access.may_work(
        actor, case, Act.CLASSIFY if closed else Act.OPINION
    )
    return {
        "asked": asked,
        "asked_lacking": len(queries.lacking(asked, steps)),
        "may_fill": may_fill and any(one.is_asked for one in asked),
        **forms.rows_of(asked),
    }


@require_GET
@staff_required("case.read")
def asked(request: StaffRequest, ref: str) -> HttpResponse:
    """Give the card again; what is being typed is left alone."""
    case = queries.case_for(request.actor, ref)
    context = {"case": case, "now": time.now(), **card(request.actor, case)}
    return render(request, "cases/case.html#asked", context)
