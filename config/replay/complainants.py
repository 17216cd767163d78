"""Complainants of a replay: they file by the portal's form and follow by its pages, as people do.

Most are strangers, who follow by the page that their filing or a link opened; the known ones sign
in with a one-time code, which they read where the demo's letters lie.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from config.replay.texts import Text
from shouwen.ground.kernel import time
from shouwen.people.customers.spool import SpoolFolder

TEXT_CHARACTERS, TITLE_CHARACTERS = 2000, 40
DEMAND = "请核实情况，书面答复并予以纠正。"
DIMENSIONS = ("timeliness", "effect", "communication", "follow_up")
CODE_SECONDS = 30.0
# Shorter than the shortest session a centre may set.
SIGNED_IN = timedelta(minutes=9)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
NUMBER = re.compile(r"GD\d{8}-\d{5,}")
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
TOO_MANY = 429
DOORS = {"rate": "rate-handling", "appeal": "contest", "review": "contest"}


class Refused(Exception):
    """A door said no; the words name the door and the answer."""


class ComeLater(Exception):
    """This network has asked often; the door names a pause."""


@dataclass
class Complainant:
    """One person with a browser of their own. `phone` alone is told of strangers."""

    url: str
    institution: str
    name: str
    phone: str
    letters: Path | None = None
    letters_in_turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    # A person does one thing at a time, whichever of their complaints it is about.
    hands: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_known: bool = False
    signed_in_at: datetime | None = None

    def __post_init__(self) -> None:
        """Open the browser."""
        self.web = httpx.AsyncClient(
            base_url=self.url,
            timeout=600,
            follow_redirects=True,
            headers={"Accept-Language": "zh-CN", "Origin": self.url},
        )

    async def file(self, text: Text, area: str) -> str:
        """File a complaint; give its number. Raises ComeLater, Refused."""
        if self.is_known:
            await self._sign_in()
        door = f"/ask/?institution={self.institution}"
        words = text.whole.replace("\x00", "")[:TEXT_CHARACTERS].strip()
        told = {
            "area": area,
            "kind": "COMPLAINT",
            "title": " ".join(words.split())[:TITLE_CHARACTERS],
            "text": words,
            "wish": DEMAND,
            "reply_by": "PHONE",
            "capacity": "SELF",
            "step": "send",
            "idempotency_key": secrets.token_urlsafe(16),
        }
        if not self.is_known:
            told |= {"name": self.name, "phone": self.phone}
        answer = await self._post(door, told)
        number = NUMBER.search(answer.text)
        if not number:
            raise Refused(f"filing: no number on {answer.url}")
        return number.group()

    async def open(self, link: str, case: str) -> str:
        """Open one's page: by the link that was told, or signed in; give where it is."""
        if self.is_known:
            await self._sign_in()
            return f"/me/cases/{case}/"
        door = httpx.URL(link).path
        await self._post(door, {})
        return "/progress/"

    async def act(self, page: str, act: str) -> None:
        """Press one of the page's buttons. Raises Refused."""
        told = {
            "confirm": {},
            "object": {"reason": "对处理结果不满意，问题仍未解决。"},
            "appeal": {"kind": "APPEAL", "reason": "金额计算不对，请重新核查。"},
            "review": {"kind": "REVIEW", "reason": "请上级单位核查处理过程。"},
            "withdraw": {"reason": "问题已经弄清楚，不再投诉。"},
            "rate": {**dict.fromkeys(DIMENSIONS, "4"), "comment": "办理及时。"},
        }[act]
        await self._post(f"{page}{DOORS.get(act, act)}", told, from_page=page)

    async def _post(
        self, door: str, told: dict[str, str], *, from_page: str = ""
    ) -> httpx.Response:
        seen = await self.web.get(from_page or door)
        token = TOKEN.search(seen.text)
        if seen.status_code != 200 or not token:
            raise Refused(f"{from_page or door}: {seen.status_code}, no form")
        answer = await self.web.post(door, data={**told, "csrfmiddlewaretoken": token.group(1)})
        if answer.status_code == TOO_MANY:
            raise ComeLater
        if answer.status_code != 200:
            raise Refused(f"{door}: {answer.status_code}")
        return answer

    async def _sign_in(self) -> None:
        at = time.now()
        if self.signed_in_at and at - self.signed_in_at < SIGNED_IN:
            return
        if self.letters is None:
            raise Refused("signing in: this centre keeps no letters to read")
        # One at a time: a new letter sweeps the old ones out.
        async with self.letters_in_turn:
            door = f"/me/enter/?institution={self.institution}"
            asked = await self._post(door, {"address": self.phone})
            code = await self._code(self.letters, at)
            answer = await self._post(asked.url.path, {"code": code})
        if answer.url.path != "/me/":
            raise Refused(f"signing in: led to {answer.url.path}")
        self.signed_in_at = at

    async def _code(self, letters: Path, since: datetime) -> str:
        for _turn in range(int(CODE_SECONDS / 0.2)):
            for letter in SpoolFolder(letters).waiting():
                found = CODE.search(letter.words)
                if letter.address.endswith(self.phone) and letter.at >= since and found:
                    return found.group()
            await asyncio.sleep(0.2)
        raise Refused("signing in: no code came")
