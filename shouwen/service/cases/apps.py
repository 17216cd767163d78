"""Cases as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The room of the cases."""

    name = "shouwen.service.cases"
    label = "cases"

    def ready(self) -> None:
        """Add the loops."""
        import_module("shouwen.service.cases.loops").set_up()
