"""The text messages about a complaint's progress: one message long, without what it is about.

A version that went out is never edited: other words are another version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shouwen.service.complaints.rules.progress import Milestone
from shouwen.service.complaints.rules.progress_letters import (
    CHINESE,
    ENGLISH,
    HANDLING,
    TELLING,
    Promise,
)

VERSION = 1
# One message: 70 characters where any is Chinese (UCS-2), else 160 (GSM 03.38).
BUDGET = {CHINESE: 70, ENGLISH: 160}


@dataclass(frozen=True, slots=True)
class _Words:
    message: str
    where: str
    limits: Mapping[str, str]
    milestones: Mapping[Milestone, str]


_WORDS: Mapping[str, _Words] = {
    CHINESE: _Words(
        message="【{institution}】您的投诉{number}{said}",
        where="可登录客户服务页面查询。",
        limits={HANDLING: "处理期限{due}。", TELLING: "最迟{due}告知结果。"},
        milestones={
            Milestone.ACCEPTED: "已于{day}受理。",
            Milestone.STARTED: "已于{day}开始调查。",
            Milestone.PLANNED: "已有方案，请与我们联系。",
            Milestone.HANDLED: "已于{day}处理完毕。",
            Milestone.WAITING: "待您补充材料，请与我们联系。",
            Milestone.RESUMED: "已于{day}继续处理。",
            Milestone.REOPENED: "已于{day}重新处理。",
        },
    ),
    ENGLISH: _Words(
        message="{institution}: your complaint {number} {said}",
        where=" See our customer pages.",
        limits={HANDLING: " To be handled by {due}.", TELLING: " Result by {due}."},
        milestones={
            Milestone.ACCEPTED: "was accepted on {day}.",
            Milestone.STARTED: "is under investigation since {day}.",
            Milestone.PLANNED: "has a plan; please contact us.",
            Milestone.HANDLED: "was handled on {day}.",
            Milestone.WAITING: "waits for your documents or answer; please contact us.",
            Milestone.RESUMED: "is worked on again since {day}.",
            Milestone.REOPENED: "was taken up again on {day}.",
        },
    ),
}
_WITHOUT_LIMIT = frozenset({Milestone.WAITING})


def message(
    milestone: Milestone,
    language: str,
    *,
    institution: str,
    number: str,
    day: date,
    promise: Promise | None = None,
) -> str:
    """Give the one message in the customer's language; Chinese for one that has no words.

    What does not fit is left out whole: first where to look, then the limit; a long name of the
    institution is cut, never the number or what was reached.
    """
    spoken = language if language in _WORDS else CHINESE
    words = _WORDS[spoken]
    budget = BUDGET[spoken]
    if spoken == ENGLISH and not institution.isascii():
        # Any Chinese character makes the whole message one of the shorter kind.
        budget = BUDGET[CHINESE]
    said = words.milestones[milestone].format(day=day.isoformat())
    bare = len(words.message.format(institution="", number=number, said=said))
    shown = institution[: max(budget - bare, 0)]
    text = words.message.format(institution=shown, number=number, said=said)
    more = []
    if promise is not None and milestone not in _WITHOUT_LIMIT:
        more.append(words.limits[promise.event].format(due=promise.due.isoformat()))
    more.append(words.where)
    for part in more:
        if len(text) + len(part) <= budget:
            text += part
    return text
