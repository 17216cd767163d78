"""The one page of staff's own that needs no sign-in: choosing a password by an invitation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.people.staff import actions


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person choose their password; looking at the link does not use it up."""
    fields: dict[str, object] = {}
    try:
        person = actions.invited(token, time.now())
        if request.method == "POST":
            actions.accept_invitation(token, request.POST.get("password", ""), at=time.now())
            return redirect("account_login")
    except actions.InvitationIsSpent:
        return render(request, "staff/invitation_spent.html", status=410)
    except Invalid as error:
        fields = dict(error.fields)
    context = {"person": person, "fields": fields}
    # The address is the key, and the site's policy names it to no other site. Naming it to nobody
    # at all would have browsers send `Origin: null` with the form, which is refused.
    return render(request, "staff/invitation.html", context, status=422 if fields else 200)
