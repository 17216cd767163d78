"""A letterbox that keeps what is posted, for the tests of every room."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from shouwen.people.customers import ports


class Letters:
    """A letterbox of the tests; `is_away` lets it refuse."""

    def __init__(self) -> None:
        """Begin empty."""
        self.posted: list[tuple[str, str, str, str]] = []
        self.subjects: list[str] = []
        self.is_away = False
        self.tried = 0
        # What it answers for an address instead of taking the message.
        self.answers: dict[str, ports.LetterNotTaken] = {}

    def post(self, kind: str, address: str, words: str, *, key: str, subject: str) -> None:
        """Keep the message. Raises LetterboxAway, and what the test wants."""
        self.tried += 1
        if self.is_away:
            raise ports.LetterboxAway
        if address in self.answers:
            raise self.answers[address]
        self.subjects.append(subject)
        self.posted.append((kind, address, words, key))

    @property
    def taken(self) -> dict[str, tuple[str, str]]:
        """What a provider that goes by keys holds: address and words of each message."""
        return {key: (address, words) for _kind, address, words, key in self.posted}

    @property
    def code(self) -> str:
        """The six digits of the last message."""
        found = re.search(r"[0-9]{6}", self.posted[-1][2])
        assert found is not None
        return found.group()


@pytest.fixture
def letters() -> Iterator[Letters]:
    """Plug a letterbox in."""
    before, box = ports.letterbox("EMAIL"), Letters()
    ports.plug_letterbox(box)
    yield box
    ports.plug_letterbox(before)
