"""The roof as a Django app: joins the rooms once they are loaded."""

from __future__ import annotations

from django.apps import AppConfig


class RoofConfig(AppConfig):
    """Last of the installed apps, so that every room is there when it wires them."""

    name = "config"
    label = "roof"

    def ready(self) -> None:
        """Join the rooms."""
        # The rooms' modules can be imported only now, when Django has loaded every model.
        from config import wiring  # noqa: PLC0415

        wiring.wire()
