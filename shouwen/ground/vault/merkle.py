"""The Merkle tree over the chain (RFC 6962), kept as its peaks so that appending is cheap."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

EMPTY = hashlib.sha256(b"").hexdigest()


def leaf(entry_hash: str) -> bytes:
    """Hash one entry as a leaf."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(entry_hash)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Peaks:
    """The roots of the full subtrees, the largest first; one per set bit of the count."""

    def __init__(self, count: int = 0, peaks: Iterable[str] = ()) -> None:
        """Take the number of leaves and the peaks as hex."""
        self.count = count
        self._peaks = [bytes.fromhex(peak) for peak in peaks]

    def append(self, entry_hash: str) -> None:
        """Add one entry."""
        top = leaf(entry_hash)
        full = self.count
        while full & 1:
            top = _node(self._peaks.pop(), top)
            full >>= 1
        self._peaks.append(top)
        self.count += 1

    def root(self) -> str:
        """Give the root of the whole tree as hex."""
        if not self._peaks:
            return EMPTY
        top = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            top = _node(peak, top)
        return top.hex()

    def as_hex(self) -> list[str]:
        """Give the peaks to store."""
        return [peak.hex() for peak in self._peaks]
