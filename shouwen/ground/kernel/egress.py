"""The only way out to a host that somebody typed in: resolved once, looked at, and no detours.

The name is resolved once, every address it has is checked, and the connection goes to the very
address that was checked. No redirect is followed, no proxy is asked, and the whole exchange has
one deadline that a slow peer cannot stretch.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SECONDS = 5.0
MOST_BYTES = 1_048_576
PIECE_BYTES = 65_536
ADDRESS_CHARACTERS = 500
# All that is handed out as public; tunnels and translations of IPv4 inside it lead elsewhere.
PUBLIC_V6 = ipaddress.ip_network("2000::/3")
TUNNELS = tuple(ipaddress.ip_network(text) for text in ("2001::/32", "2002::/16", "192.88.99.0/24"))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class NotSent(Exception):
    """Nothing came back; `code` says why in one word that can be kept and translated."""

    def __init__(self, code: str) -> None:
        """Take the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: its status and the beginning of its body."""

    status: int
    beginning: bytes


@cache
def _house_networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


def _of_the_house(address: Address) -> bool:
    return any(
        address in network
        for network in _house_networks(tuple(settings.EGRESS_NETWORKS))
        if network.version == address.version
    )


def is_outside(address: Address) -> bool:
    """Whether an address is a public one, or of a network that the operator has opened.

    `is_global` alone does not say so: it is true of multicast and of forms that wrap an inner
    address.
    """
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = inner or address
    if _of_the_house(address):
        return True
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in PUBLIC_V6:
        return False
    return not any(address in net for net in TUNNELS if net.version == address.version)


def fault_of(address: str) -> str:
    """Name what is wrong with an address as it is typed, or nothing; the host is not asked for.

    The codes are `form`, `scheme`, `user` and `port`.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "form"
    host = parts.hostname or ""
    plain = address.isascii() and address.isprintable() and " " not in address
    if not host or not plain or parts.fragment or len(address) > ADDRESS_CHARACTERS:
        return "form"
    if "@" in parts.netloc:
        return "user"
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.EGRESS_NETWORKS):
        return "scheme"
    return "port" if port == 0 else ""


def _resolve(parts: SplitResult) -> tuple[str, int]:
    """Give one checked address and the port. Raises NotSent."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent("name") from None
    addresses = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    if not addresses or not all(is_outside(address) for address in addresses):
        raise NotSent("inside")
    if parts.scheme != "https" and not all(_of_the_house(address) for address in addresses):
        raise NotSent("scheme")
    return str(addresses[0]), port


def post(
    address: str, body: bytes, headers: Mapping[str, str], *, seconds: float | None = None
) -> Answer:
    """Send a body to an address and give the answer, whatever its status. Raises NotSent.

    Codes besides those of `fault_of`: `name` (not found), `inside` (no public address), `connect`,
    `tls`, `time`, `large` and `broken` (an answer that is none).
    """
    fault = fault_of(address)
    if fault:
        raise NotSent(fault)
    parts = urlsplit(address)
    until = time.monotonic() + (SECONDS if seconds is None else seconds)
    host, port = _resolve(parts)
    channel = _connect(host, port, until)
    # A peer that sends a byte now and then never runs into a socket's own time limit. The second
    # handle outlives the first, which encryption takes over.
    handle, is_late = channel.dup(), threading.Event()
    watch = threading.Timer(max(0.0, until - time.monotonic()), _cut, (handle, is_late))
    watch.daemon = True
    watch.start()
    try:
        channel = _encrypted(parts, channel)
        return _exchange(parts, channel, body, headers)
    except ssl.SSLError:
        raise NotSent("time" if is_late.is_set() else "tls") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise NotSent("time" if is_late.is_set() else "broken") from None
    finally:
        watch.cancel()
        channel.close()
        handle.close()


def _connect(host: str, port: int, until: float) -> socket.socket:
    try:
        channel = socket.create_connection((host, port), max(0.1, until - time.monotonic()))
    except TimeoutError:
        raise NotSent("time") from None
    except OSError:
        raise NotSent("connect") from None
    # From here on the watch keeps the time.
    channel.settimeout(None)
    return channel


def _encrypted(parts: SplitResult, channel: socket.socket) -> socket.socket:
    if parts.scheme != "https":
        return channel
    return ssl.create_default_context().wrap_socket(channel, server_hostname=parts.hostname)


def _cut(handle: socket.socket, is_late: threading.Event) -> None:
    is_late.set()
    with contextlib.suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


def _exchange(
    parts: SplitResult, channel: socket.socket, body: bytes, headers: Mapping[str, str]
) -> Answer:
    line = http.client.HTTPConnection(parts.netloc)
    line.sock = channel
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    line.request("POST", target, body, {**headers, "Connection": "close"})
    with line.getresponse() as answer:
        beginning, size = b"", 0
        while piece := answer.read(PIECE_BYTES):
            beginning = beginning or piece
            size += len(piece)
            if size > MOST_BYTES:
                raise NotSent("large")
        return Answer(answer.status, beginning)
