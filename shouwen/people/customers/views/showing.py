"""What a customer's page shows, gathered once for the whole page and for its parts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.people.customers import access, ports, queries
from shouwen.people.customers.models import Customer
from shouwen.people.customers.views.purposes import PURPOSES, purpose_of
from shouwen.people.staff.web import StaffRequest, staff_required

STORY_ROWS = 20
HOLDING_KINDS: dict[str, Words] = {
    "ACCOUNT": pgettext_lazy("holding", "Account"),
    "CARD": pgettext_lazy("holding", "Card"),
    "DEPOSIT": pgettext_lazy("holding", "Deposit"),
    "LOAN": pgettext_lazy("holding", "Loan"),
    "FUND": pgettext_lazy("holding", "Fund"),
    "INSURANCE": pgettext_lazy("holding", "Insurance"),
    "OTHER": pgettext_lazy("holding", "Other"),
}
# The tone and the words of a state.
HOLDING_STATES: dict[str, tuple[str, Words]] = {
    "ACTIVE": ("safe", pgettext_lazy("holding", "In use")),
    "FROZEN": ("soon", pgettext_lazy("holding", "Frozen")),
    "OVERDUE": ("over", pgettext_lazy("holding", "Overdue")),
    "CLOSED": ("", pgettext_lazy("holding", "Closed")),
    "UNKNOWN": ("", pgettext_lazy("holding", "Not told")),
}


def address(customer: Customer, source: str, **more: str) -> str:
    """Give the address of a file's page, opened for the same purpose again."""
    asked = {name: value for name, value in {"for": source, **more}.items() if value}
    return f"{reverse('customers:customer', args=[customer.public_id])}?{urlencode(asked)}"


def story(
    actor: Actor, customer: Customer, source: str, kind: str = "", cursor: str = ""
) -> dict[str, Any]:
    """Give one page of the history with its filters."""
    sources = ports.history_sources()
    kind = kind if kind in {each.kind for each in sources} else ""
    page = queries.story(actor, customer, kind=kind, cursor=cursor, limit=STORY_ROWS)
    icons = {each.kind: each.icon for each in sources}
    chips = [("", _("All")), *((each.kind, str(each.words)) for each in sources)]
    older = address(customer, source, kind=kind, after=page.older) if page.older else ""
    return {
        "story": [(item, icons.get(item.kind, "history")) for item in page.items],
        "chips": [(words, address(customer, source, kind=k), k == kind) for k, words in chips],
        "older": older,
        "newer": address(customer, source, kind=kind) if cursor else "",
    }


def whole(
    actor: Actor, customer: Customer, source: str, kind: str = "", cursor: str = ""
) -> dict[str, Any]:
    """Gather the page of a file that is open."""
    consents = queries.consents_of(customer)
    return {
        "customer": customer,
        "source": source,
        "language": dict(settings.LANGUAGES)[customer.language],
        "speaks_other": customer.language != settings.LANGUAGE_CODE,
        "points": queries.points_of(customer),
        "notes": queries.notes_of(actor, customer, STORY_ROWS),
        "standings": queries.standings(consents),
        "consents": consents,
        "is_left_alone": queries.is_left_alone(consents),
        "people": queries.representatives_of(customer),
        "doubles": queries.doubles_of(actor, customer),
        "merges": queries.merges_of(customer),
        "tells_holdings": queries.are_told(),
        "may_merge": access.may_merge(actor, customer.institution_id),
        "may_edit": access.may_edit(actor, customer.institution_id),
        **story(actor, customer, source, kind, cursor),
    }


@require_GET
@staff_required("customer.read")
def page(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one file, which is on the trail with what it was opened for."""
    actor, said = request.actor, request.GET
    source = said.get("for", "")
    purpose = purpose_of(source)
    if not purpose:
        queries.customer_to_reveal(actor, ref)
        return render(request, "customers/purpose.html", {"purposes": PURPOSES, "ref": ref})
    customer = queries.customer_for(actor, ref, time.now(), purpose)
    if customer.public_id != ref:
        # The file was merged: its old address leads to the one that goes on.
        return redirect(address(customer, source))
    kind, cursor = said.get("kind", ""), said.get("after", "")
    if request.headers.get("HX-Request"):
        context = {"customer": customer, **_told(actor, customer, source, kind, cursor)}
        return render(request, "customers/customer.html#story", context)
    try:
        context = whole(actor, customer, source, kind, cursor)
    except Invalid:
        context = whole(actor, customer, source, kind)
    return render(request, "customers/customer.html", context)


@require_GET
@staff_required("customer.read")
def holdings(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what the customer holds; the page asks for it apart, however long it takes."""
    source = request.GET.get("for", "")
    found = queries.holdings_of(request.actor, ref, time.now(), purpose_of(source))
    context = {
        "customer": found.customer,
        "source": source,
        "rows": [
            (one, HOLDING_KINDS[one.kind], HOLDING_STATES[one.state]) for one in found.holdings
        ],
        "is_away": found.is_away,
    }
    return render(request, "customers/holdings.html", context)


def _told(actor: Actor, customer: Customer, source: str, kind: str, cursor: str) -> dict[str, Any]:
    try:
        return story(actor, customer, source, kind, cursor)
    except Invalid:
        # Somebody's old or spoilt address: begin with the newest.
        return story(actor, customer, source, kind)
