"""Routing as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    """Queues, offers, and the loop that makes them."""

    name = "shouwen.contact.routing"
    label = "routing"

    def ready(self) -> None:
        """Plug the queue into conversations, and add the routing loop."""
        import_module("shouwen.contact.routing.loops").set_up()
