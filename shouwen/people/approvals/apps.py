"""Approvals as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """What one person asks for and another decides."""

    name = "shouwen.people.approvals"
    label = "approvals"

    def ready(self) -> None:
        """Add the loop that ends requests whose time is over."""
        import_module("shouwen.people.approvals.loops").set_up()
