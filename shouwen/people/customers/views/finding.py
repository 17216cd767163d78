"""Finding a customer: by whatever is typed, for a purpose that is stated."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem, Words
from shouwen.ground.kit import web
from shouwen.people.customers import access, actions, queries
from shouwen.people.customers.models import CustomerKind
from shouwen.people.customers.views.purposes import PURPOSES, purpose_of
from shouwen.people.staff.web import StaffRequest, staff_required


def _show(request: StaffRequest, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "purposes": PURPOSES,
        "recent": queries.recent_of(request.actor),
        "chosen": next(iter(PURPOSES)),
        "may_import": access.may_import(request.actor),
        "may_edit": access.may_edit(request.actor, request.person.institution_id),
        **more,
    }
    return render(request, "customers/home.html", context, status=status)


@require_GET
@staff_required("customer.read")
def home(request: StaffRequest) -> HttpResponse:
    """Show the search and the files that were opened last."""
    return _show(request)


@require_POST
@staff_required("customer.read")
def find(request: StaffRequest) -> HttpResponse:
    """Look customers up; one that is found alone is opened at once.

    What is typed may be a number of a person, so it never stands in an address.
    """
    said, chosen = request.POST.get("q", ""), request.POST.get("for", "")
    purpose = purpose_of(chosen)
    wrong: dict[str, Words] = {}
    try:
        found = queries.find(request.actor, said, time.now(), purpose)
    except Invalid as error:
        wrong = error.fields
    except access.PurposeMissing as error:
        wrong = {"for": error.message}
    if wrong:
        return _show(request, status=422, fields=wrong, q=said)
    if len(found) == 1:
        page = reverse("customers:customer", args=[found[0].public_id])
        return redirect(f"{page}?for={chosen}")
    return _show(request, found=found, q=said, chosen=chosen)


@require_http_methods(["GET", "POST"])
@staff_required("customer.read", "customer.edit")
def new(request: StaffRequest) -> HttpResponse:
    """Register a customer, then open the new file."""
    said = request.POST

    def ask(problem: Problem | None = None) -> HttpResponse:
        context = {
            "kinds": CustomerKind.choices,
            "said": said,
            "problem": problem,
            "door": reverse("customers:new"),
        }
        return web.dialog(request, "customers/dialogs/new.html", context, problem)

    if request.method == "GET":
        return ask()
    names = ("name", "kind", "phone", "id_number")
    values = {name: said.get(name, "") for name in names}

    def work() -> str:
        made = actions.register_customer(
            request.person.institution, actor=request.actor, at=time.now(), **values
        )
        return str(made.public_id)

    scope = f"page:customer.new:{request.actor.ref}"
    key = web.idempotency_key(request)
    try:
        ref = idempotency.do_once(scope, key, values, work, at=time.now())
    except (Invalid, Conflict) as error:
        return ask(error)
    page = reverse("customers:customer", args=[ref])
    return HttpResponseClientRedirect(f"{page}?for=correct")
