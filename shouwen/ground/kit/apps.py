"""Kit as a Django app."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """The look: layout, navigation, components, assets."""

    name = "shouwen.ground.kit"
    label = "kit"
