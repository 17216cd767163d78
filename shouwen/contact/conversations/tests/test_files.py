"""Files: known by content, scanned, sealed on disk, and handed out to be kept only."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.test import RequestFactory

from shouwen.contact.conversations import actions, plugs, ports, views
from shouwen.contact.conversations.models import Attachment, Contact, Message
from shouwen.contact.conversations.ports import ScannerAway, Verdict
from shouwen.contact.conversations.rules import content
from shouwen.contact.conversations.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_bank,
    a_contact,
    later,
    visitor_of,
)
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotSignedIn, NotThere
from shouwen.ground.vault.models import AuditRow


def png(width: int = 1, height: int = 1) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"\x01\x11\0\x02\x11\1\x03\x11\1"
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    return (
        start + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9" + b"\0" * 16
    )


def webp(width: int, height: int) -> bytes:
    body = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0"
    body += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def office(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return file.getvalue()


DOCX = office("[Content_Types].xml", "_rels/.rels", "word/document.xml")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def sends(contact: Contact, name: str, data: bytes, key: str = "f1") -> Message:
    return actions.attach_file(
        contact,
        author="CUSTOMER",
        name=name,
        data=data,
        client_key=key,
        actor=visitor_of(contact),
        at=MONDAY_9AM,
    )


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.png", png(), "image/png"),
        ("a.JPG", jpeg(640, 480), "image/jpeg"),
        ("a.webp", webp(640, 480), "image/webp"),
        ("a.pdf", PDF, "application/pdf"),
        ("说明.txt", "您好，这是说明".encode(), "text/plain"),
        ("a.csv", b"a,b\n1,2\n", "text/csv"),
        ("a.docx", DOCX, content.DOCX),
        ("a.xlsx", office("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), content.XLSX),
    ],
)
def test_what_it_is_comes_from_the_content(name: str, data: bytes, kind: str) -> None:
    assert content.content_type(name, data) == kind


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", b"<html><script>alert(1)</script></html>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("a.html", b"<!doctype html><p>x"),
        ("a.txt", b"hello <SCRIPT>alert(1)</SCRIPT>"),
        ("a.pdf", png()),
        ("a.exe", b"MZ\x90\0" + b"\0" * 64),
        ("a.txt", b"MZ\x90\0" + b"\0" * 64),
        ("a.zip", office("a.txt")),
        ("a.docx", office("a.txt")),
        ("a.docx", office("[Content_Types].xml", "word/x.xml", "../../etc/passwd")),
        ("a.docx", office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.docx", DOCX[:40]),
        ("a.png", png()[:14]),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 40),
        ("a.sh", b"#!/bin/sh\nrm -rf /\n"),
        ("noending", b"plain words"),
        ("empty.txt", b""),
    ],
    # Bytes in a name would differ between two test processes.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_anything_else_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(content.NotAccepted):
        content.content_type(name, data)


def test_a_zip_that_would_unpack_to_too_much_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", b"\0" * (content.ZIP_MAX_UNPACKED_BYTES + 1))
    with pytest.raises(content.NotAccepted):
        content.content_type("a.docx", file.getvalue())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", png(60_000, 60_000)),
        ("a.jpg", jpeg(60_000, 60_000)),
        ("a.webp", webp(16_000, 16_000)),
    ],
)
def test_a_picture_bomb_is_refused_by_its_header(name: str, data: bytes) -> None:
    with pytest.raises(content.TooManyPixels):
        content.content_type(name, data)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\合同.pdf", "合同.pdf"),
        ('a"b<c>.txt', "abc.txt"),
        ("\u202egnp.txt", "gnp.txt"),
        ("...", "file"),
        ("字" * 300 + ".pdf", "字" * 116 + ".pdf"),
    ],
)
def test_names_lose_folders_and_tricks(given: str, kept: str) -> None:
    assert content.tidy_name(given) == kept


def test_a_file_is_kept_sealed_and_comes_back_whole(bank: Bank, tmp_path: Path) -> None:
    contact = a_contact(bank)
    message = sends(contact, "证明.png", png())
    attachment = message.attachment
    assert (attachment.scan_state, attachment.content_type) == ("CLEAN", "image/png")
    (stored,) = [p for p in (tmp_path / "files").rglob("*") if p.is_file()]
    assert stored.name == attachment.storage_key
    assert b"PNG" not in stored.read_bytes()
    opened = actions.open_attachment(bank.me, attachment.public_id, at=MONDAY_9AM)
    assert (opened.name, opened.content_type, opened.data) == ("证明.png", "image/png", png())
    said = AuditRow.objects.filter(object_ref=attachment.public_id).order_by("pk")
    assert list(said.values_list("act", flat=True)) == ["attachment.added", "attachment.opened"]


def test_a_file_sent_twice_is_kept_once(bank: Bank, tmp_path: Path) -> None:
    contact = a_contact(bank)
    assert sends(contact, "a.png", png()) == sends(contact, "a.png", png())
    assert len([p for p in (tmp_path / "files").rglob("*") if p.is_file()]) == 1
    with pytest.raises(actions.ClientKeyReused):
        sends(contact, "a.png", png(2, 2))
    assert len([p for p in (tmp_path / "files").rglob("*") if p.is_file()]) == 1


def test_malware_is_refused_and_nothing_is_kept(bank: Bank, tmp_path: Path) -> None:
    contact = a_contact(bank)
    with pytest.raises(actions.FileInfected) as wrong:
        sends(contact, "a.txt", b"notes\n" + plugs.EICAR)
    assert set(wrong.value.fields) == {"file"}
    assert Message.objects.filter(contact=contact).count() == 0
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    refused = AuditRow.objects.get(act="attachment.refused")
    assert (refused.object_ref, refused.result) == (contact.public_id, "refused")


def test_more_than_ten_megabytes_is_refused(bank: Bank) -> None:
    with pytest.raises(actions.FileTooLarge):
        sends(a_contact(bank), "a.txt", b"a" * (10 * 1024 * 1024 + 1))


class AwayAtFirst:
    """A scanner that is down until told otherwise."""

    def __init__(self) -> None:
        self.is_there = False

    def scan(self, data: bytes) -> Verdict:
        if not self.is_there:
            raise ScannerAway
        return Verdict(b"bad" not in data, "bad" if b"bad" in data else "")


def test_while_the_scanner_is_away_a_file_stays_shut(bank: Bank) -> None:
    scanner = AwayAtFirst()
    ports.plug_scanner(scanner)
    contact = a_contact(bank)
    good, bad = sends(contact, "a.txt", b"good"), sends(contact, "b.txt", b"bad", "f2")
    with pytest.raises(actions.FileNotReady):
        actions.open_attachment(bank.me, good.attachment.public_id, at=MONDAY_9AM)
    assert actions.scan_waiting(later(seconds=1)) == 0
    scanner.is_there = True
    assert actions.scan_waiting(later(seconds=2)) == 2
    assert actions.scan_waiting(later(seconds=3)) == 0
    assert (
        actions.open_attachment(bank.me, good.attachment.public_id, at=MONDAY_9AM).data == b"good"
    )
    with pytest.raises(NotThere):
        actions.open_attachment(bank.me, bad.attachment.public_id, at=MONDAY_9AM)


def test_files_reach_staff_in_scope_and_their_own_visitor(bank: Bank) -> None:
    contact, other = a_contact(bank), a_contact(bank)
    ref = sends(contact, "a.txt", b"words").attachment.public_id
    assert actions.open_attachment(visitor_of(contact), ref, at=MONDAY_9AM).data == b"words"
    for stranger in (visitor_of(other), a_bank("insurer").boss):
        with pytest.raises(NotThere):
            actions.open_attachment(stranger, ref, at=MONDAY_9AM)


def test_a_file_is_served_to_be_kept_and_never_shown(bank: Bank, rf: RequestFactory) -> None:
    attachment = sends(a_contact(bank), "对账单.txt", b"words").attachment
    request = rf.get(f"/files/{attachment.public_id}/")
    with pytest.raises(NotSignedIn):
        views.attachment(request, attachment.public_id)
    request.actor = bank.me  # type: ignore[attr-defined]  # set by the middleware in the centre
    with time.frozen(MONDAY_9AM):
        response = views.attachment(request, attachment.public_id)
    assert response.content == b"words"
    assert response["Content-Type"] == "text/plain"
    assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E5%AF%B9")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_storage_keys_are_nothing_but_keys(tmp_path: Path) -> None:
    store = plugs.DiskStore(tmp_path)
    for key in ("../x", "a/b", "", "A" * 26):
        with pytest.raises(ValueError, match="key"):
            store.get(key)
    assert Attachment._meta.get_field("storage_key").unique
