"""The key ring: keys that stay outside the database, by default in one file of the home folder."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import threading
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from shouwen.ground.vault import ciphers
from shouwen.ground.vault.ports import KeyProvider

KEY_ID_CHARACTERS = 16


class KeyBroken(Exception):
    """A wrapped data key does not open: other bytes, another subject, or a lost key."""


class OldKeyNeeded(Exception):
    """The current key-encryption key cannot be destroyed."""


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _new_ring() -> dict[str, Any]:
    private = Ed25519PrivateKey.generate()
    return {
        "current": 1,
        "keks": {"1": _text(secrets.token_bytes(ciphers.KEY_BYTES))},
        "blind": _text(secrets.token_bytes(ciphers.KEY_BYTES)),
        "signing": _text(private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())),
    }


def _write_whole(path: Path, ring: dict[str, Any], *, replace: bool) -> None:
    """Write the ring under a name of its own, then move it into place in one step."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(ring, file)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
            # A link never overwrites: of two first starts one makes the ring, the other reads it.
            os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class FileKeyRing:
    """The key provider that comes with the product: a file only this account may read."""

    def __init__(self, path: Path) -> None:
        """Open the ring at `path`, or make it on first use.

        Raises ImproperlyConfigured when others may read it or it cannot be understood.
        """
        self._path = path
        self._lock = threading.Lock()
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, _new_ring(), replace=False)
        self._ring: dict[str, Any] = {}
        self._read_at = 0
        self._read()

    def _read(self) -> None:
        state = self._path.stat()
        if state.st_mode & 0o077:
            raise ImproperlyConfigured(
                f"The key ring {self._path} can be read by others; run chmod 600 on it."
            )
        try:
            ring = json.loads(self._path.read_text())
            self._keks = {int(v): base64.b64decode(k) for v, k in ring["keks"].items()}
            self._current = int(ring["current"])
            self._blind = base64.b64decode(ring["blind"])
            self._private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(ring["signing"]))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise ImproperlyConfigured(
                f"The key ring {self._path} is damaged; restore it from its backup."
            ) from error
        self._ring, self._read_at = ring, state.st_mtime_ns

    def current_version(self) -> int:
        """Give the version of the key-encryption key that wraps new data keys."""
        return self._current

    def versions(self) -> list[int]:
        """Give the versions that can still unwrap, oldest first."""
        return sorted(self._keks)

    def wrap(self, key: bytes, context: bytes) -> tuple[int, bytes]:
        """Wrap a data key for one context; give the version used and the wrapped bytes."""
        # Another process may have turned the ring: a key wrapped by an old version could be lost.
        if self._path.stat().st_mtime_ns != self._read_at:
            with self._lock:
                self._read()
        version = self._current
        return version, ciphers.seal(ciphers.AES, self._keks[version], key, context)

    def unwrap(self, version: int, wrapped: bytes, context: bytes) -> bytes:
        """Open a wrapped data key. Raises KeyBroken for another context, version or bytes."""
        if version not in self._keks:
            # Another process may have turned the ring since this one read it.
            with self._lock:
                self._read()
        kek = self._keks.get(version)
        if kek is None:
            raise KeyBroken(f"no key-encryption key of version {version}")
        try:
            return ciphers.open_sealed(ciphers.AES, kek, wrapped, context)
        except ciphers.TagWrong as error:
            raise KeyBroken("wrapped key does not open") from error

    def add_version(self) -> int:
        """Make a new key-encryption key, current from now on, and give its version."""
        with self._lock:
            self._read()
            version = max(self._keks) + 1
            keks = {**self._ring["keks"], str(version): _text(os.urandom(ciphers.KEY_BYTES))}
            _write_whole(self._path, {**self._ring, "keks": keks, "current": version}, replace=True)
            self._read()
        return version

    def destroy_version(self, version: int) -> None:
        """Forget an old key-encryption key for good; the current one is refused."""
        with self._lock:
            self._read()
            if version == self._current:
                raise OldKeyNeeded(f"version {version} wraps new data keys")
            keks = {v: k for v, k in self._ring["keks"].items() if v != str(version)}
            _write_whole(self._path, {**self._ring, "keks": keks}, replace=True)
            self._read()

    def blind(self, value: bytes) -> bytes:
        """Give the keyed digest of a value, 32 bytes."""
        return hmac.digest(self._blind, value, "sha256")

    def signing_key_id(self) -> str:
        """Name the signing key by the digest of its public part."""
        return hashlib.sha256(self.public_key()).hexdigest()[:KEY_ID_CHARACTERS]

    def public_key(self) -> bytes:
        """Give the raw Ed25519 public key that proves checkpoints, 32 bytes."""
        return self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        """Sign a message with Ed25519, 64 bytes."""
        return self._private.sign(message)


_provider: KeyProvider | None = None
_opened_at: Path | None = None
_opening = threading.Lock()


def ring_path() -> Path:
    """Say where the ring lies: `SHOUWEN_KEYRING`, or `keyring.json` in the home folder."""
    named = os.environ.get("SHOUWEN_KEYRING")
    return Path(named).expanduser() if named else Path(settings.SHOUWEN_HOME) / "keyring.json"


def provider() -> KeyProvider:
    """Give the keeper of keys, opening the file ring on first use."""
    global _provider, _opened_at
    if _provider is not None and (_opened_at is None or _opened_at == ring_path()):
        return _provider
    with _opening:
        path = ring_path()
        if _provider is None or (_opened_at is not None and _opened_at != path):
            _provider, _opened_at = FileKeyRing(path), path
        return _provider


def plug(other: KeyProvider | None) -> None:
    """Put another keeper of keys in place, or with None the file ring again."""
    global _provider, _opened_at
    _provider, _opened_at = other, None
