"""Complaints as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """The room of the complaints."""

    name = "shouwen.service.complaints"
    label = "complaints"

    def ready(self) -> None:
        """Add the loops."""
        import_module("shouwen.service.complaints.loops").set_up()
