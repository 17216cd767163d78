"""One page's end of the line, for tests: connects, sends frames, reads frames."""

from __future__ import annotations

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator
from channels.routing import URLRouter

from shouwen.contact.channels.chat.routing import websocket_urlpatterns

PATIENCE_SECONDS = 5
# The library's own types are incomplete.
_Communicator: Any = ApplicationCommunicator


class Page:
    """A visitor's page. (`channels.testing` needs a server we do not use.)"""

    def __init__(self, institution: str = "bank", *headers: tuple[bytes, bytes]) -> None:
        """Take the institution and further headers of the handshake."""
        scope = {
            "type": "websocket",
            "path": f"/ws/chat/{institution}/",
            "query_string": b"",
            "headers": [(b"host", b"centre"), *headers],
            "client": ("127.0.0.1", 1),
            "subprotocols": [],
        }
        self.line: Any = _Communicator(URLRouter(websocket_urlpatterns), scope)

    async def connect(self) -> bool:
        """Shake hands; say whether we are let in."""
        await self.line.send_input({"type": "websocket.connect"})
        return bool((await self.output())["type"] == "websocket.accept")

    async def output(self) -> dict[str, Any]:
        """Wait for whatever comes."""
        got: dict[str, Any] = await self.line.receive_output(PATIENCE_SECONDS)
        return got

    async def leave(self) -> None:
        """Go away, as a closed tab does."""
        await self.line.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.line.wait(PATIENCE_SECONDS)

    async def send_text(self, text: str) -> None:
        """Send any text."""
        await self.line.send_input({"type": "websocket.receive", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        """Send any bytes."""
        await self.line.send_input({"type": "websocket.receive", "bytes": data})

    async def send(self, **frame: Any) -> None:
        """Send a frame."""
        await self.send_text(json.dumps(frame))

    async def get(self, kind: str) -> dict[str, Any]:
        """Read on until a frame of this type."""
        while True:
            output = await self.output()
            assert output["type"] == "websocket.send", output
            frame: dict[str, Any] = json.loads(output["text"])
            if frame["type"] == kind:
                return frame

    async def closed(self) -> int:
        """Read on until the other side closes, and give its code."""
        while (output := await self.output())["type"] != "websocket.close":
            pass
        return int(output["code"])

    async def is_silent(self, seconds: float = 0.2) -> bool:
        """Whether nothing more comes."""
        return bool(await self.line.receive_nothing(seconds))

    async def hello(self, **place: Any) -> dict[str, Any]:
        """Say hello and wait for the welcome."""
        await self.send(type="hello", v=1, **place)
        return await self.get("welcome")
