"""What people take from the ledger of complaints: tables, and views that they keep."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shouwen.ground.kernel.errors import Invalid
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases.queries import Prospect
from shouwen.service.cases.views.exports import Taking, take
from shouwen.service.cases.views.saved import Keeping, keep_changed, keep_new, keep_no_more
from shouwen.service.complaints import queries
from shouwen.service.complaints.queries.tables import TAKEN
from shouwen.service.complaints.views.ledger import PARTS, address_of, asked_wrong, filters_asked


def _taken(said: QueryDict) -> dict[str, str]:
    _refuse_wrong(said)
    return queries.plain_of(filters_asked(said), TAKEN)


def _kept(said: QueryDict) -> dict[str, str]:
    _refuse_wrong(said)
    return queries.plain_of(filters_asked(said))


def _refuse_wrong(said: QueryDict) -> None:
    # Else more would be taken out or kept than was meant.
    wrong = asked_wrong(said)
    if wrong:
        raise Invalid(fields=wrong)


def _say(prospect: Prospect) -> str:
    words = ngettext("%(n)s complaint: %(what)s", "%(n)s complaints: %(what)s", prospect.rows)
    return words % {"n": prospect.rows, "what": prospect.words}


def _about(_plain: dict[str, str]) -> str:
    return _(
        "Demand, process and result of each complaint, with every limit in a column of its own. "
        "Demand and facts stand in words."
    )


EXPORT = Taking(
    queries.TABLE,
    "complaints:export_new",
    gettext_lazy("Export complaints"),
    PARTS,
    _taken,
    _say,
    _about,
)
KEEPING = Keeping(
    queries.LEDGER,
    (
        "complaints:view_new",
        "complaints:view_change",
        "complaints:view_remove",
        "complaints:ledger",
    ),
    PARTS,
    _kept,
    lambda actor, plain: queries.words_of(actor.institution_id or 0, plain),
    lambda plain, saved: address_of(queries.filters_kept(plain), saved=saved),
)


@require_http_methods(["GET", "POST"])
@staff_required("complaint.read", "case.export")
def export(request: StaffRequest) -> HttpResponse:
    """Say what an export would be, then ask for it."""
    return take(request, EXPORT)


@require_http_methods(["GET", "POST"])
@staff_required("complaint.read")
def view_new(request: StaffRequest) -> HttpResponse:
    """Ask for a name, then keep the filters and the order the ledger shows."""
    return keep_new(request, KEEPING)


@require_http_methods(["GET", "POST"])
@staff_required("complaint.read")
def view_change(request: StaffRequest, ref: str) -> HttpResponse:
    """Change a view's name, whom it is for, and where wanted its filters."""
    return keep_changed(request, KEEPING, ref)


@require_POST
@staff_required("complaint.read")
def view_remove(request: StaffRequest, ref: str) -> HttpResponse:
    """Remove a view."""
    return keep_no_more(request, KEEPING, ref)
