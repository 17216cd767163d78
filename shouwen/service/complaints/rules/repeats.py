"""Whether two complaints are worded so alike that they are of one matter."""

from __future__ import annotations

from shouwen.service.complaints.rules.kinds import words_in

# A very short text shares half its few words with anything.
LEAST_SHARED = 3


def shared_percent(one: str, other: str) -> int:
    """Give how much of the shorter text's terms stand in the longer one, in whole percent."""
    mine, theirs = set(words_in(one)), set(words_in(other))
    shared = len(mine & theirs)
    return shared * 100 // min(len(mine), len(theirs)) if shared >= LEAST_SHARED else 0


def is_alike(one: str, other: str, *, least_percent: int) -> bool:
    """Whether two texts share so much that they tell of the same, however they are worded."""
    return shared_percent(one, other) >= least_percent
