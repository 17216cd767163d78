"""What a file is opened for: a contact, a case, or a purpose chosen from a list."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.errors import Words

SOURCE = re.compile(r"(cont|case)_[a-z2-7]{26}")
KINDS = {"cont": "contact", "case": "case"}
# What is stored is the word on the left, the same in every language.
PURPOSES: dict[str, Words] = {
    "serve": _("Serve this customer now"),
    "call-back": _("Call or write back"),
    "correct": _("Correct the file"),
    "review": _("Look into a complaint or a risk"),
}


def purpose_of(text: str) -> str:
    """Give what goes on the trail; empty where nothing was stated."""
    source = SOURCE.fullmatch(text)
    if source:
        return f"{KINDS[source[1]]} {text}"
    return text if text in PURPOSES else ""
