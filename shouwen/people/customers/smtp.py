"""Letters by e-mail through a mail server, by Django's own backend.

SMTP promises at least once: when the line breaks after the last dot, nobody knows whether the
letter was taken, and it is sent again. Its Message-ID stays the same, so that a mailbox that looks
at it shows the letter once. One line a letter, and one deadline for all that is said on it.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from contextvars import ContextVar
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email

from shouwen.ground.kernel.mailserver import MailServer, Sealing
from shouwen.people.customers import rules
from shouwen.people.customers.ports import LetterboxAway, LetterDelayed, LetterRefused

# Of each step, and of the whole talk: a server that sends a sign now and then is cut off too.
# Many look through a letter before they answer its last dot. Less than whoever sends holds it for.
STEP_SECONDS = 30.0
WHOLE_SECONDS = 45.0
SUBJECT_CHARACTERS = 150


class Watch:
    """Cuts a talk that takes longer than its time."""

    def __init__(self, seconds: float) -> None:
        """Start the time."""
        self.is_late = False
        self._handles: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def over(self, channel: socket.socket) -> None:
        """Watch this line too; a second handle, since encryption takes over the first."""
        with self._lock:
            self._handles.append(channel.dup())

    def _cut(self) -> None:
        with self._lock:
            self.is_late = True
            for handle in self._handles:
                with contextlib.suppress(OSError):
                    handle.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Stop watching."""
        self._timer.cancel()
        with self._lock:
            while self._handles:
                self._handles.pop().close()


_watch: ContextVar[Watch] = ContextVar("watch")


class _Line(smtplib.SMTP):
    """A line that the present watch is over."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        channel = socket.create_connection((host, port), timeout, self.source_address)
        _watch.get().over(channel)
        return channel


class _SealedLine(smtplib.SMTP_SSL, _Line):
    """The same, encrypted from the first sign on."""


class _Backend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP_SSL | smtplib.SMTP]:
        return _SealedLine if self.use_ssl else _Line


class SmtpLetterbox:
    """Hands each letter to one mail server."""

    def __init__(self, server: MailServer) -> None:
        """Take the server."""
        self.server = server

    def post(self, kind: str, address: str, words: str, *, key: str, subject: str) -> None:
        """Send the letter. Raises LetterboxAway, LetterDelayed, LetterRefused."""
        try:
            validate_email(address)
        except ValidationError:
            raise LetterRefused("address", of_address=True) from None
        watch = Watch(WHOLE_SECONDS)
        token = _watch.set(watch)
        backend = self._backend()
        try:
            backend.open()
            backend.send_messages([self._letter(address, words, key, subject)])
        except OSError as error:
            _tell(error, watch)
        finally:
            # The letter is taken; whatever the good-bye brings changes nothing.
            with contextlib.suppress(OSError):
                backend.close()
            _watch.reset(token)
            watch.end()

    def _backend(self) -> _Backend:
        server = self.server
        return _Backend(
            host=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.sealing is Sealing.STARTTLS,
            use_ssl=server.sealing is Sealing.TLS,
            timeout=STEP_SECONDS,
        )

    def _letter(self, address: str, words: str, key: str, subject: str) -> EmailMessage:
        domain = self.server.mailbox.rpartition("@")[2]
        return EmailMessage(
            # On one line: what somebody wrote into a name starts no header of its own.
            subject=" ".join(subject.split())[:SUBJECT_CHARACTERS],
            body=words,
            from_email=self.server.sender,
            to=[address],
            headers={"Message-ID": f"<{key}@{domain}>", "Auto-Submitted": "auto-generated"},
        )


def _tell(error: OSError, watch: Watch) -> NoReturn:
    """Say by name what an error of the line means; its own words stay here."""
    if watch.is_late or TimeoutError in (type(error), type(error.__context__)):
        raise LetterboxAway("time") from None
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(status, said)] = error.recipients.values()
        _judge(status, said, on_recipient=True)
    if isinstance(error, smtplib.SMTPDataError):
        _judge(error.smtp_code, _bytes(error.smtp_error), on_recipient=False)
    if isinstance(error, smtplib.SMTPResponseException):
        # Greeting, encryption, sign-in, sender: nothing that the letter is to blame for.
        raise LetterboxAway(rules.code_of(error.smtp_code, _bytes(error.smtp_error))) from None
    if isinstance(error, ssl.SSLCertVerificationError):
        raise LetterboxAway("certificate") from None
    if isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLError):
        raise LetterboxAway("tls") from None
    if isinstance(error, smtplib.SMTPServerDisconnected):
        raise LetterboxAway("cut") from None
    raise LetterboxAway("name" if isinstance(error, socket.gaierror) else "connect") from None


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode(errors="replace")


def _judge(status: int, said: bytes, *, on_recipient: bool) -> NoReturn:
    code = rules.code_of(status, said)
    verdict = rules.verdict(status, said, on_recipient=on_recipient)
    if verdict is rules.Verdict.AWAY:
        raise LetterboxAway(code)
    if verdict is rules.Verdict.DELAYED:
        raise LetterDelayed(code)
    raise LetterRefused(code, of_address=verdict is rules.Verdict.NO_SUCH_ADDRESS)
