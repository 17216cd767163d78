"""What a writer hands in, looked at before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.kernel.time import day_of
from shouwen.service.knowledge.models import (
    BODY_MAX_CHARACTERS,
    KEYWORDS_MAX_CHARACTERS,
    KIND_OF,
    SPOKEN_MAX_CHARACTERS,
    TITLE_MAX_CHARACTERS,
    Audience,
    Category,
    Topic,
)
from shouwen.service.knowledge.rules import pinyin

NOTE_MAX_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Wording:
    """One whole text of an article.

    Without `valid_from` it counts from its approval; without `valid_until` until it is replaced.
    `review_on` is the day by which somebody must look at it again (OM-6.4-03).
    """

    title: str
    topic: str
    category: str
    body: str
    review_on: date | None
    keywords: str = ""
    spoken: str = ""
    change_note: str = ""
    audience: str = Audience.STAFF
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def columns(wording: Wording, institution_id: int, at: datetime) -> dict[str, Any]:
    """Give the columns of a wording. Raises Invalid, naming each wrong field."""
    wrong: dict[str, Words] = {}
    title = " ".join(wording.title.split())
    keywords = " ".join(wording.keywords.replace("，", " ").replace(",", " ").split())
    body = wording.body.replace("\r\n", "\n").strip()
    _need(wrong, "title", title, TITLE_MAX_CHARACTERS)
    _need(wrong, "body", body, BODY_MAX_CHARACTERS)
    spoken = wording.spoken.replace("\r\n", "\n").strip()
    _fits(wrong, "spoken", spoken, SPOKEN_MAX_CHARACTERS)
    _fits(wrong, "keywords", keywords, KEYWORDS_MAX_CHARACTERS)
    _fits(wrong, "change_note", wording.change_note, NOTE_MAX_CHARACTERS)
    if wording.topic not in Topic.values:
        wrong["topic"] = _("Choose one of the list.")
    if wording.audience not in Audience.values:
        wrong["audience"] = _("Choose one of the list.")
    category = Category.objects.filter(
        institution_id=institution_id, code=wording.category[:60]
    ).first()
    if category is None:
        wrong["category"] = _("Choose one of the list.")
    if wording.review_on is None or wording.review_on <= day_of(at):
        wrong["review_on"] = _("Choose a day after today.")
    if wording.valid_until is not None:
        begins = max(wording.valid_from or at, at)
        if wording.valid_until <= begins:
            wrong["valid_until"] = _("Choose a day after the first one.")
    if wrong:
        raise Invalid(fields=wrong)
    return {
        "title": title,
        "title_sounds": " ".join(pinyin.syllables(title)),
        "keywords": keywords,
        "body": body,
        "spoken": spoken,
        "topic": wording.topic,
        "kind": KIND_OF[Topic(wording.topic)],
        "category": category,
        "audience": wording.audience,
        "change_note": wording.change_note.strip(),
        "valid_from": wording.valid_from,
        "valid_until": wording.valid_until,
        "review_on": wording.review_on,
    }


def reason_needed(text: str, most: int) -> str:
    """Give a reason, trimmed. Raises Invalid for none or too much."""
    wrong: dict[str, Words] = {}
    _need(wrong, "reason", text.strip(), most)
    if wrong:
        raise Invalid(fields=wrong)
    return text.strip()


def _need(wrong: dict[str, Words], field: str, text: str, most: int) -> None:
    if not text:
        wrong[field] = _("Write something here.")
    else:
        _fits(wrong, field, text, most)


def _fits(wrong: dict[str, Words], field: str, text: str, most: int) -> None:
    if len(text) > most:
        wrong[field] = _("Use at most %(most)s characters.") % {"most": most}
    elif "\x00" in text:
        wrong[field] = _("Remove the characters that cannot be shown.")
