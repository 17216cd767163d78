"""Free text as it is taken into a case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.errors import Invalid

TEXT_MAX_CHARACTERS = 5000
SHORT_MAX_CHARACTERS = 200


def needed(field: str, text: str, most: int = TEXT_MAX_CHARACTERS) -> str:
    """Give a text that must be there, trimmed. Raises Invalid for none or too much."""
    if not text.strip():
        raise Invalid(fields={field: _("Write something here.")})
    return allowed(field, text, most)


def allowed(field: str, text: str, most: int = TEXT_MAX_CHARACTERS) -> str:
    """Give a text that may be empty, trimmed. Raises Invalid for too much."""
    if len(text) > most:
        raise Invalid(fields={field: _("Use at most %(most)s characters.") % {"most": most}})
    return text.strip()
