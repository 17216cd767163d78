"""How much a redress is, whose decision it is, and what may follow what."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.service.complaints import models
from shouwen.service.complaints.rules import redress
from shouwen.service.complaints.rules.redress import Act, Level, Levels, State, Wrong

LEVELS = Levels(lead_fen=200_000, senior_fen=5_000_000)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0.01", 1),
        ("1", 100),
        ("1.5", 150),
        (" 1280.50 ", 128_050),
        ("1280.500", 128_050),
        ("1000000000", 100_000_000_000),
        ("1000000000.01", Wrong.TOO_LARGE),
        ("0", Wrong.NOT_POSITIVE),
        ("0.00", Wrong.NOT_POSITIVE),
        ("-0.01", Wrong.NOT_POSITIVE),
        ("-500", Wrong.NOT_POSITIVE),
        ("0.001", Wrong.TOO_FINE),
        ("12.345", Wrong.TOO_FINE),
        ("", Wrong.NO_NUMBER),
        ("五百元", Wrong.NO_NUMBER),
        ("１００", Wrong.NO_NUMBER),
        ("1,000", Wrong.NO_NUMBER),
        ("1e3", Wrong.NO_NUMBER),
        ("NaN", Wrong.NO_NUMBER),
        (".5", Wrong.NO_NUMBER),
        ("5.", Wrong.NO_NUMBER),
        ("9" * 16, Wrong.NO_NUMBER),
    ],
)
def test_an_amount_is_read_to_the_fen_or_says_what_is_wrong(text: str, fen: int | Wrong) -> None:
    assert redress.fen_of(text) == fen


@given(st.integers(1, redress.MOST_FEN))
def test_no_fen_is_lost(fen: int) -> None:
    assert redress.fen_of(str(Decimal(fen) / 100)) == fen


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_none(text: str) -> None:
    found = redress.fen_of(text)
    assert isinstance(found, Wrong) or 0 < found <= redress.MOST_FEN


@pytest.mark.parametrize(
    ("total", "level"),
    [
        (1, Level.LEAD),
        (200_000, Level.LEAD),
        (200_001, Level.SENIOR),
        (5_000_000, Level.SENIOR),
        (5_000_001, None),
    ],
)
def test_the_sum_says_whose_decision_it_is(total: int, level: Level | None) -> None:
    assert redress.level_of(total, LEVELS) is level


def test_levels_are_in_order() -> None:
    assert Levels(0, 1).is_ordered
    assert Levels(5, 5).is_ordered
    assert not Levels(6, 5).is_ordered
    assert not Levels(0, 0).is_ordered
    assert not Levels(1, redress.MOST_FEN + 1).is_ordered


@given(st.lists(st.sampled_from(Act), max_size=12))
def test_whatever_is_pressed_nothing_is_paid_that_was_not_approved(acts: list[Act]) -> None:
    state, done = State.PROPOSED, list[Act]()
    for act in acts:
        then = redress.after(state, act)
        if then is not None:
            state, done = then, [*done, act]
    # One decision; after it a payment and its failures, each asked for again, take turns.
    assert len([act for act in done if act not in (Act.FAIL, Act.ASK_AGAIN)]) <= 2
    assert all(
        done[place - 1] is Act.FAIL for place, act in enumerate(done) if act is Act.ASK_AGAIN
    )
    if state in redress.SETTLED:
        assert done[0] is Act.APPROVE
    # What has ended stays as it ended, but for a failed payment, which is asked for again.
    if state not in (State.PROPOSED, State.REQUESTED):
        left = [Act.ASK_AGAIN] if state is State.FAILED else []
        assert [act for act in Act if redress.after(state, act)] == left


def test_the_words_of_models_and_rules_are_the_same() -> None:
    assert models.RedressState.values == [state.value for state in State]
