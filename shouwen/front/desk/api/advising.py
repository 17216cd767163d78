"""What knowledge says to a customer's newest line; on the desk's own router."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from shouwen.front.desk import queries
from shouwen.front.desk.actions import advising
from shouwen.front.desk.api.working import Body, acting_person, router
from shouwen.ground.kernel import time


class SuggestionOut(Schema):
    """One version in force that answers; `say` is empty where it is only to be read."""

    article: str
    version: int
    title: str
    say: str
    valid_until: datetime | None


class AdviceOut(Schema):
    """What answers the customer's message numbered `sequence`; 0 before the first one."""

    sequence: int
    suggestions: list[SuggestionOut]


class AnswerIn(Body):
    """The article to say, and the number of the customer's message it answers."""

    article: str = Field(max_length=48)
    sequence: int = Field(default=0, ge=0, le=2**31 - 1)


class AnswerOut(Schema):
    """The words to say; they are not sent yet."""

    say: str


@router.get("/contacts/{ref}/knowledge", response=AdviceOut, summary="What may be said")
def advice(request: HttpRequest, ref: str) -> AdviceOut:
    """Give what knowledge says to the customer's newest line."""
    asked, _who = acting_person(request)
    found = queries.advice_for(asked.actor, ref, time.now())
    return AdviceOut(
        sequence=found.sequence,
        suggestions=[
            SuggestionOut(
                article=each.version.article.public_id,
                version=each.version.number,
                title=each.version.title,
                say=each.version.spoken,
                valid_until=each.version.valid_until,
            )
            for each in found.suggestions
        ],
    )


@router.post("/contacts/{ref}/knowledge", response=AnswerOut, summary="Take an answer")
def take_answer(request: HttpRequest, ref: str, body: AnswerIn) -> AnswerOut:
    """Note that an article answers a message of a contact in hand; give its words."""
    asked, _who = acting_person(request)
    words = advising.take_answer(
        asked.actor, ref, body.article, sequence=body.sequence, at=time.now()
    )
    return AnswerOut(say=words)
