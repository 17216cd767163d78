"""Monitoring as a Django app."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Roll-ups and the wallboard."""

    name = "shouwen.assurance.monitoring"
    label = "monitoring"
