"""New facts, and who outside appraises or mediates, on a complaint's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit import web
from shouwen.ground.policy.words import event_title
from shouwen.service.cases.models import ReplyBy
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintContest,
    ComplaintReferral,
    ContestKind,
    ReferralKind,
)
from shouwen.service.complaints.rules.outside import CLAUSES, Cannot, why_not
from shouwen.service.complaints.rules.states import Act, State
from shouwen.service.complaints.views.fields import Choices, Field, Step

DAY = "date"


@dataclass(frozen=True, slots=True)
class Shown:
    """One appraisal or mediation on the page; `held` names the clocks that stand still by it."""

    row: ComplaintReferral
    clause: str
    held: str
    may_end: bool


def shown(one: Complaint, *, may_end: bool) -> list[Shown]:
    """Give who outside was asked, the newest first."""
    return [
        Shown(
            row,
            CLAUSES[row.kind],
            pgettext("list", ", ").join(event_title(event) for event in row.held),
            may_end=may_end and row.is_open,
        )
        for row in queries.referrals_of(one)
    ]


def cannot_refer(
    one: Complaint, referrals: list[Shown], contests: list[ComplaintContest]
) -> Cannot | None:
    """Give why nobody outside is asked now, from what the page shows anyway, or None."""
    return why_not(
        State(one.state),
        is_going_on=any(found.row.is_open for found in referrals),
        review_waits=any(row.is_open and row.kind == ContestKind.REVIEW for row in contests),
    )


def _ways() -> Choices:
    return [(str(code), str(label)) for code, label in ReplyBy.choices]


def _today() -> str:
    return time.day_of(time.now()).isoformat()


def _facts_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    hint = _("What is new, in their words. They see it on their page with the new date.")
    day_hint = _("The law's time counts anew from this day; the other limits stand.")
    return [
        Field("words", _("New facts and reasons"), rows=4, hint=hint),
        Field("received_on", _("Received on"), _today(), kind=DAY, hint=day_hint),
        Field("channel", _("By"), one.case.reply_by, _ways()),
    ]


def _facts(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.take_new_facts(
        one,
        words=said.get("words", ""),
        channel=said.get("channel", ""),
        received_on=web.day(said, "received_on"),
        actor=actor,
        at=at,
    )


def _refer_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    kinds = [(str(code), str(label)) for code, label in ReferralKind.choices]
    hint = _("Why, and that this time does not count. The complainant sees this on their page.")
    day_hint = _("The day of the order. What may wait stands still from now on, never earlier.")
    return [
        Field("kind", pgettext("referral", "What is asked"), choices=kinds),
        Field("body", pgettext("referral", "By whom"), most=120),
        Field("began_on", pgettext("referral", "Begun on"), _today(), kind=DAY, hint=day_hint),
        Field("words", _("What the complainant was told"), rows=4, hint=hint),
        Field("channel", _("By"), one.case.reply_by, _ways()),
    ]


def _refer(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.begin_referral(
        one,
        said.get("kind", ""),
        body=said.get("body", ""),
        words=said.get("words", ""),
        channel=said.get("channel", ""),
        began_on=web.day(said, "began_on"),
        actor=actor,
        at=at,
    )


def _return_fields(one: Complaint, _actor: Actor, _said: QueryDict) -> list[Field]:
    hint = _("What came of it, and what is next. The complainant sees this on their page.")
    day_hint = _("The day its result came. Time counts again from this day on.")
    return [
        Field("ended_on", pgettext("referral", "Ended on"), _today(), kind=DAY, hint=day_hint),
        Field("words", _("What the complainant was told"), rows=4, hint=hint),
        Field("channel", _("By"), one.case.reply_by, _ways()),
    ]


def _return(one: Complaint, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.end_referral(
        one,
        words=said.get("words", ""),
        channel=said.get("channel", ""),
        ended_on=web.day(said, "ended_on"),
        actor=actor,
        at=at,
    )


OUTSIDE: dict[str, Step] = {
    Act.NEW_FACTS.value: Step(lambda: _("Record new facts"), "file-text", _facts_fields, _facts),
    Act.REFER.value: Step(
        lambda: _("Record an appraisal or mediation"), "building", _refer_fields, _refer
    ),
    Act.RETURN.value: Step(
        lambda: pgettext("referral", "Record its end"), "building", _return_fields, _return
    ),
}
