"""What a person was told in the system: early warnings and limits that are near."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from shouwen.assurance.improvement import access, actions, queries, wording
from shouwen.assurance.improvement.models import Notice
from shouwen.ground.kernel import time
from shouwen.people.staff.web import StaffRequest, staff_required


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as it is read, and where it leads."""

    row: Notice
    what: str
    words: str
    href: str


def _line(row: Notice) -> Line:
    if row.warning is not None:
        home = reverse("improvement:warnings")
        return Line(row, wording.warned(row.warning), wording.crossing(row.warning), home)
    issue = row.issue
    title, ref = (issue.title, issue.public_id) if issue else ("", "")
    return Line(row, title, wording.limit_near(row), reverse("improvement:issue", args=[ref]))


@require_GET
@staff_required(*access.READS)
def page(request: StaffRequest) -> HttpResponse:
    """List one's own notices, newest first."""
    lines = [_line(row) for row in queries.notices_of(request.actor)]
    unseen = any(line.row.seen_at is None for line in lines)
    return render(request, "improvement/notices.html", {"lines": lines, "unseen": unseen})


@require_POST
@staff_required(*access.READS)
def see(request: StaffRequest) -> HttpResponse:
    """Note that one has seen them."""
    actions.see_notices(actor=request.actor, at=time.now())
    return redirect("improvement:notices")
