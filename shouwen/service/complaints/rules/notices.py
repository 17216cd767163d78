"""What a result notice must hold, and the letter that is built from it (CG-3.3-03, CG-4.1-05)."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shouwen.ground.kit.letters import Letter, Section

# The pieces an institution may word itself, and the places each may fill from the record.
PLACES: Mapping[str, frozenset[str]] = {
    "opening": frozenset({"received", "subject", "case", "we"}),
    "review": frozenset({"we", "review_days", "decide_days"}),
    "mediation": frozenset({"we"}),
    "arbitration": frozenset({"we"}),
    "court": frozenset({"we"}),
    "closing": frozenset({"we"}),
}
REMEDIES = ("review", "mediation", "arbitration", "court")
# What the notice does not go out without.
NEEDED = ("facts", "basis", "reasons", "outcome")


class Solved(StrEnum):
    """Whether the demand is met."""

    YES = "YES"
    PARTLY = "PARTLY"
    NO = "NO"


SOLVED_WORDS = {
    Solved.YES: "您的诉求已得到解决。",
    Solved.PARTLY: "您的诉求已部分得到解决。",
    Solved.NO: "经核查，您的诉求未予支持。",
}


class Title(StrEnum):
    """How the complainant is addressed."""

    MR = "MR"
    MS = "MS"
    UNSAID = "UNSAID"
    BODY = "BODY"


TITLE_WORDS = {
    Title.MR: "先生",
    Title.MS: "女士",
    Title.UNSAID: "先生/女士",
    Title.BODY: "",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What the notice says of the matter, in the handler's words to the complainant."""

    facts: str
    basis: str
    reasons: str
    outcome: str
    solved: str = Solved.YES
    measures: str = ""
    follow_up: str = ""
    title: str = Title.UNSAID


@dataclass(frozen=True, slots=True)
class Record:
    """What the notice takes from the complaint as it stands; moments as words."""

    head: str
    we: str
    number: str
    case: str
    subject: str
    name: str
    demand: str
    department: str
    handler: str
    received: str
    accepted: str
    started: str
    handled: str
    issued: str
    review_days: str
    decide_days: str
    # What was granted by amount, each in words.
    redress: tuple[str, ...] = ()


def missing(findings: Findings, pieces: Mapping[str, str]) -> tuple[str, ...]:
    """Give what the notice lacks, by name: of the findings, then of the remedies."""
    lacks = [name for name in NEEDED if not getattr(findings, name).strip()]
    return (*lacks, *(name for name in REMEDIES if not pieces.get(name, "").strip()))


def wrong_places(piece: str, text: str) -> tuple[str, ...]:
    """Give the places in a text that nothing fills, or `{` where its braces do not fit."""
    try:
        named = [
            (name, spec, conversion)
            for _before, name, spec, conversion in string.Formatter().parse(text)
            if name is not None
        ]
    except ValueError:
        return ("{",)
    known = PLACES[piece]
    return tuple(
        name or "{}"
        for name, spec, conversion in named
        if name not in known or spec or conversion is not None
    )


def letter_of(record: Record, findings: Findings, pieces: Mapping[str, str]) -> Letter:
    """Build the letter; every piece is there, and its places are known."""
    filled = {
        name: pieces[name].format_map({place: getattr(record, place) for place in places})
        for name, places in PLACES.items()
    }
    steps = (
        f"我{record.we}于{record.accepted}受理本投诉，由{record.department}办理，"
        f"{record.started}开始调查，{record.handled}办结。"
    )
    parts: list[tuple[str, tuple[str, ...]]] = [
        ("投诉事项与诉求", (f"您投诉的事项：{record.subject}。", f"您的诉求：{record.demand}")),
        ("受理与办理经过", (steps,)),
        ("查明的事实", (findings.facts,)),
        ("处理依据", (findings.basis,)),
        ("处理理由", (findings.reasons,)),
        ("处理结果", (SOLVED_WORDS[Solved(findings.solved)], findings.outcome, *record.redress)),
    ]
    after = tuple(text for text in (findings.measures, findings.follow_up) if text.strip())
    if after:
        parts.append(("改进措施与后续安排", after))
    remedies = tuple(
        f"（{sign}）{filled[name]}" for sign, name in zip("一二三四", REMEDIES, strict=True)
    )
    parts.append(("您的权利与救济途径", remedies))
    signs = "一二三四五六七八"
    return Letter(
        head=record.head,
        title=pieces["title"],
        number=f"编号：{record.number}",
        salutation=f"尊敬的{record.name}{TITLE_WORDS[Title(findings.title)]}：",
        opening=(filled["opening"],),
        sections=tuple(
            Section(f"{sign}、{heading}", paragraphs)
            for sign, (heading, paragraphs) in zip(signs, parts, strict=False)
        ),
        closing=(filled["closing"],),
        signed=(
            record.head,
            f"经办部门：{record.department}  经办人：{record.handler}",
            record.issued,
        ),
        foot=f"{record.head} · {pieces['title']} · {record.number}",
    )
