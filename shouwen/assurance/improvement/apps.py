"""Improvement as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    """What complaints teach."""

    name = "shouwen.assurance.improvement"
    label = "improvement"

    def ready(self) -> None:
        """Add the loop."""
        import_module("shouwen.assurance.improvement.loops").set_up()
