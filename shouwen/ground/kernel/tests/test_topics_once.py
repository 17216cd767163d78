"""A transaction sends a topic once, however many acts publish it, and none that is undone."""

from __future__ import annotations

import pytest
from django.db import transaction

from shouwen.ground.kernel import topics

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(topics, "send", found.append)
    return found


def test_a_topic_goes_out_once_for_each_transaction(sent: list[str]) -> None:
    for _round in range(2):
        with transaction.atomic():
            topics.publish("case-a")
            with transaction.atomic():
                topics.publish("case-a")
                topics.publish("case-b")
            topics.publish("case-b")
        assert sent == ["case-a", "case-b"]
        sent.clear()


def test_outside_a_transaction_each_goes_out_at_once(sent: list[str]) -> None:
    topics.publish("case-a")
    topics.publish("case-a")
    assert sent == ["case-a", "case-a"]


def test_what_was_undone_is_forgotten_and_may_be_published_again(sent: list[str]) -> None:
    with transaction.atomic():
        with pytest.raises(KeyError), transaction.atomic():
            topics.publish("case-a")
            raise KeyError
        topics.publish("case-a")
    assert sent == ["case-a"]
    sent.clear()
    with pytest.raises(KeyError), transaction.atomic():
        topics.publish("case-a")
        raise KeyError
    assert sent == []
    with transaction.atomic():
        topics.publish("case-a")
    assert sent == ["case-a"]


def test_a_hint_goes_along_only_while_every_act_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(topics, "send", lambda topic, **hint: sent.append((topic, hint)))
    with transaction.atomic():
        topics.publish("case-a", seen_by="customer")
        topics.publish("case-a", seen_by="customer")
        topics.publish("case-b", seen_by="customer")
        topics.publish("case-b")
    assert sent == [("case-a", {"seen_by": "customer"}), ("case-b", {})]


def test_parts_are_told_one_by_one_and_none_beside_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(topics, "send", lambda topic, **hint: sent.append((topic, hint)))
    talk, figures = {"only": "talk", "contact": "cont_1"}, {"only": "figures"}
    with transaction.atomic():
        for hint in (talk, figures, talk):
            topics.publish("person-a", **hint)
        topics.publish("person-b", **talk)
        topics.publish("person-b")
        topics.publish("person-c", **talk)
        topics.publish("person-c", **{**talk, "contact": "cont_2"})
    assert sent == [
        ("person-a", talk),
        ("person-a", figures),
        ("person-b", {}),
        ("person-c", {}),
    ]
