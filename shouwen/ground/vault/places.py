"""Where a list goes on, said so that whoever carries it away learns nothing from it.

A list that looked at rows its reader may not see cannot name the last of them.
"""

from __future__ import annotations

import base64
import binascii

from shouwen.ground.vault import ciphers, keyring

_NUMBER_BYTES = 8
_PURPOSE = b"place in a list"


def _key() -> bytes:
    return keyring.provider().blind(_PURPOSE)


def hidden(number: int, where: str) -> str:
    """Give a row's number as 48 characters for an address, good for the list `where` alone."""
    plain = number.to_bytes(_NUMBER_BYTES, "big")
    return base64.urlsafe_b64encode(
        ciphers.seal(ciphers.AES, _key(), plain, where.encode())
    ).decode()


def found(token: str, where: str) -> int | None:
    """Give the number that `hidden` was given for this list; None for anything else."""
    try:
        sealed = base64.b64decode(token, altchars=b"-_", validate=True)
        plain = ciphers.open_sealed(ciphers.AES, _key(), sealed, where.encode())
    except (ValueError, binascii.Error, ciphers.TagWrong):
        return None
    return int.from_bytes(plain, "big")
