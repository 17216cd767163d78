"""The time spent on a case, for programs: read by all, noted by those that act for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Router, Schema, Status

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.staff.models import Person
from shouwen.service.cases import actions, queries
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.cases.api.schemas import NothingIn, PersonOut
from shouwen.service.cases.models import MOST_MINUTES

effort_router = Router(tags=["cases"])
EffortKindName = Literal["WORK", "TALK", "CHECK", "OTHERS"]
REF_CHARACTERS = 48


class EffortIn(Strict):
    """So many minutes of one's own work, and what they went into."""

    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)]
    kind: EffortKindName = "WORK"


class ShareOut(Schema):
    """What one person has put into the case: noted by themselves, and measured."""

    person: PersonOut
    noted_minutes: int
    conversation_seconds: int


class EffortEntryOut(Schema):
    """One entry that counts."""

    id: str
    person: PersonOut
    kind: EffortKindName
    minutes: int
    noted_at: datetime


class EffortOut(Schema):
    """The whole, by person and entry by entry, of merged cases too.

    Noted and measured time stand apart; adding them would count talks twice.
    """

    noted_minutes: int
    conversation_seconds: int
    people: list[ShareOut]
    items: list[EffortEntryOut]


EFFORT = {200: EffortOut, **PROBLEMS}


def _person(person: Person) -> dict[str, str]:
    return {"id": person.public_id, "name": person.name}


def _shown(request: ApiRequest, ref: str) -> EffortOut:
    effort = queries.effort_of(queries.case_for(request.actor, ref), time.now())
    return EffortOut.model_validate(
        {
            "noted_minutes": effort.noted_minutes,
            "conversation_seconds": effort.talk_seconds,
            "people": [
                {
                    "person": _person(share.person),
                    "noted_minutes": share.noted_minutes,
                    "conversation_seconds": share.talk_seconds,
                }
                for share in effort.shares
            ],
            "items": [
                {
                    "id": one.public_id,
                    "person": _person(one.person),
                    "kind": one.kind,
                    "minutes": one.minutes,
                    "noted_at": one.noted_at,
                }
                for one in effort.entries
            ],
        }
    )


@effort_router.get("/{ref}/effort", response=EFFORT, summary="Read the time spent")
def read_effort(request: ApiRequest, ref: str) -> EffortOut:
    """Give who worked on the case for how long."""
    return _shown(request, ref)


@effort_router.post(
    "/{ref}/effort", response={201: EffortOut, **PROBLEMS}, summary="Note time spent"
)
def note_effort(request: ApiRequest, ref: str, body: EffortIn, key: Key = "") -> Status[EffortOut]:
    """Note one's own work; the key must act for a person."""
    actor, at = request.actor, time.now()

    def work() -> str:
        case = queries.case_for(actor, ref)
        made = actions.note_effort(case, body.kind, body.minutes, actor=actor, at=at)
        return str(made.public_id)

    once(request, "effort", key, body, at, work, ref)
    return Status(201, _shown(request, ref))


@effort_router.post("/{ref}/effort/{entry}/take-back", response=EFFORT, summary="Take time back")
def take_back_effort(
    request: ApiRequest, ref: str, entry: str, body: NothingIn | None = None, key: Key = ""
) -> EffortOut:
    """Have an entry of one's own count no more."""
    actor, at = request.actor, time.now()
    entry = entry[:REF_CHARACTERS]

    def work() -> str:
        case = queries.case_for(actor, ref)
        actions.take_back_effort(case, entry, actor=actor, at=at)
        return entry

    once(request, "effort-back", key, body or NothingIn(), at, work, f"{ref}/{entry}")
    return _shown(request, ref)
