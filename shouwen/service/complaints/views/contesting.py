"""Appeals and 核查 on a complaint's page: who asks, who decides, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict
from shouwen.service.cases.models import ReplyBy
from shouwen.service.complaints import access, actions, queries
from shouwen.service.complaints.models import Complaint, ComplaintContest, ContestKind
from shouwen.service.complaints.rules.contesting import Outcome
from shouwen.service.complaints.rules.states import Act
from shouwen.service.complaints.views.fields import HIDDEN, Choices, Field, Step

ANSWERS = {ContestKind.APPEAL: Act.ANSWER, ContestKind.REVIEW: Act.DECIDE}


@dataclass(frozen=True, slots=True)
class Shown:
    """One appeal or 核查 on the page; `act` decides it, empty where whoever looks may not."""

    row: ComplaintContest
    act: str
    why_not: str


def shown(actor: Actor, one: Complaint) -> list[Shown]:
    """Give what was contested, the newest first, each with whether the actor may decide it."""
    rows = queries.contests_of(one)
    first = {row.kind: row for row in rows if row.is_open}
    return [_shown(actor, one, row, first.get(row.kind, row)) for row in rows]


def _shown(actor: Actor, one: Complaint, row: ComplaintContest, first: ComplaintContest) -> Shown:
    act = ANSWERS[ContestKind(row.kind)]
    if not row.is_open or not access.may_do(actor, one, act):
        return Shown(row, "", "")
    if row is not first:
        return Shown(row, "", _("Decided after the one that waits longer."))
    try:
        actions.refuse_decider(one, row.kind, actor)
    except Conflict as problem:
        return Shown(row, "", str(problem))
    return Shown(row, act.value, "")


def may_ask(one: Complaint, at: datetime) -> dict[Act, bool]:
    """Say which ways to contest the decision stand open."""
    return {
        Act.APPEAL: queries.may_be_contested(one, ContestKind.APPEAL, at),
        Act.REVIEW: queries.may_be_contested(one, ContestKind.REVIEW, at),
    }


def _ways() -> Choices:
    return [(str(code), str(label)) for code, label in ReplyBy.choices]


def _ask_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    hint = _("What they do not agree with, in their words.")
    return [
        Field("words", _("Why the complainant contests it"), rows=4, hint=hint),
        Field("channel", _("By"), one.case.reply_by, _ways()),
    ]


def _decide_fields(one: Complaint, kind: str) -> list[Field]:
    waiting = queries.open_contest(one, kind)
    outcomes = [
        (Outcome.UPHELD.value, _("The decision stands")),
        (Outcome.CHANGED.value, _("The decision is changed: it is worked again")),
    ]
    hint = _("What was looked at and why. The complainant sees this on their page.")
    return [
        Field("contest", "", waiting.public_id if waiting else "", kind=HIDDEN),
        Field("outcome", _("Outcome"), choices=outcomes),
        Field("opinion", pgettext("contest", "Opinion"), rows=5, hint=hint),
        Field("channel", _("The complainant is told by"), one.case.reply_by, _ways()),
    ]


def _ask(kind: str) -> Step:
    def do(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
        words, channel = said.get("words", ""), said.get("channel", "")
        actions.contest(one, kind, words=words, channel=channel, actor=actor, at=at)

    if kind == ContestKind.APPEAL:
        return Step(lambda: _("Record an appeal"), "arrow-back-up", _ask_fields, do)
    return Step(lambda: _("Record a request for a review"), "arrow-up-circle", _ask_fields, do)


def _decide(kind: str) -> Step:
    def do(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
        actions.decide_contest(
            one,
            kind,
            outcome=said.get("outcome", ""),
            opinion=said.get("opinion", ""),
            channel=said.get("channel", ""),
            contest_ref=said.get("contest") or None,
            actor=actor,
            at=at,
        )

    def fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
        return _decide_fields(one, kind)

    if kind == ContestKind.APPEAL:
        return Step(lambda: _("Answer the appeal"), "gavel", fields, do)
    return Step(lambda: _("Decide the review"), "gavel", fields, do)


CONTESTING: dict[str, Step] = {
    Act.APPEAL.value: _ask(ContestKind.APPEAL),
    Act.REVIEW.value: _ask(ContestKind.REVIEW),
    Act.ANSWER.value: _decide(ContestKind.APPEAL),
    Act.DECIDE.value: _decide(ContestKind.REVIEW),
}
