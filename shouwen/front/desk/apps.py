"""Desk as a Django app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The agent's chat workbench."""

    name = "shouwen.front.desk"
    label = "desk"
