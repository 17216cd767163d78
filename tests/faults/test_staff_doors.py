"""The doors of staff and programs in a running centre, and what is left behind in its home."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed

from tests.faults.attackers import Browser, Visitor, a_png, socket
from tests.live import Centre, founded

pytestmark = pytest.mark.faults

CANARY_PHONE = "13987654021"
CANARY_ID = "110101199003074258"
CANARY_WORDS = "金丝雀七七四九"
CANARIES = (CANARY_PHONE, CANARY_ID, CANARY_WORDS)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Give a running centre with a day of history."""
    running = Centre(founded(tmp_path_factory.mktemp("doors"))).start()
    yield running
    log = running.log()
    running.stop()
    assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:4000]


@pytest.fixture
def stranger(centre: Centre) -> Browser:
    """Give a browser nobody knows."""
    return Browser(centre)


# Links, sign-in, headers


def test_a_link_that_is_none_opens_nothing(stranger: Browser) -> None:
    path = "/c/" + "A" * 43
    status, headers, _body = stranger.form(path)
    assert status == 410
    assert headers["cache-control"].count("no-store")
    assert stranger.ask("GET", "/c/" + "A" * 300)[0] == 404
    assert stranger.ask("GET", "/progress/")[0] == 200
    assert stranger.ask("POST", "/progress/confirm")[0] == 403


def test_sign_in_tells_nothing_and_locks_after_five(centre: Centre) -> None:
    answers = []
    for name in ("qin", "nobody-at-all"):
        status, _headers, body = Browser(centre).form(
            "/accounts/login/", login=name, password="wrong-password-1"
        )
        text = re.sub(rb'(value|nonce|content)="[^"]*"', b"", body)
        answers.append((status, text.replace(name.encode(), b"")))
    assert answers[0] == answers[1]
    for _ in range(6):
        status = Browser(centre).form("/accounts/login/", login="qin", password="wrong-again-22")[0]
    assert status in (403, 429)
    assert Browser(centre).sign_in("qin", centre.password) in (403, 429)
    assert Browser(centre).sign_in("agent", centre.password) == 302


