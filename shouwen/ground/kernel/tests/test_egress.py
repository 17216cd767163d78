"""The way out: public hosts alone, no detours, one deadline."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import pytest
from pytest_django import Settings

from shouwen.ground.kernel import egress

# Each reaches this machine or its neighbours when it is believed.
INSIDE = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",  # noqa: S104  # is refused, not bound
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "192.0.2.1",
    "198.18.0.1",
    "192.88.99.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2001::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "fc00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "100::1",
]
OUTSIDE = ["1.1.1.1", "114.114.114.114", "8.8.8.8", "2400:3200::1", "2606:4700:4700::1111"]


@pytest.mark.parametrize("text", INSIDE)
def test_what_is_not_public_is_inside(text: str) -> None:
    assert not egress.is_outside(ip_address(text))


@pytest.mark.parametrize("text", OUTSIDE)
def test_what_is_public_is_outside(text: str) -> None:
    assert egress.is_outside(ip_address(text))


def test_a_network_of_the_house_is_opened_and_no_other(settings: Settings) -> None:
    settings.EGRESS_NETWORKS = ["10.20.0.0/16", "fd00:1::/32"]
    opened = ["10.20.3.4", "::ffff:10.20.3.4", "fd00:1::5"]
    assert all(egress.is_outside(ip_address(text)) for text in opened)
    assert not any(egress.is_outside(ip_address(text)) for text in ("10.21.0.1", "fd00:2::1"))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0",
        "169.254.169.254",
    ],
)
def test_no_way_of_writing_an_inside_host_is_connected_to(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_any: Any, **_more: Any) -> socket.socket:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(egress.NotSent) as refused:
        egress.post(f"https://{host}/", b"", {})
    assert refused.value.code in {"inside", "name"}


def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: the first answer is public, every later one is this machine."""
    answers = [["1.1.1.1"], ["127.0.0.1"]]
    went: list[str] = []

    def resolve(_host: Any, port: int, **_more: Any) -> list[Any]:
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, port)) for text in found]

    def connect(address: tuple[str, int], *_any: Any, **_more: Any) -> socket.socket:
        went.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    for code in ("connect", "inside"):
        with pytest.raises(egress.NotSent) as refused:
            egress.post("https://rebind.example.com/", b"", {})
        assert refused.value.code == code
    assert went == ["1.1.1.1"]


def test_one_inside_address_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolve(_host: Any, port: int, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", (text, port)) for text in ("1.1.1.1", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(egress.NotSent, match="inside"):
        egress.post("https://half.example.com/", b"", {})


def test_plain_http_goes_to_the_house_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EGRESS_NETWORKS = ["10.20.0.0/16"]
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_a, **_k: [(socket.AF_INET, 1, 6, "", ("1.1.1.1", 80))]
    )
    with pytest.raises(egress.NotSent, match="scheme"):
        egress.post("http://public.example.com/", b"", {})


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen for one connection and let `answer` speak to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _peer = server.accept()
            with line:
                line.recv(65_536)
                try:
                    answer(line)
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


def _drip(line: socket.socket) -> None:
    while True:
        line.sendall(b"X")
        time.sleep(0.05)


def _endless(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        line.sendall(b"x" * 65_536)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (_drip, "time"),
        (lambda _line: time.sleep(1.5), "time"),
        (_endless, "large"),
        (lambda line: line.sendall(b"SSH-2.0-OpenSSH_9\r\n"), "broken"),
        (lambda line: line.sendall(b"HTTP/1.1 2000000 OK\r\n\r\n"), "broken"),
        (lambda line: None, "broken"),
    ],
)
def test_what_a_peer_does_ends_in_time_and_by_name(
    settings: Settings, answer: Callable[[socket.socket], None], code: str
) -> None:
    settings.EGRESS_NETWORKS = ["127.0.0.0/8"]
    with answering(answer) as port:
        began = time.monotonic()
        with pytest.raises(egress.NotSent) as refused:
            egress.post(f"http://127.0.0.1:{port}/", b"{}", {}, seconds=1.0)
        assert refused.value.code == code
        assert time.monotonic() - began < 2.5


def test_a_peer_without_a_certificate_is_not_talked_to(settings: Settings) -> None:
    settings.EGRESS_NETWORKS = ["127.0.0.0/8"]
    with (
        answering(lambda line: line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")) as port,
        pytest.raises(egress.NotSent, match="tls"),
    ):
        egress.post(f"https://127.0.0.1:{port}/", b"{}", {}, seconds=1.0)


def test_no_proxy_of_the_machine_is_asked(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EGRESS_NETWORKS = ["127.0.0.0/8"]
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with answering(lambda line: line.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")) as port:
        answer = egress.post(f"http://127.0.0.1:{port}/", b"{}", {}, seconds=1.0)
    assert answer == egress.Answer(204, b"")
