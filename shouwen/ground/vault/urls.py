"""Addresses of the vault, under `/vault/`."""

from __future__ import annotations

from django.urls import path

from shouwen.ground.vault import views

app_name = "vault"
urlpatterns = [
    path("reveal/", views.reveal, name="reveal"),
    path("ask/<str:kind>/<str:ref>/<str:field>/", views.ask, name="ask"),
    path("masked/<str:kind>/<str:ref>/<str:field>/", views.masked, name="masked"),
]
