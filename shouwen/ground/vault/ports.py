"""What the vault needs of a keeper of keys: a file here, an HSM or a key service elsewhere."""

from __future__ import annotations

from typing import Protocol


class KeyProvider(Protocol):
    """Keeps the keys that never lie in the database, and works with them on request."""

    def current_version(self) -> int:
        """Give the version of the key-encryption key that wraps new data keys."""

    def versions(self) -> list[int]:
        """Give the versions that can still unwrap, oldest first."""

    def wrap(self, key: bytes, context: bytes) -> tuple[int, bytes]:
        """Wrap a data key for one context; give the version used and the wrapped bytes."""

    def unwrap(self, version: int, wrapped: bytes, context: bytes) -> bytes:
        """Open a wrapped data key. Raises KeyBroken for another context, version or bytes."""

    def add_version(self) -> int:
        """Make a new key-encryption key, current from now on, and give its version."""

    def destroy_version(self, version: int) -> None:
        """Forget an old key-encryption key for good; the current one is refused."""

    def blind(self, value: bytes) -> bytes:
        """Give the keyed digest of a value, 32 bytes."""

    def signing_key_id(self) -> str:
        """Name the key that signs checkpoints."""

    def public_key(self) -> bytes:
        """Give the raw Ed25519 public key that proves checkpoints, 32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Sign a message with Ed25519, 64 bytes."""
