"""The centre behind the nginx settings we ship: TLS, sockets, addresses, limits."""

from __future__ import annotations

import json
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.live import Centre, free_port
from tests.several import NGINX, nginx_settings, wait_for_port

pytestmark = pytest.mark.faults


def _certificate(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", "key.pem", "-out", "fullchain.pem"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def _settings(folder: Path, plain: int, secure: int, centre: int) -> Path:
    """The shipped file with the three things changed that its head names, and other ports."""
    return nginx_settings(
        folder,
        {
            "centre.example": "localhost",
            "/etc/shouwen/tls": str(folder),
            "127.0.0.1:8000": f"127.0.0.1:{centre}",
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
        },
    )


@dataclass(frozen=True)
class Site:
    """What stands in front: a client that trusts its certificate, and both of its ports."""

    web: httpx.Client
    trusting: ssl.SSLContext
    plain: int
    secure: int

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.secure}"

    def token(self) -> str:
        """Give the sign-in page's own token."""
        page = self.web.get("/accounts/login/").text
        return page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A centre for the public, with nginx in front."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    plain, secure = free_port(), free_port()
    home = tmp_path_factory.mktemp("centre")
    home.chmod(0o700)
    settings = {
        "SHOUWEN_DEMO": "0",
        "SHOUWEN_MFA": "required",
        "SHOUWEN_PUBLIC_URL": f"https://localhost:{secure}",
        "SHOUWEN_HOSTS": "localhost,127.0.0.1",
        "SHOUWEN_PROXIES": "1",
    }
    centre = Centre(home, settings=settings).start()
    _certificate(folder)
    front = subprocess.Popen([NGINX, "-c", str(_settings(folder, plain, secure, centre.port))])
    try:
        wait_for_port(secure)
        trusting = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
        address = f"https://localhost:{secure}"
        with httpx.Client(base_url=address, verify=trusting, timeout=30) as client:
            yield Site(client, trusting, plain, secure)
    finally:
        front.terminate()
        front.wait(10)
        assert centre.stop() == 0
        assert "Traceback" not in centre.log()


def test_plain_addresses_lead_to_the_secure_ones(site: Site) -> None:
    answer = httpx.get(f"http://localhost:{site.plain}/desk/")
    assert answer.status_code == 301
    assert answer.headers["Location"] == "https://localhost/desk/"


def test_signing_in_is_secure_from_end_to_end(site: Site) -> None:
    page = site.web.get("/accounts/login/")
    assert page.status_code == 200
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    assert "Secure" in page.headers["Set-Cookie"]
    tried = site.web.post(
        "/accounts/login/",
        data={"csrfmiddlewaretoken": site.token(), "login": "nobody", "password": "wrong"},
        headers={"Origin": site.origin},
    )
    # Refused for its words, not for its origin.
    assert tried.status_code == 200
    assert "csrfmiddlewaretoken" in tried.text


def test_sockets_pass(site: Site) -> None:
    address = f"wss://localhost:{site.secure}/ws/chat/bank/"
    with connect(address, ssl=site.trusting, origin=Origin(site.origin)) as line:
        assert json.loads(line.recv(timeout=10))["code"] == "not-there"


def test_figures_stay_inside_and_too_much_is_not_carried(site: Site) -> None:
    assert site.web.get("/metrics").status_code == 404
    assert site.web.get("/healthz").text == "ok\n"
    answer = site.web.post("/chat/bank/files", content=b"0" * (13 * 1024 * 1024))
    assert answer.status_code == 413


def test_a_claimed_address_counts_for_nothing(site: Site) -> None:
    token = site.token()
    seen = []
    for guess in range(7):
        answer = site.web.post(
            "/accounts/login/",
            data={"csrfmiddlewaretoken": token, "login": "guessed", "password": f"no{guess}"},
            headers={"Origin": site.origin, "X-Forwarded-For": f"203.0.113.{guess}"},
        )
        seen.append(answer.status_code)
    assert seen[-1] == 429
