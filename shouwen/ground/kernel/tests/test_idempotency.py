"""A repeated write has one effect, and a key never serves two bodies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shouwen.ground.kernel import errors, idempotency

MONDAY_9AM = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_repeat_is_told_what_the_first_one_made() -> None:
    with idempotency.once("case", "k1", {"a": 1, "b": 2}, at=MONDAY_9AM) as slot:
        assert slot.reference == ""
        slot.finish("case_1")
    with idempotency.once("case", "k1", {"b": 2, "a": 1}, at=MONDAY_9AM) as slot:
        assert slot.reference == "case_1"


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_an_error() -> None:
    with idempotency.once("case", "k1", b"one", at=MONDAY_9AM) as slot:
        slot.finish("case_1")
    second = idempotency.once("case", "k1", b"two", at=MONDAY_9AM)
    with pytest.raises(idempotency.KeyReused), second:
        pass


@pytest.mark.django_db
def test_a_failed_effect_frees_its_key() -> None:
    with pytest.raises(errors.Conflict), idempotency.once("case", "k1", b"one", at=MONDAY_9AM):
        raise errors.Conflict
    with idempotency.once("case", "k1", b"other", at=MONDAY_9AM) as slot:
        assert slot.reference == ""
        slot.finish("case_2")


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 129])
def test_a_key_has_a_sensible_length(key: str) -> None:
    with pytest.raises(errors.Invalid), idempotency.once("case", key, b"", at=MONDAY_9AM):
        pass


@pytest.mark.django_db
def test_keys_are_kept_for_at_least_a_day() -> None:
    with idempotency.once("case", "k1", b"", at=MONDAY_9AM) as slot:
        slot.finish("case_1")
    assert idempotency.forget_old_keys(MONDAY_9AM + timedelta(hours=24)) == 0
    assert idempotency.forget_old_keys(MONDAY_9AM + timedelta(hours=49)) == 1
