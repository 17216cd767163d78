"""More time for a complaint, as its page asks for it and shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit import words
from shouwen.people.approvals import queries as approvals
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Role
from shouwen.service.cases.models import ReplyBy
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.extending import Missing
from shouwen.service.complaints.views.fields import Choices, Field, Step


@dataclass(frozen=True, slots=True)
class Shown:
    """One extension on the page; `deciders` are the roles that may approve it."""

    extension: queries.Extension
    needs_approval: bool
    needs_notice: bool
    deciders: list[str]
    may_decide: bool


def shown(actor: Actor, one: Complaint, seen: queries.Extending, at: datetime) -> list[Shown]:
    """Give every extension with what is missing and who decides."""
    waits = any(Missing.APPROVAL in each.missing for each in seen.extensions)
    subject = (actions.SUBJECT, one.public_id)
    rows = approvals.approvals_of(actor, *subject, at=at) if waits else []
    decidable = {row.approval.public_id for row in rows if row.may_decide}
    return [
        Shown(
            extension=each,
            needs_approval=Missing.APPROVAL in each.missing,
            needs_notice=Missing.NOTICE in each.missing,
            deciders=[
                str(role.label)
                for role in Role
                if each.row.right in staff_access.RIGHTS.get(role.value, frozenset())
            ],
            may_decide=each.row.approval_ref in decidable and not each.is_lapsed,
        )
        for each in seen.extensions
    ]


def _limits(one: Complaint, at: datetime) -> Choices:
    return [
        (
            limit.clause,
            _("%(limit)s: from %(old)s to %(new)s (%(clause)s)")
            % {
                "limit": limit.limit_clause,
                "old": words.moment(limit.due_at, at),
                "new": words.moment(limit.until, at),
                "clause": limit.clause,
            },
        )
        for limit in queries.extending_of(one, at).offered
    ]


def _extend_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    hint = _("The date moves when this is approved and the complainant told, before the old date.")
    return [
        Field("clause", pgettext("extension", "Limit"), choices=_limits(one, time.now())),
        Field(
            "reason",
            _("Why the time is not enough"),
            rows=4,
            hint=hint,
            most=WORDS_MAX_CHARACTERS,
        ),
    ]


def _extend(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    reason, clause = said.get("reason", ""), said.get("clause", "")
    actions.ask_extension(one, reason=reason, clause=clause, actor=actor, at=at)


def _notice_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    hint = _("Why it takes longer, and until when. The complainant sees this on their page.")
    channels = [(str(code), str(label)) for code, label in ReplyBy.choices]
    return [
        Field("words", _("What the complainant was told"), rows=4, hint=hint),
        Field("channel", _("By"), one.case.reply_by, channels),
    ]


def _notice(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    told, channel = said.get("words", ""), said.get("channel", "")
    actions.tell_extension(one, words=told, channel=channel, actor=actor, at=at)


EXTENDING: dict[str, Step] = {
    "extend": Step(lambda: _("Ask for more time"), "hourglass", _extend_fields, _extend),
    "notice": Step(lambda: _("Record the notice of extension"), "send", _notice_fields, _notice),
}
