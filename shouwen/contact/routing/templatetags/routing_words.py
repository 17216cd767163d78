"""Decisions in words, for templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from shouwen.contact.routing import words
from shouwen.contact.routing.models import QueueRule
from shouwen.contact.routing.queries import Asked
from shouwen.contact.routing.rules import Verdict
from shouwen.ground.kit.words import Words

register = template.Library()


@register.filter
def obstacle(code: str) -> Words:
    """Say what stands in a person's way."""
    return words.OBSTACLES.get(code, code)


@register.filter
def held(verdict: Verdict, asked: Sequence[Asked]) -> list[tuple[str, int]]:
    """Give the level a person has of each skill asked for, with its name; 0 for none."""
    return [(one.name, int(verdict.levels.get(one.code, 0))) for one in asked]


@register.filter
def facts(conditions: Mapping[str, Any]) -> list[tuple[Words, Words]]:
    """Say the conditions of a rule, or what was known of a contact, as pairs of words."""
    return words.facts_of(dict(conditions))


@register.filter
def why(reason: str) -> Words:
    """Say why a contact was queued or came back."""
    return words.REASONS.get(reason, reason)


@register.filter
def channel_name(code: str) -> Words:
    """Say the name of a channel."""
    return words.CHANNELS.get(code, code)


@register.filter
def line_facts(line: QueueRule) -> list[tuple[Words, Words]]:
    """Say the conditions of a line of the queue table."""
    return words.facts_of({code: getattr(line, code) for code in words.CONDITIONS})
