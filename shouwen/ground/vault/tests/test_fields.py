"""Sealed fields: what goes in comes out in its own place, and nowhere else."""

from __future__ import annotations

import copy
import logging
import pickle

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.vault import ciphers, keys
from shouwen.ground.vault.fields import SealBroken, SealNeedsRow
from shouwen.ground.vault.models import DataKey
from shouwen.ground.vault.sealing import open_token, seal
from shouwen.ground.vault.tests.letters import Letter

pytestmark = pytest.mark.django_db


def stored(letter: Letter, column: str = "phone") -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM vault_letters_letter WHERE id = %s",  # noqa: S608 - test column
            [letter.pk],
        )
        return str(cursor.fetchone()[0])


def put(letter: Letter, token: str, column: str = "phone") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE vault_letters_letter SET {column} = %s WHERE id = %s",  # noqa: S608 - test column
            [token, letter.pk],
        )


def test_a_sealed_value_shows_its_mask_and_opens_by_name() -> None:
    letter = Letter.objects.create(name="陈晓", phone="13812346027", body="你好")
    letter = Letter.objects.get(pk=letter.pk)

    assert letter.phone is not None
    assert letter.phone.plain == "13812346027"
    assert str(letter.phone) == f"{letter.phone}" == letter.phone.masked == "138****6027"
    assert repr(letter.phone) == "<SealedText phone>"
    assert letter.name == "陈晓"
    assert str(letter.body) == "****"
    assert "13812346027" not in stored(letter)
    assert stored(letter).startswith("v1:")


def test_a_text_just_assigned_behaves_like_a_stored_one() -> None:
    letter = Letter(name="陈晓", phone=None)
    assert (letter.name.plain, str(letter.name), letter.phone) == ("陈晓", "陈**", None)
    letter.phone = "13812346027"
    letter.full_clean(exclude=["body"])
    letter.save()
    letter.phone = "13900001111"
    letter.refresh_from_db()
    assert letter.phone == "13812346027"
    letter.phone = "13900001111"
    letter.name = "not saved"
    letter.save(update_fields=["phone"])
    letter.refresh_from_db()
    assert letter.phone == "13900001111"
    assert letter.name == "陈晓"


def test_empty_and_absent_need_no_key() -> None:
    letter = Letter.objects.create(name="", phone=None)
    letter.refresh_from_db()
    assert (letter.name.plain, bool(letter.name), letter.phone) == ("", False, None)
    assert not DataKey.objects.exists()
    assert Letter.objects.filter(phone__isnull=True).count() == 1


def test_an_unchanged_value_keeps_its_token() -> None:
    letter = Letter.objects.create(name="陈晓", phone="13812346027")
    before = stored(letter)
    letter.save()
    Letter.objects.get(pk=letter.pk).save()
    assert stored(letter) == before


def test_deferred_fields_load_and_open() -> None:
    pk = Letter.objects.create(name="陈晓", phone="13812346027").pk
    assert Letter.objects.defer("phone").get(pk=pk).phone == "13812346027"
    assert Letter.objects.only("phone").get(pk=pk).phone == "13812346027"
    assert Letter.objects.only("state").get(pk=pk).name == "陈晓"


def test_bulk_writes_seal_each_row_for_itself() -> None:
    Letter.objects.bulk_create(Letter(name=f"陈{n}", phone=f"1381234000{n}") for n in range(3))
    letters = list(Letter.objects.order_by("pk"))
    assert [str(x.phone.plain) for x in letters if x.phone] == [
        "13812340000",
        "13812340001",
        "13812340002",
    ]
    for letter in letters:
        letter.name = f"林{letter.pk}"
    Letter.objects.bulk_update(letters, ["name"])
    assert [x.name.plain for x in Letter.objects.order_by("pk")] == [f"林{x.pk}" for x in letters]


def test_a_guarded_update_takes_a_value_sealed_for_its_row() -> None:
    letter = Letter.objects.create(name="陈晓")
    other = Letter.objects.create(name="林岚")
    rows = Letter.objects.filter(pk=letter.pk, state="NEW")
    assert rows.update(state="READ", body=letter.seal("body", "已处理")) == 1
    letter.refresh_from_db()
    assert letter.body == "已处理"
    with pytest.raises(SealNeedsRow), transaction.atomic():
        Letter.objects.filter(pk=other.pk).update(body="plain")
    assert Letter.objects.filter(pk=letter.pk).update(phone=None) == 1


