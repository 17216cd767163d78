"""How good the suggested types are: when they were learned, and how often people have agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import CgType, Seen, TypeModel


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: how many, of how many, as a share of a hundred where there are any."""

    words: str
    right: int
    whole: int
    more: str = ""

    @property
    def share(self) -> str:
        """The share, or a dash where nothing was counted."""
        return f"{self.right / self.whole:.0%}" if self.whole else "—"


def _exam(held: TypeModel) -> list[Line]:
    report = held.report
    texts = report["texts"]
    return [
        Line(_("Told rightly"), report["right"], texts),
        Line(_("By always naming the commonest type"), report["commonest"], texts),
        Line(_("Sure enough to be shown"), report["sure"], texts),
        Line(_("Told rightly where shown"), report["sure_right"], report["sure"]),
    ]


def _by_type(held: TypeModel) -> list[Line]:
    return [
        Line(
            str(CgType(code).label),
            kind["right"],
            kind["texts"],
            _("%(right)s of %(taken)s taken for it were") % kind,
        )
        for code, kind in held.report["by_kind"].items()
    ]


def _agreement(held: TypeModel) -> list[Line]:
    found = queries.agreement_with(held)
    return [
        Line(str(Seen.HELD_BACK.label), found.held_back_same, found.held_back),
        Line(str(Seen.ELSEWHERE.label), found.elsewhere_same, found.elsewhere),
        Line(str(Seen.SHOWN.label), found.shown_same, found.shown),
        Line(str(Seen.UNSURE.label), found.unsure_same, found.unsure),
    ]


@require_GET
@staff_required()
def page(request: StaffRequest) -> HttpResponse:
    """Show what was learned and how it does."""
    held = queries.type_model(request.person.institution_id)
    context: dict[str, Any] = {"held": held}
    if held is not None:
        context |= {
            "exam": _exam(held),
            "by_type": _by_type(held),
            "agreement": _agreement(held),
        }
    return render(request, "complaints/learned.html", context)
