"""Tokens that open something to whoever holds them: only their digest is ever kept."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Give a token nobody can guess, fit for an address: 43 characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """Give what is kept of a token: 64 hexadecimal characters."""
    return hashlib.sha256(token.encode()).hexdigest()
