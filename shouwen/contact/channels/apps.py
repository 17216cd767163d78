"""Channels as a Django app."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """The written carriers; labelled `carriers`, since `channels` is the Django library's."""

    name = "shouwen.contact.channels"
    label = "carriers"
