"""Words of people that this room keeps: there, not too long, without numbers of customers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.vault import masking
from shouwen.service.cases.actions import texts


def redacted(field: str, words: str, most: int) -> str:
    """Give a text as it is kept. Raises Invalid, naming the field."""
    plain = texts.needed(field, words, most)
    if "\x00" in plain:
        raise Invalid(fields={field: _("Remove the characters that cannot be shown.")})
    return masking.redact(plain)[:most]
