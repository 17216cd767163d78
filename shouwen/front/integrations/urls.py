"""Addresses of the webhooks, below the system pages of the console."""

from __future__ import annotations

from django.urls import path

from shouwen.front.integrations import views

app_name = "integrations"
urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("new/", views.new, name="webhook-new"),
    path("<str:ref>/", views.webhook, name="webhook"),
    path("<str:ref>/change/", views.change, name="webhook-change"),
    path("<str:ref>/secret/", views.secret, name="webhook-secret"),
    path("<str:ref>/on/", views.on, name="webhook-on"),
    path("<str:ref>/off/", views.off, name="webhook-off"),
    path("<str:ref>/test/", views.test, name="webhook-test"),
    path("<str:ref>/replay/", views.replay, name="webhook-replay"),
    path("<str:ref>/again/", views.again, name="webhook-again"),
]
