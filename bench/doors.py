"""A program at the centre's HTTP doors: one kept connection, a key or a signed-in person."""

from __future__ import annotations

import http.client
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

IDLE_SECONDS = 2.0
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Door:
    """One kept connection. Not for use by two threads at once."""

    port: int
    key: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    _line: http.client.HTTPConnection | None = None
    _used_at: float = 0.0

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        form: dict[str, str] | None = None,
        once: str = "",
    ) -> tuple[int, bytes]:
        """Ask, and give status and body; a dropped connection is opened again once."""
        headers = {"Accept-Language": "zh-CN"}
        if once:
            headers["Idempotency-Key"] = once
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        data = None
        if form is not None:
            data = urlencode(form).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        if time.monotonic() - self._used_at > IDLE_SECONDS and self._line is not None:
            # The server closes what is idle; better not to meet it doing so.
            self._line.close()
            self._line = None
        for attempt in (1, 2):
            if self._line is None:
                self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                self._line.request(method, path, data, headers)
                answer = self._line.getresponse()
                text = answer.read()
                break
            except (http.client.HTTPException, OSError):
                self._line.close()
                self._line = None
                if attempt == 2 or method != "GET":
                    raise
        self._used_at = time.monotonic()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _is, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return answer.status, text

    def must(self, method: str, path: str, body: Any = None, *, once: str = "") -> Any:
        """Ask for JSON. Raises RuntimeError for any answer but a good one."""
        status, text = self.call(method, path, body, once=once)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {text[:300]!r}")
        return json.loads(text or b"null")

    def page(self, path: str) -> bytes:
        """Fetch a page. Raises RuntimeError when it is not shown."""
        status, text = self.call("GET", path)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
        return text

    def sign_in(self, login: str, password: str) -> None:
        """Sign a demo person in. Raises RuntimeError when that fails."""
        found = TOKEN.search(self.page("/accounts/login/").decode())
        form = {
            "csrfmiddlewaretoken": found[1] if found else "",
            "login": login,
            "password": password,
        }
        status, _text = self.call("POST", "/accounts/login/", form=form)
        if status != 302:
            raise RuntimeError(f"{login} could not sign in: {status}")


def load(
    doors: Sequence[Door], work: Callable[[Door, int], object], seconds: float
) -> tuple[float, list[float]]:
    """Let every door work without a pause for some seconds; give how many a second, and each's
    seconds. Raises the first error of any.
    """
    until = time.perf_counter() + seconds
    took: list[float] = []
    errors: list[Exception] = []

    def turn(door: Door, first: int) -> None:
        number = first
        while time.perf_counter() < until and not errors:
            began = time.perf_counter()
            try:
                work(door, number)
            except Exception as error:
                errors.append(error)
                return
            took.append(time.perf_counter() - began)
            number += len(doors)

    began = time.perf_counter()
    threads = [threading.Thread(target=turn, args=(d, n)) for n, d in enumerate(doors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return len(took) / (time.perf_counter() - began), took


@contextmanager
def every(seconds: float, work: Callable[[], object]) -> Iterator[None]:
    """Do something again and again in a thread while the block lasts."""
    stop = threading.Event()

    def turn() -> None:
        while not stop.wait(seconds):
            try:
                work()
            except (OSError, RuntimeError) as error:
                # A late beat is followed by another; what follows from none shows by itself.
                print(f"not done: {error}", file=sys.stderr, flush=True)

    thread = threading.Thread(target=turn, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
