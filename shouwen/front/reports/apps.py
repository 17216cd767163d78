"""Reports as a Django app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures of any period."""

    name = "shouwen.front.reports"
    label = "reports"
