"""Addresses under `/routing/`."""

from __future__ import annotations

from django.urls import path

from shouwen.contact.routing import views

app_name = "routing"
urlpatterns = [
    path("contacts/<str:ref>/", views.story, name="story"),
    path("queues/", views.floor, name="floor"),
    path("spikes/begin/", views.begin_spike, name="spike-begin"),
    path("spikes/<str:ref>/end/", views.end_spike, name="spike-end"),
]
