"""Customers as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Whom the centre serves."""

    name = "shouwen.people.customers"
    label = "customers"

    def ready(self) -> None:
        """Register the loops."""
        import_module("shouwen.people.customers.loops").set_up()
