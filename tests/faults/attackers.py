"""Browsers and visitors without manners, for the tests of the doors."""

from __future__ import annotations

import http.client
import io
import json
import re
import secrets
import struct
import time
import zipfile
import zlib
from typing import Any
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.live import Centre


class Browser:
    """A browser without manners: cookies, forms, and whatever headers it likes."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.cookies: dict[str, str] = {}
        self.page = ""

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Send one request as it is."""
        line = http.client.HTTPConnection("127.0.0.1", self.centre.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        line.request(method, path, body or None, sent)
        answer = line.getresponse()
        found = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                pair = value.partition(";")[0].partition("=")
                self.cookies[pair[0]] = pair[2]
        line.close()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, found

    def form(self, path: str, page: str = "", **values: str) -> tuple[int, dict[str, str], bytes]:
        """Post a form with the token of the page it stands on."""
        _status, _headers, html = self.ask("GET", page or path)
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        assert token, html[:500]
        body = urlencode({**values, "csrfmiddlewaretoken": token[1].decode()}).encode()
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")

    def sign_in(self, name: str, password: str) -> int:
        """Sign in as staff."""
        return self.form("/accounts/login/", login=name, password=password)[0]


class Visitor:
    """A visitor over plain HTTP."""

    def __init__(self, centre: Centre, institution: str = "bank") -> None:
        self.browser = Browser(centre)
        self.institution = institution
        self.token = ""
        self.token = self.say_json("hello", {"v": 1})[1]["frames"][0]["token"]

    def say_json(
        self, door: str, values: Any, *, raw: bytes = b"", **headers: str
    ) -> tuple[int, Any]:
        """Send JSON to one of the chat's doors."""
        if self.token:
            headers.setdefault("X_Visit_Token", self.token)
        status, _headers, body = self.browser.ask(
            "POST",
            f"/chat/{self.institution}/{door}",
            raw or json.dumps(values).encode(),
            Content_Type="application/json",
            **headers,
        )
        return status, json.loads(body)

    def say(self, text: str) -> tuple[int, Any]:
        """Say something."""
        return self.say_json("messages", {"key": secrets.token_hex(8), "text": text})

    def send_file(self, name: str, data: bytes, kind: str = "image/png") -> tuple[int, Any]:
        """Send a file as a form."""
        edge = secrets.token_hex(8)
        quoted = name.replace('"', "%22")
        body = (
            f'--{edge}\r\nContent-Disposition: form-data; name="key"\r\n\r\n'
            f"{secrets.token_hex(8)}\r\n--{edge}\r\nContent-Disposition: form-data; "
            f'name="file"; filename="{quoted}"\r\nContent-Type: {kind}\r\n\r\n'
        ).encode()
        status, _headers, answer = self.browser.ask(
            "POST",
            f"/chat/{self.institution}/files",
            body + data + f"\r\n--{edge}--\r\n".encode(),
            Content_Type=f"multipart/form-data; boundary={edge}",
            X_Visit_Token=self.token,
        )
        return status, json.loads(answer)


def _chunk(kind: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


def a_png(width: int = 1, height: int = 1, more: bytes = b"") -> bytes:
    """Make a PNG that says it has this size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00\x00\x00\x00")
    start = b"\x89PNG\r\n\x1a\n"
    return start + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"") + more


def a_bomb() -> bytes:
    """Make a small zip that unpacks to a quarter of a gigabyte, dressed as a document."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as inside:
            for _ in range(260):
                inside.write(bytes(1_048_576))
    return made.getvalue()


def socket(centre: Centre, path: str = "/ws/chat/bank/", **options: Any) -> ClientConnection:
    """Open a socket."""
    return connect(f"ws://127.0.0.1:{centre.port}{path}", open_timeout=20, **options)


def closing_code(line: ClientConnection) -> int:
    """Read until the socket is closed, and give the code."""
    deadline = time.monotonic() + 20
    try:
        while time.monotonic() < deadline:
            line.recv(timeout=10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006
    except TimeoutError:
        return 0
    return 0
