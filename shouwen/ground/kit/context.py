"""What every page knows: who looks, which doors they have, how they like it drawn."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor

from . import nav, preferences, words


def shell(request: HttpRequest) -> dict[str, Any]:
    """Add `me`, `doors`, `look`, `read_ms` and `sw_words` to every template."""
    actor: Actor | None = getattr(request, "actor", None)
    staff = actor if actor is not None and actor.is_person else None
    here = getattr(request, "nav", "")
    return {
        "me": staff,
        "doors": SimpleLazyObject(
            lambda: nav.doors_for(staff, request.path, here) if staff else []
        ),
        "look": preferences.look_of(request),
        "read_ms": int(getattr(request, "read_at", time.now()).timestamp() * 1000),
        "sw_words": words.pattern_words,
    }
