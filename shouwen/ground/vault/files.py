"""Sealed files: bytes under the data key of their subject, bound to the name they are kept by."""

from __future__ import annotations

from shouwen.ground.vault import ciphers, keys
from shouwen.ground.vault.sealing import SealBroken, context_of

TABLE, FIELD = "file", "bytes"


def seal_file(data: bytes, *, subject: str, ref: str) -> bytes:
    """Seal bytes for one storage key `ref`; give `suite:key id:` and the ciphertext."""
    key = keys.for_subject(subject)
    suite = ciphers.chosen()
    sealed = ciphers.seal(suite, key.secret(), data, context_of(TABLE, ref, FIELD, key.id))
    return f"{suite}:{key.id}:".encode() + sealed


def open_file(sealed: bytes, *, ref: str) -> bytes:
    """Open what `seal_file` gave. Raises SealBroken, and KeyDestroyed after erasure."""
    suite, _colon, rest = sealed.partition(b":")
    number, _colon, body = rest.partition(b":")
    key = keys.by_id(int(number)) if number.isdigit() and len(number) < 20 else None
    if key is None:
        raise SealBroken
    context = context_of(TABLE, ref, FIELD, key.id)
    try:
        return ciphers.open_sealed(suite.decode("ascii", "replace"), key.secret(), body, context)
    except ciphers.TagWrong as error:
        raise SealBroken from error
