"""Kinds of events, objects and failures in words."""

from __future__ import annotations

from django import template
from django.utils.translation import pgettext

from shouwen.front.integrations.rules.catalogue import BY_TYPE, TEST
from shouwen.front.integrations.words import FAILURES, OBJECTS

register = template.Library()


@register.simple_tag
def event_words(kind: str) -> str:
    """Say what kind of event it is; one that is told no more by its name."""
    if kind == TEST:
        return pgettext("webhook event", "Test")
    return str(BY_TYPE[kind].words) if kind in BY_TYPE else kind


@register.simple_tag
def object_words(kind: str) -> str:
    """Say what kind of thing an event is about."""
    return str(OBJECTS.get(kind, kind))


@register.simple_tag
def failure_words(code: str) -> str:
    """Say why nothing came back, and what to do; nothing for an answer."""
    return str(FAILURES.get(code, code)) if code else ""
