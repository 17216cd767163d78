"""Complaints as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """The room of the complaints."""

    name = "shouwen.service.complaints"
    label = "complaints"
