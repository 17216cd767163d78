"""Improvement as a Django app."""

from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    """What complaints teach."""

    name = "shouwen.assurance.improvement"
    label = "improvement"
