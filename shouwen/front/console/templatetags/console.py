"""What the frame of the system pages draws by itself."""

from __future__ import annotations

from typing import Any

from django import template

from shouwen.front.console.sections import SectionLink, sections_for
from shouwen.ground.kernel.actor import Actor

register = template.Library()


@register.simple_tag(takes_context=True)
def system_sections(context: dict[str, Any]) -> list[SectionLink]:
    """Give the sections the reader of this page sees."""
    request = context.get("request")
    actor: Actor | None = getattr(request, "actor", None)
    return sections_for(actor, request.path) if request is not None and actor else []