def test_forged_addresses_do_not_reset_the_count(centre: Centre) -> None:
    statuses = []
    for number in range(8):
        attacker = Browser(centre)
        _status, _headers, html = attacker.ask("GET", "/accounts/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        assert token
        values = {"login": "luo", "password": "x" * 12, "csrfmiddlewaretoken": token[1].decode()}
        statuses.append(
            attacker.ask(
                "POST",
                "/accounts/login/",
                urlencode(values).encode(),
                Content_Type="application/x-www-form-urlencoded",
                X_Forwarded_For=f"203.0.113.{number}",
                X_Real_IP=f"203.0.113.{number}",
            )[0]
        )
    assert statuses[-1] in (403, 429)


def test_forms_without_their_token_are_refused(centre: Centre) -> None:
    lead = Browser(centre)
    assert lead.sign_in("lead", centre.password) == 302
    for path in ("/desk/presence/", "/cases/search/", "/vault/reveal/", "/accounts/logout/"):
        status = lead.ask("POST", path, b"a=1", Content_Type="application/x-www-form-urlencoded")[0]
        assert status == 403, path
    status = lead.ask("POST", "/api/v1/cases", b"{}", Content_Type="application/json")[0]
    assert status == 403


def test_a_way_back_leads_nowhere_else(centre: Centre) -> None:
    for target in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"):
        visitor = Browser(centre)
        page = "/accounts/login/?" + urlencode({"next": target})
        status, headers, _body = visitor.form(
            "/accounts/login/", page, login="agent", password=centre.password, next=target
        )
        assert status == 302
        assert headers["location"].startswith("/")
        assert "evil" not in headers["location"]


def test_a_forged_host_is_refused(stranger: Browser) -> None:
    assert stranger.ask("GET", "/", Host="evil.example")[0] == 400
    body = stranger.ask("GET", "/accounts/login/", X_Forwarded_Host="evil.example")[2]
    assert b"evil.example" not in body
    assert (
        stranger.ask("GET", "/desk/?x=%0d%0aSet-Cookie:a=b")[1].get("set-cookie", "").count("a=b")
        == 0
    )


def test_headers_of_every_page_are_strict(centre: Centre) -> None:
    agent = Browser(centre)
    agent.sign_in("agent", centre.password)
    for path in ("/", "/desk/", "/accounts/login/", "/console/rules/", "/nowhere/"):
        _status, headers, _body = agent.ask("GET", path)
        policy = headers["content-security-policy"]
        for rule in ("default-src 'none'", "object-src 'none'", "base-uri 'none'"):
            assert rule in policy, path
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "server" not in headers


def test_figures_for_machines_hold_no_names(stranger: Browser) -> None:
    for path in ("/metrics", "/readyz", "/healthz"):
        body = stranger.ask("GET", path)[2].decode()
        assert not re.search(r"[a-z]+_[a-z2-7]{26}|bank|insurer|[\u4e00-\u9fff]", body)


def test_the_api_needs_a_key(centre: Centre) -> None:
    for key in ("", "forged", "sw_aaaaaaaa_" + "x" * 43):
        assert centre.call("GET", "/api/v1/cases", key=key)[0] == 401
    theirs = centre.key("lead", "insurer")
    body = {"title": "转账未到账", "description": "昨天转的。"}
    ours = centre.call("POST", "/api/v1/cases", key=centre.key("lead"), body=body)[1]["id"]
    assert centre.call("GET", f"/api/v1/cases/{ours}", key=theirs)[0] == 404


def test_a_disabled_person_is_out_within_five_seconds(centre: Centre) -> None:
    agent = Browser(centre)
    assert agent.sign_in("gu", centre.password) == 302
    cookies = "; ".join(f"{name}={value}" for name, value in agent.cookies.items())
    key = centre.key("agent", person="gu")
    headers = {"Cookie": cookies}
    with socket(centre, "/ws/live", additional_headers=headers, origin=centre.url) as line:
        line.send('{"ping": 1}')
        assert "pong" in json.loads(line.recv(timeout=20))
        now = time.strftime("%Y-%m-%d %H:%M:%S+00:00", time.gmtime())
        with sqlite3.connect(centre.home / "shouwen.sqlite3", timeout=20) as database:
            # As an administrator's page would; there is none yet, and no command.
            database.execute(
                "UPDATE staff_person SET is_active = 0, sessions_valid_from = ? "
                "WHERE username = 'gu'",
                (now,),
            )
        began = time.monotonic()
        code = 0
        try:
            while time.monotonic() - began < 8:
                line.send('{"ping": 2}')
                line.recv(timeout=5)
                time.sleep(0.5)
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 1006
        assert code == 4401
        assert time.monotonic() - began < 5
    assert agent.ask("GET", "/desk/")[0] == 302
    assert centre.call("GET", "/api/v1/desk/presence", key=key)[0] == 401
    assert Browser(centre).sign_in("gu", centre.password) != 302


# What is left behind


def _forms_of(word: str) -> list[bytes]:
    plain = word.encode()
    shifted = [base64.b64encode(b"\x00" * n + plain)[4 if n else 0 : -4] for n in range(3)]
    return [
        plain,
        word.encode("utf-16-le"),
        word.encode("utf-16-be"),
        plain.hex().encode(),
        json.dumps(word)[1:-1].encode(),
        *[part for part in shifted if len(part) >= 8],
    ]


def _places(home: Path) -> Iterator[Path]:
    yield from (path for path in sorted(home.rglob("*")) if path.is_file())


def test_canaries_are_in_no_raw_byte_of_the_home_folder(centre: Centre) -> None:
    visitor = Visitor(centre)
    assert visitor.say(f"我的电话{CANARY_PHONE}，身份证{CANARY_ID}，{CANARY_WORDS}")[0] == 200
    assert visitor.send_file(f"{CANARY_PHONE}.png", a_png())[0] == 200
    key = centre.key("lead")
    words = f"{CANARY_WORDS} {CANARY_PHONE} {CANARY_ID}"
    status, _case = centre.call(
        "POST",
        "/api/v1/cases",
        key=key,
        body={"title": f"来电 {CANARY_PHONE} {CANARY_ID}", "description": words},
    )
    assert status == 201
    status, _customer = centre.call(
        "POST",
        "/api/v1/customers",
        key=key,
        body={"name": CANARY_WORDS[:4], "phone": CANARY_PHONE, "id_number": CANARY_ID},
        **{"Idempotency-Key": "canary"},
    )
    assert status == 201
    for path, body in (
        ("/api/v1/customers/search", {"phone": CANARY_PHONE}),
        ("/api/v1/cases/search", {"number": CANARY_PHONE}),
    ):
        assert centre.call("POST", path, key=key, body=body)[0] == 200
    centre.call("GET", f"/api/v1/cases?q={CANARY_PHONE}", key=key)
    centre.call("POST", "/api/v1/cases", key=key, body={"title": CANARY_PHONE, "nope": CANARY_ID})
    time.sleep(2)
    assert centre.process is not None
    found = [
        f"{path.relative_to(centre.home)}: {word}"
        for path in _places(centre.home)
        for word in CANARIES
        for form in _forms_of(word)
        if form in path.read_bytes()
    ]
    assert found == []


def test_the_home_folder_is_this_accounts_alone(centre: Centre) -> None:
    assert centre.home.stat().st_mode & 0o077 == 0
    # Page assets are anybody's, and the log was opened by this test.
    public = (centre.home / "static", centre.home / "server.log")
    loose = [
        str(path)
        for path in _places(centre.home)
        if path.stat().st_mode & 0o077 and not any(path.is_relative_to(p) for p in public)
    ]
    assert loose == []
