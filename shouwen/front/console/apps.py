"""Console as a Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Rule packs, calculator, audit trail."""

    name = "shouwen.front.console"
    label = "console"
