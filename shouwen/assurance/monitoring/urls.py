"""Addresses of the wallboard."""

from __future__ import annotations

from django.urls import path

from shouwen.assurance.monitoring import views
from shouwen.ground.kit.sheets import Format

app_name = "monitoring"
urlpatterns = [
    path("", views.wallboard, name="wallboard"),
    path("figures/", views.figures, name="figures"),
    *(path(f"queues.{k}", views.queues_file, {"kind": k}, name=f"queues_{k}") for k in Format),
]
