"""Random public ids: what stands in addresses, and tells nothing about size or order."""

from __future__ import annotations

import base64
import secrets

RANDOM_BYTES = 16


def public_id(prefix: str) -> str:
    """Make a new id such as `case_3f2k…`: a prefix and 128 random bits in lower-case base32."""
    token = base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().rstrip("=").lower()
    return f"{prefix}_{token}"
