"""What a customer does about an open case: urge, add material, withdraw, fetch their files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shouwen.contact.conversations.views import as_download
from shouwen.front.portal import access
from shouwen.front.portal.uploads import read_uploads
from shouwen.front.portal.views.following import again, back_to
from shouwen.ground.kernel import errors, time
from shouwen.service.cases import actions as cases

REFUSALS = (errors.Conflict, errors.Invalid, errors.TooLarge)


@never_cache
@require_POST
def urge(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Ask the owner to hurry."""
    at = time.now()
    case, actor = access.case_of(request.session, at, ref)
    try:
        cases.urge(case, actor=actor, at=at)
    except REFUSALS as problem:
        return again(request, ref, problem)
    return back_to(ref)


@never_cache
@require_POST
def add(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Take words and files into the case."""
    at = time.now()
    case, actor = access.case_of(request.session, at, ref)
    try:
        cases.add_material(
            case,
            text=request.POST.get("text", ""),
            files=read_uploads(request),
            actor=actor,
            at=at,
        )
    except REFUSALS as problem:
        return again(request, ref, problem)
    return back_to(ref)


@never_cache
@require_POST
def withdraw(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Take the question back, with a reason."""
    at = time.now()
    case, actor = access.case_of(request.session, at, ref)
    try:
        cases.withdraw_by_customer(case, reason=request.POST.get("reason", ""), actor=actor, at=at)
    except REFUSALS as problem:
        return again(request, ref, problem)
    return back_to(ref)


@never_cache
@require_safe
def material(request: HttpRequest, file: str, ref: str = "") -> HttpResponse:
    """Hand a customer their own file out."""
    at = time.now()
    _case, actor = access.case_of(request.session, at, ref)
    return as_download(cases.open_material(file, actor=actor, at=at))
