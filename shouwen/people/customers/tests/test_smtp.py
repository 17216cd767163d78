"""Letters through a real mail server: taken, put off, refused, and the line's own troubles."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from shouwen.ground.kernel import mailserver
from shouwen.ground.kernel.mailserver import MailServer, MailServerUnclear, Sealing
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions, ports, smtp
from shouwen.people.customers.models import Customer, EntryCode, LetterStanding
from shouwen.people.customers.rules import Verdict, pause_seconds, verdict
from shouwen.people.customers.smtp import SmtpLetterbox
from shouwen.people.customers.tests.mailserver import (
    PASSWORD,
    USER,
    Postmaster,
    a_certificate,
    rough,
    serving,
)
from shouwen.people.staff.models import Institution
from shouwen.people.staff.tests.factories import FOUNDER, MONDAY_9AM

# aiosmtpd does not see that a line is encrypted from the first sign on.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

SENDER = "首问客服 <service@bank.example>"
ADDRESS = "zhou@example.com"


def a_server(port: int, sealing: Sealing = Sealing.NONE, **more: str) -> MailServer:
    return MailServer("localhost", port, sealing, SENDER, **more)


def post(server: MailServer, words: str = "您好\n再见", address: str = ADDRESS) -> None:
    SmtpLetterbox(server).post("EMAIL", address, words, key="drwn_x", subject="您的看法")


def refusal(server: MailServer, **said: str) -> ports.LetterNotTaken:
    with pytest.raises(ports.LetterNotTaken) as told:
        post(server, **said)
    return told.value


@pytest.fixture
def master() -> Postmaster:
    return Postmaster()


@pytest.fixture
def plain(master: Postmaster) -> Iterator[MailServer]:
    with serving(master) as port:
        yield a_server(port)


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_letter_goes_out_encrypted_and_signed_in(
    master: Postmaster,
    scheme: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    certificate = a_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with caplog.at_level(logging.DEBUG), serving(master, scheme, certificate) as port:
        server = mailserver.read(f"{scheme}://{USER}:p%40ss%2Fword%3A7@localhost:{port}", SENDER)
        assert server is not None
        post(server)
        wrong = refusal(replace(server, password="wrong"))
    [letter] = master.taken
    assert master.users == [USER]
    assert (letter["From"], letter["To"]) == (SENDER, ADDRESS)
    assert letter["Subject"] == "您的看法"
    assert letter.get_content().splitlines() == ["您好", "再见"]
    assert (letter["Message-ID"], letter["Auto-Submitted"]) == (
        "<drwn_x@bank.example>",
        "auto-generated",
    )
    assert (type(wrong), wrong.code) == (ports.LetterboxAway, "535 5.7.8")
    assert PASSWORD not in repr(server)
    ours = [row.getMessage() for row in caplog.records if not row.name.startswith("mail.log")]
    assert [words for words in ours if PASSWORD in words] == []


def test_a_certificate_nobody_vouches_for_or_of_another_host_gets_no_letter(
    master: Postmaster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange, other = a_certificate(tmp_path), a_certificate(tmp_path, "other.example")
    for shown, trusted in ((strange, other), (other, other)):
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        for scheme in Sealing.TLS, Sealing.STARTTLS:
            with serving(master, scheme, shown) as port:
                told = refusal(a_server(port, scheme, user=USER, password=PASSWORD))
            assert (type(told), told.code) == (ports.LetterboxAway, "certificate")
    assert (master.taken, master.users) == ([], [])


def test_without_the_promised_encryption_nothing_is_said(
    master: Postmaster, plain: MailServer
) -> None:
    told = refusal(replace(plain, sealing=Sealing.STARTTLS, user=USER, password=PASSWORD))
    assert (type(told), told.code) == (ports.LetterboxAway, "tls")
    assert refusal(replace(plain, sealing=Sealing.TLS)).code == "tls"
    assert master.taken == []


@pytest.mark.parametrize(
    ("who", "answer", "kind", "code"),
    [
        (ADDRESS, "550 5.1.1 no such user", ports.LetterRefused, "550 5.1.1"),
        (ADDRESS, "550 nobody", ports.LetterRefused, "550"),
        (ADDRESS, "450 4.2.0 greylisted", ports.LetterDelayed, "450 4.2.0"),
        (ADDRESS, "554 5.7.1 relay access denied", ports.LetterDelayed, "554 5.7.1"),
        (ADDRESS, "421 4.3.2 closing", ports.LetterboxAway, "421 4.3.2"),
        ("", "554 5.6.0 not this text", ports.LetterRefused, "554 5.6.0"),
        ("", "452 4.3.1 disk full", ports.LetterDelayed, "452 4.3.1"),
    ],
)
def test_each_refusal_is_told_by_its_numbers(
    master: Postmaster,
    plain: MailServer,
    who: str,
    answer: str,
    kind: type[ports.LetterNotTaken],
    code: str,
) -> None:
    master.answers[who] = answer
    told = refusal(plain)
    assert (type(told), told.code) == (kind, code)
    master.answers.clear()
    post(plain)
    assert len(master.taken) == 1


def test_a_sender_that_is_refused_is_no_fault_of_the_letter(
    master: Postmaster, plain: MailServer
) -> None:
    master.sender_answer = "553 5.7.1 not from here"
    told = refusal(plain)
    assert (type(told), told.code) == (ports.LetterboxAway, "553 5.7.1")


OPENING = [b"220 here", b"250 hello"]


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ([], "cut"),
        ([b"554 not you"], "554"),
        (OPENING, "cut"),
        ([*OPENING, b"250 ok", b"250 ok", b"354 go on"], "cut"),
    ],
)
def test_a_line_that_breaks_leaves_the_letter_waiting(script: list[bytes], code: str) -> None:
    with rough(script) as port:
        told = refusal(a_server(port))
    assert (type(told), told.code) == (ports.LetterboxAway, code)


def test_a_letter_that_was_taken_stays_taken_when_the_good_bye_breaks() -> None:
    script = [*OPENING, b"250 ok", b"250 ok", b"354 go on", b"end 250 taken"]
    with rough(script) as port:
        post(a_server(port))


def test_a_server_that_dawdles_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "WHOLE_SECONDS", 0.5)
    with rough([], drips=True) as port:
        began = time.monotonic()
        told = refusal(a_server(port))
    assert (type(told), told.code) == (ports.LetterboxAway, "time")
    assert time.monotonic() - began < 5
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.3)
    monkeypatch.setattr(smtp, "WHOLE_SECONDS", 10)
    with rough(OPENING[:1], hangs=True) as port:
        assert refusal(a_server(port)).code == "time"


def test_nobody_there_is_told_by_name() -> None:
    with rough([]) as port:
        pass
    assert refusal(a_server(port)).code == "connect"
    nowhere = replace(a_server(port), host="mail.invalid")
    assert refusal(nowhere).code == "name"


@pytest.mark.parametrize(
    "address",
    ["a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example, c@d.example", "x <a@b.example>", "a"],
)
def test_what_is_no_single_address_gets_no_letter(
    master: Postmaster, plain: MailServer, address: str
) -> None:
    told = refusal(plain, address=address)
    assert isinstance(told, ports.LetterRefused)
    assert (told.code, told.of_address) == ("address", True)
    assert master.taken == []


def test_a_name_with_line_breaks_starts_no_header(master: Postmaster, plain: MailServer) -> None:
    SmtpLetterbox(plain).post(
        "EMAIL", ADDRESS, ".\r\nQUIT\r\n", key="k", subject="看法\r\nBcc: thief@example.com\n\nx"
    )
    [letter] = master.taken
    assert letter["Bcc"] is None
    assert letter["Subject"] == "看法 Bcc: thief@example.com x"
    assert letter.get_content().splitlines() == [".", "QUIT"]


@pytest.mark.parametrize(
    ("url", "sender", "said"),
    [
        ("mail.example:25", SENDER, "SHOUWEN_SMTP is no address"),
        ("imap://mail.example", SENDER, "SHOUWEN_SMTP is no address"),
        ("smtps://mail.example:99999", SENDER, "SHOUWEN_SMTP is no address"),
        ("smtps://", SENDER, "SHOUWEN_SMTP lacks a host"),
        ("smtps://u:s3cret@mail example", SENDER, "SHOUWEN_SMTP lacks a host"),
        ("smtps://user@mail.example", SENDER, "SHOUWEN_SMTP names a user"),
        ("smtps://u:s3cret@mail.example/x", SENDER, "SHOUWEN_SMTP ends"),
        ("smtps://u:s3cret@mail.example?tls=no", SENDER, "SHOUWEN_SMTP ends"),
        ("smtps://u:%C3%A4@mail.example", SENDER, "SHOUWEN_SMTP signs in"),
        ("smtp://u:s3cret@mail.example", SENDER, "SHOUWEN_SMTP sends letters in clear"),
        ("smtps://u:s3cret@mail.example", "", "SHOUWEN_MAIL_FROM"),
        ("smtps://u:s3cret@mail.example", "somebody", "SHOUWEN_MAIL_FROM"),
        ("smtps://u:s3cret@mail.example", "a@b.example, c@d.example", "SHOUWEN_MAIL_FROM"),
        ("smtps://u:s3cret@mail.example", "x\nBcc: <a@b.example>", "SHOUWEN_MAIL_FROM"),
    ],
)
def test_an_unclear_setting_is_named_without_its_secret(url: str, sender: str, said: str) -> None:
    with pytest.raises(MailServerUnclear) as told:
        mailserver.read(url, sender)
    assert str(told.value).startswith(said)
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "place", "sealing"),
    [
        ("smtp+starttls://u:p@mail.example", "mail.example:587", Sealing.STARTTLS),
        ("smtps://u:p@mail.example", "mail.example:465", Sealing.TLS),
        ("smtp://localhost", "localhost:25", Sealing.NONE),
        ("smtp://relay.inside:2525?cleartext=allowed", "relay.inside:2525", Sealing.NONE),
    ],
)
def test_a_setting_is_read(url: str, place: str, sealing: Sealing) -> None:
    server = mailserver.read(url, SENDER)
    assert server is not None
    assert (server.place, server.sealing, server.mailbox) == (
        place,
        sealing,
        "service@bank.example",
    )
    assert mailserver.read("", "") is None


def test_verdicts_and_pauses() -> None:
    assert verdict(550, b"5.1.1 x", on_recipient=True) is Verdict.NO_SUCH_ADDRESS
    assert verdict(550, b"5.1.1 x", on_recipient=False) is Verdict.NO_SUCH_ADDRESS
    assert verdict(552, b"5.2.2 full", on_recipient=True) is Verdict.NO_SUCH_ADDRESS
    assert verdict(554, b"5.5.1 no", on_recipient=True) is Verdict.REFUSED
    assert verdict(530, b"sign in", on_recipient=True) is Verdict.DELAYED
    assert [pause_seconds(tries) for tries in (1, 2, 3, 9, 99)] == [60, 120, 240, 14400, 14400]


@pytest.mark.django_db
def test_a_code_whose_address_is_refused_is_dropped_and_the_file_says_so(
    bank: Institution, customer: Customer, master: Postmaster, plain: MailServer
) -> None:
    point = actions.add_contact_point(
        customer, kind="EMAIL", value=ADDRESS, actor=FOUNDER, at=MONDAY_9AM
    )
    hours = MONDAY_9AM + timedelta(hours=25)
    before = ports.letterbox("EMAIL")
    ports.plug_letterbox(SmtpLetterbox(plain), ["EMAIL"])

    def ask(minutes: int) -> list[int]:
        at = hours + timedelta(minutes=minutes)
        actions.ask_for_code(bank, ADDRESS, source="10.0.0.1", language="en", at=at)
        return [actions.send_codes(at + timedelta(seconds=n), ["EMAIL"]) for n in range(2)]

    try:
        master.answers[ADDRESS] = f"550 5.1.1 <{ADDRESS}> unknown"
        assert ask(0) == [0, 0]
        point.refresh_from_db()
        assert (point.refused_at, point.refused_code) == (hours, "550 5.1.1")
        trail = AuditRow.objects.filter(act="customer.point_refused").values_list("detail")
        assert list(trail) == [('{"code":"550 5.1.1","kind":"EMAIL"}',)]
        # Asked again, it is tried again: somebody may have mended the mailbox.
        master.answers.clear()
        assert ask(3) == [1, 0]
        point.refresh_from_db()
        assert (point.refused_at, point.refused_code) == (None, "")
        assert EntryCode.objects.filter(sent_at__isnull=False).count() == 1
        assert master.taken[0]["Subject"].endswith("your one-time code")
        assert LetterStanding.objects.get().is_away is False
    finally:
        ports.plug_letterbox(before, ["EMAIL"])
