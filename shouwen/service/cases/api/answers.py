"""What a case was asked by its category and what was answered, as programs see it."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema

from shouwen.service.cases import queries


class AnswerOut(Schema):
    """What the category asked when the case got it, and the present answer (empty for none).

    `is_asked` is false for what an earlier category asked. A point is answered by `yes`. A
    personal answer is masked: people open it on the page, on the trail.
    """

    code: str
    kind: str
    name_zh: str
    name_en: str
    needed_at: str
    is_personal: bool
    is_asked: bool
    answer: str
    answered_at: datetime | None
    answered_by: str | None


def shown_answer(one: queries.AskedItem) -> AnswerOut:
    """Give one asked item with its answer as programs see it."""
    item = one.item
    return AnswerOut(
        code=item.code,
        kind=item.kind,
        name_zh=item.name_zh,
        name_en=item.name_en or item.name_zh,
        needed_at=item.needed_at,
        is_personal=item.is_personal,
        is_asked=one.is_asked,
        answer=one.shown if one.is_masked else one.said,
        answered_at=one.answered_at,
        answered_by=one.answered_by or None,
    )
