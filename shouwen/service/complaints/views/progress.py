"""What the complainant was told of the progress, on the complaint's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.service.cases.models import ReplyBy
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint, ProgressNotice, ProgressState
from shouwen.service.complaints.views.fields import Field, Step

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Progress:
    """The newest steps told and the ones before; `is_due` asks a person to tell the newest."""

    rows: list[ProgressNotice]
    more: list[ProgressNotice]
    is_due: bool


def shown(one: Complaint) -> Progress | None:
    """Give what was told of the progress; nothing before the first milestone."""
    rows = queries.progress_of(one)
    if not rows:
        return None
    is_due = any(row.by_hand and row.state == ProgressState.DUE for row in rows)
    return Progress(rows[:SHOWN], rows[SHOWN:], is_due)


def _fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    channels = [(str(code), str(label)) for code, label in ReplyBy.choices]
    hint = _("Where it stands, what comes next and by when. The complainant sees this.")
    return [
        Field("words", _("What the complainant was told"), rows=4, hint=hint),
        Field("channel", _("By"), one.case.reply_by, channels),
    ]


def _tell(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    told, channel = said.get("words", ""), said.get("channel", "")
    actions.tell_progress(one, words=told, channel=channel, actor=actor, at=at)


PROGRESS: dict[str, Step] = {
    "progress": Step(lambda: _("Record that the progress was told"), "send", _fields, _tell),
}
