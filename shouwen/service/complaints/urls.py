"""Addresses under `/complaints/`."""

from __future__ import annotations

from django.urls import path

from shouwen.service.complaints.views import (
    bulk,
    complaint,
    doing,
    files,
    filing,
    held,
    importing,
    learned,
    ledger,
    notices,
    proposals,
    redress,
    taking,
    together,
)

app_name = "complaints"
urlpatterns = [
    path("", ledger.page, name="ledger"),
    path("new/", filing.new, name="new"),
    path("bulk/assign/", bulk.assign, name="bulk_assign"),
    path("bulk/remind/", bulk.remind, name="bulk_remind"),
    path("exports/new/", taking.export, name="export_new"),
    path("views/new/", taking.view_new, name="view_new"),
    path("views/<str:ref>/", taking.view_change, name="view_change"),
    path("views/<str:ref>/remove/", taking.view_remove, name="view_remove"),
    path("of/<str:ref>/", filing.of_case, name="of_case"),
    path("notices/<str:ref>/pdf/", notices.pdf, name="notice_pdf"),
    path("notices/<str:ref>/text/", notices.text, name="notice_text"),
    path("notice-words/", notices.wordings, name="wordings"),
    path("redress-levels/", redress.levels, name="redress_levels"),
    path("proposals/", proposals.page, name="proposals"),
    path("proposals/<str:ref>/take/", proposals.take, name="take_proposal"),
    path("proposals/<str:ref>/decline/", proposals.decline, name="decline_proposal"),
    path("held/", held.page, name="held"),
    path("held/<str:ref>/", held.one, name="held_one"),
    path("held/<str:ref>/state/", held.state, name="held_state"),
    path("held/<str:ref>/contest/", held.contest, name="held_contest"),
    path("imports/", importing.home, name="imports"),
    path("imports/sample.csv", importing.sample, name="sample"),
    path("imports/<str:ref>/", importing.page, name="import"),
    path("imports/<str:ref>/start/", importing.start, name="start-import"),
    path("imports/<str:ref>/drop/", importing.drop, name="drop-import"),
    path("imports/<str:ref>/wrong.csv", importing.report, name="import-report"),
    path("triggers/", proposals.triggers, name="triggers"),
    path("types/", learned.page, name="types"),
    path("<str:ref>/together/", together.page, name="together"),
    path("<str:ref>/together/do/<str:act>/", together.do, name="together_do"),
    path("<str:ref>/", complaint.page, name="complaint"),
    path("<str:ref>/files/", files.add, name="add_files"),
    path("<str:ref>/parts/", complaint.parts, name="parts"),
    path("<str:ref>/ask/<str:act>/", doing.ask, name="ask"),
    path("<str:ref>/ask/<str:act>/anew/", doing.ask_anew, name="ask_anew"),
    path("<str:ref>/do/<str:act>/", doing.do, name="do"),
]
