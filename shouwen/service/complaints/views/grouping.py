"""What is asked on a complaint's page about its group."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere
from shouwen.people.staff import queries as staff
from shouwen.service.cases.actions import texts
from shouwen.service.cases.models import ReplyBy
from shouwen.service.complaints import access, actions, queries
from shouwen.service.complaints.actions import apart
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.states import Act
from shouwen.service.complaints.views.fields import Field, Step

SPEAKER = "speaker_"


def lead_named(actor: Actor, number: str) -> Complaint:
    """Give the complaint within reach that has this number. Raises Invalid for `lead`."""
    found = queries.numbered(actor.institution_id or 0, [number]) if number.strip() else []
    try:
        return queries.complaint_for(actor, found[0].public_id if found else "")
    except NotThere:
        words = _("No complaint within your reach has this number.")
        raise Invalid(fields={"lead": words}) from None


def _words_of(one: Complaint) -> str:
    name = one.case.customer.name.masked if one.case.customer else ""
    if not name and one.complainant:
        name = one.complainant.masked
    return f"{one.case.number} {name}".strip()


def _speakers(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    rows = [member for member in queries.members_of(one) if member.withdrawn_at is None]
    choices = [("", "—"), *((member.public_id, _words_of(member)) for member in rows)]
    now = [member.public_id for member in rows if member.is_representative]
    most = queries.most_representatives()
    return [
        Field(
            f"{SPEAKER}{place + 1}",
            _("Representative %(place)s") % {"place": place + 1},
            now[place] if place < len(now) else "",
            choices,
            required=place == 0,
        )
        for place in range(most)
    ]


def _name(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    asked = [value for name, value in said.items() if name.startswith(SPEAKER) and value]
    members = {member.public_id: member for member in queries.members_of(one)}
    if any(str(ref) not in members for ref in asked):
        raise Invalid(fields={f"{SPEAKER}1": _("Choose one of the values offered.")})
    try:
        chosen = [members[str(ref)] for ref in asked]
        actions.name_representatives(one, chosen, actor=actor, at=at)
    except Invalid as wrong:
        words = wrong.fields.get("representatives")
        raise (Invalid(fields={f"{SPEAKER}1": words}) if words else wrong) from None


GROUPING: dict[str, Step] = {
    "group": Step(
        lambda: _("Join to a group"),
        "users",
        lambda _one, _actor, _said: [
            Field(
                "lead",
                _("Number of the lead"),
                most=24,
                hint=_(
                    "The complaint that leads the group. Each keeps its own clocks and result; "
                    "what is said to the group goes to its representatives."
                ),
            )
        ],
        lambda one, said, actor, at: actions.join_group(
            one, lead_named(actor, said.get("lead", "")), actor=actor, at=at
        ),
    ),
    "ungroup": Step(
        lambda: _("Take out of the group"),
        "x",
        lambda _one, _actor, _said: [
            Field(
                "reason",
                _("Why it does not belong there"),
                rows=2,
                most=texts.SHORT_MAX_CHARACTERS,
            )
        ],
        lambda one, said, actor, at: actions.leave_group(
            one, reason=said.get("reason", ""), actor=actor, at=at
        ),
    ),
    "speakers": Step(lambda: _("Name the representatives"), "users", _speakers, _name),
    "tell_group": Step(
        lambda: _("Tell the representatives"),
        "send",
        lambda one, _actor, _said: [
            Field("words", _("What was said"), rows=4, hint=_("The representatives read it too.")),
            Field(
                "channel",
                _("By"),
                one.case.reply_by,
                [(str(code), str(label)) for code, label in ReplyBy.choices],
            ),
        ],
        lambda one, said, actor, at: actions.tell_group(
            one, words=said.get("words", ""), channel=said.get("channel", ""), actor=actor, at=at
        ),
    ),
}


def _may(actor: Actor, one: Complaint) -> bool:
    if not access.may_do(actor, one, Act.CLASSIFY):
        return False
    try:
        apart.refuse_recused(one.concerned, staff.person_behind(actor))
    except Conflict:
        return False
    return True


def shown(actor: Actor, one: Complaint) -> dict[str, Any]:
    """Give the group of a complaint, and what may be done about it."""
    may = one.is_open and one.withdrawn_at is None and _may(actor, one)
    group = queries.group_of(actor, one)
    return {
        "group": group,
        "may_group": may and group is None,
        "may_ungroup": may and one.group_lead_id is not None,
        "may_name": may and one.group_size > 0,
        "may_tell_group": may and group is not None and group.lead.is_open,
    }
