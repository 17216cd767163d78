"""What was changed between two wordings: word by word within the sentences that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Whole sentences are compared first: the effort then grows with what changed, not with the text.
_SENTENCE = re.compile(r"[^。！？；.!?;\n]*(?:[。！？；.!?;]+|\n+|$)")
_WORD = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
# Comparing takes the square of this; what has more pieces is shown as replaced whole.
PIECES_AT_MOST = 1_500

SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text that stayed, came or went."""

    kind: str
    text: str


def compare(before: str, after: str) -> list[Change]:
    """Give the whole of both texts as stretches, in order; what went stands before what came."""
    old, new = _cut(_SENTENCE, before, after)
    found: list[Change] = []
    for kind, old_part, new_part in _steps(old, new):
        if kind == "equal":
            found.append(Change(SAME, "".join(old_part)))
        else:
            found += _within("".join(old_part), "".join(new_part))
    return _joined(found)


def _cut(pattern: re.Pattern[str], before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = ([piece for piece in pattern.findall(text) if piece] for text in (before, after))
    return ([before], [after]) if max(len(old), len(new)) > PIECES_AT_MOST else (old, new)


def _within(before: str, after: str) -> Iterator[Change]:
    old, new = _cut(_WORD, before, after)
    for kind, old_part, new_part in _steps(old, new):
        if kind == "equal":
            yield Change(SAME, "".join(old_part))
            continue
        if old_part:
            yield Change(REMOVED, "".join(old_part))
        if new_part:
            yield Change(ADDED, "".join(new_part))


def _steps(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        yield kind, old[old_from:old_to], new[new_from:new_to]


def _joined(changes: list[Change]) -> list[Change]:
    """Join neighbours of one kind, so that a reader hears each stretch once."""
    joined: list[Change] = []
    for change in changes:
        if joined and joined[-1].kind == change.kind:
            joined[-1] = Change(change.kind, joined[-1].text + change.text)
        elif change.text:
            joined.append(change)
    return joined
