"""Addresses of the callbacks."""

from __future__ import annotations

from django.urls import path

from shouwen.assurance.satisfaction.views import callbacks, survey_calls

app_name = "callbacks"
urlpatterns = [
    path("", callbacks.callbacks, name="list"),
    path("surveys/", survey_calls.survey_calls, name="surveys"),
    path("surveys/<str:ref>/link/", survey_calls.hand_link, name="survey-link"),
    path("surveys/<str:ref>/off/", survey_calls.take_off, name="survey-off"),
    path("<str:ref>/record/", callbacks.record, name="record"),
    path("<str:ref>/start/", callbacks.step, {"act": "start"}, name="start"),
    path("<str:ref>/reach/", callbacks.step, {"act": "reach"}, name="reach"),
    path("<str:ref>/miss/", callbacks.step, {"act": "miss"}, name="miss"),
    path("<str:ref>/waive/", callbacks.step, {"act": "waive"}, name="waive"),
]
