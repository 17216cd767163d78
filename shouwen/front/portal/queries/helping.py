"""What the help centre shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from shouwen.people.staff.models import Institution
from shouwen.service.knowledge import queries as articles

HELP_ROWS = 20


def help_page(institution: Institution, asked: articles.Asked, at: datetime) -> dict[str, Any]:
    """Gather a page of what customers may read, newest or best first.

    Raises Invalid for a cursor that is not of this list.
    """
    found = articles.find_public(institution.pk, asked, at=at)
    kept = {"institution": institution.code, "q": asked.q, "area": asked.category}
    further = {name: value for name, value in kept.items() if value} | {"after": found.next}
    return {
        "institution": institution,
        "asked": asked,
        "found": found,
        "areas": articles.public_areas(institution.pk, at=at),
        "further": f"?{urlencode(further)}" if found.next else "",
    }
