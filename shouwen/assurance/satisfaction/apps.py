"""Satisfaction as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class SatisfactionConfig(AppConfig):
    """Ratings after contacts and on closed cases, surveys and campaigns."""

    name = "shouwen.assurance.satisfaction"
    label = "satisfaction"

    def ready(self) -> None:
        """Register the loop."""
        import_module("shouwen.assurance.satisfaction.loops").set_up()
