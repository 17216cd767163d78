"""The same promises of every scanner: the built-in one, and clamd over a socket."""

from __future__ import annotations

import socketserver
import struct
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shouwen.contact.conversations import clamd, ports
from shouwen.contact.conversations.clamd import Clamd
from shouwen.contact.conversations.plugs import EICAR, BuiltInScanner
from shouwen.contact.conversations.ports import Scanner, ScannerAway


class Answering(socketserver.StreamRequestHandler):
    """Speaks as clamd does."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
        if b"too much" in data:
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        elif EICAR in data:
            self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0")
        else:
            self.wfile.write(b"stream: OK\0")


@pytest.fixture
def address() -> Iterator[str]:
    """A clamd at a Unix socket; its path must be short, so it is not under tmp_path."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/clamd"
        with socketserver.ThreadingUnixStreamServer(path, Answering) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield path
            server.shutdown()


@pytest.fixture(params=["built-in", "clamd"])
def scanner(request: pytest.FixtureRequest, address: str) -> Scanner:
    """Each scanner in turn."""
    return BuiltInScanner() if request.param == "built-in" else Clamd(address)


def test_clean_is_clean_and_eicar_is_found(scanner: Scanner) -> None:
    assert scanner.scan(b"").is_clean
    assert scanner.scan(b"words" * 50_000).is_clean
    bad = scanner.scan(b"x" * 70_000 + EICAR)
    assert (bad.is_clean, bad.found) == (False, "Eicar-Test-Signature")


def test_no_verdict_is_not_clean(address: str, tmp_path: Path) -> None:
    for scanner, data in (
        (Clamd(address), b"too much"),
        (Clamd(str(tmp_path / "nothing")), b"words"),
        (Clamd("127.0.0.1:1"), b"words"),
    ):
        with pytest.raises(ScannerAway):
            scanner.scan(data)


def test_clamd_is_plugged_where_it_is_named(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("SHOUWEN_CLAMD", address)
    clamd.set_up()
    assert isinstance(ports.plugged.scanner, Clamd)
