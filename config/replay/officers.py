"""Scripted officers of a replay: each takes the steps of complaints by the API, with a key."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from config.replay.complainants import Refused

TRIES, PAUSE_SECONDS = 5, 1.0
WORDS = "您的投诉已受理，由专人办理，进展会及时告知您。"
TOLD = "您反映的问题已办理完毕，结果告知书已送达，如有异议请及时联系我们。"
# What each act says where nothing depends on the complaint.
SAID: dict[str, dict[str, Any]] = {
    "accept": {},
    "respond": {"words": WORDS, "channel": "PHONE"},
    "start": {},
    "analyse": {"facts": "经核查录音与系统记录，客户反映的情况属实。"},
    "responsibility": {"responsible": "SYSTEM", "evidence": "见核查记录与系统日志。"},
    "plan": {"cause": "系统参数有误", "plan": "更正参数并退回多收款项。", "answer": "AGREED"},
    "resolve": {},
    "notice": {"basis": "《银行业保险业消费投诉处理管理办法》及双方签订的协议。"},
    "attempts": {"channel": "PHONE", "outcome": "电话无人接听。"},
    "extend": {"reason": "需向第三方调取资料。", "clause": "CBIRC-2020-3-20-3"},
    "extension-notice": {"words": "办理时间延长，原因已说明。", "channel": "PHONE"},
    "appeal-answer": {"outcome": "CHANGED", "opinion": "复查发现计算有误。", "channel": "PHONE"},
    "review-decision": {"outcome": "UPHELD", "opinion": "原处理正确。", "channel": "PHONE"},
    "callback": {"words": "认可处理结果。", "channel": "PHONE", "is_satisfied": True},
    "close": {},
    "archive": {},
}
BY_PHONE = {"text": TOLD, "channel": "PHONE", "said": "已说明处理结果与救济途径。"}
BY_PAGE = {"text": TOLD, "channel": "PORTAL"}


@dataclass
class Officer:
    """One member of staff at the API; `ref` is the person's id, `grade` what they give."""

    url: str
    token: str
    ref: str
    grade: str
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Keep one connection."""
        self.web = httpx.AsyncClient(
            base_url=f"{self.url}/api/v1",
            timeout=600,
            headers={"Authorization": f"Bearer {self.token}"},
        )

    async def find(self, number: str) -> dict[str, Any]:
        """Find a complaint in the ledger by its number. Raises Refused."""
        found = await self._call("GET", "/complaints", params={"view": "all", "number": number})
        if len(found["items"]) != 1:
            raise Refused(f"the ledger shows {len(found['items'])} complaints as {number}")
        item: dict[str, Any] = found["items"][0]
        return item

    async def act(self, ref: str, act: str, body: dict[str, Any]) -> dict[str, Any]:
        """Take one step of a complaint, once however often it is sent. Raises Refused."""
        done: dict[str, Any] = await self._call("POST", f"/complaints/{ref}/{act}", body=body)
        return done

    async def identify(self, case: str, name: str, phone: str) -> None:
        """Open a file for a stranger and say that the case is theirs. Raises Refused."""
        body = {"name": name, "phone": phone}
        customer = await self._call("POST", "/customers", body=body)
        await self._call("POST", f"/cases/{case}/customer", body={"customer": customer["id"]})

    async def approve(self, approval: str) -> None:
        """Let what was asked for be done. Raises Refused."""
        opinion = {"opinion": "情况属实，同意延长。"}
        await self._call("POST", f"/approvals/{approval}/approve", body=opinion)

    async def _call(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        params: dict[str, str] | None = None,
    ) -> Any:
        headers = {"Idempotency-Key": secrets.token_urlsafe(16)} if body is not None else None
        answer: httpx.Response | None = None
        for turn in range(TRIES):
            began = time.monotonic()
            try:
                answer = await self.web.request(
                    method, path, json=body, params=params, headers=headers
                )
            except httpx.TransportError:
                answer = None
            else:
                self.seconds.append(time.monotonic() - began)
                if answer.status_code < 500:
                    break
            await asyncio.sleep(PAUSE_SECONDS * turn)
        if answer is None:
            raise Refused(f"{path}: no answer")
        if answer.status_code >= 400:
            kind = answer.headers.get("Content-Type", "")
            code = answer.json().get("code", "") if "json" in kind else ""
            raise Refused(f"{path.rsplit('/', 1)[-1]}: {answer.status_code} {code}".strip())
        return answer.json()
