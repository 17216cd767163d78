"""Addresses of the reports."""

from __future__ import annotations

from django.urls import path

from shouwen.front.reports import views
from shouwen.ground.kit.sheets import Format

app_name = "reports"
urlpatterns = [
    path("", views.history, name="history"),
    path("behind/", views.behind, name="behind"),
    *(path(f"parts.{k}", views.parts_file, {"kind": k}, name=f"parts_{k}") for k in Format),
    *(path(f"times.{k}", views.times_file, {"kind": k}, name=f"times_{k}") for k in Format),
]
