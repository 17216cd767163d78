"""The deadline calculator as an API: `POST /policy/preview`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from pydantic import AwareDatetime, ConfigDict, Field

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.policy import queries
from shouwen.ground.policy.rules.facts import Facts

router = Router(tags=["policy"])


class FactsIn(Schema):
    """What is known of the matter; leave out what is not."""

    model_config = ConfigDict(extra="forbid", str_max_length=40)

    kind: str = ""
    channel: str = ""
    grade: str = ""
    urgency: str = ""
    complexity: str = ""
    risk: str = ""
    tier: str = ""
    value: str = ""
    cond: list[str] = Field(default_factory=list, max_length=20)
    queue: str = ""


class PreviewIn(Schema):
    """An event, when it begins, and what is known."""

    model_config = ConfigDict(extra="forbid")

    event: str = Field(max_length=60, examples=["complaint.resolve"])
    start: AwareDatetime = Field(examples=["2026-06-16T10:46:00+08:00"])
    facts: FactsIn = Field(default_factory=FactsIn)
    packs: list[str] | None = Field(default=None, max_length=50)


class CandidateOut(Schema):
    """One clause's limit, and whether it counts here."""

    clause: str
    pack: str
    within: str
    due_at: datetime | None
    hard: bool
    mode: Literal["hard", "target", "off"]
    applies: bool
    chosen: bool
    statutory: bool
    not_before: datetime | None
    reason: str
    words: str
    working: str


class PreviewOut(Schema):
    """Every candidate, the chosen one (none when no clause counts), and the working in words."""

    event: str
    start: datetime
    candidates: list[CandidateOut]
    chosen: CandidateOut | None
    working: str


FIRST_YEAR, LAST_YEAR = 2005, 2100


@router.post("/policy/preview", response=PreviewOut, summary="Compute a deadline")
def preview_deadline(request: HttpRequest, body: PreviewIn) -> queries.Preview:
    """Answer every candidate limit of an event, the chosen one, and how it was computed.

    Due times are instants: a limit in calendar days ends at 24:00, one in working days at the
    close of business. Without `packs` every installed pack is asked, and `mode` says whether the
    clause binds, is a target or is off at your institution.
    """
    if not FIRST_YEAR <= body.start.year <= LAST_YEAR:
        raise Invalid(fields={"start": _("Choose a time between 2005 and 2100.")})
    actor: Actor | None = getattr(request, "actor", None)
    facts = body.facts
    return queries.preview(
        actor.institution_id if actor else None,
        body.event,
        body.start,
        Facts(
            kind=facts.kind,
            channel=facts.channel,
            grade=facts.grade,
            urgency=facts.urgency,
            complexity=facts.complexity,
            risk=facts.risk,
            tier=facts.tier,
            value=facts.value,
            cond=frozenset(facts.cond),
            queue=facts.queue,
        ),
        body.packs,
    )
