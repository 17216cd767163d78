"""Staff as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Who works here, and how they prove it."""

    name = "shouwen.people.staff"
    label = "staff"

    def ready(self) -> None:
        """Connect the receivers that write sign-ins into the trail, and give the loop."""
        import_module("shouwen.people.staff.signals")
        import_module("shouwen.people.staff.loops").set_up()
