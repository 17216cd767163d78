"""How the ledger words its small lines: change since last week, this month's shares, their goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import pgettext

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.words import clause_words, is_chinese
from shouwen.service.complaints.rules.trend import Trend

# What the guide aims at by this name (CG-4.1-06).
RESOLUTION = "complaint.resolution_rate"


@dataclass(frozen=True, slots=True)
class Rate:
    """A month's share with those of the months before, and the goal where a clause sets one."""

    value: str
    values: Sequence[float | None]
    goal: str = ""
    goal_words: str = ""
    passed: str = ""
    clause: str = ""
    clause_words: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """What stands beside the ledger's figures."""

    in_hand: Sequence[int]
    unit: str
    change: str
    month: str
    last_month: str
    resolved: Rate
    repeated: Rate


def worded(trend: Trend, actor: Actor, at: datetime) -> Lines:
    """Word what was counted, with the strictest goal of the institution's packs."""
    by = trend.since_last_week
    return Lines(
        in_hand=trend.in_hand,
        # The English word is as long as the line beside it; the figure's name says it too.
        unit=pgettext("unit", "complaints") if is_chinese() else "",
        change="" if by is None else f"{by * 100:+.1f}%".replace("-", "−"),
        month=_month(trend.month.first),
        last_month=_percent(trend.months[-2].resolved_share),
        resolved=_resolved(trend, actor, at),
        repeated=Rate(
            _percent(trend.month.repeated_share), [one.repeated_share for one in trend.months]
        ),
    )


def _resolved(trend: Trend, actor: Actor, at: datetime) -> Rate:
    share = trend.month.resolved_share
    values = [one.resolved_share for one in trend.months]
    goal = policy.targets(actor.institution_id or 0, at).get(RESOLUTION)
    if goal is None:
        return Rate(_percent(share), values)
    aim = pgettext("complaint", "goal at least %(share)s%%") % {"share": f"{goal.value * 100:g}"}
    # A month that runs misses nothing yet: what is open can still be resolved. The last one can.
    passed = "yes" if share is not None and share >= goal.value else ""
    before = values[-2]
    if not passed and before is not None and before < goal.value:
        passed = "no"
    told, document = clause_words(goal.clause), _document(goal.clause, actor, at)
    return Rate(_percent(share), values, str(goal.value), aim, passed, goal.clause, told, document)


def _document(clause: str, actor: Actor, at: datetime) -> str:
    packs = policy.overview(actor.institution_id or 0, at)
    return next((f"《{one.title}》" for one in packs if clause.startswith(f"{one.code}-")), "")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.1f}"


def _month(first: date) -> str:
    return f"{first.month}月" if is_chinese() else date_format(first, "F")
