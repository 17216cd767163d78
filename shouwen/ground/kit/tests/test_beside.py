"""Who else has a thing open: told at once, gone within seconds, named only to those who may see."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kit import beside, live, views
from shouwen.ground.kit.beside import Neighbour

TOPIC = beside.topic_of("case_1")
NINE = time.now()


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have three people named, and give what their screens are told."""
    told: list[str] = []
    monkeypatch.setattr(beside, "send", told.append)
    names = {"a": "安", "b": "毕", "c": "岑"}
    monkeypatch.setattr(
        beside, "_namers", [lambda refs: {ref: names[ref] for ref in refs if ref in names}]
    )
    return told


def _after(seconds: float) -> AbstractContextManager[None]:
    return time.frozen(NINE + timedelta(seconds=seconds))


def test_whoever_comes_is_told_of_once_and_sees_the_others(sent: list[str]) -> None:
    with _after(0):
        beside.stay([TOPIC], "a")
        assert beside.neighbours(TOPIC, "a") == []
        beside.stay([TOPIC], "b")
        beside.stay([TOPIC], "a")
        assert beside.neighbours(TOPIC, "a") == [Neighbour("毕", False)]
        assert beside.neighbours(TOPIC, "b") == [Neighbour("安", False)]
    assert sent == [TOPIC, TOPIC]


def test_whoever_leaves_is_gone_at_once(sent: list[str]) -> None:
    with _after(0):
        beside.stay([TOPIC], "a")
        beside.leave([TOPIC], "a")
        beside.leave([TOPIC], "a")
        assert beside.neighbours(TOPIC, "b") == []
    assert sent == [TOPIC, TOPIC]


def test_whoever_falls_silent_is_gone_before_fifteen_seconds() -> None:
    with _after(0):
        beside.stay([TOPIC], "a")
    with _after(8):
        assert beside.neighbours(TOPIC, "b") == [Neighbour("安", False)]
    # A page with company looks again every 5 s.
    with _after(10):
        assert beside.neighbours(TOPIC, "b") == []


def test_typing_is_told_when_it_begins_and_fades(sent: list[str]) -> None:
    with _after(0):
        beside.stay([TOPIC], "a")
        beside.stay([TOPIC], "b")
        sent.clear()
        for _twice in range(2):
            beside.type_in(TOPIC, "a")
        assert sent == [TOPIC]
        assert beside.neighbours(TOPIC, "b") == [Neighbour("安", True)]
        beside.type_in(TOPIC, "stranger")
        assert len(beside.neighbours(TOPIC, "b")) == 1
    with _after(7):
        assert beside.neighbours(TOPIC, "b") == [Neighbour("安", False)]


def test_whoever_types_alone_tells_nobody(sent: list[str]) -> None:
    with _after(0):
        beside.stay([TOPIC], "a")
        sent.clear()
        beside.type_in(TOPIC, "a")
    assert sent == []


def _ask(rf: RequestFactory, path: str = "") -> HttpResponse:
    request = rf.get(f"/live/beside/case_1/{path}")
    request.actor = Actor(ActorKind.PERSON, "a", "安", 1)  # type: ignore[attr-defined]  # as guarded
    return views.neighbours(request, "case_1")


def test_the_page_is_asked_of_the_things_own_room(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_authorisers", {"beside": lambda actor, ref: ref == "case_1"})
    with _after(0):
        beside.stay([TOPIC], "b")
        page = _ask(rf).content.decode()
        assert "毕" in page
        mark = beside.mark_of(beside.neighbours(TOPIC, "a"))
        assert _ask(rf, f"?mark={mark}").status_code == 204
        monkeypatch.setattr(live, "_authorisers", {"beside": lambda actor, ref: False})
        with pytest.raises(NotThere):
            _ask(rf)
