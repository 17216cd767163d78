"""Addresses under `/customers/`."""

from __future__ import annotations

from django.urls import path

from shouwen.people.customers.views import doing, finding, importing, merging, showing

app_name = "customers"
urlpatterns = [
    path("", finding.home, name="home"),
    path("new/", finding.new, name="new"),
    path("find/", finding.find, name="find"),
    path("imports/", importing.home, name="imports"),
    path("imports/sample.csv", importing.sample, name="sample"),
    path("imports/<str:ref>/", importing.page, name="import"),
    path("imports/<str:ref>/start/", importing.start, name="start-import"),
    path("imports/<str:ref>/drop/", importing.drop, name="drop-import"),
    path("imports/<str:ref>/wrong.csv", importing.report, name="import-report"),
    path("merges/<str:ref>/undo/", merging.undo, name="undo"),
    path("<str:ref>/merge/ask/", merging.choose, name="choose-merge"),
    path("<str:ref>/merge/", merging.merge, name="merge"),
    path("<str:ref>/", showing.page, name="customer"),
    path("<str:ref>/holdings/", showing.holdings, name="holdings"),
    path("<str:ref>/ask/<str:act>/", doing.ask, name="ask"),
    path("<str:ref>/do/<str:act>/", doing.do, name="do"),
]