def test_copying_between_rows_seals_anew() -> None:
    letter = Letter.objects.create(name="陈晓", customer_ref="cust_a")
    other = Letter.objects.create(name=letter.name, customer_ref="cust_b")
    other = Letter.objects.get(pk=other.pk)
    assert other.name == "陈晓"
    assert stored(other, "name") != stored(letter, "name")
    assert DataKey.objects.count() == 2


def test_there_is_no_search_on_sealed_text() -> None:
    with pytest.raises(FieldError):
        Letter.objects.filter(name__startswith="陈")
    with pytest.raises(SealNeedsRow):
        Letter.objects.filter(name="陈晓").exists()


def test_a_value_without_its_row_stays_closed() -> None:
    Letter.objects.create(name="陈晓")
    value = Letter.objects.values_list("name", flat=True).get()
    assert str(value) == "****"
    with pytest.raises(SealNeedsRow):
        _ = value.plain


def test_nothing_sealed_is_pickled_or_lost_in_a_copy() -> None:
    letter = Letter.objects.create(name="陈晓")
    assert copy.deepcopy(letter.name) == "陈晓"
    with pytest.raises(TypeError):
        pickle.dumps(letter.name)


@pytest.mark.parametrize("place", ["row", "field", "key"])
def test_a_moved_ciphertext_does_not_open(place: str, caplog: pytest.LogCaptureFixture) -> None:
    letter = Letter.objects.create(name="陈晓", phone="13812346027")
    other = Letter.objects.create(name="林岚", phone="13900001111", customer_ref="cust_b")
    if place == "row":
        put(letter, stored(other))
    elif place == "field":
        put(letter, stored(letter, "name"))
    else:
        suite, _key, body = stored(letter).split(":")
        put(letter, f"{suite}:{stored(other).split(':')[1]}:{body}")
    letter = Letter.objects.get(pk=letter.pk)
    assert letter.phone is not None
    with caplog.at_level(logging.CRITICAL), pytest.raises(SealBroken):
        _ = letter.phone.plain
    assert str(letter.phone) == "****"
    assert [r.levelname for r in caplog.records] == ["CRITICAL"] * 2
    assert "13900001111" not in caplog.text
    assert "13812346027" not in caplog.text


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(min_size=1), bit=st.integers(min_value=0), suite=st.sampled_from(("v1", "g1")))
def test_any_text_comes_back_and_any_flipped_bit_is_noticed(
    text: str, bit: int, suite: str
) -> None:
    place = {"table": "t", "ref": "letter_1", "field": "body"}
    text = text.encode(errors="ignore").decode() or "x"
    token = seal(text, suite=suite, subject="customer:cust_a", **place)
    assert open_token(token, **place) == text

    key = keys.for_subject("customer:cust_a")
    sealed = bytearray(ciphers.seal(suite, key.secret(), text.encode(), b"here"))
    sealed[bit // 8 % len(sealed)] ^= 1 << bit % 8
    with pytest.raises(ciphers.TagWrong):
        ciphers.open_sealed(suite, key.secret(), bytes(sealed), b"here")


@pytest.mark.parametrize("token", ["x", "v1:1", "v1:99:AAAA", "v9:1:AAAA", "v1:1:*", "v1:-1:AA"])
def test_a_token_of_another_form_is_broken_not_a_crash(token: str) -> None:
    letter = Letter.objects.create(name="陈晓", phone="13812346027")
    put(letter, token)
    letter = Letter.objects.get(pk=letter.pk)
    assert letter.phone is not None
    with pytest.raises(SealBroken):
        _ = letter.phone.plain


@pytest.mark.parametrize("rows", [1, 40])
def test_a_list_fetches_its_keys_in_one_query(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(rows):
        Letter.objects.create(name="陈晓", customer_ref=f"cust_{n}")
    keys.forget_cached()
    with django_assert_num_queries(2):
        assert [str(x.name) for x in Letter.objects.order_by("pk")] == ["陈**"] * rows


def test_sm4_is_used_when_the_setting_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUWEN_CIPHER", "sm4-gcm")
    letter = Letter.objects.create(name="陈晓", phone="13812346027")
    assert stored(letter).startswith("g1:")
    monkeypatch.delenv("SHOUWEN_CIPHER")
    assert Letter.objects.get(pk=letter.pk).phone == "13812346027"
