"""Addresses of conversations."""

from __future__ import annotations

from django.urls import path

from shouwen.contact.conversations import views

app_name = "conversations"

urlpatterns = [path("files/<str:public_id>/", views.attachment, name="attachment")]
