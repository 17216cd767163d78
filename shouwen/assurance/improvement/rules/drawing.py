"""Drawing a sample that anybody can draw again: by the digest of a seed and each row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

FULL = 100


def size_of(population: int, percent: int) -> int:
    """Give how many a percentage of a population is, one at least where there is any."""
    return -(-population * percent // FULL)


def draw(refs: Iterable[str], size: int, seed: str) -> list[str]:
    """Give `size` of the refs, the same ones for the same seed, whatever their order."""
    ranked = sorted(refs, key=lambda ref: (hashlib.sha256(f"{seed}:{ref}".encode()).digest(), ref))
    return ranked[:size]
