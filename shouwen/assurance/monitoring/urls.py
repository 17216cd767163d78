"""Addresses of the wallboard."""

from __future__ import annotations

from django.urls import path

from shouwen.assurance.monitoring import views

app_name = "monitoring"
urlpatterns = [
    path("", views.wallboard, name="wallboard"),
    path("figures/", views.figures, name="figures"),
]
