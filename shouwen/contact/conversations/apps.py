"""Conversations as a Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """One record per contact."""

    name = "shouwen.contact.conversations"
    label = "conversations"

    def ready(self) -> None:
        """Add contacts to what a customer's history shows, and find the scanner."""
        import_module("shouwen.contact.conversations.history").set_up()
        import_module("shouwen.contact.conversations.clamd").set_up()
