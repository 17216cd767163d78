"""Whether a door stands open, so that a page leads nobody to one that stays shut."""

from __future__ import annotations

from typing import Any

from django import template

from shouwen.people.staff import access

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], right: str) -> bool:
    """Whether the reader of this page holds a right."""
    return access.has_right(getattr(context.get("request"), "actor", None), right)
