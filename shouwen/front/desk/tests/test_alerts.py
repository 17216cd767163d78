"""Sound and notices: a switch that is kept, and words that name no customer."""

from __future__ import annotations

import re

from shouwen.front.desk.tests.conftest import Talk
from shouwen.ground.kernel import time
from shouwen.ground.kit import beside


def _sound(page: str) -> str:
    found = re.search(r'data-sound="(\w+)"', page)
    return found[1] if found else ""


def test_the_sound_is_on_until_it_is_switched_off(talk: Talk) -> None:
    assert _sound(talk.page(talk.mine)) == "on"
    answer = talk.mine.post("/kit/prefer/", {"name": "sound", "value": "off", "next": "/desk/"})
    assert answer.status_code == 302
    assert _sound(talk.page(talk.mine)) == "off"
    assert talk.mine.post("/kit/prefer/", {"name": "sound", "value": "loud"}).status_code == 400


def test_a_colleague_beside_is_named_and_seen_typing(talk: Talk) -> None:
    ref, topic = talk.contact.public_id, beside.topic_of(talk.contact.public_id)
    assert f'data-topic="{topic}"' in talk.page(talk.mine)
    with time.frozen(talk.at):
        for person in (talk.centre.first, talk.centre.second):
            beside.stay([topic], person.public_id)
        page = talk.theirs.get(f"/live/beside/{ref}/").text
    assert page.count(f"{talk.centre.first.name}正在查看") == 1
    talk.post(talk.mine, "typing/", {})
    with time.frozen(talk.at):
        found = beside.neighbours(topic, talk.centre.second.public_id)
    assert [(each.name, each.is_typing) for each in found] == [(talk.centre.first.name, True)]
