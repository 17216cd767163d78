"""What is frozen, as one text and its digest, so that any later change is seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def digest_of(frozen: Mapping[str, object]) -> str:
    """Give the SHA-256 of what is frozen, in lower hex; the order of its names does not matter."""
    plain = json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
