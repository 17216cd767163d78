"""Receives webhooks: `SHOUWEN_SECRET=whsec_… PORT=9000 python receive.py`.

Nothing beyond Python itself. `event_of` is the part to take over: it lets only what is signed, in
time and whole become an event.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLERANCE_SECONDS = 300


class NotGenuine(Exception):
    """The message is forged, too old, or not a message of ours at all."""


def event_of(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> dict[str, Any]:
    """Give the event of a genuine message. Raises NotGenuine.

    `body` is the raw body as it came: JSON that was read and written again has other bytes.
    """
    event_id, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not moment.isdecimal() or abs(now - int(moment)) > TOLERANCE_SECONDS:
        raise NotGenuine("its time is not ours")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{event_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    wanted = b"v1," + base64.b64encode(mac)
    # While a secret is being changed there are two signatures; one that fits is enough.
    given = headers.get("webhook-signature", "").encode().split()
    if not any(hmac.compare_digest(wanted, each) for each in given):
        raise NotGenuine("its signature is not ours")
    event: dict[str, Any] = json.loads(body)
    return event


class Handler(BaseHTTPRequestHandler):
    """Answers first; work that takes longer than a moment belongs into a queue of yours."""

    seen: set[str] = set()

    def do_POST(self) -> None:
        """Take one message."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            event = event_of(self.headers, body, os.environ["SHOUWEN_SECRET"], time.time())
        except NotGenuine:
            self.send_response(401)
        else:
            # The same event may come twice; its id says so. Keep ids where you keep their effects.
            if event["id"] not in self.seen:
                self.seen.add(event["id"])
                print(event["type"], event["object"]["ref"], flush=True)
            self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(os.environ.get("PORT", "9000"))), Handler).serve_forever()
