"""How a delivery is signed: HMAC-SHA256 over id, time and raw body, as Standard Webhooks has it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

SECRET_START = "whsec_"  # noqa: S105  # tells the kind, is none
SECRET_BYTES = 32


def new_secret() -> str:
    """Make a secret of 256 random bits."""
    return SECRET_START + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """Sign one delivery with one secret: `v1,` and the MAC in base64."""
    key = base64.b64decode(secret.removeprefix(SECRET_START))
    signed = f"{event_id}.{timestamp}.".encode() + body
    mac = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(mac).decode()}"


def headers(
    secrets_in_force: Iterable[str], event_id: str, at: datetime, body: bytes
) -> dict[str, str]:
    """Give the headers of a delivery, with one signature for each secret in force."""
    timestamp = int(at.timestamp())
    signed = (signature(secret, event_id, timestamp, body) for secret in secrets_in_force)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signed),
    }
