"""Taking customers in from a table: the sample, the check, what was wrong, and the start."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.ground.kit import tables
from shouwen.people.customers import actions, queries
from shouwen.people.customers.rules import importing as rules
from shouwen.people.staff import handing_in
from shouwen.people.staff.web import StaffRequest, staff_required

SAMPLE = (
    ("张三", "个人", "", "13800138000", "zhangsan@example.com", "低风险", "普通", "中文"),
    ("示范贸易有限公司", "企业", "91110000600037341L", "", "", "中风险", "高净值", "中文"),
)


def column_words() -> dict[str, str]:
    """Name each column as a person reads it."""
    return {
        "name": _("Name"),
        "kind": pgettext("customer", "Kind"),
        "id_number": _("Identity number"),
        "phone": _("Phone"),
        "email": _("E-mail"),
        "risk": _("Risk"),
        "value": _("Value"),
        "language": _("Language"),
        "": _("Whole line"),
    }


def fault_words(column: str, code: str, other: int) -> str:
    """Say what is wrong with a line, without what stands there."""
    if code == "repeats":
        return _("Repeats line %(line)s.") % {"line": other}
    if code == "too-long":
        return _("Longer than 400 characters.")
    if code == "nothing-to-know-by":
        return _("Neither phone, e-mail nor identity number: nobody could be told from a namesake.")
    return {
        "name": _("Enter a name of up to 80 characters."),
        "id_number": _("This is no valid identity number or credit code."),
        "phone": _("Enter a phone number that can be dialled."),
        "email": _("Enter an e-mail address such as name@example.com."),
    }.get(column, _("Choose one of the sample's words."))


PAGES = handing_in.Pages(
    room="customers",
    home="home",
    above=gettext_lazy("Customers"),
    title=gettext_lazy("Import customers"),
    hint=gettext_lazy(
        "Nothing is taken in before you have seen what is wrong. A table taken in twice changes "
        "nothing the second time."
    ),
    all_right=gettext_lazy(
        "Lines about customers who are here already add what is new and change nothing else."
    ),
    made=gettext_lazy("New files"),
    rest=pgettext_lazy("import", "Changed"),
    rest_of=lambda found: int(found.changed),
    measure=tables.USUAL,
    check=actions.check_import,
    tables_of=queries.imports_of,
    table_for=queries.import_for,
    column_words=column_words,
    fault_words=fault_words,
)


@require_http_methods(["GET", "POST"])
@staff_required("customer.read", "customer.import")
def home(request: StaffRequest) -> HttpResponse:
    """List the imports; check a table that is handed in."""
    return handing_in.home(PAGES, request)


@require_GET
@staff_required("customer.read", "customer.import")
def page(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what a check found, and how far the taking in is."""
    return handing_in.page(PAGES, request, ref)


@require_POST
@staff_required("customer.read", "customer.import")
def start(request: StaffRequest, ref: str) -> HttpResponse:
    """Have the good lines taken in."""
    return handing_in.door(PAGES, actions.start_import, request, ref)


@require_POST
@staff_required("customer.read", "customer.import")
def drop(request: StaffRequest, ref: str) -> HttpResponse:
    """Let a checked table go."""
    return handing_in.door(PAGES, actions.drop_import, request, ref)


@require_GET
@staff_required("customer.read", "customer.import")
def report(request: StaffRequest, ref: str) -> HttpResponse:
    """Give every wrong line as a file: where, what and why, but not what stands there."""
    return handing_in.report(PAGES, request, ref)


@require_GET
@staff_required("customer.read", "customer.import")
def sample(request: StaffRequest) -> HttpResponse:
    """Give a table to begin with: all headings and two invented lines."""
    heads = [words[0] for words in rules.HEADINGS.values()]
    return handing_in.sample(heads, SAMPLE, "customers-sample.csv")
