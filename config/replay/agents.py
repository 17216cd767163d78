"""Scripted staff of the replay: each works at the desk's own API with a key of their own.

They take what is offered, answer, open a case for every third customer, and end the conversation
once the customer has thanked them. A server that is away is asked again until it is back.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from config.replay.visitor import THANKS

ANSWERS = (
    "您好，我是{number}，您的问题我已看到，马上为您核对。",
    "您好，我是{number}，请稍等，我来查一下办理情况。",
    "您好，我是{number}。您反映的情况我已记录，现在为您处理。",
)
CLOSING = "已为您登记，结果会在时限内告知您。请问还有其他需要吗？"
CASE_EVERY = 3
POLL_SECONDS = 0.4
PRESENCE_SECONDS = 4.0
PAUSE_SECONDS = 0.5


@dataclass
class Done:
    """What one member of staff has done."""

    taken: int = 0
    answered: int = 0
    ended: int = 0
    cases: dict[str, str] = field(default_factory=dict)
    api_seconds: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)


class Agent:
    """Works until `stop()`. `number` is the staff number that answers name."""

    def __init__(self, url: str, key: str, number: str, categories: list[str]) -> None:
        """Take the centre's address, the key, and the categories that cases may have."""
        self.url, self.number, self.categories = url, number, categories
        self.done = Done()
        self.headers = {"Authorization": f"Bearer {key}"}
        self.is_stopping = False
        self.seen: dict[str, int] = {}
        self.serial = 0

    def stop(self) -> None:
        """Ask to end after the present turn."""
        self.is_stopping = True

    async def run(self) -> Done:
        """Turn after turn: be present, take offers, work on what is in hand."""
        last_presence = 0.0
        async with httpx.AsyncClient(
            base_url=f"{self.url}/api/v1/desk", headers=self.headers, timeout=20
        ) as web:
            while not self.is_stopping:
                try:
                    if time.monotonic() - last_presence > PRESENCE_SECONDS:
                        await self._call(web, "POST", "/presence", {"state": "READY"})
                        last_presence = time.monotonic()
                    for offer in await self._call(web, "GET", "/offers") or []:
                        if await self._call(web, "POST", f"/offers/{offer['id']}/accept"):
                            self.done.taken += 1
                    for contact in await self._call(web, "GET", "/contacts") or []:
                        await self._work(web, contact)
                    await asyncio.sleep(POLL_SECONDS)
                except (httpx.HTTPError, OSError):
                    last_presence = 0.0
                    await asyncio.sleep(PAUSE_SECONDS)
            await self._leave(web)
        return self.done

    async def _leave(self, web: httpx.AsyncClient) -> None:
        try:
            await self._call(web, "POST", "/presence", {"state": "OFFLINE"})
        except (httpx.HTTPError, OSError):
            # The sweep takes whoever is not heard offline by itself.
            return

    async def _call(
        self,
        web: httpx.AsyncClient,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        key: str = "",
    ) -> Any:
        began = time.monotonic()
        headers = {"Idempotency-Key": key} if key else None
        answer = await web.request(method, path, json=body, headers=headers)
        self.done.api_seconds.append(time.monotonic() - began)
        if answer.status_code >= 500:
            raise httpx.HTTPStatusError("server", request=answer.request, response=answer)
        if answer.status_code >= 400:
            code = answer.json().get("code", str(answer.status_code))
            self.done.refused[code] = self.done.refused.get(code, 0) + 1
            return None
        return answer.json() if answer.content else {}

    async def _work(self, web: httpx.AsyncClient, contact: dict[str, Any]) -> None:
        ref, count = contact["id"], contact["message_count"]
        if contact["state"] == "WRAP_UP":
            await self._wrap_up(web, ref)
            return
        if self.seen.get(ref) == count:
            return
        talk = await self._call(web, "GET", f"/contacts/{ref}/messages")
        if talk is None:
            return
        # What was said decides, not what this agent remembers: a contact may come from another.
        if any(line["author"] == "CUSTOMER" and line["body"] == THANKS for line in talk):
            await self._finish(web, ref)
        elif not any(line["author"] == "STAFF" for line in talk):
            words = ANSWERS[len(ref) % len(ANSWERS)].format(number=self.number)
            if await self._say(web, ref, "a", words):
                self.done.answered += 1
        else:
            self.seen[ref] = count

    async def _say(self, web: httpx.AsyncClient, ref: str, step: str, words: str) -> bool:
        # The key follows from agent and contact, so that a repeat says nothing twice.
        body = {"body": words, "client_key": f"replay-{step}-{self.number}-{ref[-20:]}"}
        return bool(await self._call(web, "POST", f"/contacts/{ref}/messages", body))

    async def _finish(self, web: httpx.AsyncClient, ref: str) -> None:
        self.serial += 1
        if self.serial % CASE_EVERY == 0 and self.categories and ref not in self.done.cases:
            body = {
                "category": self.categories[self.serial % len(self.categories)],
                "description": "客户在线提出的问题，需后台核实后答复。",
                "title": "在线咨询转办理",
            }
            opened = await self._call(
                web, "POST", f"/contacts/{ref}/case", body, key=f"replay-case-{ref}"
            )
            if opened:
                self.done.cases[ref] = opened["id"]
                await self._say(web, ref, "b", CLOSING)
        ending = {"disposition": self._disposition(ref)}
        if await self._call(web, "POST", f"/contacts/{ref}/end", ending):
            await self._wrap_up(web, ref)

    async def _wrap_up(self, web: httpx.AsyncClient, ref: str) -> None:
        ending = {"disposition": self._disposition(ref)}
        if await self._call(web, "POST", f"/contacts/{ref}/wrap-up", ending):
            self.done.ended += 1

    def _disposition(self, ref: str) -> str:
        return "CASE" if ref in self.done.cases else "RESOLVED"
