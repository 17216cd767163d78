"""More time for a complaint by program: asked for, and told once it is approved."""

from __future__ import annotations

from ninja import Router

from shouwen.ground.kit.api import ApiRequest
from shouwen.service.cases.api.repeating import Key
from shouwen.service.complaints import actions
from shouwen.service.complaints.api import schemas
from shouwen.service.complaints.api.doing import ACT, done
from shouwen.service.complaints.api.schemas import ComplaintDetailOut
from shouwen.service.complaints.api.shapes import ExtendIn

extending_router = Router(tags=["complaints"])


@extending_router.post("/{ref}/extend", response=ACT, summary="Ask for more time")
def extend(request: ApiRequest, ref: str, body: ExtendIn, key: Key = "") -> ComplaintDetailOut:
    """Ask as the handler, for another person to decide at `/approvals`; no date moves yet."""
    actor = request.actor
    return done(
        request,
        ref,
        "extend",
        key,
        body,
        lambda c, at: actions.ask_extension(
            c, reason=body.reason, clause=body.clause, actor=actor, at=at
        ),
    )


@extending_router.post(
    "/{ref}/extension-notice", response=ACT, summary="Record the notice of an extension"
)
def extension_notice(
    request: ApiRequest, ref: str, body: schemas.SaidIn, key: Key = ""
) -> ComplaintDetailOut:
    """Record that the complainant was told of the approved extension; with this the date moves."""
    actor = request.actor
    return done(
        request,
        ref,
        "notice",
        key,
        body,
        lambda c, at: actions.tell_extension(
            c, words=body.words, channel=body.channel, actor=actor, at=at
        ),
    )
