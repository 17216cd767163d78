"""Names of people on the pages about rules."""

from __future__ import annotations

from django import template
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def of(names: dict[str, str], ref: str) -> str:
    """Give a person's name by reference; "the system" where it was no person."""
    return names.get(ref) or pgettext("who decided a rule", "the system")
