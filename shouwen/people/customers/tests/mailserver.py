"""A real mail server for the tests, which refuses, breaks off or dawdles when it is told to."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "centre", "p@ss/word:7"


@dataclass
class Postmaster:
    """What the server took, and what it answers instead where a test says so."""

    taken: list[EmailMessage] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    # By the recipient's address; "" answers after the text.
    answers: dict[str, str] = field(default_factory=dict)
    sender_answer: str = ""

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Judge the sender."""
        if self.sender_answer:
            return self.sender_answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Judge a recipient."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take the text, or not."""
        if "" in self.answers:
            return self.answers[""]
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.taken.append(letter)
        return "250 2.0.0 taken"

    def sign_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: LoginPassword
    ) -> AuthResult:
        """Let the one user in."""
        fits = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        if fits:
            self.users.append(data.login.decode())
        # Not handled: the server itself says 535.
        return AuthResult(success=fits, handled=fits)


def a_certificate(folder: Path, name: str = "localhost") -> Path:
    """Make a certificate for this machine; the file holds its key too."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def _sealed(master: Postmaster, scheme: str, certificate: Path) -> Controller:
    """A server that talks encrypted from the first sign on, or after STARTTLS."""
    context, starttls = _tls(certificate), scheme == "smtp+starttls"
    return Controller(
        master,
        hostname="127.0.0.1",
        port=_free_port(),
        ssl_context=None if starttls else context,
        tls_context=context if starttls else None,
        require_starttls=starttls,
        authenticator=master.sign_in,
        auth_required=True,
        auth_require_tls=starttls,
    )


@contextlib.contextmanager
def serving(
    master: Postmaster, scheme: str = "smtp", certificate: Path | None = None
) -> Iterator[int]:
    """Run the server and give its port."""
    if certificate:
        controller = _sealed(master, scheme, certificate)
    else:
        controller = Controller(master, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield int(controller.port)
    finally:
        controller.stop()


@contextlib.contextmanager
def rough(script: list[bytes], *, drips: bool = False, hangs: bool = False) -> Iterator[int]:
    """Say one line for each that comes in, the first at once, then break off.

    A server that `drips` sends its first line sign by sign without an end; one that `hangs` listens
    on and answers no more.
    """
    door = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def talk() -> None:
        with contextlib.suppress(OSError):
            while not is_over.is_set():
                line, _from = door.accept()
                with line, contextlib.suppress(OSError):
                    _speak(line, script, is_over if drips else None)
                    while hangs and line.recv(1000):
                        """Heard, and not answered."""

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield int(door.getsockname()[1])
    finally:
        is_over.set()
        with contextlib.suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join()


def _speak(line: socket.socket, script: list[bytes], until: threading.Event | None) -> None:
    while until is not None and not until.is_set():
        line.sendall(b"2")
        until.wait(0.05)
    with line.makefile("rb") as heard:
        for number, said in enumerate(script):
            if number:
                text = heard.readline()
                while said.startswith(b"end ") and text.rstrip() != b".":
                    text = heard.readline()
            line.sendall(said.removeprefix(b"end ") + b"\r\n")
