"""The letters about a complaint's progress: short, without what it is about, by language.

A version that went out is never edited: other words are another version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shouwen.service.complaints.rules.progress import Milestone

VERSION = 1
CHINESE, ENGLISH = "zh-hans", "en"


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    letter: str
    # By the event of the limit that is told.
    limits: Mapping[str, str]
    milestones: Mapping[Milestone, str]


# The limits that bind the house towards the complainant, and are told with their date.
HANDLING, TELLING = "complaint.resolve", "complaint.feedback"
PROMISED = (HANDLING, TELLING)
_WORDS: Mapping[str, _Words] = {
    CHINESE: _Words(
        subject="{institution}：投诉{number}的办理进度",
        letter="您好！您的投诉（编号{number}）{said}{until}\n"
        "您可以随时登录我们的客户服务页面查看进度，如有疑问请与我们联系。\n"
        "{institution}",
        limits={
            HANDLING: "按照规定，本投诉的处理期限为{due}。",
            TELLING: "按照规定，我们最迟于{due}告知您处理结果。",
        },
        milestones={
            Milestone.ACCEPTED: "已于{day}受理。接下来我们会安排专人调查核实。",
            Milestone.STARTED: "已于{day}开始调查。查清事实后，我们会与您沟通处理方案。",
            Milestone.PLANNED: "已于{day}形成处理方案，但我们暂未联系上您。"
            "请您方便时与我们联系，我们会向您说明方案并听取您的意见。",
            Milestone.HANDLED: "已于{day}处理完毕。接下来我们会书面告知您处理结果。",
            Milestone.WAITING: "自{day}起等待您补充材料或者答复。"
            "请您登录客户服务页面或者与我们联系，了解需要补充的内容；收到后我们会继续处理。",
            Milestone.RESUMED: "已于{day}继续处理。有新的进展，我们会及时告知您。",
            Milestone.REOPENED: "已于{day}重新处理。我们会再次核实，并告知您处理结果。",
        },
    ),
    ENGLISH: _Words(
        subject="{institution}: progress of your complaint {number}",
        letter="Your complaint {number} {said}{until}\n"
        "You can look up its progress on our customer pages at any time. Please contact us with "
        "any question.\n"
        "{institution}",
        limits={
            HANDLING: " By the rules it is to be handled by {due}.",
            TELLING: " By the rules we tell you the result by {due}.",
        },
        milestones={
            Milestone.ACCEPTED: "was accepted on {day}. Next, a colleague is named to look into "
            "it.",
            Milestone.STARTED: "has been under investigation since {day}. Once the facts are "
            "found, we talk with you about a plan.",
            Milestone.PLANNED: "has a plan since {day}, but we could not reach you. Please "
            "contact us when it suits you, so that we can explain it and hear what you think.",
            Milestone.HANDLED: "was handled on {day}. Next, we tell you the result in writing.",
            Milestone.WAITING: "has waited since {day} for documents or an answer from you. "
            "Please see our customer pages or contact us to learn what is missing; we go on as "
            "soon as we have it.",
            Milestone.RESUMED: "has been worked on again since {day}. We tell you as soon as "
            "there is news.",
            Milestone.REOPENED: "was taken up again on {day}. We look into it once more and tell "
            "you the result.",
        },
    ),
}
# While it waits for the complainant the limit may stand still.
_WITHOUT_LIMIT = frozenset({Milestone.WAITING})


@dataclass(frozen=True, slots=True)
class Promise:
    """A limit that is told: its event, one of PROMISED, and its day."""

    event: str
    due: date


def letter(
    milestone: Milestone,
    language: str,
    *,
    institution: str,
    number: str,
    day: date,
    promise: Promise | None = None,
) -> tuple[str, str]:
    """Give subject and words in the customer's language; Chinese for one that has no words."""
    words = _WORDS.get(language, _WORDS[CHINESE])
    names = {"institution": institution, "number": number}
    until = ""
    if promise is not None and milestone not in _WITHOUT_LIMIT:
        until = words.limits[promise.event].format(due=promise.due.isoformat())
    said = words.milestones[milestone].format(day=day.isoformat())
    return words.subject.format(**names), words.letter.format(said=said, until=until, **names)
