"""The clamd scanner over its own socket protocol (INSTREAM), with a timeout on every step.

The client libraries on offer are unmaintained and have no overall timeout; the protocol is one
command, chunks with their length, and one line of answer.
"""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

from shouwen.contact.conversations import ports
from shouwen.contact.conversations.ports import ScannerAway, Verdict

TIMEOUT_SECONDS = 5.0
CHUNK_BYTES = 64 * 1024
ANSWER_MAX_BYTES = 4096
USUAL_SOCKETS = ("/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock")


class Clamd:
    """A clamd that answers at a Unix socket's path or at `host:port`."""

    def __init__(self, address: str) -> None:
        """Take the address."""
        self.address = address

    def scan(self, data: bytes) -> Verdict:
        """Send the bytes and read the verdict. Raises ScannerAway for anything but a verdict."""
        try:
            with self._connection() as line:
                line.sendall(b"zINSTREAM\0")
                for at in range(0, len(data), CHUNK_BYTES):
                    chunk = data[at : at + CHUNK_BYTES]
                    line.sendall(struct.pack(">I", len(chunk)) + chunk)
                line.sendall(struct.pack(">I", 0))
                answer = _answer(line)
        except OSError as error:
            raise ScannerAway from error
        if answer == "stream: OK":
            return Verdict(True)
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return Verdict(False, answer.removeprefix("stream: ").removesuffix(" FOUND")[:80])
        raise ScannerAway

    def _connection(self) -> socket.socket:
        host, _colon, port = self.address.rpartition(":")
        if host and port.isdigit():
            return socket.create_connection((host, int(port)), TIMEOUT_SECONDS)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(TIMEOUT_SECONDS)
        try:
            line.connect(self.address)
        except OSError:
            line.close()
            raise
        return line


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < ANSWER_MAX_BYTES:
        part = line.recv(1024)
        if not part:
            break
        said += part
    return said.rstrip(b"\0\n").decode("ascii", "replace")


def set_up() -> None:
    """Plug clamd in where `SHOUWEN_CLAMD` names one or it answers at a usual place.

    Once plugged it is not skipped: while it is down, files stay shut.
    """
    named = os.environ.get("SHOUWEN_CLAMD", "")
    found = named or next((path for path in USUAL_SOCKETS if Path(path).is_socket()), "")
    if found:
        ports.plug_scanner(Clamd(found))
