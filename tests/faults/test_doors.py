"""The doors of customers in a running centre, as an attacker finds them: refused, nothing lost."""

from __future__ import annotations

import base64
import http.client
import json
import re
import secrets
from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus

from tests.faults.attackers import Browser, Visitor, a_bomb, a_png, closing_code, socket
from tests.live import Centre, founded

pytestmark = pytest.mark.faults

XSS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
    "<a href='java\tscript:alert(1)'>x</a>",
    "\u202e<script>alert(1)</script>",
)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Give a running centre with a day of history."""
    running = Centre(founded(tmp_path_factory.mktemp("doors"))).start()
    yield running
    log = running.log()
    running.stop()
    assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:4000]


# The chat


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 8000,
        b'{"key":"12345678","text":"\\ud800"}',
        b'{"key":"12345678","text":""}',
        b'{"key":"short","text":"x"}',
        b'{"key":12345678,"text":"x"}',
        b'{"key":"12345678","text":' + b"9" * 5000 + b"}",
        json.dumps({"key": "12345678", "text": "长" * 501}).encode(),
    ],
)
def test_the_chat_refuses_what_is_malformed(centre: Centre, raw: bytes) -> None:
    status, told = Visitor(centre).say_json("messages", None, raw=raw)
    assert status in (400, 413, 422), told
    assert told["code"]
    assert told["words"]


def test_the_chat_refuses_what_is_too_large_before_reading_it(centre: Centre) -> None:
    visitor = Visitor(centre)
    assert visitor.say_json("messages", None, raw=b"x" * 9_000)[0] == 413
    line = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=30)
    line.putrequest("POST", "/chat/bank/files")
    line.putheader("Content-Length", str(10**12))
    line.endheaders()
    with line.getresponse() as answer:
        assert answer.status == 413
    line.close()


def test_a_body_without_an_announced_end_is_cut_off(centre: Centre) -> None:
    def drops() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * 65_536

    line = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=30)
    try:
        headers = {"Transfer-Encoding": "chunked"}
        line.request("POST", "/api/v1/cases", drops(), headers, encode_chunked=True)
        with line.getresponse() as answer:
            assert answer.status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # cut while we were still sending, which is the point
    finally:
        line.close()
    assert Browser(centre).ask("GET", "/healthz")[0] == 200


@pytest.mark.parametrize("address", ["updates?after=" + "9" * 5000, "updates?after=-1", "updates"])
def test_the_chats_news_need_a_token_and_a_number(centre: Centre, address: str) -> None:
    visitor = Visitor(centre)
    assert visitor.browser.ask("GET", f"/chat/bank/{address}")[0] in (400, 401, 422)


def test_another_institutions_visit_is_no_visit(centre: Centre) -> None:
    theirs = Visitor(centre, "insurer")
    here = Visitor(centre)
    here.token = theirs.token
    assert here.say("在吗")[0] == 401
    assert Visitor(centre).say_json("messages", {}, X_Visit_Token="forged:token")[0] == 401


def test_pages_of_other_sites_are_refused(centre: Centre) -> None:
    visitor = Visitor(centre)
    body = {"key": secrets.token_hex(8), "text": "x"}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ):
        assert visitor.say_json("messages", body, **headers)[0] == 403
    with pytest.raises(InvalidStatus), socket(centre, origin="https://evil.example"):  # type: ignore[arg-type]  # a plain text will do
        pass


def test_the_same_words_twice_are_kept_once(centre: Centre) -> None:
    visitor = Visitor(centre)
    frame = {"key": secrets.token_hex(8), "text": "只说一次"}
    first, second = (visitor.say_json("messages", frame) for _ in range(2))
    assert first == second
    assert first[0] == 200
    assert visitor.say_json("messages", {**frame, "text": "另一句"})[0] == 409


def test_a_flood_is_slowed_down_and_nothing_said_is_lost(centre: Centre) -> None:
    visitor = Visitor(centre)
    statuses = [visitor.say(f"第{number}句")[0] for number in range(30)]
    assert statuses.count(200) >= 20
    assert set(statuses) <= {200, 429}
    frames = visitor.say_json("hello", {"v": 1, "token": visitor.token})[1]["frames"]
    kept = [f for f in frames if f["type"] == "message" and f["text"].endswith("句")]
    assert len(kept) == statuses.count(200)


@pytest.mark.parametrize(
    "frame",
    ["no json", "[]", "{}", '{"type":"shout"}', "[" * 8000, '{"type":"hello","v":9}', "x" * 9000],
)
def test_the_socket_answers_nonsense_in_words_and_then_hangs_up(centre: Centre, frame: str) -> None:
    with socket(centre) as line:
        line.send(frame)
        told = json.loads(line.recv(timeout=20))
        assert told["type"] == "error"
        assert told["words"]
        for _ in range(12):
            line.send(frame)
        assert closing_code(line) in (4400, 4429)


def test_the_socket_refuses_giant_frames_bytes_and_early_speech(centre: Centre) -> None:
    with socket(centre) as line:
        line.send("x" * 100_000)
        assert closing_code(line) in (1009, 1006)
    with socket(centre) as line:
        line.send(b"\x00\x01")
        assert json.loads(line.recv(timeout=20))["type"] == "error"
    with socket(centre) as line:
        line.send(json.dumps({"type": "message", "key": "12345678", "text": "x"}))
        assert json.loads(line.recv(timeout=20))["code"] == "hello-first"
    with socket(centre, "/ws/chat/nobody/") as line:
        assert closing_code(line) == 4404


def test_the_staffs_line_is_for_staff(centre: Centre) -> None:
    for options in ({}, {"additional_headers": {"Cookie": "shouwen=forged"}}):
        with pytest.raises(InvalidStatus), socket(centre, "/ws/live", **options):
            pass


# Scripts in words


def test_scripts_in_words_arrive_as_words(centre: Centre) -> None:
    visitor = Visitor(centre)
    for words in XSS:
        assert visitor.say(words)[0] == 200
    key = centre.key("lead")
    status, listed = centre.call("GET", "/api/v1/contacts?limit=1", key=key)
    assert status == 200
    lead = Browser(centre)
    assert lead.sign_in("lead", centre.password) == 302
    page = lead.ask("GET", f"/desk/contacts/{listed['items'][0]['id']}/")[2].decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for words in ("<script>alert(1)", "<img src=x", "<svg/onload", "onerror=alert(1)>"):
        assert words not in page
    for title in XSS[:3]:
        body = {"title": title, "description": title}
        status, case = centre.call("POST", "/api/v1/cases", key=key, body=body)
        assert status == 201
        page = lead.ask("GET", f"/cases/{case['id']}/")[2].decode()
        assert title not in page


# Files


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.png", b"<html><script>alert(1)</script></html>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.txt", b"hello <script>alert(1)</script>"),
        ("a.html", a_png()),
        ("big.png", a_png(60_000, 60_000)),
        ("bomb.docx", a_bomb()),
        ("slip.docx", b"PK\x03\x04"),
        ("run.exe", b"MZ" + bytes(200)),
        ("none", b""),
        ("a.pdf.exe", b"%PDF-1.7\n"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(centre: Centre, name: str, data: bytes) -> None:
    status, told = Visitor(centre).send_file(name, data)
    assert status in (400, 413, 415, 422), told
    assert told["words"]


def test_eicar_never_opens(centre: Centre) -> None:
    eicar = base64.b64decode(
        "WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo="
    )
    visitor = Visitor(centre)
    status, _told = visitor.send_file("a.txt", eicar, "text/plain")
    if status == 200:
        frames = visitor.say_json("hello", {"v": 1, "token": visitor.token})[1]["frames"]
        assert "file" not in [f.get("file", {}).get("state") for f in frames if f.get("file")]
    assert not [
        path
        for path in (centre.home / "files").rglob("*")
        if path.is_file() and eicar in path.read_bytes()
    ]


def test_a_file_is_handed_out_to_its_own_and_as_a_download(centre: Centre) -> None:
    visitor = Visitor(centre)
    polyglot = a_png(more=b"<script>alert(1)</script>")
    assert visitor.send_file('x"><svg onload=1>.png', polyglot)[0] == 200
    frames = visitor.say_json("hello", {"v": 1, "token": visitor.token})[1]["frames"]
    ref = re.findall(r"file_[a-z0-9]{26}", json.dumps(frames))[0]
    door = f"/chat/bank/files/{ref}"
    status, headers, _body = visitor.browser.ask("GET", door, X_Visit_Token=visitor.token)
    assert status == 200
    assert headers["content-disposition"].startswith("attachment")
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert "<" not in headers["content-disposition"]
    assert visitor.browser.ask("GET", door)[0] == 401
    other = Visitor(centre)
    assert other.browser.ask("GET", door, X_Visit_Token=other.token)[0] == 404
    assert Browser(centre).ask("GET", f"/files/{ref}/")[0] == 401
