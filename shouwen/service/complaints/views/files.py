"""Files of a complaint: the scan of a letter at entry, and what colleagues add later."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from shouwen.contact.conversations.actions import problems
from shouwen.contact.conversations.rules import content
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, TooLarge
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Upload
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.rules.states import Act
from shouwen.service.complaints.views import showing

FILES_AT_ONCE = 5
REFUSALS = (Conflict, Invalid, TooLarge)


def uploads(request: HttpRequest) -> list[Upload]:
    """Read the files of a form; the too large unread. Raises Invalid, FileTooLarge."""
    sent = request.FILES.getlist("file")
    if len(sent) > FILES_AT_ONCE:
        raise Invalid(fields={"file": _("Choose up to 5 files at once. Add more afterwards.")})
    if any((file.size or 0) > content.FILE_MAX_BYTES for file in sent):
        raise problems.FileTooLarge
    return [Upload(file.name or "file", file.read()) for file in sent]


@require_POST
@staff_required("complaint.work")
def add(request: StaffRequest, ref: str) -> HttpResponse:
    """Add files to a complaint, then show it; a refusal is told on its page."""
    actor, at = request.actor, time.now()
    one = queries.complaint_for(actor, ref)
    access.require(actor, one, Act.CLASSIFY)
    try:
        cases.attach_files(one.case, uploads(request), actor=actor, at=at)
    except REFUSALS as error:
        words = " ".join(str(said) for said in (error, *getattr(error, "fields", {}).values()))
        context = showing.complaint_page(actor, queries.complaint_for(actor, ref), at)
        page = context | {"problem": words}
        return render(request, "complaints/complaint.html", page, status=error.status)
    return redirect("complaints:complaint", ref)
