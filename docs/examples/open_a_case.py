"""Opens a case and lists what is open: `SHOUWEN_URL=… SHOUWEN_KEY=sw_… python open_a_case.py`.

Needs httpx. Shows the four things a good client does: it sends an idempotency key and the same
one again after a lost answer, follows cursors, reads problems by their code, and waits as told.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx

TRIES = 5


class Refused(Exception):
    """The centre says no; `code` is stable, `title` is for people, `errors` names the fields."""

    def __init__(self, problem: dict[str, Any]) -> None:
        """Take a problem as it was answered."""
        super().__init__(f"{problem['code']}: {problem['title']} {problem.get('errors', '')}")
        self.code: str = problem["code"]


class Shouwen:
    """A client of one centre with one key."""

    def __init__(self, url: str, key: str) -> None:
        """Take the centre's address and an API key."""
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=20)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Call once, or again after a pause or a lost answer. Raises Refused."""
        if method == "POST":
            # Made before the first try, so that every try is the same request.
            more.setdefault("headers", {})["Idempotency-Key"] = uuid.uuid4().hex
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._http.request(method, path, **more)
            except httpx.TransportError:
                if attempt == TRIES:
                    raise
                time.sleep(2**attempt / 4)
                continue
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS and attempt < TRIES:
                time.sleep(int(answer.headers["Retry-After"]))
                continue
            if answer.is_error:
                raise Refused(answer.json())
            return answer.json()
        raise AssertionError("the last try returns or raises")

    def pages(self, path: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """Give every row of a list, page after page."""
        cursor = ""
        while True:
            page = self.ask("GET", path, params={**filters, "cursor": cursor})
            yield from page["items"]
            if not page["next"]:
                return
            cursor = page["next"]


def main() -> None:
    """Open one case, then name the open ones."""
    centre = Shouwen(os.environ["SHOUWEN_URL"], os.environ["SHOUWEN_KEY"])
    question = {"title": "境外取现手续费", "description": "客户询问境外取现如何收费。"}
    made = centre.ask("POST", "/cases", json=question)
    print("opened", made["id"])
    for case in centre.pages("/cases", view="open", limit=50):
        print(case["id"], case["state"])


if __name__ == "__main__":
    main()
