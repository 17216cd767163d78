"""Coming in by a one-time code: once, in time, for its owner, and telling strangers nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions, ports, queries
from shouwen.people.customers.models import Customer, EntryCode
from shouwen.people.customers.spool import SpoolFolder
from shouwen.people.customers.tests.conftest import PHONE
from shouwen.people.customers.tests.letterbox import Letters
from shouwen.people.staff.models import Institution
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

UNKNOWN = "13900009999"


def later(**span: float) -> datetime:
    return MONDAY_9AM + timedelta(hours=1) + timedelta(**span)


def ask(bank: Institution, address: str = PHONE, source: str = "10.0.0.1", **at: float) -> str:
    asked = actions.ask_for_code(bank, address, source=source, language="zh-hans", at=later(**at))
    return str(asked.public_id)


def enter(bank: Institution, ref: str, code: str, **at: float) -> Customer:
    return actions.enter_by_code(ref, bank.pk, code, at=later(**at))


def refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except actions.CodeWrong:
        return True
    return False


def test_a_code_lets_its_owner_in_once(
    bank: Institution, customer: Customer, letters: Letters
) -> None:
    ref = ask(bank, "+86 138-0000-1234")
    assert actions.send_codes(later()) == 1
    assert actions.send_codes(later()) == 0
    [(kind, address, words, key)] = letters.posted
    assert (kind, address, key) == ("PHONE", PHONE, ref)
    assert "2分钟内有效" in words
    full_width = letters.code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert enter(bank, ref, f" {full_width[:3]} {full_width[3:]}\n") == customer
    assert refused(lambda: enter(bank, ref, letters.code))
    acts = AuditRow.objects.filter(act__startswith="customer.").order_by("pk")
    assert list(acts.values_list("act", flat=True))[-3:] == [
        "customer.code_asked",
        "customer.code_sent",
        "customer.entered",
    ]


def test_the_code_is_kept_nowhere(bank: Institution, customer: Customer, letters: Letters) -> None:
    ask(bank)
    actions.send_codes(later())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM customers_entrycode")
        stored = str(cursor.fetchall())
        cursor.execute("SELECT detail FROM vault_auditrow")
        stored += str(cursor.fetchall())
    assert "code_" in stored
    assert (letters.code in stored, PHONE in stored) == (False, False)


@pytest.mark.parametrize("address", [PHONE, UNKNOWN])
def test_known_and_unknown_are_answered_by_the_same_steps(
    bank: Institution,
    customer: Customer,
    letters: Letters,
    address: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ask(bank, "13700007777")
    with django_assert_num_queries(18):
        ref = ask(bank, address)
    with django_assert_num_queries(7), pytest.raises(actions.CodeWrong):
        enter(bank, ref, "000000")
    assert EntryCode.objects.get(public_id=ref).tries == 1
    assert actions.send_codes(later()) == (1 if address == PHONE else 0)


def test_late_wrong_replaced_and_foreign_codes_open_nothing(
    bank: Institution, customer: Customer, letters: Letters
) -> None:
    first = ask(bank)
    actions.send_codes(later())
    old = letters.code
    second = ask(bank, seconds=5)
    assert refused(lambda: enter(bank, first, old, seconds=6))
    actions.send_codes(later(seconds=6))
    other = an_institution("insurer")
    assert refused(lambda: enter(other, second, letters.code, seconds=7))
    assert refused(lambda: enter(bank, first, letters.code, seconds=7))
    assert refused(lambda: enter(bank, second, letters.code, seconds=126))
    assert enter(bank, second, letters.code, seconds=124) == customer


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12 34 5x", "😀" * 6])
def test_what_is_no_code_costs_no_try(
    bank: Institution, customer: Customer, letters: Letters, typed: str
) -> None:
    ref = ask(bank)
    assert refused(lambda: enter(bank, ref, typed))
    assert EntryCode.objects.get().tries == 0


def test_the_sixth_try_is_refused_even_when_right(
    bank: Institution, customer: Customer, letters: Letters
) -> None:
    ref = ask(bank)
    actions.send_codes(later())
    wrong = "111111" if letters.code != "111111" else "222222"
    assert all(refused(lambda: enter(bank, ref, wrong)) for _try in range(5))
    assert refused(lambda: enter(bank, ref, letters.code))


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_count_each(letters: Letters) -> None:
    bank = an_institution("racing")
    actions.register_customer(bank, name="韩梅", phone=PHONE, actor=FOUNDER, at=MONDAY_9AM)
    ref = ask(bank)
    actions.send_codes(later())
    wrong = "111111" if letters.code != "111111" else "222222"

    def guess() -> None:
        refused(lambda: enter(bank, ref, wrong))
        connection.close()

    threads = [threading.Thread(target=guess) for _n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert EntryCode.objects.get().tries == 5


def test_an_address_and_a_source_ask_only_so_often(
    bank: Institution, customer: Customer, letters: Letters
) -> None:
    actions.set_self_service(
        bank, {"codes_per_source": 10}, actor=acting(a_person(a_unit(bank), "risk")), at=MONDAY_9AM
    )
    for address in (PHONE, UNKNOWN):
        for number in range(3):
            ask(bank, address, source=f"10.0.0.{number}")
        with pytest.raises(actions.TooManyCodes):
            ask(bank, address, source="10.0.0.9")
    for number in range(9):
        ask(bank, f"1370000{number:04d}", source="10.0.0.9" if number else "10.0.1.1")
    with pytest.raises(actions.TooManyCodes):
        for number in range(9):
            ask(bank, f"1360000{number:04d}", source="10.0.0.9")
    ask(bank, "13600001111", source="10.0.0.9", minutes=31)


@pytest.mark.parametrize("address", ["", "x", "1", "a@b", "wx id", "1" * 500])
def test_what_is_no_address_is_said_so(bank: Institution, letters: Letters, address: str) -> None:
    with pytest.raises(Invalid) as error:
        ask(bank, address)
    assert list(error.value.fields) == ["address"]
    assert not EntryCode.objects.exists()


def test_an_address_in_two_files_opens_neither(
    bank: Institution, customer: Customer, letters: Letters
) -> None:
    actions.register_customer(bank, name="欧阳文", phone=PHONE, actor=FOUNDER, at=MONDAY_9AM)
    ask(bank)
    assert actions.send_codes(later()) == 0


def test_another_institutions_customer_is_unknown(customer: Customer, letters: Letters) -> None:
    ask(an_institution("insurer"))
    assert actions.send_codes(later()) == 0


def test_an_address_added_later_rests_a_day(
    bank: Institution, customer: Customer, letters: Letters
) -> None:
    actions.add_contact_point(
        customer, kind="EMAIL", value="w@example.com", actor=FOUNDER, at=later(minutes=-1)
    )
    ask(bank, "W@example.com")
    assert actions.send_codes(later()) == 0
    ask(bank, "w@example.com", hours=24)
    assert actions.send_codes(later(hours=24)) == 1


def test_a_provider_that_is_away_is_asked_three_times(
    bank: Institution, customer: Customer, letters: Letters
) -> None:
    letters.is_away = True
    ref = ask(bank)
    for seconds in (0, 14, 15, 89, 90, 200):
        assert actions.send_codes(later(seconds=seconds)) == 0
    results = AuditRow.objects.filter(act="customer.code_sent").values_list("result", flat=True)
    assert list(results) == ["failed"] * 3
    letters.is_away = False
    assert actions.send_codes(later(seconds=210)) == 0
    assert EntryCode.objects.get(public_id=ref).sent_at is None


def test_a_provider_that_comes_back_within_a_minute_takes_the_code(
    bank: Institution, customer: Customer, letters: Letters
) -> None:
    letters.is_away = True
    ask(bank)
    assert [actions.send_codes(later(seconds=n)) for n in (0, 1, 15)] == [0, 0, 0]
    letters.is_away = False
    assert [actions.send_codes(later(seconds=n)) for n in (60, 90)] == [0, 1]


def test_without_a_provider_nothing_is_promised(bank: Institution, customer: Customer) -> None:
    before = ports.letterbox("EMAIL")
    ports.plug_letterbox(None)
    try:
        with pytest.raises(actions.NoLetterbox):
            ask(bank)
    finally:
        ports.plug_letterbox(before)


def test_codes_go_by_the_ways_that_are_carried(
    bank: Institution, customer: Customer, letters: Letters
) -> None:
    ports.plug_letterbox(None, ["PHONE"])
    for address in (PHONE, UNKNOWN):
        with pytest.raises(Invalid) as error:
            ask(bank, address)
        assert "邮箱" in str(error.value.fields["address"])
    assert not EntryCode.objects.exists()
    ask(bank, "nobody@example.com")


def test_whoever_sends_a_code_has_it_alone_for_a_minute(
    bank: Institution, customer: Customer, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(bank)

    def dies(*_said: str, **_more: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(letters, "post", dies)
        with pytest.raises(KeyboardInterrupt):
            actions.send_codes(later())
    assert [actions.send_codes(later(seconds=n)) for n in (0, 59, 60)] == [0, 0, 1]


def test_requests_are_dropped_a_day_after(bank: Institution, letters: Letters) -> None:
    ask(bank)
    assert actions.drop_old_codes(later(hours=24)) == 0
    assert actions.drop_old_codes(later(hours=25)) == 1


def test_the_spool_keeps_a_message_for_one_reader_alone(tmp_path: Path) -> None:
    folder = SpoolFolder(tmp_path / "out")
    folder.post("PHONE", PHONE, "words", key="code_x")
    folder.post("PHONE", PHONE, "newer words", key="code_x")
    [path] = (tmp_path / "out").iterdir()
    assert (path.stat().st_mode & 0o777, path.name) == (0o600, "code_x.json")
    assert [one.words for one in folder.waiting()] == ["newer words"]
    (tmp_path / "file").write_text("")
    with pytest.raises(ports.LetterboxAway):
        SpoolFolder(tmp_path / "file" / "below").post("PHONE", PHONE, "words", key="code_y")


def test_the_settings_are_bounded_scoped_and_on_the_trail(bank: Institution) -> None:
    risk = acting(a_person(a_unit(bank), "risk"))
    row = actions.set_self_service(bank, {"code_seconds": 90}, actor=risk, at=MONDAY_9AM)
    assert queries.self_service(bank.pk) == row
    assert (row.code_seconds, row.code_tries) == (90, 5)
    trail = AuditRow.objects.get(act="selfservice.changed")
    assert (trail.fields, trail.detail) == ("code_seconds", '{"code_seconds":"120>90"}')
    with pytest.raises(Invalid) as error:
        wrong = {"code_seconds": 5, "code_tries": 50, "nothing": 1}
        actions.set_self_service(bank, wrong, actor=risk, at=MONDAY_9AM)
    assert set(error.value.fields) == {"code_seconds", "code_tries", "nothing"}
    with pytest.raises(NotThere):
        actions.set_self_service(an_institution("insurer"), {}, actor=risk, at=MONDAY_9AM)
    agent = acting(a_person(a_unit(bank, "二组"), "agent"))
    with pytest.raises(NotAllowed):
        actions.set_self_service(bank, {}, actor=agent, at=MONDAY_9AM)
