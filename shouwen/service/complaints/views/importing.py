"""Taking complaints in from a table: the sample, the check, what was wrong, and the start."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.people.staff import handing_in
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.complaints import actions, import_words, queries
from shouwen.service.complaints.rules import importing as rules

# In the order of the headings; invented.
SAMPLE = (
    (
        "TS-2026-0001",
        "2026-01-05 10:30",
        "重复扣收年费",
        "信用卡年费在一月被扣收两次。",
        "退还多扣的年费并书面说明。",
        "",
        "张三",
        "13800138000",
        "信函",
        "电话",
        "普通",
        "北京",
        "投诉人",
        "",
        "",
        "",
    ),
    (
        "TS-2026-0002",
        "2026-01-06",
        "监管转办：催收扰民",
        "催收短信发给了联系人。",
        "停止联系第三人。",
        "",
        "李四",
        "lisi@example.com",
        "邮件",
        "邮件",
        "紧急",
        "",
        "监管转办",
        "ZB-2026-0104",
        "2026-01-04",
        "",
    ),
)

PAGES = handing_in.Pages(
    room="complaints",
    home="ledger",
    above=gettext_lazy("Complaint ledger"),
    title=gettext_lazy("Import complaints"),
    hint=gettext_lazy(
        "Nothing is taken in before you have seen what is wrong. A line whose outside number is on "
        "the ledger already changes nothing. Every limit counts from the day of receipt, and you "
        "are the first owner of what you take in."
    ),
    all_right=gettext_lazy(
        "Lines whose outside number is on the ledger already change nothing there."
    ),
    made=gettext_lazy("New complaints"),
    rest=pgettext_lazy("import", "Left out"),
    rest_of=lambda found: int(found.left_out),
    measure=rules.MEASURE,
    check=actions.check_import,
    tables_of=queries.imports_of,
    table_for=queries.import_for,
    column_words=import_words.column_words,
    fault_words=import_words.fault_words,
)


@require_http_methods(["GET", "POST"])
@staff_required("case.work", "complaint.import")
def home(request: StaffRequest) -> HttpResponse:
    """List the imports; check a table that is handed in."""
    return handing_in.home(PAGES, request)


@require_GET
@staff_required("case.work", "complaint.import")
def page(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what a check found, and how far the taking in is."""
    return handing_in.page(PAGES, request, ref)


@require_POST
@staff_required("case.work", "complaint.import")
def start(request: StaffRequest, ref: str) -> HttpResponse:
    """Have the good lines taken in."""
    return handing_in.door(PAGES, actions.start_import, request, ref)


@require_POST
@staff_required("case.work", "complaint.import")
def drop(request: StaffRequest, ref: str) -> HttpResponse:
    """Let a checked table go."""
    return handing_in.door(PAGES, actions.drop_import, request, ref)


@require_GET
@staff_required("case.work", "complaint.import")
def report(request: StaffRequest, ref: str) -> HttpResponse:
    """Give every wrong line as a file: where, what and why, but not what stands there."""
    return handing_in.report(PAGES, request, ref)


@require_GET
@staff_required("case.work", "complaint.import")
def sample(request: StaffRequest) -> HttpResponse:
    """Give a table to begin with: all headings and two invented lines."""
    heads = [words[0] for words in rules.HEADINGS.values()]
    return handing_in.sample(heads, SAMPLE, "complaints-sample.csv")
