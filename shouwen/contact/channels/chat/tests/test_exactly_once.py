"""Whatever the network does, every message is kept once, in the order it was written.

The page is modelled as `link.js` works: one message at a time, sent again under the same key
until its `ack` comes; the line drops frames and answers, repeats them, delays them, and breaks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwen.contact.channels.chat import access, actions, queries
from shouwen.contact.channels.chat.actions import Caller
from shouwen.contact.conversations.models import Contact
from shouwen.people.staff.models import Institution
from shouwen.people.staff.tests.factories import MONDAY_9AM

_visits = count()

# What befalls one sending: lost on the way, kept with its answer lost, kept and answered,
# arriving twice, or arriving once more after the next one (an old connection's buffer).
FATES = st.sampled_from(["lost", "ack lost", "fine", "twice", "again later"])


@dataclass
class Writer:
    """A page that writes, over a line that fails as told."""

    visitor: Caller
    fates: list[str]
    clock: int = 0
    echoes: list[tuple[str, str]] = field(default_factory=list)
    acks: list[int] = field(default_factory=list)

    def write(self, texts: list[str]) -> None:
        """Send every text until it is acknowledged."""
        for number, text in enumerate(texts):
            while not self._try(f"key-{number:08}", text):
                pass

    def _try(self, key: str, text: str) -> bool:
        fate = self.fates.pop() if self.fates else "fine"
        if fate == "lost":
            return False
        kept = self._arrive(key, text)
        for echo in self.echoes:
            self._arrive(*echo)
        self.echoes.clear()
        if fate == "twice":
            assert self._arrive(key, text) == kept
        if fate == "again later":
            self.echoes.append((key, text))
        if fate == "ack lost":
            return False
        self.acks.append(kept.sequence)
        return True

    def _arrive(self, key: str, text: str) -> actions.Acknowledged:
        self.clock += 1
        at = MONDAY_9AM + timedelta(seconds=self.clock)
        return actions.say(self.visitor, key=key, text=text, at=at)


@pytest.mark.django_db
@given(
    texts=st.lists(st.text("问答abc ", min_size=1).map(lambda t: f"x{t}".strip()), max_size=8),
    fates=st.lists(FATES, max_size=30),
    reads=st.lists(st.booleans(), max_size=30),
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_message_is_kept_once_in_order_and_read_once_in_order(
    bank: Institution, texts: list[str], fates: list[str], reads: list[bool]
) -> None:
    token = access.new_token(bank.code)
    visitor = Caller(bank.pk, access.token_digest(token, bank.code), "zh-hans")
    writer = Writer(visitor, fates)
    writer.write(texts)

    # A reader that loses some of its pictures asks from what it has, and so do its repeats.
    seen: list[tuple[int, str]] = []
    ref = ""
    for arrives in [*reads, True]:
        after = seen[-1][0] if seen else 0
        picture = queries.picture(
            visitor.institution_id,
            visitor.token_digest,
            contact_ref=ref,
            after=after,
            language="en",
            now=MONDAY_9AM,
        )
        if arrives:
            ref = picture.contact_ref
            seen += [(frame["sequence"], frame["text"]) for frame in picture.messages]

    assert seen == list(enumerate(texts, start=1))
    assert writer.acks == list(range(1, len(texts) + 1))
    mine = Contact.objects.filter(institution=bank, public_id=ref)
    assert mine.count() == (1 if texts else 0)
