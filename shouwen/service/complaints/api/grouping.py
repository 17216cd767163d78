"""Groups of complaints by program."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema

from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases.api.repeating import Key
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.api import schemas
from shouwen.service.complaints.api.doing import ACT, done
from shouwen.service.complaints.api.schemas import ComplaintDetailOut
from shouwen.service.complaints.models import Complaint

group_router = Router(tags=["complaints"])
RefIn = Annotated[str, Field(min_length=1, max_length=48)]


class GroupIn(Strict):
    """The complaint that is to lead, by its id."""

    lead: RefIn


class UngroupIn(Strict):
    """Why it is another matter."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class SpeakersIn(Strict):
    """Whose complainants speak for the group: ids of its complaints, the lead's among them."""

    representatives: Annotated[list[RefIn], Field(min_length=1, max_length=100)]


class MemberOut(Schema):
    """One complaint of a group; out of reach it is known by its number alone."""

    id: str | None
    number: str
    is_lead: bool
    is_representative: bool


class GroupOut(Schema):
    """A group: complaints, complainants counted once, how many may speak for it, first members."""

    lead: str
    size: int
    people: int
    most_representatives: int
    members: list[MemberOut]


@group_router.get(
    "/{ref}/group", response={200: GroupOut, **PROBLEMS}, summary="Read a complaint's group"
)
def read_group(request: ApiRequest, ref: str) -> GroupOut:
    """Give the group it leads or was joined to; more members by `GET /complaints?group=`."""
    one = queries.complaint_for(request.actor, ref)
    group = queries.group_of(request.actor, one)
    if group is None:
        raise actions.NotGrouped
    members = [
        MemberOut(
            id=row.complaint.public_id if row.within_reach else None,
            number=row.complaint.case.number,
            is_lead=row.is_lead,
            is_representative=row.complaint.is_representative,
        )
        for row in group.members
    ]
    return GroupOut(
        lead=group.lead.public_id,
        size=group.size,
        people=group.people,
        most_representatives=group.most,
        members=members,
    )


def _named(request: ApiRequest, field: str, ref: str) -> Complaint:
    try:
        return queries.complaint_for(request.actor, ref)
    except NotThere:
        raise Invalid(fields={field: _("There is no such entry.")}) from None


@group_router.post("/{ref}/group", response=ACT, summary="Join a complaint to a group")
def join_group(request: ApiRequest, ref: str, body: GroupIn, key: Key = "") -> ComplaintDetailOut:
    """Join an open complaint to the one that leads; enough complainants make the lead major."""

    def do(one: Complaint, at: datetime) -> None:
        lead = _named(request, "lead", body.lead)
        actions.join_group(one, lead, actor=request.actor, at=at)

    return done(request, ref, "group", key, body, do)


@group_router.post("/{ref}/ungroup", response=ACT, summary="Take a complaint out of its group")
def leave_group(
    request: ApiRequest, ref: str, body: UngroupIn, key: Key = ""
) -> ComplaintDetailOut:
    """Say why it is another matter; somebody always speaks for those who stay."""

    def do(one: Complaint, at: datetime) -> None:
        actions.leave_group(one, reason=body.reason, actor=request.actor, at=at)

    return done(request, ref, "ungroup", key, body, do)


@group_router.post("/{ref}/representatives", response=ACT, summary="Name who speaks for a group")
def name_representatives(
    request: ApiRequest, ref: str, body: SpeakersIn, key: Key = ""
) -> ComplaintDetailOut:
    """Name at most five of a lead's group; whoever is left out speaks for it no more."""

    def do(one: Complaint, at: datetime) -> None:
        chosen = [_named(request, "representatives", each) for each in body.representatives]
        actions.name_representatives(one, chosen, actor=request.actor, at=at)

    return done(request, ref, "representatives", key, body, do)


@group_router.post("/{ref}/tell-group", response=ACT, summary="Tell a group's representatives")
def tell_group(
    request: ApiRequest, ref: str, body: schemas.SaidIn, key: Key = ""
) -> ComplaintDetailOut:
    """Record what they were told; it stands on each of their complaints, where they read it."""

    def do(one: Complaint, at: datetime) -> None:
        actions.tell_group(one, words=body.words, channel=body.channel, actor=request.actor, at=at)

    return done(request, ref, "tell-group", key, body, do)
