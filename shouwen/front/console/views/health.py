"""How the machine is, and having what was given up delivered again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from shouwen.front.console import actions, health_page
from shouwen.ground.kernel import time
from shouwen.people.staff.web import StaffRequest, staff_required

DIGITS = 6


@require_GET
@staff_required("system.watch")
def health(request: StaffRequest) -> HttpResponse:
    """Show every reading; the page asks again by itself."""
    part = "#live" if request.headers.get("HX-Request") else ""
    again = request.GET.get("again", "")
    done = ""
    if again.isascii() and again.isdigit() and len(again) <= DIGITS:
        count = int(again)
        done = ngettext(
            "%(n)s delivery is tried again.", "%(n)s deliveries are tried again.", count
        ) % {"n": count}
    context = {"page": health_page.page(request.actor, time.now()), "done": done}
    return render(request, f"console/health.html{part}", context)


@require_POST
@staff_required("system.watch")
def again(request: StaffRequest) -> HttpResponse:
    """Have what was given up delivered again."""
    count = actions.deliver_again(actor=request.actor, at=time.now())
    return redirect(f"{reverse('console:health')}?again={count}")
