"""The English rendering of a result notice, for whoever wishes it; the Chinese text decides."""

from __future__ import annotations

from collections.abc import Mapping

from shouwen.ground.kit.letters import Letter, Section
from shouwen.service.complaints.rules.notices import (
    PLACES,
    REMEDIES,
    Findings,
    Record,
    Solved,
    Title,
)

SOLVED_WORDS = {
    Solved.YES: "Your demand is met.",
    Solved.PARTLY: "Your demand is met in part.",
    Solved.NO: "Having looked into it, we do not meet your demand.",
}
TITLE_WORDS = {Title.MR: "Mr ", Title.MS: "Ms ", Title.UNSAID: "", Title.BODY: ""}


def rendering_of(record: Record, findings: Findings, pieces: Mapping[str, str]) -> Letter:
    """Build the rendering; fixed words are English, the handler's own stay as written.

    `pieces` are the English ones, with `ruling` which says that the Chinese text decides.
    """
    filled = {
        name: pieces[name].format_map({place: getattr(record, place) for place in places})
        for name, places in PLACES.items()
    }
    steps = (
        f"We accepted this complaint on {record.accepted}. {record.department} handled it, "
        f"began to look into it on {record.started} and finished on {record.handled}."
    )
    parts: list[tuple[str, tuple[str, ...]]] = [
        (
            "What you complained of and what you ask",
            (f"Subject: {record.subject}", f"Your demand: {record.demand}"),
        ),
        ("How it was handled", (steps,)),
        ("What was found", (findings.facts,)),
        ("On what the decision stands", (findings.basis,)),
        ("Why it was decided so", (findings.reasons,)),
        ("Outcome", (SOLVED_WORDS[Solved(findings.solved)], findings.outcome, *record.redress)),
    ]
    after = tuple(text for text in (findings.measures, findings.follow_up) if text.strip())
    if after:
        parts.append(("What we change, and what follows", after))
    remedies = tuple(
        f"({sign}) {filled[name]}" for sign, name in zip("abcd", REMEDIES, strict=True)
    )
    parts.append(("Your rights", remedies))
    return Letter(
        head=record.head,
        title=pieces["title"],
        number=f"No. {record.number}",
        salutation=f"Dear {TITLE_WORDS[Title(findings.title)]}{record.name},",
        opening=(pieces["ruling"], filled["opening"]),
        sections=tuple(
            Section(f"{place}. {heading}", paragraphs)
            for place, (heading, paragraphs) in enumerate(parts, start=1)
        ),
        closing=(filled["closing"],),
        signed=(
            record.head,
            f"Department: {record.department}  Handled by: {record.handler}",
            record.issued,
        ),
        foot=f"{record.head} · {pieces['title']} · {record.number}",
    )
