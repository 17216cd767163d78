"""The scripts of the desk for programs that word them: listed, written, changed, set aside."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from shouwen.front.desk.actions import wording_scripts as actions
from shouwen.front.desk.actions.wording_scripts import Wording
from shouwen.front.desk.models import Script
from shouwen.front.desk.queries import library as queries
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.ground.kernel.moments import Day
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Key, Strict, once
from shouwen.people.staff.models import Institution

scripts_router = Router(tags=["scripts"])

Ref = Annotated[str, Field(max_length=48)]
Revision = Annotated[int, Field(ge=0, le=1_000_000_000)]
Channel = Literal["chat", "voice", "email", "sms", "fax", "api"]
KindName = Literal["OPENING", "PROBLEM", "GUIDANCE", "EMOTION", "COURTESY", "CLOSING"]
# How far a script is, in the words of the list's own filter.
STANDINGS = {"AT_DESK": "", "LATER": "later", "OVER": "over", "ASIDE": "aside"}


class ScriptsIn(Schema):
    """Which scripts: `unit` is a unit's id, or `all` for those of the whole institution."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, Field(max_length=queries.WORDS_CHARACTERS)] = ""
    unit: Ref = ""
    kind: KindName | Literal[""] = ""
    standing: Literal["AT_DESK", "LATER", "OVER", "ASIDE"] = "AT_DESK"
    cursor: Ref = ""


class ScriptIn(Strict):
    """One canned reply. Without `unit` it is everyone's, without `channels` every channel's.

    Both days count, in Shanghai. Without `body_en` it is not offered for those who write English.
    """

    kind: KindName
    shortcut: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,12}$")]
    title_zh: Annotated[str, Field(min_length=1, max_length=actions.TITLE_CHARACTERS)]
    title_en: Annotated[str, Field(max_length=actions.TITLE_CHARACTERS)] = ""
    body_zh: Annotated[str, Field(min_length=1, max_length=actions.BODY_CHARACTERS)]
    body_en: Annotated[str, Field(max_length=actions.BODY_EN_CHARACTERS)] = ""
    unit: Ref = ""
    channels: list[Channel] = Field(default=[], max_length=10)
    valid_from: Day | None = None
    valid_until: Day | None = None


class ScriptChangeIn(ScriptIn):
    """The whole script anew, against the revision that was read."""

    revision: Revision


class StepIn(Strict):
    """A step, against the revision that was read."""

    revision: Revision


class ScriptOut(Schema):
    """A script as it stands; the trail keeps each wording it had."""

    id: str
    revision: int
    kind: KindName
    shortcut: str
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str
    unit: str | None
    channels: list[str]
    valid_from: date | None
    valid_until: date | None
    is_active: bool
    uses: int
    last_used_at: datetime | None
    changed_at: datetime | None


class ScriptListOut(Schema):
    """A page of scripts (25), the most used first."""

    items: list[ScriptOut]
    next: str | None


SAME = (
    "revision",
    "kind",
    "shortcut",
    "title_zh",
    "title_en",
    "body_zh",
    "body_en",
    "valid_from",
    "valid_until",
    "is_active",
    "uses",
    "last_used_at",
    "changed_at",
)
SCRIPT = {200: ScriptOut, **PROBLEMS}


def _script(script: Script) -> ScriptOut:
    return ScriptOut.model_validate(
        {
            **{name: getattr(script, name) for name in SAME},
            "id": script.public_id,
            "unit": script.unit.public_id if script.unit else None,
            "channels": script.channels.split(),
        }
    )


def _shown(request: ApiRequest, ref: str) -> ScriptOut:
    return _script(queries.script_for(request.actor, ref))


def _wording(body: ScriptIn) -> Wording:
    said = body.model_dump(exclude={"revision"})
    return Wording(**said | {"channels": tuple(dict.fromkeys(body.channels))})


@scripts_router.get("", response={200: ScriptListOut, **PROBLEMS}, summary="List scripts")
def list_scripts(request: ApiRequest, asked: Annotated[ScriptsIn, Query()]) -> ScriptListOut:
    """List the scripts of the institution and of the units within reach, the most used first."""
    wanted = queries.Asked(
        q=asked.q,
        unit=asked.unit,
        kind=asked.kind,
        standing=STANDINGS[asked.standing],
        after=asked.cursor,
    )
    found = queries.library(request.actor, wanted, at=time.now())
    return ScriptListOut(items=[_script(row.script) for row in found.rows], next=found.next or None)


@scripts_router.post("", response={201: ScriptOut, **PROBLEMS}, summary="Write a script")
def write_script(request: ApiRequest, body: ScriptIn, key: Key = "") -> Status[ScriptOut]:
    """Write a script, which the desk offers from now on; the same key writes it once.

    Unknown placeholders and phrases that a channel forbids are refused by name.
    """
    actor, at = request.actor, time.now()
    if actor.institution_id is None:
        raise NotAllowed
    home = Institution.objects.get(pk=actor.institution_id)

    def work() -> str:
        return str(actions.write_script(home, _wording(body), actor=actor, at=at).public_id)

    return Status(201, _shown(request, once(request, "script.write", key, body, work, at=at)))


@scripts_router.get("/{ref}", response=SCRIPT, summary="Read a script")
def read_script(request: ApiRequest, ref: str) -> ScriptOut:
    """Give one script with how often it was used."""
    return _shown(request, ref)


@scripts_router.put("/{ref}", response=SCRIPT, summary="Reword a script")
def change_script(request: ApiRequest, ref: str, body: ScriptChangeIn) -> ScriptOut:
    """Word a script anew from now on. 409 once somebody changed it, or has its shortcut."""
    found = queries.script_for(request.actor, ref)
    seen, actor = body.revision, request.actor
    actions.change_script(found, _wording(body), seen=seen, actor=actor, at=time.now())
    return _shown(request, ref)


def _set(
    request: ApiRequest, act: str, ref: str, key: str, body: StepIn, *, active: bool
) -> ScriptOut:
    actor, at = request.actor, time.now()

    def work() -> str:
        found = queries.script_for(actor, ref)
        actions.set_aside(found, active=active, seen=body.revision, actor=actor, at=at)
        return ref

    return _shown(request, once(request, act, key, body, work, at=at, about=ref))


@scripts_router.post("/{ref}/aside", response=SCRIPT, summary="Set a script aside")
def set_script_aside(request: ApiRequest, ref: str, body: StepIn, key: Key = "") -> ScriptOut:
    """Take a script from the desk; it stays with its uses."""
    return _set(request, "script.aside", ref, key, body, active=False)


@scripts_router.post("/{ref}/back", response=SCRIPT, summary="Give a script back")
def give_script_back(request: ApiRequest, ref: str, body: StepIn, key: Key = "") -> ScriptOut:
    """Give a script back to the desk. 409 where another one has its shortcut by now."""
    return _set(request, "script.back", ref, key, body, active=True)
