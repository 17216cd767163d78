"""Integrations as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """What other systems are told."""

    name = "shouwen.front.integrations"
    label = "integrations"

    def ready(self) -> None:
        """Add the loops."""
        import_module("shouwen.front.integrations.loops").set_up()
