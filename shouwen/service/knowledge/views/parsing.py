"""From what a form sends to what an action takes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from datetime import time as clock

from django.http import QueryDict

from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.ground.kit import web
from shouwen.service.knowledge.actions import Wording
from shouwen.service.knowledge.models import ArticleVersion, Audience

DIGITS = 6
ONE_DAY = timedelta(days=1)


def number_asked(said: QueryDict, field: str) -> int | None:
    """Read a number from an address; what is none asks for none."""
    text = said.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, clock(), SHANGHAI) if day else None


def wording_of(said: QueryDict) -> Wording:
    """Read a whole wording; its last day is included. Raises Invalid, naming each wrong day."""
    days: dict[str, date | None] = {}
    wrong = {}
    for field in ("valid_from", "valid_until", "review_on"):
        try:
            days[field] = web.day(said, field)
        except Invalid as error:
            wrong.update(error.fields)
    if wrong:
        raise Invalid(fields=wrong)
    last = days["valid_until"]
    return Wording(
        title=said.get("title", ""),
        topic=said.get("topic", ""),
        category=said.get("category", ""),
        keywords=said.get("keywords", ""),
        body=said.get("body", ""),
        spoken=said.get("spoken", ""),
        change_note=said.get("change_note", ""),
        audience=said.get("audience", Audience.STAFF),
        valid_from=_midnight(days["valid_from"]),
        valid_until=_midnight(last + ONE_DAY if last else None),
        review_on=days["review_on"],
    )


def said_before(version: ArticleVersion, *, again: bool) -> dict[str, str]:
    """Give a version as its form shows it; `again` leaves the days of a new version open."""
    said = {
        "title": version.title,
        "topic": version.topic,
        "category": version.category.code,
        "keywords": version.keywords,
        "body": version.body,
        "audience": version.audience,
        "spoken": version.spoken,
    }
    if again:
        return said
    begins, ends = version.valid_from, version.valid_until
    return said | {
        "change_note": version.change_note,
        "valid_from": day_of(begins).isoformat() if begins else "",
        "valid_until": (day_of(ends) - ONE_DAY).isoformat() if ends else "",
        "review_on": version.review_on.isoformat(),
    }
