"""Kernel as a Django app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The ground under every room."""

    name = "shouwen.ground.kernel"
    label = "kernel"
