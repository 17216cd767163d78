"""The key ring and the data keys: made once, turned, destroyed, never in the database."""

from __future__ import annotations

import base64
import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import actions, blind, ciphers, files, keyring, keys
from shouwen.ground.vault.models import AuditRow, DataKey
from shouwen.ground.vault.sealing import SealBroken
from shouwen.ground.vault.tests.letters import Letter

AT = datetime(2026, 6, 16, 2, 38, tzinfo=UTC)
KEEPER = Actor.system("keeper")


def another_process() -> None:
    """Forget what this process holds in memory, as one just started."""
    keyring.plug(None)
    keys.forget_cached()


def test_the_ring_is_made_once_and_for_this_account_alone(home: Path) -> None:
    first = keyring.FileKeyRing(home / "ring" / "keyring.json")
    second = keyring.FileKeyRing(home / "ring" / "keyring.json")
    assert first.public_key() == second.public_key()
    assert stat.S_IMODE((home / "ring" / "keyring.json").stat().st_mode) == 0o600
    assert [p.name for p in (home / "ring").iterdir()] == ["keyring.json"]


def test_a_ring_that_others_may_read_or_that_is_damaged_is_refused(home: Path) -> None:
    path = home / "keyring.json"
    keyring.FileKeyRing(path)
    path.chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        keyring.FileKeyRing(path)
    path.chmod(0o600)
    path.write_text("{}")
    with pytest.raises(ImproperlyConfigured, match="backup"):
        keyring.FileKeyRing(path)


def test_the_ring_may_lie_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUWEN_KEYRING", str(home / "elsewhere.json"))
    blind.index("phone", "13800001234")
    assert (home / "elsewhere.json").exists()
    assert not (home / "keyring.json").exists()


def test_an_unknown_cipher_refuses_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUWEN_CIPHER", "rot13")
    with pytest.raises(ImproperlyConfigured, match="aes-256-gcm"):
        ciphers.chosen()


@pytest.mark.django_db(transaction=True)
def test_turning_the_ring_leaves_everything_readable(home: Path) -> None:
    for n in range(5):
        Letter.objects.create(name=f"陈{n}", customer_ref=f"cust_{n}")
    other = keyring.FileKeyRing(home / "keyring.json")
    assert actions.rotate_kek(actor=KEEPER, at=AT) == 5
    assert actions.destroy_old_keks(actor=KEEPER, at=AT) == [1]
    assert set(DataKey.objects.values_list("kek_version", flat=True)) == {2}
    assert other.wrap(b"k" * 32, b"x")[0] == 2

    another_process()
    assert [x.name.plain for x in Letter.objects.order_by("pk")] == [f"陈{n}" for n in range(5)]
    assert list(json.loads((home / "keyring.json").read_text())["keks"]) == ["2"]
    assert list(AuditRow.objects.order_by("pk").values_list("act", flat=True)) == [
        "key.rotated",
        "key.destroyed",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_killed_rotation_goes_on_and_the_old_key_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for n in range(5):
        Letter.objects.create(name="陈晓", customer_ref=f"cust_{n}")
    monkeypatch.setattr(actions, "REWRAP_BATCH", 2)
    whole, calls = keys.rewrapped, 0

    def killed(row: DataKey) -> tuple[int, bytes]:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise KeyboardInterrupt
        return whole(row)

    monkeypatch.setattr(keys, "rewrapped", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.rotate_kek(actor=KEEPER, at=AT)
    monkeypatch.setattr(keys, "rewrapped", whole)
    another_process()
    assert {x.name.plain for x in Letter.objects.all()} == {"陈晓"}
    with pytest.raises(actions.OldKeysInUse):
        actions.destroy_old_keks(actor=KEEPER, at=AT)
    assert actions.rewrap_keys() == 3
    assert actions.destroy_old_keks(actor=KEEPER, at=AT) == [1]


@pytest.mark.django_db
def test_a_wrapped_key_opens_for_its_subject_alone() -> None:
    Letter.objects.create(name="陈晓", customer_ref="cust_a")
    Letter.objects.create(name="林岚", customer_ref="cust_b")
    one, two = DataKey.objects.order_by("pk")
    DataKey.objects.filter(pk=two.pk).update(wrapped=one.wrapped)
    another_process()
    letter = Letter.objects.get(customer_ref="cust_b")
    with pytest.raises(SealBroken):
        _ = letter.name.plain


@pytest.mark.django_db
def test_a_destroyed_key_takes_its_values_with_it() -> None:
    letter = Letter.objects.create(name="陈晓", customer_ref="cust_a")
    kept = Letter.objects.create(name="林岚", customer_ref="cust_b")
    assert actions.destroy_key("customer:cust_a", actor=KEEPER, at=AT)
    assert not actions.destroy_key("customer:cust_a", actor=KEEPER, at=AT)

    letter = Letter.objects.get(pk=letter.pk)
    assert str(letter.name) == "****"
    assert letter.name.is_erased
    with pytest.raises(keys.KeyDestroyed):
        _ = letter.name.plain
    with pytest.raises(keys.KeyDestroyed), transaction.atomic():
        Letter.objects.create(name="again", customer_ref="cust_a")
    assert Letter.objects.get(pk=kept.pk).name == "林岚"


@pytest.mark.django_db(transaction=True)
def test_a_key_rolled_back_is_never_used_again() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        Letter.objects.create(name="陈晓", customer_ref="cust_a")
        raise RuntimeError
    letter = Letter.objects.create(name="林岚", customer_ref="cust_b")
    other = Letter.objects.create(name="陈晓", customer_ref="cust_a")
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            Letter.objects.create(name="x", customer_ref="cust_c")
            raise RuntimeError
        third = Letter.objects.create(name="周周", customer_ref="cust_c")
    another_process()
    assert [Letter.objects.get(pk=x.pk).name.plain for x in (letter, other, third)] == [
        "林岚",
        "陈晓",
        "周周",
    ]


@pytest.mark.django_db(transaction=True)
def test_no_sealed_value_stands_in_any_raw_byte(home: Path) -> None:
    values = [f"金丝雀{n:04d}canary" for n in range(200)]
    for n, value in enumerate(values):
        Letter.objects.create(name=value, body=value * 3, customer_ref=f"cust_{n}")
    if connection.vendor != "sqlite":
        pytest.skip("raw bytes are looked at in the SQLite file")
    copy = home / "copy.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    raw = copy.read_bytes()
    assert Letter.objects.first() is not None
    assert b"vault_letters_letter" in raw
    for value in values:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            data = value.encode(encoding)
            assert data not in raw
            assert base64.b64encode(data)[:-4] not in raw
            assert data.hex().encode() not in raw


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["ref", "bit", "key", "form"])
def test_a_sealed_file_opens_under_its_own_name_alone(damage: str, home: Any) -> None:
    sealed = files.seal_file(b"scan of a card", subject="customer:cust_a", ref="file_1")
    assert files.open_file(sealed, ref="file_1") == b"scan of a card"
    assert b"scan" not in sealed
    ref = "file_2" if damage == "ref" else "file_1"
    if damage == "bit":
        sealed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    elif damage == "key":
        sealed = b"v1:999999:" + sealed.split(b":", 2)[2]
    elif damage == "form":
        sealed = b"nothing of the kind"
    with pytest.raises(SealBroken):
        files.open_file(sealed, ref=ref)
