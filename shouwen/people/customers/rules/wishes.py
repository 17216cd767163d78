"""What to heed when talking with a customer, as one text that can be sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wishes:
    """Kinds of wishes from a closed list, in its order, and a remark in words."""

    kinds: tuple[str, ...] = ()
    words: str = ""

    def __bool__(self) -> bool:
        """Whether there is anything to heed."""
        return bool(self.kinds or self.words)

    def text(self) -> str:
        """Give both as one text; empty where there is nothing."""
        if not self:
            return ""
        return json.dumps({"kinds": self.kinds, "words": self.words}, ensure_ascii=False)


def wishes_in(text: str) -> Wishes:
    """Read the text back."""
    if not text:
        return Wishes()
    kept = json.loads(text)
    return Wishes(tuple(kept["kinds"]), kept["words"])


def joined(first: Wishes, second: Wishes, order: Iterable[str]) -> Wishes:
    """Give what either of two asks for; nobody's wish is lost when records become one."""
    asked = {*first.kinds, *second.kinds}
    words = dict.fromkeys(part for part in (first.words, second.words) if part)
    return Wishes(tuple(kind for kind in order if kind in asked), "\n".join(words))
