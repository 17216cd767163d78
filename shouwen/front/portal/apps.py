"""Portal as a Django app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The customer's pages."""

    name = "shouwen.front.portal"
    label = "portal"
