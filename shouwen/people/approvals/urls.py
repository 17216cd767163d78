"""Addresses under `/approvals/`."""

from __future__ import annotations

from django.urls import path

from shouwen.people.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.approvals, name="home"),
    path("<str:ref>/approve/", views.approve, name="approve"),
    path("<str:ref>/decline/", views.decline, name="decline"),
    path("<str:ref>/withdraw/", views.withdraw, name="withdraw"),
]
