"""Knowledge as a Django app."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """The room of the knowledge."""

    name = "shouwen.service.knowledge"
    label = "knowledge"
