"""Files of an article: added, taken off, read."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from shouwen.contact.conversations.views import as_download
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kit.web import whole_number
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.knowledge import actions, queries
from shouwen.service.knowledge.models import ArticleVersion
from shouwen.service.knowledge.views.article import show


def _named(request: StaffRequest, ref: str) -> tuple[ArticleVersion, int]:
    """Give the version and the revision that the form names. Raises Invalid."""
    number = whole_number(request.POST, "version")
    version = queries.version_for(request.actor, ref, number, at=time.now())
    return version, whole_number(request.POST, "revision")


def _back(version: ArticleVersion) -> HttpResponse:
    address = reverse("knowledge:article", args=[version.article.public_id])
    return redirect(f"{address}?version={version.number}#know-files")


@require_POST
@staff_required("knowledge.read", "knowledge.write")
def attach(request: StaffRequest, ref: str) -> HttpResponse:
    """Hang a file on one's own draft."""
    number = None
    try:
        version, seen = _named(request, ref)
        number = version.number
        sent = request.FILES.get("file")
        name, data = (sent.name or "", sent.read()) if sent is not None else ("", b"")
        actions.attach(version, name=name, data=data, seen=seen, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        return show(request, ref, number, error)
    return _back(version)


@require_POST
@staff_required("knowledge.read", "knowledge.write")
def detach(request: StaffRequest, ref: str) -> HttpResponse:
    """Take a file off one's own draft."""
    number = None
    try:
        version, seen = _named(request, ref)
        number = version.number
        file = request.POST.get("file", "")
        actions.detach(version, file, seen=seen, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        return show(request, ref, number, error)
    return _back(version)


@require_safe
@staff_required("knowledge.read")
def download(request: StaffRequest, ref: str) -> HttpResponse:
    """Hand out a file of a version within sight."""
    version = queries.version_with_file(request.actor, ref, at=time.now())
    return as_download(actions.open_attached(version, ref))
